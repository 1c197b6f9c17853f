-- The questions that an exhibitor asks at the stand, a row a version: what was asked stays readable.

CREATE TABLE form (
    event_id UUID NOT NULL,
    exhibitor_id UUID NOT NULL,
    version BIGINT NOT NULL,
    body JSONB NOT NULL,
    created_at BIGINT NOT NULL,
    created_by UUID,
    PRIMARY KEY (event_id, exhibitor_id, version),
    FOREIGN KEY (event_id, exhibitor_id) REFERENCES exhibitor (event_id, id) ON DELETE CASCADE
);
