-- Contact sharing and messaging, networking, and when a meeting was reminded of.
--
-- A conversation is between one exhibitor and one attendee; its row carries what was agreed on, and the
-- counts that limits and lists are made from. Two people have one connection, whoever asked: its key is
-- the pair in the order of their ids.

CREATE TABLE sharing_rules (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    daily_requests INTEGER NOT NULL,
    daily_messages INTEGER NOT NULL,
    unanswered_messages INTEGER NOT NULL
) STRICT;

CREATE TABLE conversation (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    begun_by TEXT NOT NULL CHECK (begun_by IN ('exhibitor', 'attendee')),
    sharing TEXT NOT NULL CHECK (sharing IN ('none', 'requested', 'granted', 'refused', 'withdrawn')),
    asked_at INTEGER,
    answered_at INTEGER,
    message_count INTEGER NOT NULL,
    last_message_at INTEGER,
    last_side TEXT CHECK (last_side IN ('exhibitor', 'attendee')),
    unanswered INTEGER NOT NULL,
    attendee_read INTEGER NOT NULL,
    blocked_by_exhibitor_at INTEGER,
    blocked_by_attendee_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, exhibitor_id, registration_id)
) STRICT;
CREATE INDEX conversation_registration ON conversation (event_id, registration_id);
CREATE INDEX conversation_updated ON conversation (event_id, exhibitor_id, updated_at, id);

CREATE TABLE conversation_member (
    event_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    read_number INTEGER NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, conversation_id, member_id),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX conversation_member_member ON conversation_member (event_id, member_id);

-- sender_id is the exhibitor or the attendee, whose messages of a day are counted.
CREATE TABLE message (
    event_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('exhibitor', 'attendee')),
    sender_id BLOB NOT NULL,
    member_id BLOB,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, conversation_id, number),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX message_sender ON message (event_id, sender_id, created_at);

CREATE TABLE conversation_report (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    reported_by TEXT NOT NULL CHECK (reported_by IN ('exhibitor', 'attendee')),
    reason TEXT NOT NULL CHECK (reason IN ('spam', 'offensive', 'other')),
    created_at INTEGER NOT NULL,
    closed_at INTEGER,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX conversation_report_conversation ON conversation_report (event_id, conversation_id);

-- Who agreed to be found by other attendees.
CREATE TABLE networking_person (
    event_id BLOB NOT NULL REFERENCES event (id),
    registration_id BLOB NOT NULL,
    is_listed INTEGER NOT NULL CHECK (is_listed IN (0, 1)),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, registration_id)
) STRICT;

CREATE TABLE connection (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    low_id BLOB NOT NULL,
    high_id BLOB NOT NULL,
    asked_by BLOB NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('requested', 'connected', 'refused', 'ended')),
    channel TEXT NOT NULL CHECK (channel IN ('badge', 'list')),
    asked_at INTEGER NOT NULL,
    connected_at INTEGER,
    ended_by BLOB,
    capture_id BLOB,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, low_id, high_id)
) STRICT;
CREATE INDEX connection_high ON connection (event_id, high_id);
CREATE INDEX connection_asked ON connection (event_id, asked_by, asked_at);

-- What attendees are shown of sessions: how many signed up, how many are inside.
CREATE TABLE session_rules (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    shows_registered INTEGER NOT NULL CHECK (shows_registered IN (0, 1)),
    shows_present INTEGER NOT NULL CHECK (shows_present IN (0, 1))
) STRICT;

ALTER TABLE meeting ADD COLUMN reminded_at INTEGER;
CREATE INDEX meeting_reminder ON meeting (starts_at) WHERE status = 'accepted' AND reminded_at IS NULL;
