"""Two people at once, on real PostgreSQL: one wins, the other is told, nothing is half done."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments import audit, documents
from assessments.actions import drafts
from assessments.enums import Status
from assessments.errors import Conflict, Stale
from assessments.models import Assessment, AuditEvent, AuditLink, Decision, OutboxMessage, User
from reviews import actions
from reviews.models import Review, Verdict
from tests.making import a_document, a_draft, in_review, verdict

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all acts at the same moment, each on a connection of its own; what each returned or raised."""
    start = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        start.wait()
        try:
            results[index] = act()
        except Exception as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def one_winner(results: list[object]) -> Exception:
    """That exactly one act went through; the other's refusal."""
    losers = [result for result in results if isinstance(result, Exception)]
    assert len(losers) == len(results) - 1
    assert all(isinstance(loser, Conflict | Stale) for loser in losers), losers
    return losers[0]


def by_api(assessment: Assessment, outcome: str, headers: dict[str, str]) -> Callable[[], tuple[int, str]]:
    """A verdict as a script sends it; the status and either what it came to or the refusal's code."""
    body = {"outcome": outcome, "rationale": "It fits.", "content_hash": assessment.content_hash}

    def send() -> tuple[int, str]:
        address = f"/api/v1/assessments/{assessment.pk}/verdicts/"
        answer = Client().post(address, body, content_type="application/json", headers=headers)
        said = answer.json()
        return answer.status_code, said["review"] if answer.status_code == 201 else said["errors"][0]["code"]

    return send


def test_of_fifty_pairs_of_simultaneous_verdicts_one_each_publishes_where_one_is_enough(
    assessor: User, reviewer: User, other_reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    one, two = token_of(reviewer), token_of(other_reviewer)
    for index in range(50):
        assessment = in_review(assessor, f"Bell Tuner {index}")
        answers = at_once(by_api(assessment, "formula_accepted", one), by_api(assessment, "formula_accepted", two))
        assert sorted(answers) == [(201, "decided"), (409, "wrong_state")]
        assert Decision.objects.filter(assessment=assessment).count() == 1
        assert Verdict.objects.filter(review__assessment=assessment).count() == 1
    assert Assessment.objects.filter(status=Status.PUBLISHED).count() == 50
    assert OutboxMessage.objects.count() == 50
    assert audit.first_breach() is None


def test_of_fifty_pairs_of_simultaneous_verdicts_both_count_where_two_are_needed(
    assessor: User, reviewer: User, other_reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    one, two = token_of(reviewer), token_of(other_reviewer)
    for index in range(50):
        assessment = in_review(assessor, f"Bell Tuner {index}", proposed="59.0")
        answers = at_once(by_api(assessment, "override_accepted", one), by_api(assessment, "override_accepted", two))
        assert sorted(answers) == [(201, "decided"), (201, "open")]
        decision = Decision.objects.get(assessment=assessment)
        assert {decision.decided_by, decision.concurring} == {reviewer, other_reviewer}
    assert Assessment.objects.filter(status=Status.PUBLISHED).count() == 50
    assert AuditEvent.objects.filter(verb="assessment.published").count() == 50
    assert audit.first_breach() is None


def test_a_double_click_gives_one_verdict(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed="59.0")
    act = lambda: verdict(assessment, reviewer, "override_accepted")  # noqa: E731
    assert isinstance(one_winner(at_once(act, act)), Conflict)
    assert Verdict.objects.count() == 1


def test_a_verdict_and_a_recall_leave_one_of_the_two(assessor: User, reviewer: User) -> None:
    for index in range(10):
        assessment = in_review(assessor, f"Bell Tuner {index}")
        recall = lambda a=assessment: actions.recall(assessment_id=a.pk, by=assessor, at=timezone.now())  # noqa: E731
        results = at_once(recall, lambda a=assessment: verdict(a, reviewer))
        one_winner(results)
        assessment.refresh_from_db()
        review = Review.objects.get(assessment=assessment)
        assert (assessment.status, review.state) in {("draft", "recalled"), ("published", "decided")}
        assert Decision.objects.filter(assessment=assessment).exists() == (assessment.status == Status.PUBLISHED)


def test_an_edit_and_a_submission_leave_the_submitted_content_as_it_was_read(assessor: User) -> None:
    for index in range(10):
        draft = a_draft(assessor, f"Bell Tuner {index}")
        document = documents.from_json(a_document(draft.role.title, evidence=(2, 2, 2, 2, 2)))
        at_once(
            lambda d=draft, doc=document: drafts.save_draft(
                assessment_id=d.pk, document=doc, content_hash=d.content_hash, by=assessor, at=timezone.now()
            ),
            lambda d=draft: actions.submit(assessment_id=d.pk, by=assessor, at=timezone.now()),
        )
        draft.refresh_from_db()
        assert Review.objects.get(assessment=draft).content_hash == draft.content_hash


def test_two_edits_from_the_same_text_leave_one_and_tell_the_other(assessor: User) -> None:
    draft = a_draft(assessor)

    def save(score: int) -> drafts.Saved:
        document = documents.from_json(a_document(evidence=(score, 1, 1, 1, 1)))
        return drafts.save_draft(
            assessment_id=draft.pk, document=document, content_hash=draft.content_hash, by=assessor, at=timezone.now()
        )

    loser = one_winner(at_once(lambda: save(2), lambda: save(0)))
    assert loser.code == "stale"
    assert draft.history.count() == 2


def test_a_double_submission_opens_one_review(assessor: User) -> None:
    draft = a_draft(assessor)
    act = lambda: actions.submit(assessment_id=draft.pk, by=assessor, at=timezone.now())  # noqa: E731
    one_winner(at_once(act, act))
    assert Review.objects.count() == 1


def test_two_first_drafts_of_a_new_role_make_one_role_and_one_draft(assessor: User, other_assessor: User) -> None:
    for index in range(10):
        title = f"Bell Tuner {index}"
        loser = one_winner(at_once(lambda t=title: a_draft(assessor, t), lambda t=title: a_draft(other_assessor, t)))
        assert loser.code == "open_version_exists"
        assert Assessment.objects.filter(role__title=title).count() == 1


def test_the_ledger_does_not_fork_under_load(assessor: User) -> None:
    at_once(*[lambda i=i: [a_draft(assessor, f"Role {i} {j}") for j in range(5)] for i in range(8)])
    assert AuditLink.objects.count() == AuditEvent.objects.count()
    assert audit.first_breach() is None


def test_two_new_roles_of_one_address_both_get_one(assessor: User, other_assessor: User) -> None:
    for index in range(10):
        drafts_made = at_once(
            lambda i=index: a_draft(assessor, f"ML/AI Tuner {i}"),
            lambda i=index: a_draft(other_assessor, f"ML-AI Tuner {i}"),
        )
        slugs = sorted(draft.role.slug for draft in drafts_made)
        assert slugs == [f"ml-ai-tuner-{index}", f"ml-ai-tuner-{index}-mid-level"]


def test_a_verdict_overtaken_by_a_return_is_a_conflict_and_not_a_404(
    assessor: User, reviewer: User, other_reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    one, two = token_of(reviewer), token_of(other_reviewer)
    for index in range(10):
        assessment = in_review(assessor, f"Bell Tuner {index}")
        answers = at_once(by_api(assessment, "returned", one), by_api(assessment, "formula_accepted", two))
        assert sorted(answers) in ([(201, "returned"), (409, "wrong_state")], [(201, "decided"), (409, "wrong_state")])


def test_one_idempotency_key_at_once_is_done_once_and_refused_without_a_failure(
    assessor: User, token_of: Callable[..., dict[str, str]]
) -> None:
    headers = token_of(assessor)

    def send(key: str, body: object) -> Callable[[], int]:
        marked = {**headers, "idempotency-key": key}
        return lambda: (
            Client().post("/api/v1/assessments/", body, content_type="application/json", headers=marked).status_code
        )

    for index in range(10):
        refused = at_once(*[send(f"refused-{index}", {"document": 5}) for _ in range(6)])
        assert set(refused) <= {400, 409}
        assert 400 in refused
        made = at_once(*[send(f"made-{index}", {"document": a_document(f"Role {index}")}) for _ in range(4)])
        assert sorted(set(made)) in ([201], [201, 409])
        assert Assessment.objects.filter(role__title=f"Role {index}").count() == 1


def test_two_patches_of_anything_that_is_stored_lose_neither_change_silently(
    assessor: User, token_of: Callable[..., dict[str, str]]
) -> None:
    headers = {**token_of(assessor), "if-match": "*"}
    for index in range(10):
        draft = a_draft(assessor, f"Bell Tuner {index}")

        def patch(field: str, number: int = draft.pk) -> int:
            body, kind = {field: "Changed."}, "application/json"
            return (
                Client().patch(f"/api/v1/assessments/{number}/", body, content_type=kind, headers=headers).status_code
            )

        answers = at_once(lambda p=patch: p("reinstatement"), lambda p=patch: p("quick_screen"))
        draft.refresh_from_db()
        changed = [draft.document[field] == "Changed." for field in ("reinstatement", "quick_screen")]
        assert [answer == 200 for answer in answers] == changed
