"""Claims, assignments, what was seen, comments; what the database itself holds of them and of interests."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

COMMENT = """
CREATE FUNCTION aijri_guard_comment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed reviews_comment%ROWTYPE;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM reviews_comment p
      WHERE p.id = NEW.parent_id AND p.parent_id IS NULL AND p.assessment_id = NEW.assessment_id) THEN
      RAISE EXCEPTION 'A reply belongs to the first comment of a thread on the same assessment.'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
  END IF;
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Comment % is never deleted.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  allowed.resolved_by_id := NEW.resolved_by_id;
  allowed.resolved_at := NEW.resolved_at;
  IF NEW IS DISTINCT FROM allowed OR (OLD.resolved_at IS NULL) = (NEW.resolved_at IS NULL) THEN
    RAISE EXCEPTION 'Of comment % only the mark that it is resolved is set, or taken off.', OLD.id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_comment BEFORE INSERT OR UPDATE OR DELETE ON reviews_comment
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_comment();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON reviews_comment EXECUTE FUNCTION aijri_refuse();
ALTER TABLE reviews_comment ENABLE ALWAYS TRIGGER guard_comment;
ALTER TABLE reviews_comment ENABLE ALWAYS TRIGGER no_truncate;
"""
COMMENT_UNDO = """
DROP TRIGGER guard_comment ON reviews_comment;
DROP TRIGGER no_truncate ON reviews_comment;
DROP FUNCTION aijri_guard_comment();
"""

INTEREST = """
CREATE FUNCTION aijri_guard_interest() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  allowed reviews_interest%ROWTYPE;
BEGIN
  IF aijri_door_open() THEN
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'Interest % stays on record.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  allowed := OLD;
  allowed.expires_at := NEW.expires_at;
  IF NEW IS DISTINCT FROM allowed OR NEW.expires_at IS NULL OR NEW.expires_at >= OLD.expires_at THEN
    RAISE EXCEPTION 'Interest % can only end earlier.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_interest BEFORE UPDATE OR DELETE ON reviews_interest
  FOR EACH ROW EXECUTE FUNCTION aijri_guard_interest();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON reviews_interest EXECUTE FUNCTION aijri_refuse();
ALTER TABLE reviews_interest ENABLE ALWAYS TRIGGER guard_interest;
ALTER TABLE reviews_interest ENABLE ALWAYS TRIGGER no_truncate;

CREATE FUNCTION aijri_verdict_without_interest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM reviews_review r
      JOIN assessments_assessment a ON a.id = r.assessment_id
      JOIN assessments_role role ON role.id = a.role_id
      JOIN reviews_interest i ON i.reviewer_id = NEW.reviewer_id
        AND (i.role_id = role.id OR (i.family <> '' AND i.family = role.family))
    WHERE r.id = NEW.review_id AND i.declared_at <= NEW.given_at
      AND (i.expires_at IS NULL OR i.expires_at > NEW.given_at)) THEN
    RAISE EXCEPTION 'Nobody decides where they declared an interest.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER verdict_without_interest BEFORE INSERT ON reviews_verdict
  FOR EACH ROW EXECUTE FUNCTION aijri_verdict_without_interest();
ALTER TABLE reviews_verdict ENABLE ALWAYS TRIGGER verdict_without_interest;
"""
INTEREST_UNDO = """
DROP TRIGGER verdict_without_interest ON reviews_verdict;
DROP TRIGGER guard_interest ON reviews_interest;
DROP TRIGGER no_truncate ON reviews_interest;
DROP FUNCTION aijri_verdict_without_interest();
DROP FUNCTION aijri_guard_interest();
"""

# Of ten thousand submissions those with a proposal: without it every document is unpacked to look (310 ms against 15).
PROPOSALS = """
CREATE INDEX submissions_with_override ON assessments_assessment (id)
  WHERE status = 'in_review' AND (document #>> '{override,proposed_score}') IS NOT NULL;
CREATE STATISTICS submissions_override ON (document #>> '{override,proposed_score}') FROM assessments_assessment;
"""
PROPOSALS_UNDO = "DROP INDEX submissions_with_override; DROP STATISTICS submissions_override;"


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_methodology_lifecycle"),
        ("reviews", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=500)),
                ("assigned_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="assignments", to="reviews.review"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["due_at"],
                        name="assignments_by_due_date",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "reviewer"), name="one_assignment_per_reviewer")
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("claimed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to="reviews.review"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="claims", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("review", "reviewer"), name="one_claim_per_reviewer")],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(blank=True, max_length=80)),
                ("anchor", models.TextField(blank=True)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="reviews.comment",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True), name="comment_says_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_at__isnull", True), ("resolved_by__isnull", True)),
                            models.Q(
                                ("parent__isnull", True), ("resolved_at__isnull", False), ("resolved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="comment_resolved_by_somebody_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content_hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.assessment"
                    ),
                ),
                (
                    "reviewer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reviewer", "assessment", "content_hash"), name="seen_once")
                ],
            },
        ),
        migrations.RunSQL(COMMENT, COMMENT_UNDO),
        migrations.RunSQL(INTEREST, INTEREST_UNDO),
        migrations.RunSQL(PROPOSALS, PROPOSALS_UNDO),
    ]
