-- The order in which a Leads tab shows its leads, newest scan first, so that its first page is read and
-- not sorted. It also holds what the numbers above the list add up, so that a space is counted in this
-- index alone: its entries are a tenth of the leads themselves.
DROP INDEX lead_newest;
CREATE INDEX lead_shown ON lead (
    event_id, space_id, COALESCE(last_scanned_at, newest_at), id,
    is_hidden, consent, registration_id, scan_count, first_scanned_at, last_scanned_at
);

-- Only leads of nobody known have a code.
DROP INDEX lead_code;
CREATE INDEX lead_code ON lead (event_id, code_hash) WHERE code_hash IS NOT NULL;
