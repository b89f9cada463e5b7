"""The demonstration: people, roles and published assessments, made through the same actions a person uses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from assessments import audit, demonstration, documents, scoring
from assessments.actions import claims, drafts, methodology, people, roles
from assessments.enums import Access, ChangeReason, Kind
from assessments.models import AuditEvent, Role, User
from reviews import actions

PASSWORD = "demo-only-password"  # noqa: S105  (public on purpose; settings refuse it to other hosts)
LOADED = "demo.loaded"
PEOPLE = (
    ("admin", "Ada Lindqvist", (Access.ADMIN,)),
    ("admin2", "Tomás Aguilar", (Access.ADMIN,)),
    ("assessor", "Maren Okafor", (Access.ASSESSOR,)),
    ("assessor2", "Ilse Brandt", (Access.ASSESSOR,)),
    ("reviewer", "Deepa Raman", (Access.REVIEWER,)),
    ("reviewer2", "Jonas Whitlock", (Access.REVIEWER,)),
)

# The second is broken on purpose, so that a reviewer's desk shows what that looks like.
CLAIMS = (
    (
        "llm-engineer",
        "at_least",
        "generative-ai-engineer",
        "",
        "Builds and serves the models that the other only puts to use.",
    ),
    (
        "ai-security-engineer",
        "within",
        "ml-ai-engineer",
        "10.0",
        "The same engineering; an adversary alone should not be worth more than that.",
    ),
)


def is_loaded() -> bool:
    """Whether the demonstration is there: the whole of it is one transaction, so one mark says it."""
    return AuditEvent.objects.filter(verb=LOADED).exists()


@transaction.atomic
def load(*, at: datetime) -> None:
    """Make people, publish every document as its people would have, relate the roles, start the two revisions."""
    crew = _people(at=at)
    for entry in demonstration.documents():
        _publish(entry, crew, at=at - timedelta(days=entry.days_ago))
    by_slug = {role.slug: role for role in Role.objects.all()}
    for source, kind, target, note in demonstration.relations():
        roles.relate(source=by_slug[source], kind=kind, target=by_slug[target], note=note, by=crew["admin"], at=at)
    for revision in demonstration.revisions():
        _revise(revision, by_slug[revision.slug], crew, at=at - timedelta(days=revision.days_ago))
    for a, kind, b, distance, reason in CLAIMS:
        claims.declare(
            kind=kind,
            a=by_slug[a],
            b=by_slug[b],
            distance=distance,
            reason=reason,
            by=crew["reviewer"],
            at=at - timedelta(days=1),
        )
    _draft_method(crew["admin"], at=at - timedelta(days=2))
    audit.record(LOADED, by=crew["admin"], at=at, role_held=Access.ADMIN, about=crew["admin"])


def _people(*, at: datetime) -> dict[str, User]:
    crew: dict[str, User] = {}
    for username, display_name, held in PEOPLE:
        crew[username] = people.create_person(
            username=username,
            display_name=display_name,
            password=PASSWORD,
            roles=held,
            by=crew.get("admin"),
            at=at,
        )
    return crew


def _publish(entry: demonstration.Demonstration, crew: dict[str, User], *, at: datetime) -> None:
    document = documents.from_json(entry.document)
    saved = drafts.create_draft(document=document, by=crew["assessor"], at=at)
    assessment = actions.submit(assessment_id=saved.assessment.pk, by=crew["assessor"], at=at + timedelta(hours=1))
    roles.set_family(role=assessment.role, family=entry.family, by=crew["admin"], at=at)
    for alias in entry.aliases:
        roles.add_alias(role=assessment.role, text=alias, by=crew["admin"], at=at)
    for name, rationale in zip(("reviewer", "reviewer2"), entry.verdict_rationales, strict=False):
        actions.give_verdict(
            assessment_id=assessment.pk,
            outcome=entry.outcome,
            rationale=rationale,
            content_hash=assessment.content_hash,
            by=crew[name],
            at=at + timedelta(days=1),
        )


def _revise(entry: demonstration.Revision, role: Role, crew: dict[str, User], *, at: datetime) -> None:
    author = crew["assessor2"]
    draft = drafts.revise(role=role, kind=Kind.REVISION, change_reason=ChangeReason.NEW_EVIDENCE, by=author, at=at)
    drafts.save_draft(
        assessment_id=draft.assessment.pk,
        document=documents.from_json(entry.document),
        content_hash=draft.assessment.content_hash,
        by=author,
        at=at,
    )
    if entry.stands == "in_review":
        actions.submit(assessment_id=draft.assessment.pk, by=author, at=at + timedelta(hours=2))


def _draft_method(by: User, *, at: datetime) -> None:
    """A version of the method in the making, for administrators to run against the catalogue."""
    made = methodology.clone(of="1.0", version=demonstration.TRIAL_VERSION, note=demonstration.TRIAL_NOTE, by=by, at=at)
    methodology.edit(
        version=made.version,
        definition=scoring.with_values(made.definition, demonstration.TRIAL_VALUES),
        note=made.note,
        definition_hash=made.definition_hash,
        by=by,
        at=at,
    )
