"""What people are told, the letters that say it, what they want mailed; the moves of a review from the table."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# `transitions.pairs(MOVES)` of reviews as it stood when this was written; a test holds the database against the table.
REVIEW_MOVES = "('open', 'decided'), ('open', 'returned'), ('open', 'recalled')"

REVIEW = f"""
CREATE OR REPLACE FUNCTION aijri_guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed reviews_review%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Review % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  allowed.state := NEW.state;
  allowed.closed_at := NEW.closed_at;
  IF (OLD.state, NEW.state) NOT IN ({REVIEW_MOVES}) OR NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'Review % can only be closed, once.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""
REVIEW_UNDO = """
CREATE OR REPLACE FUNCTION aijri_guard_review() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed reviews_review%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Review % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  allowed.state := NEW.state;
  allowed.closed_at := NEW.closed_at;
  IF OLD.state <> 'open' OR NEW.state = 'open' OR NEW IS DISTINCT FROM allowed THEN
    RAISE EXCEPTION 'Review % can only be closed, once.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_methodology_lifecycle"),
        ("reviews", "0003_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("event", models.CharField(max_length=120)),
                ("message_id", models.CharField(max_length=200, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("dropped", "Nothing left to say"),
                            ("refused", "Refused by the mail server"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("sending_until", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, max_length=300)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "A version was submitted for review"),
                            ("returned", "A version of mine came back"),
                            ("decided", "A version of mine was decided and published"),
                            ("comment", "Somebody commented"),
                            ("assigned", "A review was assigned to me"),
                            ("due", "A review of mine is due"),
                            ("flag", "A published decision of mine requires review"),
                            ("retraction", "A retraction was proposed or confirmed"),
                            ("invitation", "Somebody invited me to write with them"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "by_mail",
                    models.CharField(
                        choices=[("now", "at once"), ("daily", "once a day"), ("off", "not by mail")], max_length=10
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("submitted", "A version was submitted for review"),
                            ("returned", "A version of mine came back"),
                            ("decided", "A version of mine was decided and published"),
                            ("comment", "Somebody commented"),
                            ("assigned", "A review was assigned to me"),
                            ("due", "A review of mine is due"),
                            ("flag", "A published decision of mine requires review"),
                            ("retraction", "A retraction was proposed or confirmed"),
                            ("invitation", "Somebody invited me to write with them"),
                        ],
                        max_length=20,
                    ),
                ),
                ("event", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                (
                    "by_mail",
                    models.CharField(
                        choices=[("now", "at once"), ("daily", "once a day"), ("off", "not by mail")], max_length=10
                    ),
                ),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.assessment"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to="reviews.letter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("event", "person"), name="letter_once"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "sending", "sent", "dropped", "refused"])),
                name="letter_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("finished_at__isnull", True), ("state__in", ["waiting", "sending"])),
                    models.Q(("finished_at__isnull", False), ("state__in", ["sent", "dropped", "refused"])),
                    _connector="OR",
                ),
                name="letter_finished_when_it_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailchoice",
            constraint=models.UniqueConstraint(fields=("person", "kind"), name="mail_choice_once"),
        ),
        migrations.AddConstraint(
            model_name="mailchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "submitted",
                            "returned",
                            "decided",
                            "comment",
                            "assigned",
                            "due",
                            "flag",
                            "retraction",
                            "invitation",
                        ],
                    )
                ),
                name="mail_choice_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailchoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("by_mail__in", ["now", "daily", "off"])), name="mail_choice_known"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(fields=["person", "-id"], name="notifications_of_person"),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("read_at__isnull", True)), fields=["person"], name="unread_of_person"
            ),
        ),
        migrations.AddIndex(
            model_name="notification",
            index=models.Index(
                condition=models.Q(("by_mail", "daily"), ("letter__isnull", True)),
                fields=["at"],
                name="notifications_for_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.UniqueConstraint(fields=("event", "person"), name="notification_once"),
        ),
        migrations.AddConstraint(
            model_name="notification",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "submitted",
                            "returned",
                            "decided",
                            "comment",
                            "assigned",
                            "due",
                            "flag",
                            "retraction",
                            "invitation",
                        ],
                    )
                ),
                name="notification_kind_known",
            ),
        ),
        migrations.RunSQL(REVIEW, REVIEW_UNDO),
    ]
