-- What exhibitors see of a person who named another e-mail address for them: the contact with that address in
-- the place of the registered one. NULL where they see the contact as it is.
ALTER TABLE registration ADD COLUMN exhibitor_contact JSONB;
