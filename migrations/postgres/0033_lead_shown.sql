-- The order in which a Leads tab shows its leads, newest scan first, so that its first page is read and
-- not sorted. A lead that is edited and not scanned again keeps its place in it.
DROP INDEX lead_newest;
CREATE INDEX lead_shown ON lead (event_id, space_id, (COALESCE(last_scanned_at, newest_at)), id);

-- Only leads of nobody known have a code.
DROP INDEX lead_code;
CREATE INDEX lead_code ON lead (event_id, code_hash) WHERE code_hash IS NOT NULL;
