"""Verdicts are append-only, and the database itself refuses a contributor's (DESIGN "Invariants" 3 and 4)."""

from django.db import migrations

VERDICT = """
CREATE FUNCTION aijri_guard_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM reviews_review r JOIN assessments_contribution c ON c.assessment_id = r.assessment_id
    WHERE r.id = NEW.review_id AND c.user_id = NEW.reviewer_id) THEN
    RAISE EXCEPTION 'Nobody decides on what they contributed to.' USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (
    SELECT 1 FROM reviews_review r JOIN assessments_assessment a ON a.id = r.assessment_id
    WHERE r.id = NEW.review_id AND r.state = 'open' AND r.content_hash = NEW.content_hash
      AND a.content_hash = NEW.content_hash AND a.methodology_id = r.methodology_id) THEN
    RAISE EXCEPTION 'A verdict belongs to an open review of exactly the content that was read.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_verdict BEFORE INSERT ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION aijri_guard_verdict();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON reviews_verdict FOR EACH ROW EXECUTE FUNCTION aijri_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON reviews_verdict EXECUTE FUNCTION aijri_refuse();
ALTER TABLE reviews_verdict ENABLE ALWAYS TRIGGER guard_verdict;
ALTER TABLE reviews_verdict ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE reviews_verdict ENABLE ALWAYS TRIGGER no_truncate;
"""
UNDO = """
DROP TRIGGER guard_verdict ON reviews_verdict;
DROP TRIGGER append_only ON reviews_verdict;
DROP TRIGGER no_truncate ON reviews_verdict;
DROP FUNCTION aijri_guard_verdict();
"""

REVIEW = """
CREATE FUNCTION aijri_guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed reviews_review%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Review % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  allowed.state := NEW.state;
  allowed.closed_at := NEW.closed_at;
  IF OLD.state <> 'open' OR NEW.state = 'open' OR NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'Review % can only be closed, once.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_review BEFORE UPDATE OR DELETE ON reviews_review
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_review();
ALTER TABLE reviews_review ENABLE ALWAYS TRIGGER guard_review;
"""
REVIEW_UNDO = "DROP TRIGGER guard_review ON reviews_review; DROP FUNCTION aijri_guard_review();"


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial"), ("assessments", "0002_guards")]

    operations = [migrations.RunSQL(VERDICT, UNDO), migrations.RunSQL(REVIEW, REVIEW_UNDO)]
