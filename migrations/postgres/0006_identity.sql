-- Mail on its way, what an account proves itself with besides its password, the moments of an
-- event, and the registrations of team members.

-- Written in the transaction that causes the mail. The body may hold a link that signs somebody in,
-- so it is emptied once the mail is delivered or given up.
CREATE TABLE mail (
    id UUID NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL CHECK (language IN ('en', 'fr')),
    kind TEXT NOT NULL,
    body JSONB NOT NULL,
    attempts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at BIGINT,
    sent_at BIGINT,
    failed_at BIGINT,
    problem TEXT
);
CREATE INDEX mail_due ON mail (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX mail_created ON mail (created_at);

ALTER TABLE sign_in ADD COLUMN seen_at BIGINT;
ALTER TABLE sign_in ADD COLUMN agent TEXT;

-- A stream that was opened by a ticket ends with the sign-in that asked for the ticket.
ALTER TABLE live_ticket ADD COLUMN sign_in_id UUID;

-- Secrets that stand for an account for a while: password resets, and sign-ins that wait for their
-- second step. Hashes only.
CREATE TABLE account_token (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    account_id UUID NOT NULL REFERENCES account (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('password_reset', 'second_step')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_token_account ON account_token (account_id);

-- The second factor counts once it was confirmed. A code's step is remembered, so that no code is
-- taken twice.
CREATE TABLE second_factor (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES account (id),
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT
);

CREATE TABLE recovery_code (
    account_id UUID NOT NULL REFERENCES account (id),
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (account_id, code_hash)
);

-- The moments of an event; NULL is the default that follows from its dates, and for the first one
-- that the organiser has not opened the spaces.
ALTER TABLE event ADD COLUMN language TEXT NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'fr'));
ALTER TABLE event ADD COLUMN spaces_open_at BIGINT;
ALTER TABLE event ADD COLUMN leads_open_at BIGINT;
ALTER TABLE event ADD COLUMN scanning_from BIGINT;
ALTER TABLE event ADD COLUMN scanning_until BIGINT;
ALTER TABLE event ADD COLUMN leads_close_at BIGINT;
ALTER TABLE event ADD COLUMN scanning_mailed_at BIGINT;
ALTER TABLE event ADD COLUMN has_team_badges BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE team_member ADD COLUMN language TEXT CHECK (language IN ('en', 'fr'));
ALTER TABLE team_member ADD COLUMN access_mailed_at BIGINT;
ALTER TABLE team_member ADD COLUMN scanning_mailed_at BIGINT;
ALTER TABLE team_member ADD COLUMN registration_id UUID;
CREATE INDEX team_member_registration ON team_member (event_id, registration_id);
CREATE INDEX invitation_member ON invitation (event_id, member_id);
