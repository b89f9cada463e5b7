"""Method 1.0, as data, active from the first day."""

from django.db import migrations
from django.utils import timezone

from assessments import scoring


def install(apps, schema_editor):
    now = timezone.now()
    apps.get_model("assessments", "Methodology").objects.get_or_create(
        version="1.0",
        defaults={
            "status": "active",
            "definition": scoring.definition("1.0"),
            "created_at": now,
            "activated_at": now,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_guards")]

    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
