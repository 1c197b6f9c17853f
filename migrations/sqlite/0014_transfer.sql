-- The device that a phone gives its place up from, when its browser's tab becomes an app.
ALTER TABLE pairing_code ADD COLUMN replaces_device_id BLOB;
