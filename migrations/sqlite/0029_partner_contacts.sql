-- Whom of the organiser the people of the stands can ask. SQLite compares texts as they are written already.
ALTER TABLE event ADD COLUMN partner_contacts TEXT NOT NULL DEFAULT '[]';
