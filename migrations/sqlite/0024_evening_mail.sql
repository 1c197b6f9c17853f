-- Visitors hear once, when the day of their first scan closes, how many exhibitors met them, where the
-- organiser wants it.
ALTER TABLE event ADD COLUMN has_evening_mail INTEGER NOT NULL DEFAULT 0 CHECK (has_evening_mail IN (0, 1));
ALTER TABLE registration ADD COLUMN evening_mailed_at INTEGER;
