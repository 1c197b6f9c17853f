-- What somebody may have to answer for, as a chain of hashes per event over ids and salted hashes.
-- What is personal lies beside it, so that it can be erased and the chain still holds.

CREATE TABLE audit_head (
    event_id UUID NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE audit_entry (
    event_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    action TEXT NOT NULL,
    actor_id UUID,
    exhibitor_id UUID,
    subject_id UUID,
    detail_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (event_id, seq)
);
CREATE INDEX audit_entry_exhibitor ON audit_entry (event_id, exhibitor_id, seq);

-- The detail is a text and no document: its hash is over these very bytes.
CREATE TABLE audit_detail (
    event_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (event_id, seq)
);
