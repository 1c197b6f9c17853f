-- When a device last scanned the practice badge: light, camera, network and sound were tried then.
ALTER TABLE device ADD COLUMN tested_at BIGINT;
