-- Links that prove the other address for exhibitors to be the attendee's own, each mailed to that address.
CREATE TABLE exhibitor_email_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    FOREIGN KEY (event_id, registration_id) REFERENCES registration (event_id, id) ON DELETE CASCADE
);
CREATE INDEX exhibitor_email_link_registration ON exhibitor_email_link (event_id, registration_id);
CREATE INDEX exhibitor_email_link_made ON exhibitor_email_link (created_at);
