-- Whether commercial contacts manage their own meetings from the attendee area, without access to the space.
ALTER TABLE meeting_rules ADD COLUMN contacts_manage INTEGER NOT NULL DEFAULT 0 CHECK (contacts_manage IN (0, 1));
