-- Whether whoever has an account has shown that its address is theirs: by a link that was mailed to it. An invitation
-- has a second secret that goes to whoever invites, to be passed on; it lets somebody in and proves nothing of an
-- address. Those who are here count as proven; what was sent so far was mailed and told alike, and proves nothing.
ALTER TABLE account ADD COLUMN is_email_proven BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE invitation ADD COLUMN is_mailed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE organizer_invitation ADD COLUMN mailed_hash BYTEA;
CREATE UNIQUE INDEX organizer_invitation_mailed ON organizer_invitation (mailed_hash);

-- Visitors whom an admin had named as colleagues, and who never joined, are of no team to others.
UPDATE registration SET exhibitor_id = NULL, version = version + 1
WHERE lower(category) NOT IN ('exhibitor', 'exhibitors') AND EXISTS (
    SELECT 1 FROM team_member m WHERE m.event_id = registration.event_id AND m.registration_id = registration.id
    AND m.exhibitor_id = registration.exhibitor_id AND m.removed_at IS NULL AND m.account_id IS NULL
    AND NOT m.is_registered_here
);
