"""Occupations of O*NET: codes of roles, names with their origin, related occupations with tier and index."""

import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

HISTORY = ["assessments_historicalrolealias", "assessments_historicalrolecode"]


def guarded(table):
    """The guards that every history table has (0002): append-only, with actor and reason."""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION aijri_refuse();
        CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION aijri_refuse();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER no_truncate;
        ALTER TABLE {table} ADD CONSTRAINT {table}_actor_and_reason
          CHECK (history_user_id IS NOT NULL AND coalesce(history_change_reason, '') <> '');
        """,
        f"""
        DROP TRIGGER append_only ON {table}; DROP TRIGGER no_truncate ON {table};
        ALTER TABLE {table} DROP CONSTRAINT {table}_actor_and_reason;
        """,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_method_1_0"),
    ]

    operations = [
        migrations.CreateModel(
            name="CatalogueRelease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(choices=[("onet-soc", "O*NET-SOC")], max_length=20)),
                ("name", models.CharField(max_length=80)),
                ("digest", models.CharField(max_length=64)),
                ("counts", models.JSONField()),
                ("read_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HistoricalRoleAlias",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("text", models.CharField(max_length=200)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("person", "Given by a person"),
                            ("onet", "Alternate title in O*NET"),
                            ("former", "Earlier title in O*NET"),
                        ],
                        default="person",
                        max_length=20,
                    ),
                ),
                ("history_change_reason", models.TextField()),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical role alias",
                "verbose_name_plural": "historical role aliass",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalRoleCode",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("scheme", models.CharField(choices=[("onet-soc", "O*NET-SOC")], max_length=20)),
                ("code", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("job_zone", models.PositiveSmallIntegerField(null=True)),
                ("history_change_reason", models.TextField()),
                ("history_id", models.BigAutoField(editable=False, primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical role code",
                "verbose_name_plural": "historical role codes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RoleCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(choices=[("onet-soc", "O*NET-SOC")], max_length=20)),
                ("code", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=200)),
                ("description", models.TextField(blank=True)),
                ("job_zone", models.PositiveSmallIntegerField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="historicalrolerelation",
            name="index",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="historicalrolerelation",
            name="tier",
            field=models.CharField(
                choices=[
                    ("Primary-Short", "Primary-Short"),
                    ("Primary-Long", "Primary-Long"),
                    ("Supplemental", "Supplemental"),
                ],
                max_length=20,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="rolealias",
            name="origin",
            field=models.CharField(
                choices=[
                    ("person", "Given by a person"),
                    ("onet", "Alternate title in O*NET"),
                    ("former", "Earlier title in O*NET"),
                ],
                default="person",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="rolerelation",
            name="index",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rolerelation",
            name="tier",
            field=models.CharField(
                choices=[
                    ("Primary-Short", "Primary-Short"),
                    ("Primary-Long", "Primary-Long"),
                    ("Supplemental", "Supplemental"),
                ],
                max_length=20,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="historicalrolerelation",
            name="origin",
            field=models.CharField(
                choices=[
                    ("document", "Named in a published document"),
                    ("administrator", "Set by an administrator"),
                    ("import", "Imported"),
                    ("onet", "Related occupations of O*NET"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="rolerelation",
            name="origin",
            field=models.CharField(
                choices=[
                    ("document", "Named in a published document"),
                    ("administrator", "Set by an administrator"),
                    ("import", "Imported"),
                    ("onet", "Related occupations of O*NET"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="rolealias",
            constraint=models.CheckConstraint(
                condition=models.Q(("origin__in", ["person", "onet", "former"])), name="role_alias_origin_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolerelation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("index", None), ("tier", None)),
                    models.Q(
                        ("index__isnull", False),
                        ("tier__isnull", False),
                        ("index__range", (1, 20)),
                        ("kind", "related"),
                        ("tier__in", ["Primary-Short", "Primary-Long", "Supplemental"]),
                    ),
                    _connector="OR",
                ),
                name="relation_tier_and_index_together",
            ),
        ),
        migrations.AddField(
            model_name="cataloguerelease",
            name="read_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalrolealias",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalrolealias",
            name="role",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="assessments.role",
            ),
        ),
        migrations.AddField(
            model_name="historicalrolecode",
            name="history_user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="historicalrolecode",
            name="role",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="assessments.role",
            ),
        ),
        migrations.AddField(
            model_name="rolecode",
            name="role",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="codes", to="assessments.role"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolecode",
            constraint=models.UniqueConstraint(fields=("scheme", "code"), name="role_code_once"),
        ),
        migrations.AddConstraint(
            model_name="rolecode",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", ["onet-soc"])), name="role_code_scheme_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolecode",
            constraint=models.CheckConstraint(
                condition=models.Q(("job_zone__range", (1, 5))), name="role_code_job_zone_range"
            ),
        ),
        *[guarded(table) for table in HISTORY],
    ]
