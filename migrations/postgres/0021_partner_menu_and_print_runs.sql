-- The menu of the partner space as the organiser sets it, print runs of badges, and rescue files that can
-- be taken back.

ALTER TABLE event ADD COLUMN partner_menu JSONB NOT NULL DEFAULT '[]';

-- A run covers the badges that its choice found when it began, each at its place.
CREATE TABLE print_run (
    event_id UUID NOT NULL REFERENCES event (id),
    id UUID NOT NULL,
    choice JSONB NOT NULL,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'stopped', 'done')),
    account_id UUID,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX print_run_created ON print_run (event_id, created_at);

CREATE TABLE print_run_badge (
    event_id UUID NOT NULL REFERENCES event (id),
    run_id UUID NOT NULL,
    place BIGINT NOT NULL,
    badge_id UUID NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (event_id, run_id, place)
);

ALTER TABLE desk_action DROP CONSTRAINT desk_action_kind_check;
ALTER TABLE desk_action ADD CONSTRAINT desk_action_kind_check
    CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard', 'reopen', 'swap', 'rescue'));
