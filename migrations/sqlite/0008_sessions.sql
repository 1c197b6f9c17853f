-- Sessions: talks, entrances and zones; who signed up for them; on which days and in which zones a
-- registration is valid; and at which sessions a door takes attendance.

CREATE TABLE session (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    exhibitor_id BLOB,
    kind TEXT NOT NULL CHECK (kind IN ('talk', 'entrance', 'zone')),
    title TEXT NOT NULL,
    description TEXT,
    room TEXT,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    capacity INTEGER,
    speakers TEXT NOT NULL,
    categories TEXT,
    signup TEXT NOT NULL CHECK (signup IN ('none', 'open', 'required')),
    is_editable INTEGER NOT NULL CHECK (is_editable IN (0, 1)),
    inside INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    counted_on TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX session_start ON session (event_id, starts_at, id);
CREATE INDEX session_exhibitor ON session (event_id, exhibitor_id);

-- The waiting list is those who wait, in the order of place.
CREATE TABLE session_signup (
    event_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('registered', 'waiting', 'cancelled')),
    place INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, session_id, registration_id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX session_signup_place ON session_signup (event_id, session_id, status, place);

ALTER TABLE registration ADD COLUMN valid_days TEXT;
ALTER TABLE registration ADD COLUMN allowed_zones TEXT;
ALTER TABLE pairing_code ADD COLUMN session_ids TEXT;
