-- What the help desk does and can take back for a day; registrations that turned out to be one person.
ALTER TABLE registration ADD COLUMN merged_into BLOB;

CREATE TABLE desk_action (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard')),
    account_id BLOB,
    exhibitor_id BLOB,
    subject_id BLOB NOT NULL,
    leads INTEGER NOT NULL,
    undo TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at INTEGER,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX desk_action_created ON desk_action (event_id, created_at);

-- A device that scanned for the wrong exhibitor: what it sends later of that time moves too.
CREATE TABLE scan_move (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    target_id BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    swept_seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX scan_move_open ON scan_move (created_at) WHERE ended_at IS NULL;
