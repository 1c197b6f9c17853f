-- Views of a space as one of its members sees it; erasing people, and an event's contacts when their
-- time is over.

CREATE TABLE view_as (
    token_hash BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    sign_in_id BLOB NOT NULL,
    is_masked INTEGER NOT NULL CHECK (is_masked IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at INTEGER,
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX view_as_account ON view_as (event_id, account_id);

-- NULL is the default. The contacts go no sooner than two weeks after their exhibitors were told.
ALTER TABLE event ADD COLUMN retention_days INTEGER;
ALTER TABLE event ADD COLUMN retention_noticed_at INTEGER;
ALTER TABLE event ADD COLUMN contacts_removed_at INTEGER;

CREATE TABLE retention_notice (
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    days INTEGER NOT NULL CHECK (days IN (14, 3)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, exhibitor_id, days),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;

-- A person who was erased: the row stays as the marker that late captures are settled by.
ALTER TABLE registration ADD COLUMN erased_at INTEGER;
ALTER TABLE erasure_request ADD COLUMN done_at INTEGER;
ALTER TABLE erasure_request ADD COLUMN done_by BLOB;
-- Whoever asked sees for a while that it was done: a salted hash of their address finds it.
ALTER TABLE erasure_request ADD COLUMN address_salt BLOB;
ALTER TABLE erasure_request ADD COLUMN address_hash BLOB;
