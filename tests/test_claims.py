"""Calibration claims: declared with a reason, held against the published scores, withdrawn on the record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from assessments import audit, claims, dispatch, transitions
from assessments.actions import claims as actions
from assessments.actions import drafts, people, roles
from assessments.actions.rehearsal import rehearse
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import Assessment, AuditEvent, CalibrationClaim, ClaimBreach, OutboxMessage, Role, User
from assessments.queries import claims as reads
from assessments.queries import integrity
from reviews.models import Notification
from reviews.notifications import events, wording
from tests.making import a_draft, in_review, published, recomputed, retracted, verdict

# A step of evidence is about two points: CLEAR is 55.3, one step more 57.4, two steps 59.5.
ONE, TWO = (2, 1, 1, 1, 1), (2, 2, 1, 1, 1)


def claimed(by: User, a: Assessment | Role, b: Assessment | Role, distance: str = "", **said: str) -> CalibrationClaim:
    """`a` at least as high as `b`, or within a distance of it, and whatever that asks for is done."""
    sides = {"a": getattr(a, "role", a), "b": getattr(b, "role", b)}
    given = {"kind": "within" if distance else "at_least", "reason": "By common sense.", **said}
    made = actions.declare(**sides, distance=distance, by=by, at=timezone.now(), **given)  # type: ignore[arg-type]
    recomputed()
    return made


def moved(by: User, reviewer: User, title: str, evidence: tuple[int, ...]) -> Assessment:
    """The next version of a role, published at another score, and the neighbours recomputed."""
    after = in_review(by, title, evidence=evidence)
    verdict(after, reviewer)
    recomputed()
    after.refresh_from_db()
    assert after.status == "published"
    return after


def told() -> None:
    """Tell people what waits to be told, whoever holds it."""
    waiting = OutboxMessage.objects.filter(topic=dispatch.TELL, done_at__isnull=True)
    for message in waiting.order_by("pk"):
        events.tell(message.pk, at=timezone.now())


def breaches() -> list[tuple[str, str, str]]:
    """Every breach: its scores by now and how it was cleared, "" while it is open."""
    return [(str(each.a_now), str(each.b_now), each.clearance) for each in ClaimBreach.objects.order_by("pk")]


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    """Two published roles of the same score, 55.3, that no relation joins."""
    both = published(assessor, reviewer, "Bell Smith"), published(assessor, reviewer, "Harp Maker")
    recomputed()
    return both


def test_a_claim_that_holds_opens_nothing(pair: tuple[Assessment, Assessment], reviewer: User) -> None:
    claimed(reviewer, *pair)
    claimed(reviewer, *pair, "0.1")
    assert [reads.check(each) for each in reads.asked(reviewer)] == ["held", "held"]
    assert breaches() == []


def test_a_claim_that_is_broken_already_opens_a_breach_at_once(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer, "Harp Maker", ONE)
    claimed(reviewer, *pair)
    assert breaches() == [("55.3", "57.4", "")]


@pytest.mark.parametrize(
    ("title", "evidence", "distance", "expected"),
    [
        ("Harp Maker", ONE, "", [("55.3", "57.4", "")]),
        ("Bell Smith", (0, 1, 1, 1, 1), "", [("53.3", "55.3", "")]),
        ("Bell Smith", ONE, "", []),
        ("Harp Maker", ONE, "2.0", [("55.3", "57.4", "")]),
        ("Bell Smith", ONE, "2.0", [("57.4", "55.3", "")]),
        ("Bell Smith", ONE, "2.1", []),
    ],
)
def test_a_move_of_either_role_is_held_against_the_claim(
    title: str,
    evidence: tuple[int, ...],
    distance: str,
    expected: list[tuple[str, str, str]],
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
) -> None:
    claimed(reviewer, *pair, distance)
    moved(assessor, reviewer, title, evidence)
    assert breaches() == expected


def test_an_open_breach_follows_the_scores_and_mends_with_them(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    first = ClaimBreach.objects.get()
    moved(assessor, reviewer, "Harp Maker", TWO)
    assert breaches() == [("55.3", "59.5", "")]
    breach = ClaimBreach.objects.get()
    assert (breach.pk, breach.raised_at, str(breach.b_score)) == (first.pk, first.raised_at, "57.4")
    moved(assessor, reviewer, "Bell Smith", TWO)
    assert breaches() == [("55.3", "59.5", "mended")]
    moved(assessor, reviewer, "Bell Smith", ONE)
    assert breaches() == [("55.3", "59.5", "mended"), ("57.4", "59.5", "")]


def test_the_same_recompute_again_changes_and_tells_nothing(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    before, asked_for = list(ClaimBreach.objects.values()), OutboxMessage.objects.count()
    for sides in ([pair[0].role_id], [pair[1].role_id], [pair[0].role_id, pair[1].role_id], []):
        assert claims.follow(sides, at=timezone.now()) == []
    assert (list(ClaimBreach.objects.values()), OutboxMessage.objects.count()) == (before, asked_for)


def test_a_role_without_a_published_version_breaks_nothing(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    waiting = in_review(assessor, "Organ Builder", evidence=TWO)
    claim = claimed(reviewer, pair[0], waiting)
    read: Any = reads.asked(reviewer, show="not_comparable").get()
    assert (read, reads.missing(read), breaches()) == (claim, [waiting.role], [])
    verdict(waiting, reviewer)
    recomputed()
    assert breaches() == [("55.3", "59.5", "")]
    retracted(Assessment.objects.get(pk=waiting.pk), admin, other_admin)
    recomputed()
    assert breaches() == [("55.3", "59.5", "mended")]


def test_that_each_is_at_least_as_high_as_the_other_says_they_are_equal(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, other_reviewer: User
) -> None:
    claimed(reviewer, pair[0], pair[1])
    claimed(other_reviewer, pair[1], pair[0])
    assert breaches() == []
    moved(assessor, reviewer, "Bell Smith", ONE)
    assert breaches() == [("55.3", "57.4", "")]


@pytest.mark.parametrize("distance", ["", "3.0"])
def test_what_is_claimed_already_is_refused(
    distance: str, pair: tuple[Assessment, Assessment], reviewer: User, other_reviewer: User, now: datetime
) -> None:
    claim = claimed(reviewer, *pair, distance)
    with pytest.raises(Conflict, match="Deepa claims already that Bell Smith"):
        claimed(other_reviewer, *pair, "9.0" if distance else "")
    actions.withdraw(claim_id=claim.pk, reason="Wrong.", by=reviewer, at=now)
    claimed(other_reviewer, *pair, "9.0" if distance else "")
    assert list(CalibrationClaim.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "standing"]


def test_a_distance_reads_the_same_from_either_side(pair: tuple[Assessment, Assessment], reviewer: User) -> None:
    claimed(reviewer, *pair, "3.0")
    with pytest.raises(Conflict, match=r"Bell Smith \(Mid-level\) within 3.0 of Harp Maker"):
        claimed(reviewer, pair[1], pair[0], "3.0")


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"kind": "above"}, "kind", "A claim says"),
        ({"reason": " "}, "reason", "Say why it should hold"),
        ({"reason": "x" * 5001}, "reason", "shorten it"),
        *(
            ({"kind": "within", "distance": typed}, "distance", "a number of points above 0")
            for typed in ("", "0", "0.05", "-1", "100.1", "near", "nan", "inf", "1e9", "9" * 400)
        ),
    ],
)
def test_a_claim_is_whole(
    said: dict[str, str],
    field: str,
    sentence: str,
    pair: tuple[Assessment, Assessment],
    reviewer: User,
    now: datetime,
) -> None:
    given = {"kind": "at_least", "reason": "Mine.", "distance": "", **said}
    with pytest.raises(Invalid, match=sentence) as refused:
        actions.declare(a=pair[0].role, b=pair[1].role, by=reviewer, at=now, **given)
    assert [place.path for place in refused.value.places] == [field]
    assert CalibrationClaim.objects.count() == 0


def test_a_claim_is_about_two_active_roles(pair: tuple[Assessment, Assessment], reviewer: User) -> None:
    with pytest.raises(Invalid, match="A claim is about two roles"):
        claimed(reviewer, pair[0], pair[0])
    Role.objects.filter(pk=pair[1].role_id).update(status="retired")
    with pytest.raises(Invalid, match=r"Harp Maker \(Mid-level\) is retired") as refused:
        claimed(reviewer, *pair)
    assert refused.value.places[0].path == "b"
    Role.objects.filter(pk=pair[1].role_id).update(status="merged", merged_into=pair[0].role_id)
    with pytest.raises(Invalid, match=r"Harp Maker \(Mid-level\) is merged") as refused:
        claimed(reviewer, pair[1], pair[0])
    assert refused.value.places[0].path == "a"


def test_reviewers_declare_and_withdraw_their_own_and_administrators_withdraw_any(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    make_person: Callable[..., User],
    now: datetime,
) -> None:
    for person in (assessor, admin):
        with pytest.raises(Forbidden, match="Only a reviewer"):
            claimed(person, *pair)
    first, second = claimed(reviewer, *pair), claimed(reviewer, *pair, "5.0")
    for person in (other_reviewer, assessor):
        with pytest.raises(Forbidden, match="Only Deepa, who declared it"):
            actions.withdraw(claim_id=first.pk, reason="No.", by=person, at=now)
    with pytest.raises(Invisible):
        actions.withdraw(claim_id=first.pk, reason="No.", by=make_person("stranger"), at=now)
    with pytest.raises(Invalid, match="Say why the claim is withdrawn"):
        actions.withdraw(claim_id=first.pk, reason=" ", by=reviewer, at=now)
    actions.withdraw(claim_id=first.pk, reason="I was wrong.", by=reviewer, at=now)
    actions.withdraw(claim_id=second.pk, reason="Too narrow.", by=admin, at=now)
    with pytest.raises(Conflict, match="withdrawn already"):
        actions.withdraw(claim_id=first.pk, reason="Again.", by=reviewer, at=now)
    ended = AuditEvent.objects.filter(verb="claim.withdrawn").order_by("id")
    assert [(event.actor, event.role_held) for event in ended] == [(reviewer, "reviewer"), (admin, "admin")]
    events_of_claims = AuditEvent.objects.filter(object_type="calibrationclaim").order_by("id")
    assert [audit.sentence(event) for event in events_of_claims] == [
        "claimed that Bell Smith (Mid-level) ≥ Harp Maker (Mid-level): By common sense.",
        "claimed that Bell Smith (Mid-level) within 5.0 of Harp Maker (Mid-level): By common sense.",
        "withdrew the claim that Bell Smith (Mid-level) ≥ Harp Maker (Mid-level): I was wrong.",
        "withdrew the claim that Bell Smith (Mid-level) within 5.0 of Harp Maker (Mid-level): Too narrow.",
    ]


def test_withdrawing_a_claim_takes_its_breach_with_it_for_good(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, now: datetime
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    actions.withdraw(claim_id=claim.pk, reason="I was wrong.", by=reviewer, at=now)
    moved(assessor, reviewer, "Harp Maker", TWO)
    breach = ClaimBreach.objects.get()
    assert (breach.clearance, breach.cleared_by, breach.reason) == ("withdrawn", reviewer, "I was wrong.")


def accept(claim: CalibrationClaim, by: User, *scores: str, reason: str = "They are right.") -> ClaimBreach:
    a, b = scores
    return actions.accept(claim_id=claim.pk, scores=(a, b), reason=reason, by=by, at=timezone.now())


def test_accepted_scores_are_not_raised_again_and_others_are(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    claim = claimed(reviewer, *pair)
    with pytest.raises(Conflict, match="Nothing about this claim is open"):
        accept(claim, reviewer, "55.3", "55.3")
    moved(assessor, reviewer, "Harp Maker", ONE)
    with pytest.raises(Conflict, match="not those you read"):
        accept(claim, reviewer, "55.3", "57.3")
    with pytest.raises(Invalid, match="right nevertheless"):
        accept(claim, reviewer, "55.3", "57.4", reason="")
    accept(claim, reviewer, "55.3", "57.4")
    roles.request_recompute(pair[0].role)
    recomputed()
    assert breaches() == [("55.3", "57.4", "accepted")]
    read: Any = reads.asked(reviewer, show="broken").get()
    assert (reads.accepted(read), reads.open_breach(read)) == (ClaimBreach.objects.get(), None)
    moved(assessor, reviewer, "Harp Maker", TWO)
    assert breaches() == [("55.3", "57.4", "accepted"), ("55.3", "59.5", "")]
    moved(assessor, reviewer, "Harp Maker", ONE)
    assert breaches() == [("55.3", "57.4", "accepted"), ("55.3", "59.5", "mended")]


def test_its_owner_answers_a_breach_and_any_reviewer_where_that_is_nobody_any_more(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    now: datetime,
) -> None:
    claim = claimed(other_reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    assert ClaimBreach.objects.get().owner == other_reviewer
    with pytest.raises(Forbidden, match="This is for Jonas to answer"):
        accept(claim, reviewer, "55.3", "57.4")
    with pytest.raises(Forbidden, match="Only a reviewer"):
        accept(claim, admin, "55.3", "57.4")
    assert [len(reads.broken_for(each)) for each in (reviewer, other_reviewer, admin)] == [0, 1, 0]
    people.deactivate(person=other_reviewer, by=admin, at=now)
    assert [reads.open_breach(each) for each in reads.broken_for(reviewer)] == [ClaimBreach.objects.get()]
    accept(claim, reviewer, "55.3", "57.4")
    moved(assessor, reviewer, "Harp Maker", TWO)
    assert [each.owner for each in ClaimBreach.objects.order_by("pk")] == [other_reviewer, None]
    assert [reads.check(each) for each in reads.broken_for(reviewer)] == ["broken"]


def test_an_administrator_gives_a_breach_to_another_reviewer_who_is_told(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    now: datetime,
) -> None:
    claim = claimed(reviewer, *pair)
    with pytest.raises(Conflict, match="Nothing about this claim is open"):
        actions.reassign(claim_id=claim.pk, to=other_reviewer, by=admin, at=now)
    moved(assessor, reviewer, "Harp Maker", ONE)
    told()
    with pytest.raises(Forbidden):
        actions.reassign(claim_id=claim.pk, to=other_reviewer, by=reviewer, at=now)
    for nobody in (assessor, None):
        with pytest.raises(Invalid, match="somebody who reviews"):
            actions.reassign(claim_id=claim.pk, to=nobody, by=admin, at=now)
    for _ in range(2):
        actions.reassign(claim_id=claim.pk, to=other_reviewer, by=admin, at=now)
    told()
    assert list(Notification.objects.filter(kind="claim").order_by("pk").values_list("person", flat=True)) == [
        reviewer.pk,
        other_reviewer.pk,
    ]
    assert AuditEvent.objects.filter(verb="claim.breach_reassigned").count() == 1


def test_the_owner_is_told_once_what_is_broken_and_where_to_look(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, other_reviewer: User
) -> None:
    claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    moved(assessor, reviewer, "Harp Maker", TWO)
    told()
    notes = wording.in_words(list(wording.visible_to(reviewer).filter(kind="claim")), to=reviewer)
    assert [(note.sentence, note.path) for note in notes] == [
        (
            "A calibration claim about Bell Smith (Mid-level), version 1, is broken and waits for you.",
            "/claims/?show=broken&role=bell-smith",
        )
    ]
    assert wording.visible_to(other_reviewer).filter(kind="claim").count() == 0


def test_all_reviewers_are_told_of_what_is_nobodys_and_nobody_of_what_mended(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    now: datetime,
) -> None:
    claimed(other_reviewer, *pair)
    people.deactivate(person=other_reviewer, by=admin, at=now)
    third = people.create_person(
        username="sol", display_name="Sol", password="a long enough password", roles=["reviewer"], by=admin, at=now
    )
    moved(assessor, reviewer, "Harp Maker", ONE)
    told()
    assert set(Notification.objects.filter(kind="claim").values_list("person", flat=True)) == {reviewer.pk, third.pk}
    moved(assessor, reviewer, "Harp Maker", (1, 1, 1, 1, 1))
    moved(assessor, reviewer, "Harp Maker", TWO)
    moved(assessor, reviewer, "Harp Maker", (1, 1, 1, 1, 1))
    told()
    assert Notification.objects.filter(kind="claim").count() == 2


def test_nobody_is_told_of_a_breach_whose_version_was_retracted_meanwhile(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    retracted(Assessment.objects.get(role=pair[0].role, status="published"), admin, other_admin)
    told()
    assert Notification.objects.filter(kind="claim").count() == 0


def test_a_claim_about_what_one_may_not_know_of_is_seen_by_who_may(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    other_assessor: User,
    reviewer: User,
    admin: User,
    make_person: Callable[..., User],
) -> None:
    claimed(reviewer, *pair)
    hidden = claimed(reviewer, pair[0], a_draft(assessor, "Secret Tuner"))
    seen = {
        person.username: [claim == hidden for claim in reads.asked(person)]
        for person in (assessor, other_assessor, reviewer, admin, make_person("nobody"))
    }
    assert seen == {
        "maren": [True, False],
        "ilse": [False],
        "deepa": [True, False],
        "ada": [True, False],
        "nobody": [],
    }


def test_what_a_publication_would_do_to_the_claims_about_a_role(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    smith, harp = pair[0].role, pair[1].role
    claimed(reviewer, smith, harp)
    claimed(reviewer, harp, smith, "3.0")
    claimed(reviewer, smith, in_review(assessor, "Organ Builder").role)
    moved(assessor, reviewer, "Harp Maker", TWO)

    def turns(title: str, evidence: tuple[int, ...]) -> list[tuple[str, str, str | None]]:
        draft = a_draft(assessor, title, evidence=evidence)
        told = rehearse(assessment_id=draft.pk, outcomes=["formula_accepted"], at=timezone.now())
        drafts.withdraw(assessment_id=draft.pk, by=assessor, at=timezone.now())
        said = [each.as_json() for each in told["formula_accepted"].claims]
        return [(each["turns"], each["broken_by"], each["broken_by_today"]) for each in said]

    assert turns("Bell Smith", ONE) == [("stays_broken", "2.1", "4.2"), ("mends", "0.0", "1.2")]
    assert turns("Bell Smith", TWO) == [("mends", "0.0", "4.2"), ("mends", "0.0", "1.2")]
    moved(assessor, reviewer, "Bell Smith", TWO)
    assert turns("Harp Maker", ONE) == [("holds", "0.0", "0.0"), ("holds", "0.0", "0.0")]
    assert turns("Bell Smith", (1, 1, 1, 1, 1)) == [("breaks", "4.2", "0.0"), ("breaks", "1.2", "0.0")]
    assert reads.touching(smith).count() == 3


def test_verify_finds_a_breach_that_is_missing_stale_or_too_many(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    assert list(integrity.claim_breaches()) == []
    said = f"claim {claim.pk} that Bell Smith (Mid-level) ≥ Harp Maker (Mid-level)"
    ClaimBreach.objects.update(b_now=Decimal("60.0"))
    assert list(integrity.peer_breaches()) == [f"{said}: open at 55.3 against 60.0, but 55.3 against 57.4 break it"]
    ClaimBreach.objects.update(cleared_at=timezone.now(), clearance="mended")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify", "--peers", stdout=out)
    assert out.getvalue() == f"peers: 1 breach(es)\n  {said}: not open, but 55.3 against 57.4 break it\n"
    moved(assessor, reviewer, "Harp Maker", TWO)
    after = in_review(assessor, "Bell Smith", evidence=TWO)
    verdict(after, reviewer)
    assert list(integrity.claim_breaches()) == [f"{said}: open at 55.3 against 59.5, but nothing breaks it"]


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


INSERT = (
    "INSERT INTO assessments_calibrationclaim (kind, a_id, b_id, distance, reason, state, by_id, at, withdrawal_reason)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, now(), '')"
)


def test_the_database_takes_only_whole_claims_of_reviewers_about_two_active_roles(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    a, b = pair[0].role_id, pair[1].role_id
    for row, refusal in (
        (("at_least", a, b, None, "x", "standing", assessor.pk), "A reviewer claims"),
        (("at_least", a, b, None, "x", "withdrawn", reviewer.pk), "A reviewer claims"),
        (("at_least", a, a, None, "x", "standing", reviewer.pk), "claim_never_of_itself"),
        (("at_least", a, b, "5.0", "x", "standing", reviewer.pk), "claim_within_a_distance"),
        (("within", a, b, None, "x", "standing", reviewer.pk), "claim_within_a_distance"),
        (("within", a, b, "0.0", "x", "standing", reviewer.pk), "claim_within_a_distance"),
        (("above", a, b, None, "x", "standing", reviewer.pk), "claim_within_a_distance"),
        (("at_least", a, b, None, "", "standing", reviewer.pk), "claim_has_a_reason"),
    ):
        with pytest.raises(IntegrityError, match=refusal):
            sql(INSERT, *row)
    Role.objects.filter(pk=b).update(status="retired")
    with pytest.raises(IntegrityError, match="two active roles"):
        sql(INSERT, "at_least", a, b, None, "x", "standing", reviewer.pk)


def test_the_database_takes_a_claim_once_and_a_distance_from_one_side(
    pair: tuple[Assessment, Assessment], reviewer: User
) -> None:
    a, b = pair[0].role_id, pair[1].role_id
    sql(INSERT, "at_least", a, b, None, "x", "standing", reviewer.pk)
    sql(INSERT, "at_least", b, a, None, "x", "standing", reviewer.pk)
    sql(INSERT, "within", a, b, "5.0", "x", "standing", reviewer.pk)
    with pytest.raises(IntegrityError, match="claim_once"):
        sql(INSERT, "at_least", a, b, None, "x", "standing", reviewer.pk)
    with pytest.raises(IntegrityError, match="claim_once_from_either_side"):
        sql(INSERT, "within", b, a, "9.0", "x", "standing", reviewer.pk)


def test_the_database_lets_a_claim_be_withdrawn_once_and_changes_nothing_else(
    pair: tuple[Assessment, Assessment], reviewer: User, other_reviewer: User, admin: User
) -> None:
    claimed(reviewer, *pair)
    for change in ("reason = 'x'", "distance = 1", "by_id = by_id + 1", "at = now()", "state = state"):
        with pytest.raises(DatabaseError, match="can only be withdrawn, once"):
            sql(f"UPDATE assessments_calibrationclaim SET {change}")
    withdraw = (
        "UPDATE assessments_calibrationclaim SET state = 'withdrawn', withdrawn_at = now(), withdrawal_reason = 'x',"
        " withdrawn_by_id = %s"
    )
    with pytest.raises(DatabaseError, match="by who declared it, or by an administrator"):
        sql(withdraw, other_reviewer.pk)
    with pytest.raises(IntegrityError, match="claim_withdrawn_by_somebody_with_a_reason"):
        sql(withdraw.replace("'x'", "''"), admin.pk)
    sql(withdraw, admin.pk)
    with pytest.raises(DatabaseError, match="can only be withdrawn, once"):
        sql("UPDATE assessments_calibrationclaim SET state = 'standing', withdrawn_at = NULL, withdrawn_by_id = NULL")
    for statement in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
        with pytest.raises(DatabaseError):
            sql(statement.format("assessments_calibrationclaim"))


def test_the_database_clears_a_breach_once_and_keeps_one_open(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    insert = (
        "INSERT INTO assessments_claimbreach (claim_id, raised_at, a_score, b_score, a_now, b_now, clearance, reason)"
        " VALUES (%s, now(), 1, 2, 1, 2, '', '')"
    )
    with pytest.raises(IntegrityError, match="one_open_breach_per_claim"):
        sql(insert, claim.pk)
    clear = "UPDATE assessments_claimbreach SET cleared_at = now(), cleared_by_id = %s, clearance = %s, reason = %s"
    for person, clearance, reason, refusal in (
        (admin.pk, "accepted", "x", "A reviewer accepts a breach"),
        (None, "accepted", "x", "A reviewer accepts a breach"),
        (reviewer.pk, "accepted", "", "breach_cleared_somehow"),
        (None, "withdrawn", "x", "breach_cleared_somehow"),
        (reviewer.pk, "mended", "", "breach_cleared_somehow"),
        (None, "", "", "breach_cleared_somehow"),
    ):
        with pytest.raises(IntegrityError, match=refusal):
            sql(clear, person, clearance, reason)
    for change in ("claim_id = claim_id + 1", "raised_at = now()", "a_score = 0", "b_score = 0"):
        with pytest.raises(DatabaseError, match="can only be cleared, once"):
            sql(f"UPDATE assessments_claimbreach SET {change}")
    sql(clear, None, "mended", "")
    for statement in ("UPDATE {} SET clearance = ''", "DELETE FROM {}", "TRUNCATE {}"):
        with pytest.raises(DatabaseError):
            sql(statement.format("assessments_claimbreach"))
    actions.withdraw(claim_id=claim.pk, reason="x", by=reviewer, at=timezone.now())
    with pytest.raises(IntegrityError, match="Only a claim that stands is broken"):
        sql(insert, claim.pk)


def test_the_trigger_holds_the_moves_of_the_table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'aijri_guard_claim'")
        source = cursor.fetchone()[0]
    listed = ", ".join(f"('{source}', '{target}')" for source, target in transitions.pairs(transitions.CLAIM_MOVES))
    assert f"(OLD.state, NEW.state) NOT IN ({listed})" in source
