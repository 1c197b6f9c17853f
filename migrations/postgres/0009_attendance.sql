-- Attendance: the log of check-ins and check-outs, what it adds up to a person and session, and on
-- which local days somebody was there.

CREATE TABLE attendance_mark (
    event_id UUID NOT NULL,
    session_id UUID NOT NULL,
    id UUID NOT NULL,
    registration_id UUID,
    code_hash BYTEA,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    at BIGINT NOT NULL,
    device_seq BIGINT NOT NULL,
    verdict TEXT,
    is_let_in BOOLEAN NOT NULL,
    override_note TEXT,
    device_id UUID,
    operator TEXT,
    account_id UUID,
    note TEXT,
    created_at BIGINT NOT NULL,
    annulled_at BIGINT,
    annulled_by UUID,
    PRIMARY KEY (event_id, session_id, id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
);
CREATE INDEX attendance_mark_person ON attendance_mark (event_id, session_id, registration_id);
CREATE INDEX attendance_mark_code ON attendance_mark (event_id, code_hash) WHERE code_hash IS NOT NULL;

CREATE TABLE attendance (
    event_id UUID NOT NULL,
    session_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    is_inside BOOLEAN NOT NULL,
    first_in_at BIGINT NOT NULL,
    last_in_at BIGINT NOT NULL,
    last_out_at BIGINT,
    dwell_us BIGINT NOT NULL,
    stays JSONB NOT NULL,
    PRIMARY KEY (event_id, session_id, registration_id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
);
CREATE INDEX attendance_inside ON attendance (event_id, session_id, is_inside, last_in_at);
CREATE INDEX attendance_person ON attendance (event_id, registration_id);

CREATE TABLE presence (
    event_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    present_on TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, registration_id, present_on)
);
CREATE INDEX presence_day ON presence (event_id, present_on);
