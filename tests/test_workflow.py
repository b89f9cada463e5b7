"""From draft to published, and every way it can be refused: the actions themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from assessments import documents
from assessments.actions import drafts, publication
from assessments.enums import Status
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused, Stale
from assessments.models import (
    Assessment,
    AuditEvent,
    Decision,
    OutboxMessage,
    RoleRelation,
    User,
    WaitingName,
)
from reviews import actions
from reviews.models import Review, Verdict
from tests.making import BORDERLINE, CLEAR, a_document, a_draft, in_review, published, verdict
from tests.methods import in_force


def save(assessment: Assessment, by: User, at: datetime, *, stale: str | None = None, **changes: Any) -> drafts.Saved:
    document = documents.from_json(a_document(assessment.role.title, **changes))
    held = stale or assessment.content_hash
    return drafts.save_draft(assessment_id=assessment.pk, document=document, content_hash=held, by=by, at=at)


def refused(kind: type[Refused], code: str, act: Callable[[], object]) -> str:
    """That `act` is refused so, with nothing written; its sentence."""
    before = (Assessment.objects.count(), AuditEvent.objects.count(), Verdict.objects.count())
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert (Assessment.objects.count(), AuditEvent.objects.count(), Verdict.objects.count()) == before
    return caught.value.sentence


def test_a_draft_holds_its_document_hash_and_exact_figures(assessor: User) -> None:
    draft = a_draft(assessor)
    assert (draft.number, draft.status, draft.kind) == (1, "draft", "assessment")
    assert (str(draft.formula_score), draft.figures["label"]) == (CLEAR, "Green (Transforming)")
    assert draft.content_hash == documents.content_hash(documents.from_json(draft.document))


def test_every_save_leaves_one_history_row_with_actor_and_reason(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    save(draft, assessor, now, evidence=(2, 2, 1, 1, 1))
    rows = draft.history.order_by("history_id").values_list("history_user__username", "history_change_reason")
    assert list(rows) == [("maren", "Draft started"), ("maren", "Draft saved")]


def test_saving_the_same_document_writes_nothing(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    before = AuditEvent.objects.count()
    save(draft, assessor, now)
    assert (draft.history.count(), AuditEvent.objects.count()) == (1, before)


def test_a_save_on_top_of_somebody_elses_save_is_stale(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    sentence = refused(Stale, "stale", lambda: save(draft, assessor, now, stale="0" * 64, evidence=(2, 2, 2, 2, 2)))
    assert sentence == "Somebody saved this draft since you opened it; load it again and put your change on top."


def test_a_second_open_version_of_a_role_is_a_conflict_that_names_nobody(assessor: User, other_assessor: User) -> None:
    a_draft(assessor)
    sentence = refused(Conflict, "open_version_exists", lambda: a_draft(other_assessor))
    assert sentence == "This role already has an open version; only one can be open at a time."


def test_somebody_elses_draft_does_not_exist(assessor: User, other_assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    refused(Invisible, "not_found", lambda: save(draft, other_assessor, now))
    refused(Invisible, "not_found", lambda: actions.submit(assessment_id=draft.pk, by=other_assessor, at=now))


def test_a_draft_with_gaps_is_saved_without_figures_and_cannot_be_submitted(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    value = a_document()
    value["evidence"][2]["score"] = None
    drafts.save_draft(
        assessment_id=draft.pk, document=documents.from_json(value), content_hash=None, by=assessor, at=now
    )
    draft.refresh_from_db()
    assert draft.figures is None
    with pytest.raises(Invalid) as caught:
        actions.submit(assessment_id=draft.pk, by=assessor, at=now)
    assert [place.path for place in caught.value.places] == ["evidence[2].score"]


def test_a_draft_keeps_its_role(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    document = documents.from_json(a_document("Organ Builder"))
    refused(
        Invalid,
        "role_changed",
        lambda: drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=assessor, at=now),
    )


def test_nothing_is_edited_in_review(assessor: User, now: datetime) -> None:
    assessment = in_review(assessor)
    refused(Conflict, "wrong_state", lambda: save(assessment, assessor, now, evidence=(2, 2, 2, 2, 2)))


def test_one_verdict_publishes_a_clear_formula_score(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor)
    given = verdict(assessment, reviewer)
    decision = Decision.objects.get()
    assert (given.review, given.assessment) == ("decided", "published")
    assert decision.statement == "None — formula score accepted"
    assert (decision.decided_by, decision.concurring, decision.role_held) == (reviewer, None, "reviewer")
    assert (decision.content_hash, str(decision.published_score)) == (assessment.content_hash, CLEAR)


def test_publishing_asks_for_the_recompute_in_the_same_transaction(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    messages = OutboxMessage.objects.values_list("role", "done_at")
    assert list(messages) == [(assessment.role_id, None)]


def test_a_small_override_is_accepted_by_one_verdict(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer, proposed="57.0")
    assert assessment.decision.statement == "Adjusted to 57.0 (+1.7)"
    assert (str(assessment.published_score), str(assessment.formula_score)) == ("57.0", CLEAR)


def test_an_override_beyond_three_points_takes_two_reviewers(
    assessor: User, reviewer: User, other_reviewer: User
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    assert verdict(assessment, reviewer, "override_accepted").review == "open"
    assert verdict(assessment, other_reviewer, "override_accepted").assessment == "published"
    decision = Decision.objects.get()
    assert (decision.decided_by, decision.concurring) == (other_reviewer, reviewer)


def test_an_override_of_exactly_three_points_takes_one_reviewer(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed="58.3")
    assert verdict(assessment, reviewer, "override_accepted").assessment == "published"


def test_a_declined_override_publishes_the_formula_score(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed="57.0")
    verdict(assessment, reviewer, "override_declined")
    decision = Decision.objects.get()
    assert decision.statement == "Override declined — formula score stands"
    assert str(decision.published_score) == CLEAR


def test_of_two_reasons_each_bears_its_writers_name(
    client: Client, assessor: User, reviewer: User, other_reviewer: User
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted", rationale="The evidence trails.")
    verdict(assessment, other_reviewer, "override_accepted", rationale="It does, by far.")
    assert Decision.objects.get().reason == "Deepa: The evidence trails.\n\nJonas: It does, by far."
    page = " ".join(client.get("/roles/bell-tuner/").content.decode().split())
    assert "Decided by Deepa and Jonas, reviewers who agreed, on" in page
    assert "<p>Deepa: The evidence trails.</p> <p>Jonas: It does, by far.</p>" in page


def test_a_borderline_score_takes_two_reviewers(assessor: User, reviewer: User, other_reviewer: User) -> None:
    assessment = in_review(assessor, evidence=(0, 1, 0, 1, 0), barriers=(0, 1, 0, 0, 1))
    assert str(assessment.formula_score) == BORDERLINE
    assert verdict(assessment, reviewer).review == "open"
    assert verdict(assessment, other_reviewer).assessment == "published"


def test_two_verdicts_that_differ_return_the_draft_with_both_reasons(
    assessor: User, reviewer: User, other_reviewer: User
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted", rationale="The evidence trails.")
    given = verdict(assessment, other_reviewer, "override_declined", rationale="It does not.")
    assert (given.review, given.assessment) == ("returned", "draft")
    reason = AuditEvent.objects.get(verb="assessment.returned").data["reason"]
    assert reason == "Deepa (Override accepted): The evidence trails.\n\nJonas (Override declined): It does not."


@pytest.mark.parametrize("barred_by", ["interest", "closed account"])
def test_the_verdict_of_a_reviewer_who_may_not_decide_any_more_does_not_count(
    barred_by: str,
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    make_person: Callable[..., User],
    now: datetime,
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    if barred_by == "interest":
        actions.declare_interest(
            role=assessment.role, family="", reason="A cousin.", expires_at=None, by=reviewer, at=now
        )
    else:
        User.objects.filter(pk=reviewer.pk).update(is_active=False)
    assert verdict(assessment, other_reviewer, "override_accepted").review == "open"
    third = make_person("third", "reviewer")
    assert verdict(assessment, third, "override_accepted").assessment == "published"
    decision = Decision.objects.get(assessment=assessment)
    assert (decision.decided_by, decision.concurring) == (third, other_reviewer)


def test_one_return_returns_at_once_even_after_a_verdict(assessor: User, reviewer: User, other_reviewer: User) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    assert verdict(assessment, other_reviewer, "returned").assessment == "draft"


@pytest.mark.parametrize(
    ("proposed", "outcome"),
    [
        (None, "override_accepted"),
        (None, "override_declined"),
        ("57.0", "formula_accepted"),
        (None, "approved"),
    ],
)
def test_a_verdict_must_fit_what_was_asked(proposed: str | None, outcome: str, assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed=proposed)
    refused(Invalid, "outcome", lambda: verdict(assessment, reviewer, outcome))


def test_a_verdict_needs_a_reason(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor)
    refused(Invalid, "rationale", lambda: verdict(assessment, reviewer, rationale="  \n"))


def test_a_verdict_on_content_that_was_not_read_is_a_conflict(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor)
    read = assessment.content_hash
    actions.recall(assessment_id=assessment.pk, by=assessor, at=now)
    save(assessment, assessor, now, evidence=(2, 1, 1, 1, 1))
    actions.submit(assessment_id=assessment.pk, by=assessor, at=now)
    refused(Conflict, "stale_content", lambda: verdict(assessment, reviewer, content_hash=read))


def test_a_reviewer_gives_one_verdict_on_one_submission(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    refused(Conflict, "verdict_given", lambda: verdict(assessment, reviewer, "override_accepted"))


def test_the_author_never_decides(make_person: Callable[..., User], admin: User) -> None:
    both = make_person("sam", "assessor", "reviewer")
    assessment = in_review(both)
    sentence = refused(Forbidden, "forbidden", lambda: verdict(assessment, both))
    assert sentence == "You contributed to this version, so somebody else must decide on it."


def test_an_assessor_who_is_no_reviewer_is_refused_the_verdict(assessor: User) -> None:
    assessment = in_review(assessor)
    refused(Forbidden, "forbidden", lambda: verdict(assessment, assessor))


def test_an_interest_in_role_or_family_bars_until_it_expires(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    actions.declare_interest(
        role=assessment.role, family="", reason="My sister tunes bells.", expires_at=now + timedelta(days=1),
        by=reviewer, at=now,
    )  # fmt: skip
    sentence = refused(Forbidden, "forbidden", lambda: verdict(assessment, reviewer))
    assert sentence == "You declared an interest in Bell Tuner (Mid-level): My sister tunes bells."
    given = actions.give_verdict(
        assessment_id=assessment.pk, outcome="formula_accepted", rationale="It fits.",
        content_hash=assessment.content_hash, by=reviewer, at=now + timedelta(days=2),
    )  # fmt: skip
    assert given.assessment == "published"


def test_a_changed_method_is_a_conflict(admin: User, other_admin: User, assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor)
    in_force(admin, other_admin)
    refused(Conflict, "changed_method", lambda: verdict(assessment, reviewer))


def test_a_proposal_clears_itself_visibly_when_the_formula_reaches_it(assessor: User, now: datetime) -> None:
    draft = a_draft(assessor, proposed="57.4")
    saved = save(draft, assessor, now, evidence=(2, 1, 1, 1, 1), proposed="57.4")
    assert str(saved.assessment.formula_score) == "57.4"
    assert saved.assessment.document["override"]["proposed_score"] is None
    assert "override_cleared" in [problem.code for problem in saved.problems]
    assert AuditEvent.objects.filter(verb="override.cleared").count() == 1


def test_recalling_closes_the_review_and_frees_the_draft(assessor: User, now: datetime) -> None:
    assessment = in_review(assessor)
    actions.recall(assessment_id=assessment.pk, by=assessor, at=now)
    assessment.refresh_from_db()
    assert (assessment.status, Review.objects.get().state) == ("draft", "recalled")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN])
def test_a_verdict_needs_a_submission(
    status: Status, assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer) if status == Status.PUBLISHED else a_draft(assessor)
    if status == Status.WITHDRAWN:
        drafts.withdraw(assessment_id=assessment.pk, by=assessor, at=now)
    kind, code = (Conflict, "wrong_state") if status == Status.PUBLISHED else (Invisible, "not_found")
    refused(kind, code, lambda: verdict(assessment, reviewer))


def test_a_revision_begins_as_a_copy_and_supersedes_on_publication(
    assessor: User, reviewer: User, now: datetime
) -> None:
    first = published(assessor, reviewer)
    revision = drafts.revise(
        role=first.role, kind="revision", change_reason="new_evidence", by=assessor, at=now
    ).assessment
    assert (revision.number, revision.kind, revision.document) == (2, "revision", first.document)
    save(revision, assessor, now, evidence=(2, 1, 1, 1, 1))
    revision = actions.submit(assessment_id=revision.pk, by=assessor, at=now)
    verdict(revision, reviewer)
    first.refresh_from_db()
    assert (first.status, Assessment.objects.get(status="published").number) == ("superseded", 2)


def test_a_withdrawn_number_is_not_used_again(assessor: User, now: datetime) -> None:
    drafts.withdraw(assessment_id=a_draft(assessor).pk, by=assessor, at=now)
    assert a_draft(assessor).number == 2


def test_roles_named_as_different_become_relations_when_published_and_not_before(
    assessor: User, reviewer: User
) -> None:
    founder = published(assessor, reviewer, "Bell Founder")
    assessment = in_review(assessor)
    assert RoleRelation.objects.filter(source=assessment.role).count() == 0
    verdict(assessment, reviewer)
    relation = RoleRelation.objects.get(source=assessment.role)
    assert (relation.target, relation.kind, relation.origin) == (founder.role, "distinct_from", "document")


def test_a_name_nobody_bears_waits_for_its_role(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    assert sorted(WaitingName.objects.values_list("title", flat=True)) == ["Bell Founder", "Organ Builder"]
    builder = a_draft(assessor, "Organ Builder")
    assert [relation.target for relation in RoleRelation.objects.filter(source=assessment.role)] == [builder.role]
    assert list(WaitingName.objects.values_list("title", flat=True)) == ["Bell Founder"]


def test_a_name_no_longer_named_is_taken_back(assessor: User, reviewer: User, now: datetime) -> None:
    published(assessor, reviewer, "Bell Founder")
    first = published(assessor, reviewer)
    assert RoleRelation.objects.filter(source=first.role).count() == 1
    definition = {"not_this_role": "NOT an Organ Builder."}
    verdict(in_review(assessor, definition=definition), reviewer)
    assert RoleRelation.objects.filter(source=first.role).count() == 0
    reasons = RoleRelation.history.filter(history_type="-").values_list("history_change_reason", flat=True)
    assert list(reasons) == ["No longer named in the published document"]


def test_a_version_waits_for_the_names_that_it_names_and_no_others(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    second = in_review(assessor, definition={"not_this_role": "NOT an organ builder. NOT a Smith."})
    verdict(second, reviewer)
    second.refresh_from_db()
    assert sorted(WaitingName.objects.values_list("title", "named_at")) == [
        ("Smith", second.published_at),
        ("organ builder", second.published_at),
    ]
    third = in_review(assessor, definition={"not_this_role": "It is what it is."})
    verdict(third, reviewer)
    assert WaitingName.objects.count() == 0


def test_publishing_that_fails_at_its_last_step_leaves_nothing_of_it(
    assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = published(assessor, reviewer)
    second = in_review(assessor, evidence=(2, 1, 1, 1, 1))
    before = (AuditEvent.objects.count(), OutboxMessage.objects.count(), first.history.count())
    monkeypatch.setattr(publication, "request_recompute", lambda role: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        verdict(second, reviewer)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, Review.objects.get(assessment=second).state) == (
        "published",
        "in_review",
        "open",
    )
    assert (Decision.objects.count(), Verdict.objects.filter(review__assessment=second).count()) == (1, 0)
    assert (AuditEvent.objects.count(), OutboxMessage.objects.count(), first.history.count()) == before
