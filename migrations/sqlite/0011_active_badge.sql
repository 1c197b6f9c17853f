-- The badge that a person wears now is looked up for every scan: by person, the newest first. The
-- index by time alone, which the badge filter reads, would be walked from end to end instead.

DROP INDEX badge_registration;
CREATE INDEX badge_registration ON badge (event_id, registration_id, created_at, id);
