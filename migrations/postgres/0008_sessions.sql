-- Sessions: talks, entrances and zones; who signed up for them; on which days and in which zones a
-- registration is valid; and at which sessions a door takes attendance.

CREATE TABLE session (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    exhibitor_id UUID,
    kind TEXT NOT NULL CHECK (kind IN ('talk', 'entrance', 'zone')),
    title TEXT NOT NULL,
    description TEXT,
    room TEXT,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    capacity BIGINT,
    speakers JSONB NOT NULL,
    categories JSONB,
    signup TEXT NOT NULL CHECK (signup IN ('none', 'open', 'required')),
    is_editable BOOLEAN NOT NULL,
    inside BIGINT NOT NULL,
    entered BIGINT NOT NULL,
    counted_on TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX session_start ON session (event_id, starts_at, id);
CREATE INDEX session_exhibitor ON session (event_id, exhibitor_id);

-- The waiting list is those who wait, in the order of place.
CREATE TABLE session_signup (
    event_id UUID NOT NULL,
    session_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('registered', 'waiting', 'cancelled')),
    place BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, session_id, registration_id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
);
CREATE INDEX session_signup_place ON session_signup (event_id, session_id, status, place);

ALTER TABLE registration ADD COLUMN valid_days JSONB;
ALTER TABLE registration ADD COLUMN allowed_zones JSONB;
ALTER TABLE pairing_code ADD COLUMN session_ids JSONB;
