-- When the organiser last reminded an exhibitor of what is still to be done before the doors open.
ALTER TABLE exhibitor ADD COLUMN reminded_at BIGINT;
