"""A step of a rebuild may be the standing of every role."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_what_everybody_takes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="rebuildstep",
            name="kind",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (10, "Compare the roles of a range"),
                    (20, "Index by pair"),
                    (21, "Index by peer"),
                    (30, "Bring into use"),
                    (40, "Look after decisions that rest on a range"),
                    (41, "Rank every role"),
                ]
            ),
        ),
    ]
