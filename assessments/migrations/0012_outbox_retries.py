"""Tries of an outbox message that failed: how many, the last error, when the next one is due."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0011_claims")]

    operations = [
        migrations.AddField("outboxmessage", "failures", models.PositiveIntegerField(db_default=0)),
        migrations.AddField("outboxmessage", "retry_at", models.DateTimeField(null=True)),
        migrations.AddField("outboxmessage", "last_error", models.CharField(blank=True, db_default="", max_length=300)),
        migrations.AddField("outboxmessage", "took_seconds", models.FloatField(null=True)),
    ]
