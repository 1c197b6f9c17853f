-- What the help desk does and can take back for a day; registrations that turned out to be one person.
ALTER TABLE registration ADD COLUMN merged_into UUID;

CREATE TABLE desk_action (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard')),
    account_id UUID,
    exhibitor_id UUID,
    subject_id UUID NOT NULL,
    leads BIGINT NOT NULL,
    undo JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    undone_at BIGINT,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX desk_action_created ON desk_action (event_id, created_at);

-- A device that scanned for the wrong exhibitor: what it sends later of that time moves too.
CREATE TABLE scan_move (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    device_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    target_id UUID NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    swept_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX scan_move_open ON scan_move (created_at) WHERE ended_at IS NULL;
