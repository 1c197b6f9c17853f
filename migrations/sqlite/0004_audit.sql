-- What somebody may have to answer for, as a chain of hashes per event over ids and salted hashes.
-- What is personal lies beside it, so that it can be erased and the chain still holds.

CREATE TABLE audit_head (
    event_id BLOB NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE audit_entry (
    event_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id BLOB,
    exhibitor_id BLOB,
    subject_id BLOB,
    detail_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (event_id, seq)
) STRICT;
CREATE INDEX audit_entry_exhibitor ON audit_entry (event_id, exhibitor_id, seq);

-- The detail is a text and no document: its hash is over these very bytes.
CREATE TABLE audit_detail (
    event_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    salt BLOB NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (event_id, seq)
) STRICT;
