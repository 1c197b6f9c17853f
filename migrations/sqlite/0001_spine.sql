-- The spine: who may act, what an event is made of, the log of captures, the leads it folds to and
-- the feed that live streams are read from. Event-scoped tables lead with event_id in their keys.

CREATE TABLE organizer (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE organizer_member (
    organizer_id BLOB NOT NULL REFERENCES organizer (id),
    account_id BLOB NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer', 'desk')),
    PRIMARY KEY (organizer_id, account_id)
) STRICT;

CREATE TABLE sign_in (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_account ON sign_in (account_id);

CREATE TABLE event (
    id BLOB NOT NULL PRIMARY KEY,
    organizer_id BLOB NOT NULL REFERENCES organizer (id),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    venue TEXT,
    disclosure TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_organizer ON event (organizer_id);

-- The newest number of each event's feed. Its row lock orders all writers of one event.
CREATE TABLE feed_head (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    seq INTEGER NOT NULL,
    kept_from INTEGER NOT NULL
) STRICT;

CREATE TABLE exhibitor (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('team', 'own')),
    is_test INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, slug)
) STRICT;
CREATE INDEX exhibitor_id ON exhibitor (id);

CREATE TABLE booth (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    hall TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX booth_exhibitor ON booth (event_id, exhibitor_id);

CREATE TABLE team_member (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    account_id BLOB REFERENCES account (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    is_admin INTEGER NOT NULL CHECK (is_admin IN (0, 1)),
    is_commercial_contact INTEGER NOT NULL CHECK (is_commercial_contact IN (0, 1)),
    is_attendee INTEGER NOT NULL CHECK (is_attendee IN (0, 1)),
    is_scanner INTEGER NOT NULL CHECK (is_scanner IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX team_member_email ON team_member (event_id, exhibitor_id, email) WHERE removed_at IS NULL;
CREATE INDEX team_member_account ON team_member (account_id);

CREATE TABLE invitation (
    token_hash BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    accepted_at INTEGER,
    FOREIGN KEY (event_id, member_id) REFERENCES team_member (event_id, id) ON DELETE CASCADE
) STRICT;

CREATE TABLE registration (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    external_id TEXT,
    person_key TEXT,
    category TEXT NOT NULL,
    contact TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    search TEXT NOT NULL,
    exhibitor_id BLOB,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, external_id)
) STRICT;
CREATE INDEX registration_person ON registration (event_id, person_key);

CREATE TABLE badge (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    code TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'replaced', 'lost', 'cancelled', 'misuse')),
    is_imported INTEGER NOT NULL CHECK (is_imported IN (0, 1)),
    print_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, code_hash),
    UNIQUE (event_id, number),
    FOREIGN KEY (event_id, registration_id) REFERENCES registration (event_id, id)
) STRICT;
CREATE INDEX badge_registration ON badge (event_id, registration_id);

CREATE TABLE device (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    exhibitor_id BLOB,
    install_id TEXT NOT NULL,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    member_id BLOB,
    booth_id BLOB,
    pairing_hash BLOB NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    lost_at INTEGER,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, pairing_hash, install_id)
) STRICT;
CREATE INDEX device_exhibitor ON device (event_id, exhibitor_id);

CREATE TABLE pairing_code (
    code_hash BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL REFERENCES event (id),
    exhibitor_id BLOB,
    label TEXT,
    member_id BLOB,
    booth_id BLOB,
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- The log. Rows are only ever added; lead_id follows when leads turn out to be one person.
CREATE TABLE capture (
    event_id BLOB NOT NULL,
    space_id BLOB NOT NULL,
    id BLOB NOT NULL,
    lead_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    code_hash BLOB,
    device_id BLOB,
    member_id BLOB,
    booth_id BLOB,
    queue_id BLOB,
    device_seq INTEGER,
    corrected_at INTEGER NOT NULL,
    captured_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    flags TEXT NOT NULL,
    digest BLOB NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (event_id, space_id, id)
) STRICT;
CREATE INDEX capture_lead ON capture (event_id, lead_id);

CREATE TABLE rejected_capture (
    event_id BLOB NOT NULL,
    space_id BLOB NOT NULL,
    id BLOB NOT NULL,
    capture_id TEXT,
    reason TEXT NOT NULL,
    errors TEXT NOT NULL,
    body TEXT NOT NULL,
    digest BLOB NOT NULL,
    device_id BLOB,
    member_id BLOB,
    received_at INTEGER NOT NULL,
    dismissed_at INTEGER,
    PRIMARY KEY (event_id, space_id, id),
    UNIQUE (event_id, space_id, digest)
) STRICT;

CREATE TABLE device_queue (
    event_id BLOB NOT NULL,
    space_id BLOB NOT NULL,
    queue_id BLOB NOT NULL,
    device_id BLOB,
    contiguous_seq INTEGER NOT NULL,
    ahead TEXT NOT NULL,
    last_device_seq INTEGER NOT NULL,
    clock_offset_us INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, space_id, queue_id)
) STRICT;
CREATE INDEX device_queue_device ON device_queue (event_id, device_id);

CREATE TABLE lead (
    event_id BLOB NOT NULL,
    space_id BLOB NOT NULL,
    id BLOB NOT NULL,
    registration_id BLOB,
    code_hash BLOB,
    consent TEXT NOT NULL CHECK (consent IN ('granted', 'pending', 'withdrawn', 'erased')),
    is_hidden INTEGER NOT NULL CHECK (is_hidden IN (0, 1)),
    rating TEXT,
    stage TEXT,
    owner_id BLOB,
    scan_count INTEGER NOT NULL,
    note_count INTEGER NOT NULL,
    first_scanned_at INTEGER,
    last_scanned_at INTEGER,
    newest_at INTEGER NOT NULL,
    search TEXT NOT NULL,
    fold TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, space_id, id),
    UNIQUE (event_id, space_id, registration_id),
    UNIQUE (event_id, space_id, code_hash)
) STRICT;
CREATE INDEX lead_newest ON lead (event_id, space_id, newest_at);
CREATE INDEX lead_registration ON lead (event_id, registration_id);
CREATE INDEX lead_code ON lead (event_id, code_hash);

CREATE TABLE lead_alias (
    event_id BLOB NOT NULL,
    space_id BLOB NOT NULL,
    alias_id BLOB NOT NULL,
    lead_id BLOB NOT NULL,
    PRIMARY KEY (event_id, space_id, alias_id)
) STRICT;

CREATE TABLE consent_entry (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    exhibitor_id BLOB,
    purpose TEXT NOT NULL CHECK (purpose IN ('disclosure', 'marketing', 'messages')),
    is_granted INTEGER NOT NULL CHECK (is_granted IN (0, 1)),
    channel TEXT NOT NULL,
    notice_version TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX consent_entry_registration ON consent_entry (event_id, registration_id);

-- What happened, in order and without holes. Ids only: what a subscriber may see is decided when
-- it is rendered.
CREATE TABLE feed (
    event_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    space_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    lead_id BLOB,
    capture_id BLOB,
    other_id BLOB,
    at INTEGER NOT NULL,
    sent_at_us INTEGER NOT NULL,
    PRIMARY KEY (event_id, seq)
) STRICT;

CREATE TABLE live_ticket (
    token_hash BLOB NOT NULL PRIMARY KEY,
    account_id BLOB NOT NULL REFERENCES account (id),
    event_id BLOB,
    exhibitor_id BLOB,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE export (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    format TEXT NOT NULL,
    tab TEXT NOT NULL,
    filter TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('building', 'ready', 'sent', 'failed')),
    row_count INTEGER NOT NULL,
    from_seq INTEGER NOT NULL,
    to_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX export_exhibitor ON export (event_id, exhibitor_id);

CREATE TABLE idempotency_key (
    identity_id BLOB NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (identity_id, route, key)
) STRICT;
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
