-- Whom of the organiser the people of the stands can ask.
ALTER TABLE event ADD COLUMN partner_contacts JSONB NOT NULL DEFAULT '[]';
-- What lists of people are ordered by is folded by the server. The database compares it as it is written, not by
-- the language that it was set up in: both engines then have one order, and the places of cursors stay.
ALTER TABLE registration ALTER COLUMN sort_name TYPE TEXT COLLATE "C";
ALTER TABLE lead ALTER COLUMN search TYPE TEXT COLLATE "C";
