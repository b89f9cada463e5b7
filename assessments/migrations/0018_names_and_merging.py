"""Addresses that roles had, and what a role was merged into."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

# After the row, not before: whoever waited for the unique index of somebody else's address sees what that one left.
GUARD = """
CREATE FUNCTION aijri_guard_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessments_role r JOIN assessments_formeraddress f ON f.slug = r.slug
             WHERE r.slug = NEW.slug) THEN
    RAISE EXCEPTION 'The address % leads to a role already, by what it was called or by what one is called.', NEW.slug
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_address AFTER INSERT OR UPDATE OF slug ON assessments_role
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_address();
CREATE TRIGGER guard_address AFTER INSERT OR UPDATE OF slug ON assessments_formeraddress
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_address();
ALTER TABLE assessments_role ENABLE ALWAYS TRIGGER guard_address;
ALTER TABLE assessments_formeraddress ENABLE ALWAYS TRIGGER guard_address;
"""
UNDO = """
DROP TRIGGER guard_address ON assessments_role;
DROP TRIGGER guard_address ON assessments_formeraddress;
DROP FUNCTION aijri_guard_address();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0017_rebuild_standing"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=420, unique=True)),
                ("left_at", models.DateTimeField()),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_addresses",
                        to="assessments.role",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="role",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="assessments.role",
            ),
        ),
        migrations.AddField(
            model_name="historicalrole",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="assessments.role",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | ~Q(status="merged") & Q(merged_into=None),
                name="role_merged_into_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(condition=~Q(merged_into=F("id")), name="role_never_merged_into_itself"),
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]
