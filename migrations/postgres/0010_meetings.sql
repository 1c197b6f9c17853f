-- Meetings: where exhibitors can be met, the slots of those places, the requests, and the five-minute
-- cells that each of them takes of a place, an attendee and a contact. The key of the cells is what
-- no race gets past.

CREATE TABLE meeting_rules (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    request_hours BIGINT NOT NULL,
    daily_requests BIGINT NOT NULL
);

CREATE TABLE meeting_location (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    exhibitor_id UUID,
    member_id UUID,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('table', 'room', 'online')),
    address TEXT,
    theme TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX meeting_location_exhibitor ON meeting_location (event_id, exhibitor_id);

CREATE TABLE meeting_slot (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    location_id UUID NOT NULL,
    exhibitor_id UUID,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, location_id, starts_at),
    FOREIGN KEY (event_id, location_id) REFERENCES meeting_location (event_id, id) ON DELETE CASCADE
);
CREATE INDEX meeting_slot_start ON meeting_slot (event_id, starts_at, id);

CREATE TABLE meeting (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    member_id UUID,
    location_id UUID,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled', 'expired', 'no_show')),
    asked_by TEXT NOT NULL CHECK (asked_by IN ('exhibitor', 'attendee')),
    awaits TEXT CHECK (awaits IN ('exhibitor', 'attendee')),
    message TEXT,
    answer TEXT,
    sequence BIGINT NOT NULL,
    expires_at BIGINT,
    account_id UUID,
    created_at BIGINT NOT NULL,
    answered_at BIGINT,
    ended_by TEXT CHECK (ended_by IN ('exhibitor', 'attendee')),
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX meeting_exhibitor ON meeting (event_id, exhibitor_id, starts_at, id);
CREATE INDEX meeting_registration ON meeting (event_id, registration_id);
CREATE INDEX meeting_expiry ON meeting (event_id, expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE meeting_cell (
    event_id UUID NOT NULL,
    resource_id UUID NOT NULL,
    cell BIGINT NOT NULL,
    meeting_id UUID NOT NULL,
    PRIMARY KEY (event_id, resource_id, cell),
    FOREIGN KEY (event_id, meeting_id) REFERENCES meeting (event_id, id) ON DELETE CASCADE
);
CREATE INDEX meeting_cell_meeting ON meeting_cell (event_id, meeting_id);

-- What a secret link opens: a calendar to subscribe to, or an attendee's side of their meetings.
CREATE TABLE personal_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('calendar', 'attendee')),
    registration_id UUID,
    member_id UUID,
    created_at BIGINT NOT NULL
);
CREATE INDEX personal_link_registration ON personal_link (event_id, registration_id);
CREATE INDEX personal_link_member ON personal_link (event_id, member_id);
