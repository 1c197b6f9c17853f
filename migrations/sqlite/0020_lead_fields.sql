-- Which leads hold answers or contact fields of the exhibitor's own: an export has a column for each
-- question and field that anybody has, and looking into every lead's document took a third of its time.
ALTER TABLE lead ADD COLUMN has_fields INTEGER NOT NULL DEFAULT 0 CHECK (has_fields IN (0, 1));
UPDATE lead SET has_fields = 1
    WHERE fold -> 'answers' IS NOT NULL OR fold -> 'contact' IS NOT NULL OR fold -> 'carried' IS NOT NULL;
CREATE INDEX lead_fields ON lead (event_id, space_id, id) WHERE has_fields;
