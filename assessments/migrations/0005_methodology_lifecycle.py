"""A method comes into force by two administrators alone; what was in force, and finished dry runs, never change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION aijri_guard_methodology() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status = 'draft' OR NOT EXISTS (SELECT 1 FROM assessments_methodology) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A method begins as a draft, not as %.', NEW.status USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Method % is never deleted.', OLD.version USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.status <> 'draft' OR NEW.status <> 'draft')
     AND (OLD.version, OLD.definition, OLD.note) IS DISTINCT FROM (NEW.version, NEW.definition, NEW.note) THEN
    RAISE EXCEPTION 'Method % was in force: it never changes again.', OLD.version USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status = NEW.status THEN RETURN NEW; END IF;
  IF (OLD.status, NEW.status) IN (('draft', 'retired'), ('active', 'retired')) THEN RETURN NEW; END IF;
  IF (OLD.status, NEW.status) <> ('draft', 'active') THEN
    RAISE EXCEPTION 'Method % is % and cannot become %.', OLD.version, OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT count(DISTINCT administrator_id) FROM assessments_methodapproval
      WHERE methodology_id = NEW.id AND definition = NEW.definition) < 2 THEN
    RAISE EXCEPTION 'Method % needs the approval of two administrators.', NEW.version USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
DROP TRIGGER guard_methodology ON assessments_methodology;
CREATE TRIGGER guard_methodology BEFORE INSERT OR UPDATE OR DELETE ON assessments_methodology
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_methodology();
ALTER TABLE assessments_methodology ENABLE ALWAYS TRIGGER guard_methodology;
"""
GUARD_UNDO = """
CREATE OR REPLACE FUNCTION aijri_guard_methodology() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP TRIGGER guard_methodology ON assessments_methodology;
CREATE TRIGGER guard_methodology BEFORE UPDATE OR DELETE ON assessments_methodology
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_methodology();
ALTER TABLE assessments_methodology ENABLE ALWAYS TRIGGER guard_methodology;
"""

APPROVALS = """
CREATE FUNCTION aijri_guard_method_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM assessments_accessrole WHERE user_id = NEW.administrator_id AND code = 'admin')
     OR NOT EXISTS (SELECT 1 FROM assessments_methodology WHERE id = NEW.methodology_id AND status = 'draft'
                    AND definition = NEW.definition) THEN
    RAISE EXCEPTION 'An administrator approves a draft method as it stands.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_method_approval BEFORE INSERT ON assessments_methodapproval
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_method_approval();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON assessments_methodapproval
  FOR EACH ROW EXECUTE FUNCTION aijri_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_methodapproval EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_methodapproval ENABLE ALWAYS TRIGGER guard_method_approval;
ALTER TABLE assessments_methodapproval ENABLE ALWAYS TRIGGER append_only;
ALTER TABLE assessments_methodapproval ENABLE ALWAYS TRIGGER no_truncate;
"""
APPROVALS_UNDO = """
DROP TRIGGER guard_method_approval ON assessments_methodapproval;
DROP TRIGGER append_only ON assessments_methodapproval;
DROP TRIGGER no_truncate ON assessments_methodapproval;
DROP FUNCTION aijri_guard_method_approval();
"""

DRY_RUNS = """
CREATE FUNCTION aijri_guard_dry_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.finished_at IS NOT NULL
     OR (OLD.methodology_id, OLD.definition, OLD.against_id)
        IS DISTINCT FROM (NEW.methodology_id, NEW.definition, NEW.against_id) THEN
    RAISE EXCEPTION 'A dry run that is finished never changes.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_dry_run BEFORE UPDATE OR DELETE ON assessments_dryrun
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_dry_run();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_dryrun EXECUTE FUNCTION aijri_refuse();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON assessments_methodology EXECUTE FUNCTION aijri_refuse();
ALTER TABLE assessments_dryrun ENABLE ALWAYS TRIGGER guard_dry_run;
ALTER TABLE assessments_dryrun ENABLE ALWAYS TRIGGER no_truncate;
ALTER TABLE assessments_methodology ENABLE ALWAYS TRIGGER no_truncate;
"""
DRY_RUNS_UNDO = """
DROP TRIGGER guard_dry_run ON assessments_dryrun;
DROP TRIGGER no_truncate ON assessments_dryrun;
DROP TRIGGER no_truncate ON assessments_methodology;
DROP FUNCTION aijri_guard_dry_run();
"""

RECOMPUTE_IS_ABOUT_A_ROLE = """
ALTER TABLE assessments_outboxmessage ADD CONSTRAINT recompute_is_about_a_role
  CHECK (topic <> 'assessments.recompute_peers' OR role_id IS NOT NULL);
"""
RECOMPUTE_IS_ABOUT_A_ROLE_UNDO = "ALTER TABLE assessments_outboxmessage DROP CONSTRAINT recompute_is_about_a_role;"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0004_occupations")]

    operations = [
        migrations.AddField(
            model_name="historicalmethodology",
            name="based_on",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="assessments.methodology",
            ),
        ),
        migrations.AddField(
            model_name="historicalmethodology",
            name="created_by",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalmethodology",
            name="note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="historicalmethodology",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="methodology",
            name="based_on",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.methodology"
            ),
        ),
        migrations.AddField(
            model_name="methodology",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="methodology",
            name="note",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="methodology",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outboxmessage",
            name="payload",
            field=models.JSONField(default=dict),
        ),
        migrations.AlterField(
            model_name="outboxmessage",
            name="role",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="outbox_messages",
                to="assessments.role",
            ),
        ),
        migrations.CreateModel(
            name="DryRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("definition", models.JSONField()),
                ("requested_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(null=True)),
                ("report", models.JSONField(null=True)),
                ("moves", models.BinaryField(null=True)),
                ("failure", models.TextField(blank=True)),
                (
                    "against",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.methodology"
                    ),
                ),
                (
                    "methodology",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dry_runs",
                        to="assessments.methodology",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("finished_at__isnull", True)),
                        fields=("methodology",),
                        name="one_running_dry_run_per_method",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("finished_at__isnull", True),
                            ("report__isnull", False),
                            models.Q(("failure", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="finished_dry_run_has_a_report_or_a_failure",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MethodApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("definition", models.JSONField()),
                ("reason", models.TextField()),
                ("given_at", models.DateTimeField()),
                (
                    "administrator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "methodology",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approvals",
                        to="assessments.methodology",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="method_approval_has_a_reason"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, GUARD_UNDO),
        migrations.RunSQL(APPROVALS, APPROVALS_UNDO),
        migrations.RunSQL(DRY_RUNS, DRY_RUNS_UNDO),
        migrations.RunSQL(RECOMPUTE_IS_ABOUT_A_ROLE, RECOMPUTE_IS_ABOUT_A_ROLE_UNDO),
    ]
