-- Packages: named sets of terms, and what single exhibitors have agreed on beyond theirs.

CREATE TABLE package (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    name TEXT NOT NULL,
    terms JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, name)
);

ALTER TABLE exhibitor ADD COLUMN package_id UUID;
ALTER TABLE exhibitor ADD COLUMN terms JSONB NOT NULL DEFAULT '{}';
