-- A list of leads under a name: the address of the list, with its filters, order and columns.
CREATE TABLE saved_view (
    event_id BLOB NOT NULL,
    exhibitor_id BLOB NOT NULL,
    id BLOB NOT NULL,
    account_id BLOB NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_shared INTEGER NOT NULL CHECK (is_shared IN (0, 1)),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, exhibitor_id, account_id, name),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
) STRICT;

-- How many leads the exhibitor wants to have in the end; NULL is no goal.
ALTER TABLE exhibitor ADD COLUMN lead_goal INTEGER;

-- Who is told at closing time what the day brought, and the last local day that was told of.
ALTER TABLE team_member ADD COLUMN has_daily_mail INTEGER NOT NULL DEFAULT 0 CHECK (has_daily_mail IN (0, 1));
ALTER TABLE exhibitor ADD COLUMN daily_mailed_on TEXT;

-- The language that a person chose, for every browser and mail; NULL is none.
ALTER TABLE account ADD COLUMN language TEXT CHECK (language IN ('en', 'fr'));
