"""A comparison is found by its pair and kind, and by its peer: one key and one index where there were four, and no
second check of keys that relations have."""

import django.db.models.deletion
from django.db import migrations, models

AS_A_TABLE = """
ALTER TABLE assessments_peercomparison
  DROP CONSTRAINT assessments_peercomp_peer_id_976dbb01_fk_assessmen,
  DROP CONSTRAINT assessments_peercomp_role_id_eb805c32_fk_assessmen,
  DROP CONSTRAINT comparison_once,
  DROP COLUMN id,
  ADD CONSTRAINT assessments_peercomparison_pkey PRIMARY KEY (role_id, peer_id, kind);
DROP INDEX assessments_peercomparison_role_id_eb805c32;
"""
KINDS = [
    ("peer", "Peer"),
    ("distinct_from", "Distinct from"),
    ("junior_of", "Junior of"),
    ("senior_of", "Senior of"),
    ("related", "Related"),
]


def part() -> models.DecimalField:
    return models.DecimalField(decimal_places=4, max_digits=9)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_after_publication_guards"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(AS_A_TABLE)],
            state_operations=[
                migrations.DeleteModel(name="PeerComparison"),
                migrations.CreateModel(
                    name="PeerComparison",
                    fields=[
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "role_id",
                                "peer_id",
                                "kind",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("kind", models.CharField(choices=KINDS, max_length=20)),
                        ("score", models.DecimalField(decimal_places=1, max_digits=4)),
                        ("peer_score", models.DecimalField(decimal_places=1, max_digits=4)),
                        ("difference", models.DecimalField(decimal_places=1, max_digits=5)),
                        ("zone", models.CharField(max_length=10)),
                        ("peer_zone", models.CharField(max_length=10)),
                        ("label", models.CharField(max_length=60)),
                        ("peer_label", models.CharField(max_length=60)),
                        *((name, part()) for name in ("task", "evidence", "barriers", "growth", "override", "method")),
                        ("rounding", part()),
                        ("inversion", models.BooleanField()),
                        ("computed_at", models.DateTimeField()),
                        (
                            "peer",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="compared_in",
                                to="assessments.role",
                            ),
                        ),
                        (
                            "role",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="comparisons",
                                to="assessments.role",
                            ),
                        ),
                    ],
                ),
            ],
        ),
    ]
