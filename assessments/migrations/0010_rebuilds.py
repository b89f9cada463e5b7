"""Full rebuilds of the comparisons, and the steps they are done in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

STATES = [("running", "Under way"), ("done", "Done"), ("abandoned", "Given up")]
KINDS = [
    (10, "Compare the roles of a range"),
    (20, "Index by pair"),
    (21, "Index by peer"),
    (30, "Bring into use"),
    (40, "Look after decisions that rest on a range"),
]


def key() -> models.BigAutoField:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_comparisons_by_pair"),
    ]

    operations = [
        migrations.CreateModel(
            name="PeerRebuild",
            fields=[
                ("id", key()),
                ("state", models.CharField(choices=STATES, default="running", max_length=20)),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
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
            name="RebuildStep",
            fields=[
                ("id", key()),
                ("kind", models.PositiveSmallIntegerField(choices=KINDS)),
                ("low", models.BigIntegerField(default=0)),
                ("high", models.BigIntegerField(default=0)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "rebuild",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="steps",
                        to="assessments.peerrebuild",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="peerrebuild",
            constraint=models.UniqueConstraint(
                condition=Q(state="running"), fields=("state",), name="one_rebuild_under_way"
            ),
        ),
        migrations.AddConstraint(
            model_name="peerrebuild",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["running", "done", "abandoned"]), name="rebuild_state_known"
            ),
        ),
        migrations.AddIndex(
            model_name="rebuildstep",
            index=models.Index(
                condition=Q(done_at__isnull=True), fields=["rebuild", "kind", "id"], name="rebuild_step_left"
            ),
        ),
    ]
