"""Retractions by two administrators, and flags on published decisions that require review."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0006_working_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Retraction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("confirmed", "Confirmed"),
                            ("withdrawn", "Withdrawn"),
                            ("lapsed", "Overtaken by a later version"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField()),
                ("proposed_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retractions",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["open", "confirmed"])),
                        fields=("assessment",),
                        name="one_retraction_per_assessment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "confirmed", "withdrawn", "lapsed"])),
                        name="retraction_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="retraction_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("answer", ""),
                                ("closed_at__isnull", True),
                                ("closed_by__isnull", True),
                                ("state", "open"),
                            ),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("closed_at__isnull", False),
                                ("closed_by__isnull", False),
                                models.Q(("answer", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="retraction_closed_by_somebody_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "confirmed"), _negated=True),
                            models.Q(("closed_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="retraction_takes_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewFlag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[("quote", "A quoted score"), ("relation", "A related role"), ("method", "The method")],
                        max_length=20,
                    ),
                ),
                ("detail", models.JSONField()),
                ("raised_at", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(null=True)),
                (
                    "clearance",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reaffirmed", "A reviewer reaffirmed the decision"),
                            ("receded", "What moved came back"),
                            ("replaced", "The version is not the published one any more"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="flags", to="assessments.assessment"
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
                    "methodology",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessments.methodology",
                    ),
                ),
                (
                    "peer",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.role"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=["-raised_at"],
                        name="open_flags_by_age",
                    ),
                    models.Index(
                        condition=models.Q(("cleared_at__isnull", True)), fields=["peer"], name="open_flags_of_peer"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at__isnull", True)),
                        fields=("assessment", "cause", "peer", "methodology"),
                        name="one_open_flag_per_thing_that_moved",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cause", "method"), ("methodology__isnull", False), ("peer__isnull", True)),
                            models.Q(
                                ("cause__in", ["quote", "relation"]),
                                ("methodology__isnull", True),
                                ("peer__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="flag_names_what_moved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clearance", ""), ("cleared_at__isnull", True), ("cleared_by__isnull", True)),
                            models.Q(
                                ("clearance__in", ["reaffirmed", "receded", "replaced"]), ("cleared_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="flag_cleared_somehow",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("clearance", "reaffirmed"), _negated=True),
                            models.Q(("cleared_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="flag_reaffirmed_by_somebody_with_a_reason",
                    ),
                ],
            },
        ),
    ]
