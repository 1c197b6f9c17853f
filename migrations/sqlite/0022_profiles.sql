-- What exhibitors show of themselves to attendees. An event without a row in profile_form has the fields
-- that every event begins with; tags lie beside a profile's texts because the list is searched by them.
CREATE TABLE profile_form (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    fields TEXT NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE exhibitor_profile (
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    content TEXT NOT NULL,
    tags TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;

-- Each upload has an id of its own, so that its address may be kept by browsers for good.
CREATE TABLE exhibitor_logo (
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    id BLOB NOT NULL UNIQUE,
    picture BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;
