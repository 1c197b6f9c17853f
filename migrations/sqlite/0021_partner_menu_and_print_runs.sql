-- The menu of the partner space as the organiser sets it, print runs of badges, and rescue files that can
-- be taken back.

ALTER TABLE event ADD COLUMN partner_menu TEXT NOT NULL DEFAULT '[]';

-- A run covers the badges that its choice found when it began, each at its place.
CREATE TABLE print_run (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    choice TEXT NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'stopped', 'done')),
    account_id BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX print_run_created ON print_run (event_id, created_at);

CREATE TABLE print_run_badge (
    event_id BLOB NOT NULL REFERENCES event (id),
    run_id BLOB NOT NULL,
    place INTEGER NOT NULL,
    badge_id BLOB NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (event_id, run_id, place)
) STRICT;

CREATE TABLE desk_action_next (
    event_id BLOB NOT NULL REFERENCES event (id),
    id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard', 'reopen', 'swap', 'rescue')),
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
