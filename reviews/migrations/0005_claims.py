"""Notifications of broken calibration claims."""

from django.conf import settings
from django.db import migrations, models

KINDS = [
    ("submitted", "A version was submitted for review"),
    ("returned", "A version of mine came back"),
    ("decided", "A version of mine was decided and published"),
    ("comment", "Somebody commented"),
    ("assigned", "A review was assigned to me"),
    ("due", "A review of mine is due"),
    ("flag", "A published decision of mine requires review"),
    ("retraction", "A retraction was proposed or confirmed"),
    ("claim", "The scores break a calibration claim of mine"),
    ("invitation", "Somebody invited me to write with them"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_claims"),
        ("reviews", "0004_notifications"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mailchoice",
            name="mail_choice_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="notification",
            name="notification_kind_known",
        ),
        migrations.AlterField(
            model_name="mailchoice",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20),
        ),
        migrations.AddConstraint(
            model_name="mailchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [code for code, _ in KINDS])), name="mail_choice_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [code for code, _ in KINDS])), name="notification_kind_known"
            ),
        ),
    ]
