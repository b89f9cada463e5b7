"""One assessment in one stage of its life, with everybody who may stand before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments import documents
from assessments.actions import coauthors, drafts, people, retraction
from assessments.enums import FlagCause, Status
from assessments.models import Assessment, Retraction, ReviewFlag, User
from reviews import actions
from reviews.models import Review
from tests.making import a_document, a_draft, verdict

# A person and the access roles they hold. The co-author accepted an invitation and wrote nothing; the editor saved once
# and reviews besides; the interested reviewer declared an interest in the role.
PEOPLE: dict[str, tuple[str, ...]] = {
    "owner": ("assessor",),
    "co-author": ("assessor",),
    "other assessor": ("assessor",),
    "reviewer": ("reviewer",),
    "reviewer who edited": ("assessor", "reviewer"),
    "reviewer with an interest": ("reviewer",),
    "administrator": ("admin",),
    "stranger": (),
    "nobody": (),
}
TITLE = "Bell Tuner"


@dataclass
class World:
    """The assessment, what hangs on it (ids of 0 where there is nothing), and a browser for each of PEOPLE."""

    assessment: Assessment
    review: int
    proposal: int
    flag: int
    clients: dict[str, Client]

    @property
    def document(self) -> dict[str, Any]:
        """What a save would send: the stored document with one text changed."""
        return self.assessment.document | {"quick_screen": "Said otherwise."}


def build(stage: str) -> World:
    """An assessment brought to this stage of STAGES by actions alone, and everybody signed in."""
    now = timezone.now()
    backstage = {name: _person(name, roles) for name, roles in {"root": ("admin",), "decider": ("reviewer",)}.items()}
    persons = {name: _person(name, roles, backstage["root"]) for name, roles in PEOPLE.items() if name != "nobody"}
    owner, editor = persons["owner"], persons["reviewer who edited"]
    assessment = a_draft(owner, TITLE)
    for writer in (persons["co-author"], editor):
        asked = coauthors.invite(assessment_id=assessment.pk, username=writer.username, by=owner, at=now)
        coauthors.answer(invitation_id=asked.pk, accept=True, by=writer, at=now)
    _save(assessment, editor, reinstatement="The editor's sentence.")
    actions.declare_interest(
        role=assessment.role,
        family="",
        reason="My sister tunes bells.",
        expires_at=None,
        by=persons["reviewer with an interest"],
        at=now,
    )
    STAGES[stage][1](assessment, owner, backstage)
    # The ledger links its events when a transaction ends: here.
    connection.check_constraints()
    assessment = Assessment.objects.select_related("role").get(pk=assessment.pk)
    review = Review.objects.filter(assessment=assessment).order_by("-id").first()
    proposal = Retraction.objects.filter(assessment=assessment).first()
    flag = ReviewFlag.objects.filter(assessment=assessment, cleared_at=None).first()
    return World(
        assessment=assessment,
        review=review.pk if review else 0,
        proposal=proposal.pk if proposal else 0,
        flag=flag.pk if flag else 0,
        clients={name: _browser(persons.get(name)) for name in PEOPLE},
    )


def _person(name: str, roles: tuple[str, ...], by: User | None = None) -> User:
    username, now = name.replace(" ", "-"), timezone.now()
    by = by or User.objects.filter(access_roles__code="admin").first()
    password = "a long enough password"
    return people.create_person(
        username=username, display_name=name.capitalize(), password=password, roles=roles, by=by, at=now
    )


def _browser(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _save(assessment: Assessment, by: User, **changes: Any) -> None:
    document = documents.from_json(a_document(TITLE, **changes))
    drafts.save_draft(assessment_id=assessment.pk, document=document, content_hash=None, by=by, at=timezone.now())
    assessment.refresh_from_db()


def _draft(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    pass


def _in_review(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    actions.submit(assessment_id=assessment.pk, by=owner, at=timezone.now())


def _returned(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    _in_review(assessment, owner, backstage)
    verdict(assessment, backstage["decider"], "returned")


def _published(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    _in_review(assessment, owner, backstage)
    verdict(assessment, backstage["decider"])
    peer = a_draft(owner, "Bell Founder").role
    ReviewFlag.objects.create(
        assessment=assessment, cause=FlagCause.RELATION, peer=peer, detail={"was": "50.0", "now": None},
        raised_at=timezone.now(),
    )  # fmt: skip


def _proposed(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    _published(assessment, owner, backstage)
    retraction.propose(assessment_id=assessment.pk, reason="Made up.", by=backstage["root"], at=timezone.now())


def _superseded(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    _proposed(assessment, owner, backstage)
    later = a_draft(owner, TITLE, evidence=(2, 1, 1, 1, 1))
    _in_review(later, owner, backstage)
    verdict(later, backstage["decider"])


def _retracted(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    _proposed(assessment, owner, backstage)
    proposal, other = Retraction.objects.get(), _person("other root", ("admin",))
    retraction.confirm(retraction_id=proposal.pk, reason="So it is.", by=other, at=timezone.now())


def _withdrawn(assessment: Assessment, owner: User, backstage: dict[str, User]) -> None:
    drafts.withdraw(assessment_id=assessment.pk, by=owner, at=timezone.now())


Bring = Callable[[Assessment, User, dict[str, User]], None]
STAGES: dict[str, tuple[Status, Bring]] = {
    "a draft": (Status.DRAFT, _draft),
    "a draft that came back": (Status.DRAFT, _returned),
    "in review": (Status.IN_REVIEW, _in_review),
    "published": (Status.PUBLISHED, _published),
    "published, retraction proposed": (Status.PUBLISHED, _proposed),
    "superseded": (Status.SUPERSEDED, _superseded),
    "retracted": (Status.RETRACTED, _retracted),
    "withdrawn": (Status.WITHDRAWN, _withdrawn),
}


def digest() -> dict[str, str]:
    """Every row of every table of the two apps, as one hash a table: what a refused act must leave as it is."""
    tables = [
        model._meta.db_table
        for app in ("assessments", "reviews")
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
    ]
    parts = [
        f"SELECT '{table}', md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {table} t"
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())
