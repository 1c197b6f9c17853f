-- Devices renew their tokens: the one that was given and not used yet, and those that were replaced, by which a
-- file of unsent captures still proves whose it is.
ALTER TABLE device ADD COLUMN next_token_hash BYTEA;
CREATE UNIQUE INDEX device_next_token ON device (next_token_hash);
CREATE TABLE device_former_token (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    event_id UUID NOT NULL,
    device_id UUID NOT NULL,
    FOREIGN KEY (event_id, device_id) REFERENCES device (event_id, id) ON DELETE CASCADE
);
-- The app that runs on it, as it said last.
ALTER TABLE device ADD COLUMN app_version TEXT;
CREATE INDEX device_former_token_device ON device_former_token (event_id, device_id);
