-- The questions that an exhibitor asks at the stand, a row a version: what was asked stays readable.

CREATE TABLE form (
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (event_id, exhibitor_id, version),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;
