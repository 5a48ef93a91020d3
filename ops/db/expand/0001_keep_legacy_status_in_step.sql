-- v1.3.0 writes loans.status alone, and versions before it read loans.legacy_status. While both run, whoever writes
-- the one writes the other. Rows that v1.3.0 inserts get their legacy_status this way as well.
CREATE FUNCTION loans_keep_legacy_status() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  NEW.legacy_status := CASE NEW.status WHEN 'current' THEN 'C' WHEN 'late' THEN 'L' ELSE 'P' END;
  RETURN NEW;
END
$$;

CREATE TRIGGER loans_keep_legacy_status
  BEFORE INSERT OR UPDATE OF status ON loans
  FOR EACH ROW EXECUTE FUNCTION loans_keep_legacy_status();
