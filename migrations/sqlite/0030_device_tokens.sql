-- Devices renew their tokens: the one that was given and not used yet, and those that were replaced, by which a
-- file of unsent captures still proves whose it is.
ALTER TABLE device ADD COLUMN next_token_hash BLOB;
CREATE UNIQUE INDEX device_next_token ON device (next_token_hash);
CREATE TABLE device_former_token (
    token_hash BLOB NOT NULL PRIMARY KEY,
    event_id BLOB NOT NULL,
    device_id BLOB NOT NULL,
    FOREIGN KEY (event_id, device_id) REFERENCES device (event_id, id) ON DELETE CASCADE
) STRICT;
-- The app that runs on it, as it said last.
ALTER TABLE device ADD COLUMN app_version TEXT;
CREATE INDEX device_former_token_device ON device_former_token (event_id, device_id);
