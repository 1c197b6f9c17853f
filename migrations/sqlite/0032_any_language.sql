-- A language is whatever has a file of words. The server knows which ones there are, so that another one needs
-- no migration; SQLite drops a CHECK only with its column.
ALTER TABLE mail ADD COLUMN any_language TEXT NOT NULL DEFAULT 'en';
UPDATE mail SET any_language = language;
ALTER TABLE mail DROP COLUMN language;
ALTER TABLE mail RENAME COLUMN any_language TO language;

ALTER TABLE event ADD COLUMN any_language TEXT NOT NULL DEFAULT 'en';
UPDATE event SET any_language = language;
ALTER TABLE event DROP COLUMN language;
ALTER TABLE event RENAME COLUMN any_language TO language;

ALTER TABLE team_member ADD COLUMN any_language TEXT;
UPDATE team_member SET any_language = language;
ALTER TABLE team_member DROP COLUMN language;
ALTER TABLE team_member RENAME COLUMN any_language TO language;

ALTER TABLE account ADD COLUMN any_language TEXT;
UPDATE account SET any_language = language;
ALTER TABLE account DROP COLUMN language;
ALTER TABLE account RENAME COLUMN any_language TO language;

ALTER TABLE organizer_invitation ADD COLUMN any_language TEXT NOT NULL DEFAULT 'en';
UPDATE organizer_invitation SET any_language = language;
ALTER TABLE organizer_invitation DROP COLUMN language;
ALTER TABLE organizer_invitation RENAME COLUMN any_language TO language;
