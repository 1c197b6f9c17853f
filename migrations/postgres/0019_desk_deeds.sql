-- More of what the help desk does and can take back: opening an exhibitor's leads again after they were
-- closed, and giving two people who wear each other's badges their own.

ALTER TABLE exhibitor ADD COLUMN leads_reopened_until BIGINT;

ALTER TABLE desk_action DROP CONSTRAINT desk_action_kind_check;
ALTER TABLE desk_action ADD CONSTRAINT desk_action_kind_check
    CHECK (kind IN ('merge', 'assign', 'move', 'release', 'discard', 'reopen', 'swap'));
