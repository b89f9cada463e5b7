"""A published decision requires review once something that it rests on moved by more than the tolerance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import dispatch, method_flags, outbox, scoring
from assessments.actions import roles
from assessments.enums import Kind
from assessments.errors import Conflict, Forbidden, Invalid
from assessments.models import Assessment, AuditEvent, Methodology, ReviewFlag, User
from assessments.queries import aftermath
from assessments.queries import published as reads
from reviews.actions.reaffirmation import reaffirm
from tests.making import a_document, a_draft, in_review, published, recomputed, retracted, verdict
from tests.methods import drafted, in_force

# One step of evidence more than CLEAR gives 57.4, two give 59.4: within and beyond the tolerance of 3 points.
ONE, TWO = (2, 1, 1, 1, 1), (2, 2, 1, 1, 1)


def commentary(text: str) -> dict[str, Any]:
    return {"commentary": {**a_document()["commentary"], "score_vs_reality": text}}


def quoting(by: User, reviewer: User, text: str = "Bell Smith (55.3) sets the measure.") -> Assessment:
    return published(by, reviewer, **commentary(text))


def moved(by: User, reviewer: User, title: str = "Bell Smith", evidence: tuple[int, ...] = TWO) -> Assessment:
    """The next version of a role, published at another score, and the neighbours recomputed."""
    after = in_review(by, title, evidence=evidence)
    verdict(after, reviewer)
    recomputed()
    after.refresh_from_db()
    assert after.status == "published"
    return after


def raised(assessment: Assessment) -> list[str]:
    """Why it requires review now."""
    return [shape["because"] for shape in aftermath.requires_review(assessment)]


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    """A role, and another whose decision rests on its score of 55.3 by a quote."""
    founder = published(assessor, reviewer, "Bell Smith")
    tuner = quoting(assessor, reviewer)
    recomputed()
    return founder, tuner


def test_a_decision_stands_while_nothing_moved(pair: tuple[Assessment, Assessment]) -> None:
    assert (ReviewFlag.objects.count(), raised(pair[1])) == (0, [])


def test_a_quoted_score_that_moves_within_the_tolerance_raises_nothing(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    after = moved(assessor, reviewer, evidence=ONE)
    assert (str(after.published_score), raised(pair[1])) == ("57.4", [])


def test_a_quoted_score_that_moves_further_raises_a_flag_that_says_so_everywhere(
    client: Client,
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    signed_in: Callable[..., Client],
) -> None:
    after = moved(assessor, reviewer)
    because = f"Bell Smith (Mid-level), which it quotes at 55.3, now stands at {after.published_score}"
    assert raised(pair[1]) == [because]
    shape = client.get("/api/v1/roles/bell-tuner/").json()["requires_review"]
    assert [(each["cause"], each["peer"]["slug"], each["was"], each["now"]) for each in shape] == [
        ("quote", "bell-smith", "55.3", str(after.published_score))
    ]
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "This decision requires review</strong> since" in page
    assert because in page
    for person in (assessor, reviewer):
        assert because in signed_in(person).get("/desk/").content.decode()
    assert "/roles/bell-tuner/v1/reaffirm/" in signed_in(reviewer).get("/desk/").content.decode()


def test_the_published_score_does_not_move_with_it(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    before = Assessment.objects.filter(pk=pair[1].pk).values().get()
    moved(assessor, reviewer)
    assert Assessment.objects.filter(pk=pair[1].pk).values().get() == before


def test_to_strangers_to_the_version_no_desk_shows_it(
    pair: tuple[Assessment, Assessment], assessor: User, other_assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    seen = {person.username: len(aftermath.flagged_for(person)) for person in (assessor, other_assessor, reviewer)}
    assert seen == {"maren": 1, "ilse": 0, "deepa": 1}


def test_a_score_that_comes_back_takes_its_flag_away(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    moved(assessor, reviewer, evidence=ONE)
    flag = ReviewFlag.objects.get()
    assert (raised(pair[1]), flag.clearance, flag.cleared_by) == ([], "receded", None)


def test_an_open_flag_follows_the_score_and_keeps_its_day(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    first = ReviewFlag.objects.get()
    after = moved(assessor, reviewer, evidence=(2, 2, 2, 1, 1))
    flag = ReviewFlag.objects.get()
    assert (flag.raised_at, flag.detail["now"]) == (first.raised_at, str(after.published_score))


def test_repeating_the_recompute_raises_nothing_twice(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    before = list(ReviewFlag.objects.values())
    for assessment in pair:
        roles.request_recompute(assessment.role)
        recomputed()
    assert list(ReviewFlag.objects.values()) == before


def test_a_quoted_role_that_is_retracted_raises_a_flag(
    pair: tuple[Assessment, Assessment], admin: User, other_admin: User
) -> None:
    retracted(pair[0], admin, other_admin)
    recomputed()
    assert raised(pair[1]) == ["Bell Smith (Mid-level), which it quotes at 55.3, was retracted"]


def test_a_related_role_that_moves_since_the_decision_raises_a_flag(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    founder = published(assessor, reviewer, "Bell Smith")
    tuner = published(assessor, reviewer)
    roles.relate(source=tuner.role, kind="senior_of", target=founder.role, note="", by=admin, at=now)
    recomputed()
    after = moved(assessor, reviewer)
    assert raised(tuner) == [f"Bell Smith (Mid-level), then at 55.3, now stands at {after.published_score}"]
    # Read from its own side nothing moved since it was decided.
    assert raised(after) == []


def test_a_related_occupation_of_onet_raises_nothing(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    founder = published(assessor, reviewer, "Bell Smith")
    tuner = published(assessor, reviewer)
    roles.relate(source=tuner.role, kind="related", target=founder.role, note="", by=admin, at=now)
    moved(assessor, reviewer)
    assert raised(tuner) == []


def test_what_was_published_after_the_decision_was_no_ground_of_it(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    tuner = published(assessor, reviewer)
    founder = published(assessor, reviewer, "Bell Smith")
    roles.relate(source=tuner.role, kind="peer", target=founder.role, note="", by=admin, at=now)
    moved(assessor, reviewer)
    assert raised(tuner) == []


def test_a_new_version_clears_the_flags_of_the_one_it_supersedes(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    revised = in_review(assessor, evidence=ONE)
    verdict(revised, reviewer)
    recomputed()
    flag = ReviewFlag.objects.get(assessment=pair[1])
    assert (flag.clearance, raised(pair[1]), raised(revised)) == ("replaced", [], [])


def test_retracting_a_version_clears_its_flags(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    moved(assessor, reviewer)
    retracted(pair[1], admin, other_admin)
    recomputed()
    assert [flag.clearance for flag in ReviewFlag.objects.all()] == ["replaced"]


def the_word(assessment: Assessment, by: User, flags: list[int] | None = None, reason: str = "It holds.") -> Any:
    open_now = [flag.pk for flag in aftermath.open_flags(assessment)] if flags is None else flags
    return reaffirm(assessment_id=assessment.pk, flags=open_now, reason=reason, by=by, at=timezone.now())


def test_a_reaffirmed_decision_stands_at_the_new_measure(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer)
    the_word(pair[1], reviewer)
    roles.request_recompute(pair[0].role)
    recomputed()
    flag = ReviewFlag.objects.get()
    assert (flag.clearance, flag.cleared_by, flag.reason, raised(pair[1])) == ("reaffirmed", reviewer, "It holds.", [])
    assert AuditEvent.objects.filter(verb="assessment.reaffirmed").get().data["reason"] == "It holds."
    before = flag.detail["now"]
    after = moved(assessor, reviewer, evidence=(2, 2, 2, 2, 1))
    assert raised(pair[1]) == [
        f"Bell Smith (Mid-level), which it quotes at {before}, now stands at {after.published_score}"
    ]


def test_a_retraction_that_a_reviewer_lived_with_is_not_raised_again(
    pair: tuple[Assessment, Assessment], reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(pair[0], admin, other_admin)
    recomputed()
    the_word(pair[1], reviewer)
    roles.request_recompute(pair[0].role)
    recomputed()
    assert raised(pair[1]) == []


def test_nobody_reaffirms_what_they_wrote_or_without_a_reason_or_unread(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User, make_person: Any
) -> None:
    moved(assessor, reviewer)
    own = make_person("both", "assessor", "reviewer")
    other = published(own, reviewer, "Bell Hanger", **commentary("Bell Smith (40.0) sets the measure."))
    recomputed()
    for person, assessment in ((assessor, pair[1]), (admin, pair[1]), (own, other)):
        with pytest.raises(Forbidden):
            the_word(assessment, person)
    for reason in (" ", "x" * 5001):
        with pytest.raises(Invalid):
            the_word(pair[1], reviewer, reason=reason)
    for flags in ([], [ReviewFlag.objects.get(assessment=other).pk], [0]):
        with pytest.raises(Conflict):
            the_word(pair[1], reviewer, flags=flags)
    assert len(raised(pair[1])) == 1


def test_what_is_not_published_is_not_reaffirmed(assessor: User, reviewer: User) -> None:
    with pytest.raises(Conflict, match="only a published decision"):
        the_word(in_review(assessor), reviewer, flags=[1])


def test_the_page_shows_what_moved_and_takes_the_reason(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: Callable[[User], Client]
) -> None:
    moved(assessor, reviewer)
    client, address = signed_in(reviewer), "/roles/bell-tuner/v1/reaffirm/"
    assert "which it quotes at 55.3" in client.get(address).content.decode()
    number = ReviewFlag.objects.get().pk
    assert client.post(address, {"flag": number, "reason": " "}).status_code == 400
    assert client.post(address, {"flag": "x", "reason": "It holds."}).status_code == 409
    assert client.post(address, {"flag": number, "reason": "It holds."}).status_code == 302
    assert "Nothing that this decision rests on has moved." in client.get(address).content.decode()


def flagged_by_method() -> None:
    for message_id in outbox.claim(lease_seconds=1).get(dispatch.FLAG_BY_METHOD, []):
        method_flags.fulfil(message_id)


def test_a_method_that_would_move_the_label_or_the_score_raises_flags(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    tuner = published(assessor, reviewer)
    in_force(admin, other_admin, zones__green__from="56.0")
    flagged_by_method()
    assert raised(tuner) == ["method 1.1 would give 55.3, Yellow (Moderate), in place of 55.3, Green (Transforming)"]
    in_force(admin, other_admin, "1.2", zones__green__from="48.0", formula__divisor="7.30")
    flagged_by_method()
    assert [each.split(",")[0] for each in raised(tuner)] == ["method 1.2 would give 60.1"]
    assert [flag.clearance for flag in ReviewFlag.objects.order_by("id")] == ["receded", ""]


def test_a_method_that_moves_less_than_its_tolerance_raises_none(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    published(assessor, reviewer)
    in_force(admin, other_admin, formula__divisor="7.90")
    flagged_by_method()
    in_force(admin, other_admin, "1.2", formula__divisor="7.30", tolerance="9.0")
    flagged_by_method()
    assert ReviewFlag.objects.count() == 0


def test_the_flags_of_a_method_are_raised_once_and_of_one_in_force_alone(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    tuner = published(assessor, reviewer)
    in_force(admin, other_admin, zones__green__from="56.0")
    flagged_by_method()
    active = Methodology.objects.get(status="active")
    the_word(tuner, reviewer)
    outbox.request(dispatch.FLAG_BY_METHOD, payload={"methodology": active.pk})
    outbox.request(dispatch.FLAG_BY_METHOD, payload={"methodology": Methodology.objects.get(version="1.0").pk})
    flagged_by_method()
    assert [flag.clearance for flag in ReviewFlag.objects.all()] == ["reaffirmed"]
    assert method_flags.fulfil(0) == 0


def test_the_tolerance_is_a_setting_of_the_method(db: None, admin: User) -> None:
    assert str(scoring.Method.from_definition(scoring.definition("1.0")).tolerance) == "3.0"
    assert (
        drafted(admin, tolerance="1.5").method.tolerance
        == scoring.Method.from_definition({**scoring.definition("1.0"), "tolerance": "1.50"}).tolerance
    )
    with pytest.raises(scoring.MethodError, match="tolerance must not be less than 0"):
        scoring.Method.from_definition({**scoring.definition("1.0"), "tolerance": "-1"})


def test_a_smaller_tolerance_of_its_method_flags_a_decision_sooner(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    in_force(admin, other_admin, tolerance="1.0")
    published(assessor, reviewer, "Bell Smith")
    tuner = quoting(assessor, reviewer)
    moved(assessor, reviewer, evidence=ONE)
    assert raised(tuner) == ["Bell Smith (Mid-level), which it quotes at 55.3, now stands at 57.4"]


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def test_sql_clears_a_flag_once_and_reaffirms_for_reviewers_who_did_not_contribute(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, admin: User
) -> None:
    moved(assessor, reviewer)
    clear = (
        "UPDATE assessments_reviewflag SET cleared_at = now(), clearance = 'reaffirmed', reason = 'x',"
        " cleared_by_id = %s"
    )
    for person in (assessor, admin):
        with pytest.raises(DatabaseError, match="reaffirms a decision"):
            sql(clear, person.pk)
    with pytest.raises(IntegrityError, match="flag_reaffirmed_by_somebody"):
        sql(clear.replace("'x'", "''"), reviewer.pk)
    sql(clear, reviewer.pk)
    for change in ("clearance = '', cleared_at = NULL, cleared_by_id = NULL", "detail = '{}'"):
        with pytest.raises(DatabaseError, match="cleared, once"):
            sql(f"UPDATE assessments_reviewflag SET {change}")
    with pytest.raises(DatabaseError, match="never deleted"):
        sql("DELETE FROM assessments_reviewflag")


def test_a_flag_names_what_moved_in_the_database(pair: tuple[Assessment, Assessment]) -> None:
    with pytest.raises(IntegrityError, match="flag_names_what_moved"), transaction.atomic():
        ReviewFlag.objects.create(
            assessment=pair[1], cause="method", peer=pair[0].role, detail={}, raised_at=timezone.now()
        )


def test_a_draft_that_quotes_is_flagged_nowhere(assessor: User, reviewer: User, other_assessor: User) -> None:
    published(assessor, reviewer, "Bell Smith")
    draft = a_draft(other_assessor, "Secret Tuner", **commentary("Bell Smith (10.0) sets the measure."))
    recomputed()
    assert (ReviewFlag.objects.count(), str(Kind(draft.kind)), reads.versions(draft.role).count()) == (
        0,
        "assessment",
        0,
    )
