-- Contact sharing and messaging, networking, and when a meeting was reminded of.
--
-- A conversation is between one exhibitor and one attendee; its row carries what was agreed on, and the
-- counts that limits and lists are made from. Two people have one connection, whoever asked: its key is
-- the pair in the order of their ids.

CREATE TABLE sharing_rules (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    daily_requests BIGINT NOT NULL,
    daily_messages BIGINT NOT NULL,
    unanswered_messages BIGINT NOT NULL
);

CREATE TABLE conversation (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    begun_by TEXT NOT NULL CHECK (begun_by IN ('exhibitor', 'attendee')),
    sharing TEXT NOT NULL CHECK (sharing IN ('none', 'requested', 'granted', 'refused', 'withdrawn')),
    asked_at BIGINT,
    answered_at BIGINT,
    message_count BIGINT NOT NULL,
    last_message_at BIGINT,
    last_side TEXT CHECK (last_side IN ('exhibitor', 'attendee')),
    unanswered BIGINT NOT NULL,
    attendee_read BIGINT NOT NULL,
    blocked_by_exhibitor_at BIGINT,
    blocked_by_attendee_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, exhibitor_id, registration_id)
);
CREATE INDEX conversation_registration ON conversation (event_id, registration_id);
CREATE INDEX conversation_updated ON conversation (event_id, exhibitor_id, updated_at, id);

CREATE TABLE conversation_member (
    event_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    member_id UUID NOT NULL,
    read_number BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, conversation_id, member_id),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_member_member ON conversation_member (event_id, member_id);

-- sender_id is the exhibitor or the attendee, whose messages of a day are counted.
CREATE TABLE message (
    event_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    number BIGINT NOT NULL,
    id UUID NOT NULL,
    side TEXT NOT NULL CHECK (side IN ('exhibitor', 'attendee')),
    sender_id UUID NOT NULL,
    member_id UUID,
    text TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, conversation_id, number),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
);
CREATE INDEX message_sender ON message (event_id, sender_id, created_at);

CREATE TABLE conversation_report (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    reported_by TEXT NOT NULL CHECK (reported_by IN ('exhibitor', 'attendee')),
    reason TEXT NOT NULL CHECK (reason IN ('spam', 'offensive', 'other')),
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, conversation_id) REFERENCES conversation (event_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_report_conversation ON conversation_report (event_id, conversation_id);

-- Who agreed to be found by other attendees.
CREATE TABLE networking_person (
    event_id UUID NOT NULL REFERENCES event (id),
    registration_id UUID NOT NULL,
    is_listed BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, registration_id)
);

CREATE TABLE connection (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    low_id UUID NOT NULL,
    high_id UUID NOT NULL,
    asked_by UUID NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('requested', 'connected', 'refused', 'ended')),
    channel TEXT NOT NULL CHECK (channel IN ('badge', 'list')),
    asked_at BIGINT NOT NULL,
    connected_at BIGINT,
    ended_by UUID,
    capture_id UUID,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, low_id, high_id)
);
CREATE INDEX connection_high ON connection (event_id, high_id);
CREATE INDEX connection_asked ON connection (event_id, asked_by, asked_at);

-- What attendees are shown of sessions: how many signed up, how many are inside.
CREATE TABLE session_rules (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    shows_registered BOOLEAN NOT NULL,
    shows_present BOOLEAN NOT NULL
);

ALTER TABLE meeting ADD COLUMN reminded_at BIGINT;
CREATE INDEX meeting_reminder ON meeting (starts_at) WHERE status = 'accepted' AND reminded_at IS NULL;
