-- What phones without network need: a key pair for rescue files, and quick looks at what changed
-- among the badges.

CREATE TABLE rescue_key (
    event_id BLOB NOT NULL PRIMARY KEY REFERENCES event (id),
    public_key BLOB NOT NULL,
    secret_key BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX badge_created ON badge (event_id, created_at);
CREATE INDEX badge_revoked ON badge (event_id) WHERE status IN ('lost', 'cancelled', 'misuse');
