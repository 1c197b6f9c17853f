-- Entries of the audit log are added and never changed: what is personal lies beside them and can be erased.
CREATE TRIGGER audit_entry_stays_as_written BEFORE UPDATE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit log stays as it was written');
END;

CREATE TRIGGER audit_entry_stays BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'an entry of the audit log stays as it was written');
END;
