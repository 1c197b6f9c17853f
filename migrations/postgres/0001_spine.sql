-- The spine: who may act, what an event is made of, the log of captures, the leads it folds to and
-- the feed that live streams are read from. Event-scoped tables lead with event_id in their keys.

CREATE TABLE organizer (
    id UUID NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE account (
    id UUID NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE organizer_member (
    organizer_id UUID NOT NULL REFERENCES organizer (id),
    account_id UUID NOT NULL REFERENCES account (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'viewer', 'desk')),
    PRIMARY KEY (organizer_id, account_id)
);

CREATE TABLE sign_in (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_in_account ON sign_in (account_id);

CREATE TABLE event (
    id UUID NOT NULL PRIMARY KEY,
    organizer_id UUID NOT NULL REFERENCES organizer (id),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    venue TEXT,
    disclosure JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX event_organizer ON event (organizer_id);

-- The newest number of each event's feed. Its row lock orders all writers of one event.
CREATE TABLE feed_head (
    event_id UUID NOT NULL PRIMARY KEY REFERENCES event (id),
    seq BIGINT NOT NULL,
    kept_from BIGINT NOT NULL
);

CREATE TABLE exhibitor (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    visibility TEXT NOT NULL CHECK (visibility IN ('team', 'own')),
    is_test BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, slug)
);
CREATE INDEX exhibitor_id ON exhibitor (id);

CREATE TABLE booth (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    hall TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);
CREATE INDEX booth_exhibitor ON booth (event_id, exhibitor_id);

CREATE TABLE team_member (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    account_id UUID REFERENCES account (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    is_admin BOOLEAN NOT NULL,
    is_commercial_contact BOOLEAN NOT NULL,
    is_attendee BOOLEAN NOT NULL,
    is_scanner BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (event_id, id),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX team_member_email ON team_member (event_id, exhibitor_id, email) WHERE removed_at IS NULL;
CREATE INDEX team_member_account ON team_member (account_id);

CREATE TABLE invitation (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL,
    member_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    FOREIGN KEY (event_id, member_id) REFERENCES team_member (event_id, id) ON DELETE CASCADE
);

CREATE TABLE registration (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    external_id TEXT,
    person_key TEXT,
    category TEXT NOT NULL,
    contact JSONB NOT NULL,
    sort_name TEXT NOT NULL,
    search TEXT NOT NULL,
    exhibitor_id UUID,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, external_id)
);
CREATE INDEX registration_person ON registration (event_id, person_key);

CREATE TABLE badge (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    registration_id UUID NOT NULL,
    code TEXT NOT NULL,
    code_hash BYTEA NOT NULL,
    number TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'replaced', 'lost', 'cancelled', 'misuse')),
    is_imported BOOLEAN NOT NULL,
    print_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, code_hash),
    UNIQUE (event_id, number),
    FOREIGN KEY (event_id, registration_id) REFERENCES registration (event_id, id)
);
CREATE INDEX badge_registration ON badge (event_id, registration_id);

CREATE TABLE device (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    exhibitor_id UUID,
    install_id TEXT NOT NULL,
    name TEXT NOT NULL,
    platform TEXT NOT NULL,
    member_id UUID,
    booth_id UUID,
    pairing_hash BYTEA NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    lost_at BIGINT,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, pairing_hash, install_id)
);
CREATE INDEX device_exhibitor ON device (event_id, exhibitor_id);

CREATE TABLE pairing_code (
    code_hash BYTEA NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL REFERENCES event (id),
    exhibitor_id UUID,
    label TEXT,
    member_id UUID,
    booth_id UUID,
    max_uses BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- The log. Rows are only ever added; lead_id follows when leads turn out to be one person.
CREATE TABLE capture (
    event_id UUID NOT NULL,
    space_id UUID NOT NULL,
    id UUID NOT NULL,
    lead_id UUID NOT NULL,
    kind TEXT NOT NULL,
    code_hash BYTEA,
    device_id UUID,
    member_id UUID,
    booth_id UUID,
    queue_id UUID,
    device_seq BIGINT,
    corrected_at BIGINT NOT NULL,
    captured_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    flags TEXT NOT NULL,
    digest BYTEA NOT NULL,
    body JSONB NOT NULL,
    PRIMARY KEY (event_id, space_id, id)
);
CREATE INDEX capture_lead ON capture (event_id, lead_id);

CREATE TABLE rejected_capture (
    event_id UUID NOT NULL,
    space_id UUID NOT NULL,
    id UUID NOT NULL,
    capture_id TEXT,
    reason TEXT NOT NULL,
    errors JSONB NOT NULL,
    body TEXT NOT NULL,
    digest BYTEA NOT NULL,
    device_id UUID,
    member_id UUID,
    received_at BIGINT NOT NULL,
    dismissed_at BIGINT,
    PRIMARY KEY (event_id, space_id, id),
    UNIQUE (event_id, space_id, digest)
);

CREATE TABLE device_queue (
    event_id UUID NOT NULL,
    space_id UUID NOT NULL,
    queue_id UUID NOT NULL,
    device_id UUID,
    contiguous_seq BIGINT NOT NULL,
    ahead TEXT NOT NULL,
    last_device_seq BIGINT NOT NULL,
    clock_offset_us BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, space_id, queue_id)
);
CREATE INDEX device_queue_device ON device_queue (event_id, device_id);

CREATE TABLE lead (
    event_id UUID NOT NULL,
    space_id UUID NOT NULL,
    id UUID NOT NULL,
    registration_id UUID,
    code_hash BYTEA,
    consent TEXT NOT NULL CHECK (consent IN ('granted', 'pending', 'withdrawn', 'erased')),
    is_hidden BOOLEAN NOT NULL,
    rating TEXT,
    stage TEXT,
    owner_id UUID,
    scan_count BIGINT NOT NULL,
    note_count BIGINT NOT NULL,
    first_scanned_at BIGINT,
    last_scanned_at BIGINT,
    newest_at BIGINT NOT NULL,
    search TEXT NOT NULL,
    fold JSONB NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, space_id, id),
    UNIQUE (event_id, space_id, registration_id),
    UNIQUE (event_id, space_id, code_hash)
);
CREATE INDEX lead_newest ON lead (event_id, space_id, newest_at);
CREATE INDEX lead_registration ON lead (event_id, registration_id);
CREATE INDEX lead_code ON lead (event_id, code_hash);

CREATE TABLE lead_alias (
    event_id UUID NOT NULL,
    space_id UUID NOT NULL,
    alias_id UUID NOT NULL,
    lead_id UUID NOT NULL,
    PRIMARY KEY (event_id, space_id, alias_id)
);

CREATE TABLE consent_entry (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    registration_id UUID NOT NULL,
    exhibitor_id UUID,
    purpose TEXT NOT NULL CHECK (purpose IN ('disclosure', 'marketing', 'messages')),
    is_granted BOOLEAN NOT NULL,
    channel TEXT NOT NULL,
    notice_version TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX consent_entry_registration ON consent_entry (event_id, registration_id);

-- What happened, in order and without holes. Ids only: what a subscriber may see is decided when
-- it is rendered.
CREATE TABLE feed (
    event_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    space_id UUID NOT NULL,
    kind TEXT NOT NULL,
    lead_id UUID,
    capture_id UUID,
    other_id UUID,
    at BIGINT NOT NULL,
    sent_at_us BIGINT NOT NULL,
    PRIMARY KEY (event_id, seq)
);

CREATE TABLE live_ticket (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    event_id UUID,
    exhibitor_id UUID,
    expires_at BIGINT NOT NULL
);

CREATE TABLE export (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    account_id UUID NOT NULL,
    format TEXT NOT NULL,
    tab TEXT NOT NULL,
    filter TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('building', 'ready', 'sent', 'failed')),
    row_count BIGINT NOT NULL,
    from_seq BIGINT NOT NULL,
    to_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    finished_at BIGINT,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX export_exhibitor ON export (event_id, exhibitor_id);

CREATE TABLE idempotency_key (
    identity_id UUID NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (identity_id, route, key)
);
CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
