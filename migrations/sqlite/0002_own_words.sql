-- What attendees themselves said of their details, which what a booth recorded cannot undo; and whom
-- a badge stood for before it was assigned to somebody else.

ALTER TABLE lead ADD COLUMN own_word TEXT CHECK (own_word IN ('granted', 'withdrawn', 'erased'));
ALTER TABLE lead ADD COLUMN own_word_at INTEGER;
UPDATE lead SET own_word = consent, own_word_at = updated_at WHERE consent IN ('withdrawn', 'erased');

ALTER TABLE consent_entry ADD COLUMN is_own INTEGER NOT NULL DEFAULT 0 CHECK (is_own IN (0, 1));
UPDATE consent_entry SET is_own = 1 WHERE exhibitor_id IS NULL;

ALTER TABLE badge ADD COLUMN is_assigned INTEGER NOT NULL DEFAULT 0 CHECK (is_assigned IN (0, 1));

-- From from_at on, the badge stood for somebody else than this registration.
CREATE TABLE badge_assignment (
    event_id BLOB NOT NULL,
    id BLOB NOT NULL,
    badge_id BLOB NOT NULL,
    registration_id BLOB NOT NULL,
    from_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id)
) STRICT;
CREATE INDEX badge_assignment_badge ON badge_assignment (event_id, badge_id);
