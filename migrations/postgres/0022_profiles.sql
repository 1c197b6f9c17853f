-- What exhibitors show of themselves to attendees. An event without a row in profile_form has the fields
-- that every event begins with; tags lie beside a profile's texts because the list is searched by them.
CREATE TABLE profile_form (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    fields JSONB NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE exhibitor_profile (
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    content JSONB NOT NULL,
    tags JSONB NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);

-- Each upload has an id of its own, so that its address may be kept by browsers for good.
CREATE TABLE exhibitor_logo (
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    id UUID NOT NULL UNIQUE,
    picture BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);
