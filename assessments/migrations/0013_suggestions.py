"""Suggested neighbours: the dismissed ones, relations that came from one, and an index by which those with nearly the
same four factors are found."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

ORIGINS = [
    ("document", "Named in a published document"),
    ("administrator", "Set by an administrator"),
    ("import", "Imported"),
    ("onet", "Related occupations of O*NET"),
    ("suggestion", "Suggested here, and accepted by a person"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0012_outbox_retries"),
    ]

    operations = [
        migrations.CreateModel(
            name="DismissedSuggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dismissed_for", to="assessments.role"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dismissed_suggestions",
                        to="assessments.role",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="dismissedsuggestion",
            constraint=models.UniqueConstraint(
                Least("role", "peer"), Greatest("role", "peer"), name="suggestion_dismissed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="dismissedsuggestion",
            constraint=models.CheckConstraint(condition=~Q(role=F("peer")), name="suggestion_never_of_itself"),
        ),
        migrations.AlterField(
            model_name="historicalrolerelation",
            name="origin",
            field=models.CharField(choices=ORIGINS, max_length=20),
        ),
        migrations.AlterField(
            model_name="rolerelation",
            name="origin",
            field=models.CharField(choices=ORIGINS, max_length=20),
        ),
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(
                condition=Q(status="published"),
                fields=["evidence_total", "barrier_total", "growth", "task_resistance"],
                include=("role",),
                name="published_by_factors",
            ),
        ),
    ]
