-- What the organiser asks of each team member besides name and roles, a row a version, and what was answered.
CREATE TABLE team_form (
    event_id BLOB NOT NULL REFERENCES event (id),
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (event_id, version)
) STRICT;
ALTER TABLE team_member ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
