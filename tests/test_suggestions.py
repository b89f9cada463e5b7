"""Neighbours that a role might have: why they are suggested, to whom, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import audit
from assessments.actions import roles
from assessments.actions import suggestions as actions
from assessments.errors import Conflict, Forbidden, Invalid
from assessments.models import AuditEvent, DismissedSuggestion, PeerComparison, Role, RoleRelation, User
from assessments.queries import suggestions
from tests.making import a_draft, in_review, published, recomputed
from tests.releases import CUTTERS, FOUNDERS, LIGHTERS, OCCUPATIONS, bring, write
from tests.test_onet_shown import NOBODY
from tests.test_races import at_once

SignedIn = Callable[[User], Client]
# Far from the scores that `published` gives without them.
FAR = {"evidence": (-1, -1, -1, -1, -1), "barriers": (0, 0, 0, 0, 0)}


def alone(assessor: User, reviewer: User, title: str, **changes: Any) -> Role:
    """A published role whose document names no other."""
    return published(assessor, reviewer, title, definition=NOBODY, **changes).role


def reasons(role: Role, person: User) -> list[tuple[str, str]]:
    return [(each.role.title, each.because) for each in suggestions.of(role, to=person)]


def alias(role: Role, text: str, by: User) -> None:
    roles.add_alias(role=role, text=text, by=by, at=timezone.now())


def relate(source: Role, kind: str, target: Role, by: User) -> RoleRelation:
    return roles.relate(source=source, kind=kind, target=target, note="", by=by, at=timezone.now())


# Why


def test_what_onet_counts_near_is_suggested_with_how_near_once_it_is_published(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    related = [(FOUNDERS, LIGHTERS, "Primary-Short", "1"), (CUTTERS, FOUNDERS, "Primary-Long", "6")]
    bring(write(tmp_path, related=related, alternates=[]), admin)
    founders = alone(assessor, reviewer, OCCUPATIONS[FOUNDERS])
    assert reasons(founders, admin) == []
    for code in (LIGHTERS, CUTTERS):
        alone(assessor, reviewer, OCCUPATIONS[code], **FAR)
    assert reasons(founders, admin) == [
        ("Ice Cutters", "O*NET counts it among the ten nearest"),
        ("Lamp Lighters", "O*NET counts it among the five nearest"),
    ]


def test_who_bears_a_name_of_the_role_is_suggested_and_it_is_said_whose_name_it_is(
    admin: User, assessor: User, reviewer: User
) -> None:
    founder = alone(assessor, reviewer, "Bell Founder")
    others = {title: alone(assessor, reviewer, title, **FAR) for title in ("Caster", "Moulder", "Smith")}
    senior = alone(assessor, reviewer, "Bell Founder", seniority="Senior", **FAR)
    for text in ("Metal Worker", "Smith", "Ringmaker"):
        alias(founder, text, admin)
    alias(others["Caster"], "metal worker", admin)
    alias(others["Caster"], "ringmaker", admin)
    alias(others["Moulder"], "bell founder", admin)
    assert reasons(founder, admin) == [
        ("Bell Founder", "bears the same title"),
        ("Caster", "shares the alias ‘metal worker’, and 1 more of its names"),
        ("Moulder", "is also called ‘bell founder’"),
        ("Smith", "bears an alias of this role as its title, ‘Smith’"),
    ]
    assert dict(reasons(senior, admin))["Bell Founder"] == "bears the same title"


def test_who_has_nearly_the_same_four_factors_is_suggested_with_the_points_between(
    admin: User, assessor: User, reviewer: User
) -> None:
    own = alone(assessor, reviewer, "Bell Founder")
    alone(assessor, reviewer, "Alike")
    alone(assessor, reviewer, "More Barriers", barriers=(0, 2, 0, 1, 1))
    alone(assessor, reviewer, "Less Evidence", evidence=(1, 1, 1, 1, 0))
    # A step of growth is worth 3.1 here, which is out of reach.
    alone(assessor, reviewer, "Growing", growth={"score": 1, "rationale": "More bells.", "check": ""})
    alone(assessor, reviewer, "Elsewhere", **FAR)
    assert reasons(own, admin) == [
        ("Alike", "the same four factors"),
        ("More Barriers", "nearly the same four factors: 1.2 points apart"),
        ("Less Evidence", "nearly the same four factors: 2.1 points apart"),
    ]


def test_of_many_with_the_same_factors_twelve_are_suggested(admin: User, assessor: User, reviewer: User) -> None:
    made = [alone(assessor, reviewer, f"Ringer {number:02}") for number in range(15)]
    assert [title for title, _ in reasons(made[0], admin)] == [f"Ringer {number:02}" for number in range(1, 13)]
    accepted = actions.accept(role=made[0], peer=made[1], by=admin, at=timezone.now())
    assert accepted.target == made[1]
    assert [title for title, _ in reasons(made[0], admin)] == [f"Ringer {number:02}" for number in range(2, 14)]


def test_more_reasons_come_first(admin: User, assessor: User, reviewer: User) -> None:
    own, alike, both = (alone(assessor, reviewer, title) for title in ("Founder", "Alike", "Both"))
    for role in (own, both):
        alias(role, "Metal Worker", admin)
    assert reasons(own, admin) == [
        ("Both", "shares the alias ‘Metal Worker’; the same four factors"),
        (alike.title, "the same four factors"),
    ]


def test_what_is_related_or_retired_or_nobody_can_see_is_not_suggested(
    admin: User, assessor: User, reviewer: User
) -> None:
    own, related, relating, retired = (
        alone(assessor, reviewer, title) for title in ("Founder", "Related", "Relating", "Retired")
    )
    hidden = in_review(assessor, "Hidden", definition=NOBODY).role
    alias(hidden, "Founder", admin)
    relate(own, "related", related, admin)
    relate(relating, "junior_of", own, admin)
    Role.objects.filter(pk=retired.pk).update(status="retired")
    assert reasons(own, admin) == []


def test_a_draft_is_measured_by_its_own_figures_for_those_who_see_it_alone(
    admin: User, assessor: User, reviewer: User
) -> None:
    alone(assessor, reviewer, "Alike")
    draft = a_draft(assessor, "Founder", definition=NOBODY)
    assert reasons(draft.role, assessor) == [("Alike", "the same four factors")]
    assert reasons(draft.role, reviewer) == []


# Who


def test_suggestions_are_for_those_who_write_the_open_version_reviewers_and_administrators(
    admin: User, assessor: User, other_assessor: User, reviewer: User, make_person: Callable[..., User]
) -> None:
    from assessments import access

    own, done = a_draft(assessor, "Founder", definition=NOBODY).role, alone(assessor, reviewer, "Tuner")
    stranger = make_person("nils")
    people = (assessor, other_assessor, reviewer, admin, stranger)
    assert [bool(access.may_read_suggestions(each, own)) for each in people] == [True, False, True, True, False]
    assert [bool(access.may_read_suggestions(each, done)) for each in people] == [False, False, True, True, False]


@pytest.fixture
def two(assessor: User, reviewer: User) -> tuple[Role, Role]:
    """Two published roles with the same factors, not related."""
    a, b = (alone(assessor, reviewer, title) for title in ("Bell Founder", "Bell Smith"))
    recomputed()
    return a, b


def test_an_accepted_suggestion_is_a_peer_with_its_reasons_and_is_compared(
    two: tuple[Role, Role], assessor: User, reviewer: User, now: datetime
) -> None:
    a, b = two
    with pytest.raises(Forbidden, match="Only a reviewer or an administrator"):
        actions.accept(role=a, peer=b, by=assessor, at=now)
    made = actions.accept(role=a, peer=b, by=reviewer, at=now)
    assert (made.kind, made.origin, made.note, made.created_by) == (
        "peer",
        "suggestion",
        "the same four factors",
        reviewer,
    )
    recomputed()
    assert PeerComparison.objects.filter(kind="peer").count() == 2
    event = AuditEvent.objects.filter(verb="relation.created").last()
    assert event is not None
    assert (event.role_held, event.actor) == ("reviewer", reviewer)
    for person in (reviewer, reviewer):
        with pytest.raises(Conflict) as refused:
            actions.accept(role=b, peer=a, by=person, at=now)
        assert refused.value.sentence == f"{a} is a peer of {b} already."


def test_a_dismissed_suggestion_is_made_to_neither_again_and_stands_in_the_ledger(
    two: tuple[Role, Role], assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    a, b = two
    for by, reason, refusal in ((assessor, "", Forbidden), (admin, "x" * 501, Invalid)):
        with pytest.raises(refusal):
            actions.dismiss(role=a, peer=b, reason=reason, by=by, at=now)
    actions.dismiss(role=a, peer=b, reason=" Only by chance. ", by=admin, at=now)
    kept = DismissedSuggestion.objects.get()
    assert (kept.reason, kept.by, str(kept)) == ("Only by chance.", admin, f"{b} is no neighbour of {a}")
    assert (reasons(a, admin), reasons(b, admin)) == ([], [])
    event = AuditEvent.objects.get(verb="suggestion.dismissed")
    assert (event.role_held, audit.sentence(event)) == ("admin", "dismissed bell-smith as a neighbour of bell-founder")
    for act in (actions.accept, lambda **who: actions.dismiss(reason="", **who)):
        with pytest.raises(Conflict) as refused:
            act(role=b, peer=a, by=reviewer, at=now)
        assert refused.value.sentence == "Ada dismissed this suggestion already."
    assert relate(a, "peer", b, admin).origin == "administrator"


def test_what_is_not_suggested_is_neither_accepted_nor_dismissed(
    two: tuple[Role, Role], assessor: User, reviewer: User, now: datetime
) -> None:
    far = alone(assessor, reviewer, "Elsewhere", **FAR)
    for act in (actions.accept, lambda **who: actions.dismiss(reason="", **who)):
        with pytest.raises(Conflict) as refused:
            act(role=two[0], peer=far, by=reviewer, at=now)
        assert refused.value.sentence == f"{far} is not suggested as a neighbour of {two[0]}, or no longer."
    assert (RoleRelation.objects.count(), DismissedSuggestion.objects.count()) == (0, 0)


def test_the_database_keeps_one_dismissal_of_two_roles_and_none_of_one(two: tuple[Role, Role], admin: User) -> None:
    a, b = two
    columns = "(role_id, peer_id, reason, by_id, at)"
    insert = f"INSERT INTO assessments_dismissedsuggestion {columns} VALUES (%s, %s, '', %s, now())"
    with connection.cursor() as cursor:
        cursor.execute(insert, [a.pk, b.pk, admin.pk])
        for pair, name in (((b, a), "suggestion_dismissed_once"), ((a, a), "suggestion_never_of_itself")):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                cursor.execute(insert, [pair[0].pk, pair[1].pk, admin.pk])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_the_same_suggestion_one_is_told_so(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    made = [alone(assessor, reviewer, f"Ringer {number}") for number in range(9)]
    for number in range(0, 8, 2):
        a, b = made[number], made[number + 1]
        act: Any = actions.accept if number % 4 else lambda **who: actions.dismiss(reason="", **who)
        results = at_once(
            lambda a=a, b=b, act=act: act(role=a, peer=b, by=admin, at=timezone.now()),
            lambda a=a, b=b, act=act: act(role=b, peer=a, by=other_admin, at=timezone.now()),
        )
        refused = [each for each in results if isinstance(each, Exception)]
        assert [getattr(each, "status", each) for each in refused] == [409]
    assert (RoleRelation.objects.count(), DismissedSuggestion.objects.count()) == (2, 2)


# Doors


def test_the_page_of_a_role_accepts_and_dismisses_and_goes_back(
    two: tuple[Role, Role], assessor: User, reviewer: User, admin: User, signed_in: SignedIn
) -> None:
    a, b = two
    third = alone(assessor, reviewer, "Bell Hanger")
    client, address = signed_in(reviewer), "/roles/bell-founder/suggestions/"
    assert [each.role for each in client.get(address).context["suggested"]] == [third, b]
    went = client.post(address, {"accept": "bell-smith", "back": "/reviews/"})
    assert went.headers["Location"] == "/reviews/"
    refused = client.post(address, {"accept": "bell-smith"})
    assert (refused.status_code, refused.context["refusal"].sentence) == (
        409,
        f"{a} is a peer of {b} already.",
    )
    went = client.post(address, {"dismiss": "bell-hanger", "reason": "No.", "back": "https://elsewhere.example/"})
    assert went.headers["Location"] == address
    assert client.post(address, {}).status_code == 404
    assert "Nothing is suggested" in client.get(address).content.decode()


def test_relations_review_and_draft_lead_to_what_is_suggested(
    two: tuple[Role, Role], assessor: User, reviewer: User, admin: User, signed_in: SignedIn
) -> None:
    review = in_review(assessor, "Bell Hanger", definition=NOBODY).reviews.get()
    titles = ["Bell Founder", "Bell Smith"]
    page = signed_in(admin).get("/relations/?role=bell-hanger")
    assert [each.role.title for each in page.context["suggested"]] == titles
    page = signed_in(reviewer).get(f"/reviews/{review.pk}/")
    assert [each.role.title for each in page.context["suggested"]] == titles
    assert page.context["back"] == f"/reviews/{review.pk}/"
    own = signed_in(assessor)
    page = own.get("/roles/bell-hanger/suggestions/")
    assert [each.role.title for each in page.context["suggested"]] == titles
    assert "Accept as a peer" not in page.content.decode()
    assert own.post("/roles/bell-hanger/suggestions/", {"accept": "bell-smith"}).status_code == 403


def test_the_api_lists_accepts_and_dismisses(
    two: tuple[Role, Role], assessor: User, reviewer: User, client: Client, token_of: Callable[..., dict[str, str]]
) -> None:
    alone(assessor, reviewer, "Bell Hanger")
    headers = token_of(reviewer)

    def post(path: str, body: dict[str, Any]) -> Any:
        address = f"/api/v1/roles/bell-founder/suggestions/{path}"
        return client.post(address, body, content_type="application/json", headers=headers)

    listed = client.get("/api/v1/roles/bell-founder/suggestions/", headers=headers).json()
    assert listed["results"][1] == {
        "peer": {"slug": "bell-smith", "title": "Bell Smith", "seniority": "Mid-level"},
        "score": "55.3",
        "zone": "green",
        "label": listed["results"][0]["label"],
        "reasons": [{"code": "factors", "text": "the same four factors"}],
        "points_apart": "0.0",
    }
    made = post("accept/", {"peer": "bell-smith"})
    assert (made.status_code, made.json()["kind"], made.json()["origin"]) == (201, "peer", "suggestion")
    assert post("accept/", {"peer": "bell-smith"}).status_code == 409
    assert post("dismiss/", {"peer": "nobody"}).status_code == 404
    assert post("dismiss/", {}).status_code == 400
    assert post("dismiss/", {"peer": "bell-hanger"}).status_code == 204
    assert client.get("/api/v1/roles/bell-founder/suggestions/", headers=headers).json()["results"] == []
