-- Packages: named sets of terms, and what single exhibitors have agreed on beyond theirs.

CREATE TABLE package (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    terms TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, name)
) STRICT;

ALTER TABLE exhibitor ADD COLUMN package_id BLOB;
ALTER TABLE exhibitor ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
