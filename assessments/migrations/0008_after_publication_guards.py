"""What the database refuses of retractions and flags; the trigger's moves of an assessment from the table."""

from django.db import migrations

# `transitions.pairs(MOVES)` as it stood when this was written; a test holds the database against the table of today.
ASSESSMENT_MOVES = """
      ('draft', 'in_review'), ('draft', 'withdrawn'), ('in_review', 'draft'), ('in_review', 'published'),
      ('published', 'superseded'), ('published', 'retracted')"""
RETRACTION_MOVES = "('open', 'confirmed'), ('open', 'withdrawn'), ('open', 'lapsed')"

ASSESSMENT = f"""
CREATE OR REPLACE FUNCTION aijri_guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_assessment%ROWTYPE;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'draft' OR aijri_door_open() THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'An assessment begins as a draft, not as %.', NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Assessment % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NOT (
    (OLD.status = NEW.status AND OLD.status IN ('draft', 'in_review'))
    OR (OLD.status, NEW.status) IN ({ASSESSMENT_MOVES})
  ) THEN
    RAISE EXCEPTION 'Assessment % is % and cannot become %, nor change.', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.role_id, OLD.number, OLD.created_at, OLD.created_by_id)
     IS DISTINCT FROM (NEW.role_id, NEW.number, NEW.created_at, NEW.created_by_id) THEN
    RAISE EXCEPTION 'Role, number and origin of assessment % never change.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  IF OLD.status = 'published' THEN
    allowed.status := NEW.status;
    IF NEW.status = 'superseded' THEN allowed.superseded_at := NEW.superseded_at; END IF;
    IF NEW.status = 'retracted' THEN
      IF NOT EXISTS (SELECT 1 FROM assessments_retraction WHERE assessment_id = OLD.id AND state = 'confirmed') THEN
        RAISE EXCEPTION 'Assessment % is retracted by two administrators.', OLD.id USING ERRCODE = 'check_violation';
      END IF;
      allowed.retracted_at := NEW.retracted_at;
    END IF;
  ELSIF OLD.status = 'in_review' THEN
    allowed.status := NEW.status;
    allowed.submitted_at := NEW.submitted_at;
    IF NEW.status = 'published' THEN
      allowed.published_at := NEW.published_at;
      allowed.published_score := NEW.published_score;
      allowed.published_zone := NEW.published_zone;
      allowed.published_sub_label := NEW.published_sub_label;
      allowed.published_label := NEW.published_label;
    END IF;
  ELSE
    RETURN NEW;
  END IF;
  IF NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'The content of assessment % cannot change while it is %.', OLD.id, OLD.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""
ASSESSMENT_UNDO = """
CREATE OR REPLACE FUNCTION aijri_guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_assessment%ROWTYPE;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'draft' OR aijri_door_open() THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'An assessment begins as a draft, not as %.', NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Assessment % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NOT (
    (OLD.status = NEW.status AND OLD.status IN ('draft', 'in_review'))
    OR (OLD.status, NEW.status) IN (
      ('draft', 'in_review'), ('draft', 'withdrawn'), ('in_review', 'draft'), ('in_review', 'published'),
      ('published', 'superseded'), ('published', 'retracted'))
  ) THEN
    RAISE EXCEPTION 'Assessment % is % and cannot become %, nor change.', OLD.id, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.role_id, OLD.number, OLD.created_at, OLD.created_by_id)
     IS DISTINCT FROM (NEW.role_id, NEW.number, NEW.created_at, NEW.created_by_id) THEN
    RAISE EXCEPTION 'Role, number and origin of assessment % never change.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  IF OLD.status = 'published' THEN
    allowed.status := NEW.status;
    IF NEW.status = 'superseded' THEN allowed.superseded_at := NEW.superseded_at; END IF;
    IF NEW.status = 'retracted' THEN allowed.retracted_at := NEW.retracted_at; END IF;
  ELSIF OLD.status = 'in_review' THEN
    allowed.status := NEW.status;
    allowed.submitted_at := NEW.submitted_at;
    IF NEW.status = 'published' THEN
      allowed.published_at := NEW.published_at;
      allowed.published_score := NEW.published_score;
      allowed.published_zone := NEW.published_zone;
      allowed.published_sub_label := NEW.published_sub_label;
      allowed.published_label := NEW.published_label;
    END IF;
  ELSE
    RETURN NEW;
  END IF;
  IF NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'The content of assessment % cannot change while it is %.', OLD.id, OLD.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

# Whoever signs holds the access role at that moment and wrote nothing of the version (invariant 3's spirit: nobody
# takes back alone, or with one other, what they made).
RETRACTION = f"""
CREATE FUNCTION aijri_may_retract(person bigint, version bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM assessments_accessrole WHERE user_id = person AND code = 'admin')
     AND NOT EXISTS (SELECT 1 FROM assessments_contribution WHERE user_id = person AND assessment_id = version)
$$;
CREATE FUNCTION aijri_guard_retraction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_retraction%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Retraction % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'open' OR NOT aijri_may_retract(NEW.proposed_by_id, NEW.assessment_id)
       OR NOT EXISTS (SELECT 1 FROM assessments_assessment WHERE id = NEW.assessment_id AND status = 'published') THEN
      RAISE EXCEPTION 'An administrator who did not contribute proposes to retract a published version.'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  allowed := OLD;
  allowed.state := NEW.state;
  allowed.answer := NEW.answer;
  allowed.closed_by_id := NEW.closed_by_id;
  allowed.closed_at := NEW.closed_at;
  IF (OLD.state, NEW.state) NOT IN ({RETRACTION_MOVES}) OR NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'Retraction % can only be closed, once.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.state = 'confirmed'
     AND (NEW.closed_by_id = NEW.proposed_by_id OR NOT aijri_may_retract(NEW.closed_by_id, NEW.assessment_id)) THEN
    RAISE EXCEPTION 'Another administrator who did not contribute confirms a retraction.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_retraction BEFORE INSERT OR UPDATE OR DELETE ON assessments_retraction
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_retraction();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_retraction EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_retraction ENABLE ALWAYS TRIGGER guard_retraction;
ALTER TABLE assessments_retraction ENABLE ALWAYS TRIGGER no_truncate;
"""
RETRACTION_UNDO = """
DROP TRIGGER guard_retraction ON assessments_retraction;
DROP TRIGGER no_truncate ON assessments_retraction;
DROP FUNCTION aijri_guard_retraction();
DROP FUNCTION aijri_may_retract(bigint, bigint);
"""

FLAG = """
CREATE FUNCTION aijri_guard_flag() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_reviewflag%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Flag % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    allowed := NEW;
    allowed.assessment_id := OLD.assessment_id;
    allowed.cause := OLD.cause;
    allowed.peer_id := OLD.peer_id;
    allowed.methodology_id := OLD.methodology_id;
    allowed.raised_at := OLD.raised_at;
    IF OLD.cleared_at IS NOT NULL OR NEW IS DISTINCT FROM allowed THEN
      RAISE EXCEPTION 'Flag % can only be cleared, once.', OLD.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NEW.clearance = 'reaffirmed' AND (
    NOT EXISTS (SELECT 1 FROM assessments_accessrole WHERE user_id = NEW.cleared_by_id AND code = 'reviewer')
    OR EXISTS (SELECT 1 FROM assessments_contribution
               WHERE user_id = NEW.cleared_by_id AND assessment_id = NEW.assessment_id)) THEN
    RAISE EXCEPTION 'A reviewer who did not contribute reaffirms a decision.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_flag BEFORE INSERT OR UPDATE OR DELETE ON assessments_reviewflag
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_flag();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_reviewflag EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_reviewflag ENABLE ALWAYS TRIGGER guard_flag;
ALTER TABLE assessments_reviewflag ENABLE ALWAYS TRIGGER no_truncate;
"""
FLAG_UNDO = """
DROP TRIGGER guard_flag ON assessments_reviewflag;
DROP TRIGGER no_truncate ON assessments_reviewflag;
DROP FUNCTION aijri_guard_flag();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0007_after_publication")]

    operations = [
        migrations.RunSQL(ASSESSMENT, ASSESSMENT_UNDO),
        migrations.RunSQL(RETRACTION, RETRACTION_UNDO),
        migrations.RunSQL(FLAG, FLAG_UNDO),
    ]
