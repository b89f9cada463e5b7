"""Calibration claims and their breaches; what the database refuses of them, and of relations between roles."""

import django.db.models.deletion
import django.db.models.functions.comparison
from django.conf import settings
from django.db import migrations, models

# `transitions.pairs(CLAIM_MOVES)` as it stood when this was written; a test holds the database against it.
CLAIM_MOVES = "('standing', 'withdrawn')"

CLAIM = f"""
CREATE FUNCTION aijri_holds(person bigint, access text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM assessments_accessrole WHERE user_id = person AND code = access)
$$;
CREATE FUNCTION aijri_guard_claim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_calibrationclaim%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Claim % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'standing' OR NOT aijri_holds(NEW.by_id, 'reviewer')
       OR EXISTS (SELECT 1 FROM assessments_role WHERE id IN (NEW.a_id, NEW.b_id) AND status <> 'active') THEN
      RAISE EXCEPTION 'A reviewer claims something of two active roles.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  allowed := OLD;
  allowed.state := NEW.state;
  allowed.withdrawn_by_id := NEW.withdrawn_by_id;
  allowed.withdrawn_at := NEW.withdrawn_at;
  allowed.withdrawal_reason := NEW.withdrawal_reason;
  IF (OLD.state, NEW.state) NOT IN ({CLAIM_MOVES}) OR NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'Claim % can only be withdrawn, once.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.withdrawn_by_id <> OLD.by_id AND NOT aijri_holds(NEW.withdrawn_by_id, 'admin') THEN
    RAISE EXCEPTION 'A claim is withdrawn by who declared it, or by an administrator.'
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_claim BEFORE INSERT OR UPDATE OR DELETE ON assessments_calibrationclaim
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_claim();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_calibrationclaim EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_calibrationclaim ENABLE ALWAYS TRIGGER guard_claim;
ALTER TABLE assessments_calibrationclaim ENABLE ALWAYS TRIGGER no_truncate;
"""
CLAIM_UNDO = """
DROP TRIGGER guard_claim ON assessments_calibrationclaim;
DROP TRIGGER no_truncate ON assessments_calibrationclaim;
DROP FUNCTION aijri_guard_claim();
DROP FUNCTION aijri_holds(bigint, text);
"""

BREACH = """
CREATE FUNCTION aijri_guard_breach() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed assessments_claimbreach%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Breach % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'UPDATE' THEN
    allowed := NEW;
    allowed.claim_id := OLD.claim_id;
    allowed.raised_at := OLD.raised_at;
    allowed.a_score := OLD.a_score;
    allowed.b_score := OLD.b_score;
    IF OLD.cleared_at IS NOT NULL OR NEW IS DISTINCT FROM allowed THEN
      RAISE EXCEPTION 'Breach % can only be cleared, once.', OLD.id USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NOT EXISTS (SELECT 1 FROM assessments_calibrationclaim WHERE id = NEW.claim_id AND state = 'standing') THEN
    RAISE EXCEPTION 'Only a claim that stands is broken.' USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.clearance = 'accepted' AND NOT aijri_holds(NEW.cleared_by_id, 'reviewer') THEN
    RAISE EXCEPTION 'A reviewer accepts a breach.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_breach BEFORE INSERT OR UPDATE OR DELETE ON assessments_claimbreach
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_breach();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_claimbreach EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_claimbreach ENABLE ALWAYS TRIGGER guard_breach;
ALTER TABLE assessments_claimbreach ENABLE ALWAYS TRIGGER no_truncate;
"""
BREACH_UNDO = """
DROP TRIGGER guard_breach ON assessments_claimbreach;
DROP TRIGGER no_truncate ON assessments_claimbreach;
DROP FUNCTION aijri_guard_breach();
"""

# Nobody is above themself, through however many. Whoever relates levels waits for the other, so that of two who close a
# circle from both ends one is refused. `actions.roles` asks the same function, to say so in a sentence.
RELATION = """
CREATE FUNCTION aijri_is_above(upper_role bigint, lower_role bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  WITH RECURSIVE beneath(role) AS (
    SELECT upper_role
    UNION
    SELECT CASE r.kind WHEN 'senior_of' THEN r.target_id ELSE r.source_id END
    FROM beneath JOIN assessments_rolerelation r
      ON r.source_id = beneath.role AND r.kind = 'senior_of' OR r.target_id = beneath.role AND r.kind = 'junior_of'
  )
  SELECT EXISTS (SELECT 1 FROM beneath WHERE role = lower_role)
$$;
CREATE FUNCTION aijri_guard_levels() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(742900004);
  IF aijri_is_above(CASE NEW.kind WHEN 'senior_of' THEN NEW.target_id ELSE NEW.source_id END,
                    CASE NEW.kind WHEN 'senior_of' THEN NEW.source_id ELSE NEW.target_id END) THEN
    RAISE EXCEPTION 'Role % is % of role % already the other way round.', NEW.source_id, NEW.kind, NEW.target_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION aijri_guard_target() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessments_role WHERE id = NEW.target_id AND status <> 'active') THEN
    RAISE EXCEPTION 'Nothing is related to role %, which is not active any more.', NEW.target_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_levels BEFORE INSERT OR UPDATE OF source_id, target_id, kind ON assessments_rolerelation
  FOR EACH ROW WHEN (NEW.kind IN ('senior_of', 'junior_of') AND NEW.source_id <> NEW.target_id)
  EXECUTE FUNCTION aijri_guard_levels();
CREATE TRIGGER guard_target BEFORE INSERT OR UPDATE OF target_id ON assessments_rolerelation
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_target();
ALTER TABLE assessments_rolerelation ENABLE ALWAYS TRIGGER guard_levels;
ALTER TABLE assessments_rolerelation ENABLE ALWAYS TRIGGER guard_target;
"""
RELATION_UNDO = """
DROP TRIGGER guard_levels ON assessments_rolerelation;
DROP TRIGGER guard_target ON assessments_rolerelation;
DROP FUNCTION aijri_guard_levels();
DROP FUNCTION aijri_guard_target();
DROP FUNCTION aijri_is_above(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0010_rebuilds"),
    ]

    operations = [
        migrations.CreateModel(
            name="CalibrationClaim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("at_least", "At least as high as"), ("within", "Within a distance of")], max_length=20
                    ),
                ),
                ("distance", models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("standing", "Standing"), ("withdrawn", "Withdrawn")],
                        default="standing",
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("withdrawal_reason", models.TextField(blank=True)),
                (
                    "a",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims_above", to="assessments.role"
                    ),
                ),
                (
                    "b",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims_below", to="assessments.role"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calibration_claims",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ClaimBreach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("raised_at", models.DateTimeField()),
                ("a_score", models.DecimalField(decimal_places=1, max_digits=4)),
                ("b_score", models.DecimalField(decimal_places=1, max_digits=4)),
                ("a_now", models.DecimalField(decimal_places=1, max_digits=4)),
                ("b_now", models.DecimalField(decimal_places=1, max_digits=4)),
                ("cleared_at", models.DateTimeField(null=True)),
                (
                    "clearance",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("mended", "The scores agree with the claim again, or one of them is gone"),
                            ("withdrawn", "The claim was withdrawn"),
                            ("accepted", "Its owner lives with these scores"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches",
                        to="assessments.calibrationclaim",
                    ),
                ),
                (
                    "cleared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="breaches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="calibrationclaim",
            index=models.Index(condition=models.Q(("state", "standing")), fields=["a"], name="standing_claims_of_a"),
        ),
        migrations.AddIndex(
            model_name="calibrationclaim",
            index=models.Index(condition=models.Q(("state", "standing")), fields=["b"], name="standing_claims_of_b"),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "at_least"), ("state", "standing")), fields=("a", "b"), name="claim_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.UniqueConstraint(
                django.db.models.functions.comparison.Least("a", "b"),
                django.db.models.functions.comparison.Greatest("a", "b"),
                condition=models.Q(("kind", "within"), ("state", "standing")),
                name="claim_once_from_either_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("a", models.F("b")), _negated=True), name="claim_never_of_itself"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="claim_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("distance__isnull", True), ("kind", "at_least")),
                    models.Q(
                        ("distance__gt", 0), ("distance__isnull", False), ("distance__lte", 100), ("kind", "within")
                    ),
                    _connector="OR",
                ),
                name="claim_within_a_distance",
            ),
        ),
        migrations.AddConstraint(
            model_name="calibrationclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "standing"),
                        ("withdrawal_reason", ""),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                    ),
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawal_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="claim_withdrawn_by_somebody_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="claimbreach",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cleared_at__isnull", True)), fields=("claim",), name="one_open_breach_per_claim"
            ),
        ),
        migrations.AddConstraint(
            model_name="claimbreach",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("clearance", ""), ("cleared_at__isnull", True), ("cleared_by__isnull", True), ("reason", "")
                    ),
                    models.Q(
                        ("clearance", "mended"),
                        ("cleared_at__isnull", False),
                        ("cleared_by__isnull", True),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("clearance__in", ["withdrawn", "accepted"]),
                        ("cleared_at__isnull", False),
                        ("cleared_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="breach_cleared_somehow",
            ),
        ),
        migrations.RunSQL(CLAIM, CLAIM_UNDO),
        migrations.RunSQL(BREACH, BREACH_UNDO),
        migrations.RunSQL(RELATION, RELATION_UNDO),
    ]
