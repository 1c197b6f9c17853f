-- People who are asked to join an organizer, with the role that they get there. An address is asked once at a
-- time; whoever has accepted is a member, and the row stays so that the link says that it was used.
CREATE TABLE organizer_invitation (
    organizer_id BLOB NOT NULL REFERENCES organizer (id),
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer', 'desk')),
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    PRIMARY KEY (organizer_id, id),
    UNIQUE (organizer_id, email)
) STRICT;
