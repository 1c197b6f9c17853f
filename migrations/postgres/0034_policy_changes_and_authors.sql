-- How often what the event discloses has changed, so that whoever writes a lead sees that it changed meanwhile.
ALTER TABLE event ADD COLUMN policy_version BIGINT NOT NULL DEFAULT 0;

-- Changes whose leads are not all written anew yet: of one space, or of all where the space is the event's own.
-- How far it came is beside it; one more change of the same begins again under another id.
CREATE TABLE policy_change (
    event_id UUID NOT NULL REFERENCES event (id),
    space_id UUID NOT NULL,
    id UUID NOT NULL,
    after_space_id UUID,
    after_lead_id UUID,
    PRIMARY KEY (event_id, space_id)
);

-- What a capture that was kept aside is worth when it is taken in after all.
ALTER TABLE rejected_capture ADD COLUMN corrected_at BIGINT;
ALTER TABLE rejected_capture ADD COLUMN booth_id UUID;

-- Whether the registration of a member was made by the team, so that it ends with the member.
ALTER TABLE team_member ADD COLUMN is_registered_here BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE team_member SET is_registered_here = TRUE WHERE EXISTS (
    SELECT 1 FROM registration r WHERE r.event_id = team_member.event_id AND r.id = team_member.registration_id
    AND r.exhibitor_id = team_member.exhibitor_id AND r.external_id IS NULL AND r.created_at >= team_member.created_at
);

-- Rows that were written before may be found by what a code itself carries, of people whom the event knows: all are
-- written anew once, by the server that starts with this.
INSERT INTO policy_change (event_id, space_id, id) SELECT id, id, id FROM event;
