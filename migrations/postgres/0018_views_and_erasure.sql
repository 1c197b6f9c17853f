-- Views of a space as one of its members sees it; erasing people, and an event's contacts when their
-- time is over.

CREATE TABLE view_as (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    member_id UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    sign_in_id UUID NOT NULL,
    is_masked BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);
CREATE INDEX view_as_account ON view_as (event_id, account_id);

-- NULL is the default. The contacts go no sooner than two weeks after their exhibitors were told.
ALTER TABLE event ADD COLUMN retention_days BIGINT;
ALTER TABLE event ADD COLUMN retention_noticed_at BIGINT;
ALTER TABLE event ADD COLUMN contacts_removed_at BIGINT;

CREATE TABLE retention_notice (
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    days BIGINT NOT NULL CHECK (days IN (14, 3)),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id, days),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);

-- A person who was erased: the row stays as the marker that late captures are settled by.
ALTER TABLE registration ADD COLUMN erased_at BIGINT;
ALTER TABLE erasure_request ADD COLUMN done_at BIGINT;
ALTER TABLE erasure_request ADD COLUMN done_by UUID;
-- Whoever asked sees for a while that it was done: a salted hash of their address finds it.
ALTER TABLE erasure_request ADD COLUMN address_salt BYTEA;
ALTER TABLE erasure_request ADD COLUMN address_hash BYTEA;
