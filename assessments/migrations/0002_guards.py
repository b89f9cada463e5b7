"""What the database itself refuses, whoever asks (invariants 2, 3, 4, 7, 9), and the hash chain of the ledger."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

APPEND_ONLY = [
    "assessments_auditevent",
    "assessments_auditlink",
    "assessments_contribution",
    "assessments_decision",
    "assessments_historicalassessment",
    "assessments_historicalmethodology",
    "assessments_historicalrole",
    "assessments_historicalrolerelation",
]
HISTORY = [table for table in APPEND_ONLY if "historical" in table]

# The one named door for a later migration: an event of the ledger, written in the same transaction.
DOOR = """
CREATE FUNCTION aijri_door_open() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1 FROM assessments_auditevent
    WHERE verb = 'maintenance.door_opened' AND data->>'transaction' = pg_current_xact_id()::text)
$$;
"""
DOOR_UNDO = "DROP FUNCTION aijri_door_open();"

ASSESSMENT = """
CREATE FUNCTION aijri_guard_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER guard_assessment BEFORE INSERT OR UPDATE OR DELETE ON assessments_assessment
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_assessment();
ALTER TABLE assessments_assessment ENABLE ALWAYS TRIGGER guard_assessment;

CREATE FUNCTION aijri_published_has_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT aijri_door_open() AND NOT EXISTS (
    SELECT 1 FROM assessments_decision d
    WHERE d.assessment_id = NEW.id AND d.content_hash = NEW.content_hash AND d.methodology_id = NEW.methodology_id
      AND (d.published_score, d.published_zone, d.published_label)
        = (NEW.published_score, NEW.published_zone, NEW.published_label)) THEN
    RAISE EXCEPTION 'Assessment % cannot be published without its decision.', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER published_has_decision AFTER INSERT OR UPDATE ON assessments_assessment
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'published')
  EXECUTE FUNCTION aijri_published_has_decision();
ALTER TABLE assessments_assessment ENABLE ALWAYS TRIGGER published_has_decision;
"""
ASSESSMENT_UNDO = """
DROP TRIGGER guard_assessment ON assessments_assessment;
DROP TRIGGER published_has_decision ON assessments_assessment;
DROP FUNCTION aijri_guard_assessment();
DROP FUNCTION aijri_published_has_decision();
"""

DECISION = """
CREATE FUNCTION aijri_guard_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT aijri_door_open() AND EXISTS (
    SELECT 1 FROM assessments_contribution c
    WHERE c.assessment_id = NEW.assessment_id AND c.user_id IN (NEW.decided_by_id, NEW.concurring_id)) THEN
    RAISE EXCEPTION 'Nobody decides on what they contributed to.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_decision BEFORE INSERT ON assessments_decision
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_decision();
ALTER TABLE assessments_decision ENABLE ALWAYS TRIGGER guard_decision;
"""
DECISION_UNDO = "DROP TRIGGER guard_decision ON assessments_decision; DROP FUNCTION aijri_guard_decision();"

# A method that was ever in force is what published rows stand on.
METHODOLOGY = """
CREATE FUNCTION aijri_guard_methodology() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'draft' OR aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR (OLD.version, OLD.definition) IS DISTINCT FROM (NEW.version, NEW.definition) THEN
    RAISE EXCEPTION 'Method % was in force: it never changes again.', OLD.version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_methodology BEFORE UPDATE OR DELETE ON assessments_methodology
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_methodology();
ALTER TABLE assessments_methodology ENABLE ALWAYS TRIGGER guard_methodology;
"""
METHODOLOGY_UNDO = """
DROP TRIGGER guard_methodology ON assessments_methodology;
DROP FUNCTION aijri_guard_methodology();
"""

REFUSE = """
CREATE FUNCTION aijri_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'TRUNCATE' AND aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '% of % is refused: it is append-only.', TG_OP, TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_assessment EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_assessment ENABLE ALWAYS TRIGGER no_truncate;
"""
REFUSE_UNDO = "DROP TRIGGER no_truncate ON assessments_assessment; DROP FUNCTION aijri_refuse();"


def append_only(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION aijri_refuse();
        CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION aijri_refuse();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
        """,
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER no_truncate ON {table};",
    )


def history_has_actor_and_reason(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""ALTER TABLE {table} ADD CONSTRAINT {table}_actor_and_reason
            CHECK (history_user_id IS NOT NULL AND coalesce(history_change_reason, '') <> '');""",
        f"ALTER TABLE {table} DROP CONSTRAINT {table}_actor_and_reason;",
    )


# The chain is linked at commit under one lock, by INSERT into a table of its own: a read-then-write chain forks under
# load, a lock taken before commit deadlocks, and an UPDATE of the event would meet its append-only guard.
CHAIN = """
CREATE FUNCTION aijri_link_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = public, pg_temp AS $$
DECLARE
  last text;
BEGIN
  PERFORM pg_advisory_xact_lock(742900001);
  SELECT hash INTO last FROM assessments_auditlink ORDER BY id DESC LIMIT 1;
  last := coalesce(last, repeat('0', 64));
  INSERT INTO assessments_auditlink (event_id, prev, hash)
  VALUES (NEW.id, last, encode(sha256(convert_to(last || NEW.text, 'UTF8')), 'hex'));
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER link_event AFTER INSERT ON assessments_auditevent
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION aijri_link_event();
ALTER TABLE assessments_auditevent ENABLE ALWAYS TRIGGER link_event;

CREATE FUNCTION aijri_only_the_chain_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'Links of the ledger are made by the database alone.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER only_the_chain BEFORE INSERT ON assessments_auditlink
  FOR EACH ROW EXECUTE FUNCTION aijri_only_the_chain_links();
ALTER TABLE assessments_auditlink ENABLE ALWAYS TRIGGER only_the_chain;
"""
CHAIN_UNDO = """
DROP TRIGGER link_event ON assessments_auditevent;
DROP TRIGGER only_the_chain ON assessments_auditlink;
DROP FUNCTION aijri_link_event();
DROP FUNCTION aijri_only_the_chain_links();
"""

SEARCH = """
CREATE INDEX role_title_trigram ON assessments_role USING gin (lower(title) gin_trgm_ops);
CREATE INDEX role_alias_trigram ON assessments_rolealias USING gin (lower(text) gin_trgm_ops);
"""
SEARCH_UNDO = "DROP INDEX role_title_trigram; DROP INDEX role_alias_trigram;"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(DOOR, DOOR_UNDO),
        migrations.RunSQL(ASSESSMENT, ASSESSMENT_UNDO),
        migrations.RunSQL(DECISION, DECISION_UNDO),
        migrations.RunSQL(METHODOLOGY, METHODOLOGY_UNDO),
        migrations.RunSQL(REFUSE, REFUSE_UNDO),
        *[append_only(table) for table in APPEND_ONLY],
        *[history_has_actor_and_reason(table) for table in HISTORY],
        migrations.RunSQL(CHAIN, CHAIN_UNDO),
        migrations.RunSQL(SEARCH, SEARCH_UNDO),
    ]
