-- More of what the help desk does and can take back: opening an exhibitor's leads again after they were
-- closed, and giving two people who wear each other's badges their own.

ALTER TABLE exhibitor ADD COLUMN leads_reopened_until INTEGER;

CREATE TABLE desk_action_next (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard', 'reopen', 'swap')),
    account_id BLOB,
    exhibitor_id BLOB,
    subject_id BLOB NOT NULL,
    leads INTEGER NOT NULL,
    undo TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_at INTEGER,
    PRIMARY KEY (event_id, id)
) STRICT;
INSERT INTO desk_action_next SELECT event_id, id, kind, account_id, exhibitor_id, subject_id, leads, undo, created_at,
    undone_at FROM desk_action;
DROP TABLE desk_action;
ALTER TABLE desk_action_next RENAME TO desk_action;
CREATE INDEX desk_action_created ON desk_action (event_id, created_at);
