-- What attendees themselves said of their details, which what a booth recorded cannot undo; and whom
-- a badge stood for before it was assigned to somebody else.

ALTER TABLE lead ADD COLUMN own_word TEXT CHECK (own_word IN ('granted', 'withdrawn', 'erased'));
ALTER TABLE lead ADD COLUMN own_word_at BIGINT;
UPDATE lead SET own_word = consent, own_word_at = updated_at WHERE consent IN ('withdrawn', 'erased');

ALTER TABLE consent_entry ADD COLUMN is_own BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE consent_entry SET is_own = TRUE WHERE exhibitor_id IS NULL;

ALTER TABLE badge ADD COLUMN is_assigned BOOLEAN NOT NULL DEFAULT FALSE;

-- From from_at on, the badge stood for somebody else than this registration.
CREATE TABLE badge_assignment (
    event_id UUID NOT NULL,
    id UUID NOT NULL,
    badge_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    from_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id)
);
CREATE INDEX badge_assignment_badge ON badge_assignment (event_id, badge_id);
