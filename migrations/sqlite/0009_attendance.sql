-- Attendance: the log of check-ins and check-outs, what it adds up to a person and session, and on
-- which local days somebody was there.

CREATE TABLE attendance_mark (
    event_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    id BLOB NOT NULL,
    registration_id BLOB,
    code_hash BLOB,
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    at INTEGER NOT NULL,
    device_seq INTEGER NOT NULL,
    verdict TEXT,
    is_let_in INTEGER NOT NULL CHECK (is_let_in IN (0, 1)),
    override_note TEXT,
    device_id BLOB,
    operator TEXT,
    account_id BLOB,
    note TEXT,
    created_at INTEGER NOT NULL,
    annulled_at INTEGER,
    annulled_by BLOB,
    PRIMARY KEY (event_id, session_id, id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX attendance_mark_person ON attendance_mark (event_id, session_id, registration_id);
CREATE INDEX attendance_mark_code ON attendance_mark (event_id, code_hash) WHERE code_hash IS NOT NULL;

CREATE TABLE attendance (
    event_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    is_inside INTEGER NOT NULL CHECK (is_inside IN (0, 1)),
    first_in_at INTEGER NOT NULL,
    last_in_at INTEGER NOT NULL,
    last_out_at INTEGER,
    dwell_us INTEGER NOT NULL,
    stays TEXT NOT NULL,
    PRIMARY KEY (event_id, session_id, registration_id),
    FOREIGN KEY (event_id, session_id) REFERENCES session (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX attendance_inside ON attendance (event_id, session_id, is_inside, last_in_at);
CREATE INDEX attendance_person ON attendance (event_id, registration_id);

CREATE TABLE presence (
    event_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    present_on TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, registration_id, present_on)
) STRICT;
CREATE INDEX presence_day ON presence (event_id, present_on);
