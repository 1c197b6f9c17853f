-- What the organiser asks of each team member besides name and roles, a row a version, and what was answered.
CREATE TABLE team_form (
    event_id UUID NOT NULL REFERENCES event (id),
    version BIGINT NOT NULL,
    body JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID,
    PRIMARY KEY (event_id, version)
);
ALTER TABLE team_member ADD COLUMN extra JSONB NOT NULL DEFAULT '{}';
