-- Visitors hear once, when the day of their first scan closes, how many exhibitors met them, where the
-- organiser wants it.
ALTER TABLE event ADD COLUMN has_evening_mail BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE registration ADD COLUMN evening_mailed_at BIGINT;
