-- A list of leads under a name: the address of the list, with its filters, order and columns.
CREATE TABLE saved_view (
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    id UUID NOT NULL,
    account_id UUID NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    is_shared BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (event_id, id),
    UNIQUE (event_id, exhibitor_id, account_id, name),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);

-- How many leads the exhibitor wants to have in the end; NULL is no goal.
ALTER TABLE exhibitor ADD COLUMN lead_goal BIGINT;

-- Who is told at closing time what the day brought, and the last local day that was told of.
ALTER TABLE team_member ADD COLUMN has_daily_mail BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE exhibitor ADD COLUMN daily_mailed_on TEXT;

-- The language that a person chose, for every browser and mail; NULL is none.
ALTER TABLE account ADD COLUMN language TEXT CHECK (language IN ('en', 'fr'));
