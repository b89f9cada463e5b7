"""Retracting what is published: two administrators, a reason each, and a page that stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments.actions import people, retraction
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused
from assessments.models import Assessment, AuditEvent, OutboxMessage, PeerComparison, Retraction, User
from tests.making import a_draft, in_review, published, recomputed, retracted, verdict


def proposed(assessment: Assessment, by: User) -> Retraction:
    return retraction.propose(assessment_id=assessment.pk, reason="Made up.", by=by, at=timezone.now())


def confirmed(proposal: Retraction, by: User) -> Assessment:
    made = retraction.confirm(retraction_id=proposal.pk, reason="So it is.", by=by, at=timezone.now())
    return made.assessment


def refused(kind: type[Refused], code: str, act: Callable[[], object]) -> str:
    """That `act` is refused so, with nothing written; its sentence."""
    before = (list(Retraction.objects.values()), AuditEvent.objects.count(), list(Assessment.objects.values("status")))
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert before == (
        list(Retraction.objects.values()),
        AuditEvent.objects.count(),
        list(Assessment.objects.values("status")),
    )
    return caught.value.sentence


def test_one_administrator_alone_changes_nothing_that_is_published(
    client: Client, assessor: User, reviewer: User, admin: User
) -> None:
    assessment = published(assessor, reviewer)
    proposal = proposed(assessment, admin)
    sentence = refused(Conflict, "proposed_by_you", lambda: confirmed(proposal, admin))
    assert sentence == "You proposed this; another administrator must confirm it."
    assert client.get("/roles/bell-tuner/").status_code == 200


def test_a_second_administrator_retracts_it_with_history_ledger_and_recompute(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    assessment = published(assessor, reviewer)
    recomputed()
    retracted(assessment, admin, other_admin)
    assessment.refresh_from_db()
    assert (assessment.status, assessment.retracted_at is not None) == ("retracted", True)
    assert assessment.history.order_by("-history_id")[0].history_change_reason == "The counts were made up."
    events = AuditEvent.objects.filter(verb__contains="retract").order_by("id").values_list("verb", "actor__username")
    assert list(events) == [("retraction.proposed", "ada"), ("assessment.retracted", "noor")]
    pending = OutboxMessage.objects.filter(done_at__isnull=True, role=assessment.role)
    assert [message.topic for message in pending] == ["assessments.recompute_peers"]


def test_neighbours_are_compared_without_what_is_retracted(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    first = published(assessor, reviewer, "Bell Founder")
    second = published(assessor, reviewer, "Bell Tuner", definition={"not_this_role": "NOT a Bell Founder."})
    recomputed()
    compared = PeerComparison.objects.filter(role__in=[first.role, second.role])
    before = compared.count()
    retracted(first, admin, other_admin)
    recomputed()
    assert (before, compared.count()) == (2, 0)


def test_the_tombstone_says_when_by_whom_why_and_what_can_still_be_read(
    client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    published(assessor, reviewer)
    second = in_review(assessor, evidence=(2, 1, 1, 1, 1))
    verdict(second, reviewer)
    retracted(second, admin, other_admin, reason="The counts <were> made up.")
    answer = client.get("/roles/bell-tuner/")
    page = answer.content.decode()
    assert answer.status_code == 410
    today = timezone.now().strftime("%-d %B %Y")
    for words in (
        "by Ada and Noor, administrators",
        "The counts &lt;were&gt; made up.",
        "I checked, and they were.",
        f">{today}</time>",
        'href="/roles/bell-tuner/v1/"',
    ):
        assert words in page, words
    assert "57.8" not in page


def test_a_role_whose_only_version_is_retracted_offers_nothing_else_to_read(
    client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    page = client.get("/roles/bell-tuner/v1/").content.decode()
    assert "Read version" not in page


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/roles/bell-tuner/",
        "/api/v1/roles/bell-tuner/assessments/1/",
        "/api/v1/roles/bell-tuner/assessments/1/explanation/",
        "/api/v1/roles/bell-tuner/peers/",
    ],
)
def test_the_api_answers_gone_and_says_why(
    address: str, client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    answer = client.get(address)
    assert answer.status_code == 410
    detail = answer.json()["errors"][0]["detail"]
    today = timezone.now().strftime("%-d %B %Y")
    assert detail == f"This assessment was retracted on {today} by Ada and Noor: The counts were made up."


def test_what_it_held_is_gone_from_the_working_addresses_too_but_not_for_those_who_work_there(
    assessor: User, other_assessor: User, reviewer: User, admin: User, other_admin: User, signed_in: Any
) -> None:
    gone = retracted(published(assessor, reviewer), admin, other_admin)
    base = f"/api/v1/assessments/{gone.pk}/"
    for person, status in ((other_assessor, 410), (assessor, 200), (reviewer, 200), (admin, 200)):
        client = signed_in(person)
        for address in (base, f"{base}explanation/", f"{base}diff/?against={gone.pk}", f"/drafts/{gone.pk}/"):
            assert client.get(address).status_code == status, (person, address)
        listed = client.get("/api/v1/assessments/").json()["results"]
        assert [each["id"] for each in listed] == ([gone.pk] if status == 200 else [])
    assert Client().get(base).status_code == 410


def test_a_proposal_needs_a_reason_and_so_does_its_answer(
    assessor: User, reviewer: User, admin: User, other_admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    for text in (" ", "x" * 5001):
        propose = lambda t=text: retraction.propose(assessment_id=assessment.pk, reason=t, by=admin, at=now)  # noqa: E731
        refused(Invalid, "reason", propose)
    proposal = proposed(assessment, admin)
    refused(Invalid, "reason", lambda: retraction.confirm(retraction_id=proposal.pk, reason="", by=other_admin, at=now))
    refused(Invalid, "reason", lambda: retraction.withdraw(retraction_id=proposal.pk, reason="", by=admin, at=now))


def test_only_administrators_propose_confirm_and_withdraw(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    proposal = proposed(assessment, admin)
    for person in (assessor, reviewer):
        refused(Forbidden, "forbidden", lambda p=person: proposed(assessment, p))
        refused(Forbidden, "forbidden", lambda p=person: confirmed(proposal, p))
        withdraw = lambda p=person: retraction.withdraw(retraction_id=proposal.pk, reason="x", by=p, at=now)  # noqa: E731
        refused(Forbidden, "forbidden", withdraw)


def test_an_administrator_who_contributed_neither_proposes_nor_confirms(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    people.grant_role(person=assessor, code="admin", by=admin, at=now)
    assessment = published(assessor, reviewer)
    refused(Forbidden, "forbidden", lambda: proposed(assessment, assessor))
    proposal = proposed(assessment, admin)
    sentence = refused(Forbidden, "forbidden", lambda: confirmed(proposal, assessor))
    assert sentence == "You contributed to this version, so two other administrators must retract it."


@pytest.mark.parametrize("make", [a_draft, in_review])
def test_only_what_is_published_is_retracted(make: Callable[..., Assessment], assessor: User, admin: User) -> None:
    assessment = make(assessor)
    refused(Conflict, "wrong_state", lambda: proposed(assessment, admin))


def test_what_is_proposed_is_not_proposed_twice(assessor: User, reviewer: User, admin: User, other_admin: User) -> None:
    assessment = published(assessor, reviewer)
    proposed(assessment, admin)
    refused(Conflict, "proposed_already", lambda: proposed(assessment, other_admin))


def test_a_withdrawn_proposal_is_closed_and_another_can_be_made(
    assessor: User, reviewer: User, admin: User, other_admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    proposal = proposed(assessment, admin)
    retraction.withdraw(retraction_id=proposal.pk, reason="I erred.", by=admin, at=now)
    sentence = refused(Conflict, "proposal_closed", lambda: confirmed(proposal, other_admin))
    assert sentence == "This proposal is closed: it was withdrawn."
    assert confirmed(proposed(assessment, other_admin), admin).status == "retracted"


def test_a_later_version_overtakes_the_proposal(assessor: User, reviewer: User, admin: User, other_admin: User) -> None:
    proposal = proposed(published(assessor, reviewer), admin)
    verdict(in_review(assessor, evidence=(2, 1, 1, 1, 1)), reviewer)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.answer) == ("lapsed", "Version 2 superseded this one.")
    refused(Conflict, "proposal_closed", lambda: confirmed(proposal, other_admin))


def test_nothing_is_overtaken_where_the_proposal_was_closed_meanwhile(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    retraction.withdraw(retraction_id=proposed(assessment, admin).pk, reason="I erred.", by=admin, at=now)
    retraction.lapse(assessment=assessment, by_number=2, by=reviewer, at=now)
    assert Retraction.objects.get().state == "withdrawn"
    assert AuditEvent.objects.filter(verb="retraction.lapsed").count() == 0


def test_there_is_no_proposal_at_a_number_that_was_never_given(admin: User) -> None:
    refused(
        Invisible, "not_found", lambda: retraction.withdraw(retraction_id=7, reason="x", by=admin, at=timezone.now())
    )


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


INSERT = (
    "INSERT INTO assessments_retraction (assessment_id, state, reason, proposed_by_id, proposed_at, answer)"
    " VALUES (%s, 'open', 'x', %s, now(), '')"
)


def test_sql_retracts_nothing_without_two_administrators(assessor: User, reviewer: User, admin: User) -> None:
    assessment = published(assessor, reviewer)
    retract = "UPDATE assessments_assessment SET status = 'retracted', retracted_at = now() WHERE id = %s"
    with pytest.raises(DatabaseError, match="by two administrators"):
        sql(retract, assessment.pk)
    sql(INSERT, assessment.pk, admin.pk)
    with pytest.raises(DatabaseError, match="by two administrators"):
        sql(retract, assessment.pk)


def test_sql_proposes_and_confirms_for_administrators_alone(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    assessment = published(assessor, reviewer)
    with pytest.raises(DatabaseError, match="did not contribute"):
        sql(INSERT, assessment.pk, reviewer.pk)
    sql(INSERT, assessment.pk, admin.pk)
    confirm = (
        "UPDATE assessments_retraction SET state = 'confirmed', answer = 'x', closed_at = now(), closed_by_id = %s"
        " WHERE assessment_id = %s"
    )
    for person in (admin, reviewer, assessor):
        with pytest.raises(DatabaseError, match="Another administrator"):
            sql(confirm, person.pk, assessment.pk)
    sql(confirm, other_admin.pk, assessment.pk)
    with pytest.raises(DatabaseError, match="closed, once"):
        sql("UPDATE assessments_retraction SET answer = 'y' WHERE assessment_id = %s", assessment.pk)
    with pytest.raises(DatabaseError, match="never deleted"):
        sql("DELETE FROM assessments_retraction WHERE assessment_id = %s", assessment.pk)


def test_a_draft_has_no_proposal_in_the_database_either(assessor: User, admin: User) -> None:
    with pytest.raises(DatabaseError, match="published version"):
        sql(INSERT, a_draft(assessor).pk, admin.pk)


def test_one_proposal_at_a_time_is_a_constraint(assessor: User, reviewer: User, admin: User) -> None:
    assessment = published(assessor, reviewer)
    sql(INSERT, assessment.pk, admin.pk)
    with pytest.raises(IntegrityError, match="one_retraction_per_assessment"):
        sql(INSERT, assessment.pk, admin.pk)


def test_the_page_of_proposals_confirms_and_withdraws(
    assessor: User, reviewer: User, admin: User, other_admin: User, signed_in: Callable[[User], Client]
) -> None:
    published(assessor, reviewer)
    first, second = signed_in(admin), signed_in(other_admin)
    assert "/roles/bell-tuner/v1/retract/" in first.get("/roles/bell-tuner/").content.decode()
    assert first.post("/roles/bell-tuner/v1/retract/", {"reason": ""}).status_code == 400
    assert first.post("/roles/bell-tuner/v1/retract/", {"reason": "Made up."}).status_code == 302
    assert "You proposed this" in first.get("/retractions/").content.decode()
    again = second.post("/roles/bell-tuner/v1/retract/", {"reason": "Me too."})
    assert (again.status_code, "proposed it already" in again.content.decode()) == (409, True)
    number = Retraction.objects.get().pk
    empty = second.post(f"/retractions/{number}/confirm/", {"reason": " "})
    assert (empty.status_code, "Give the reason why you agree." in empty.content.decode()) == (400, True)
    assert second.post(f"/retractions/{number}/burn/", {"reason": "x"}).status_code == 404
    assert second.post(f"/retractions/{number}/confirm/", {"reason": "Yes."}).status_code == 302
    assert "confirmed" in second.get("/retractions/").content.decode()
    assert second.post(f"/retractions/{number}/withdraw/", {"reason": "No."}).status_code == 409
    assert first.get("/roles/bell-tuner/v1/retract/").status_code == 409


def test_a_proposal_is_withdrawn_on_its_page(
    assessor: User, reviewer: User, admin: User, signed_in: Callable[[User], Client]
) -> None:
    proposal = proposed(published(assessor, reviewer), admin)
    assert signed_in(admin).post(f"/retractions/{proposal.pk}/withdraw/", {"reason": "I erred."}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, str(proposal)) == ("withdrawn", "Retraction of Bell Tuner (Mid-level) v1")
