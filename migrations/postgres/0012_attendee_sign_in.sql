-- Attendees sign in by a mailed link, and ask for their data to be erased. Hashes only of secrets.

-- The address in the form in which addresses are compared; several people may share one.
ALTER TABLE registration ADD COLUMN email TEXT;
UPDATE registration SET email = lower(trim(contact ->> 'email')) WHERE contact ->> 'email' IS NOT NULL;
CREATE INDEX registration_email ON registration (email) WHERE email IS NOT NULL;

CREATE TABLE attendee_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX attendee_link_email ON attendee_link (email);
CREATE INDEX attendee_link_end ON attendee_link (expires_at);

CREATE TABLE attendee_sign_in (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX attendee_sign_in_end ON attendee_sign_in (expires_at);

CREATE TABLE erasure_request (
    event_id UUID NOT NULL,
    registration_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, registration_id),
    FOREIGN KEY (event_id, registration_id) REFERENCES registration (event_id, id) ON DELETE CASCADE
);
