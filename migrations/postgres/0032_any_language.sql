-- A language is whatever has a file of words. The server knows which ones there are, so that another one needs
-- no migration.
ALTER TABLE mail DROP CONSTRAINT mail_language_check;
ALTER TABLE event DROP CONSTRAINT event_language_check;
ALTER TABLE team_member DROP CONSTRAINT team_member_language_check;
ALTER TABLE account DROP CONSTRAINT account_language_check;
ALTER TABLE organizer_invitation DROP CONSTRAINT organizer_invitation_language_check;
