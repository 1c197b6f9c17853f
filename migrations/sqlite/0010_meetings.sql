-- Meetings: where exhibitors can be met, the slots of those places, the requests, and the five-minute
-- cells that each of them takes of a place, an attendee and a contact. The key of the cells is what
-- no race gets past.

CREATE TABLE meeting_rules (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    request_hours INTEGER NOT NULL,
    daily_requests INTEGER NOT NULL
) STRICT;

CREATE TABLE meeting_location (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    exhibitor_id BLOB,
    member_id BLOB,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('table', 'room', 'online')),
    address TEXT,
    theme TEXT,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX meeting_location_exhibitor ON meeting_location (event_id, exhibitor_id);

CREATE TABLE meeting_slot (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    location_id BLOB NOT NULL,
    exhibitor_id BLOB,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, location_id, starts_at),
    FOREIGN KEY (event_id, location_id) REFERENCES meeting_location (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX meeting_slot_start ON meeting_slot (event_id, starts_at, id);

CREATE TABLE meeting (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    member_id BLOB,
    location_id BLOB,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'cancelled', 'expired', 'no_show')),
    asked_by TEXT NOT NULL CHECK (asked_by IN ('exhibitor', 'attendee')),
    awaits TEXT CHECK (awaits IN ('exhibitor', 'attendee')),
    message TEXT,
    answer TEXT,
    sequence INTEGER NOT NULL,
    expires_at INTEGER,
    account_id BLOB,
    created_at INTEGER NOT NULL,
    answered_at INTEGER,
    ended_by TEXT CHECK (ended_by IN ('exhibitor', 'attendee')),
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX meeting_exhibitor ON meeting (event_id, exhibitor_id, starts_at, id);
CREATE INDEX meeting_registration ON meeting (event_id, registration_id);
CREATE INDEX meeting_expiry ON meeting (event_id, expires_at) WHERE expires_at IS NOT NULL;

CREATE TABLE meeting_cell (
    event_id BLOB NOT NULL,
    resource_id BLOB NOT NULL,
    cell INTEGER NOT NULL,
    meeting_id BLOB NOT NULL,
    PRIMARY KEY (event_id, resource_id, cell),
    FOREIGN KEY (event_id, meeting_id) REFERENCES meeting (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX meeting_cell_meeting ON meeting_cell (event_id, meeting_id);

-- What a secret link opens: a calendar to subscribe to, or an attendee's side of their meetings.
CREATE TABLE personal_link (
    token_hash BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES event (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('calendar', 'attendee')),
    registration_id BLOB,
    member_id BLOB,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX personal_link_registration ON personal_link (event_id, registration_id);
CREATE INDEX personal_link_member ON personal_link (event_id, member_id);
