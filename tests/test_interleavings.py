"""Forced interleavings of two requests: what the first did stands, the second is told, and nothing is half done.

Every pair is also done one after the other on a twin. Meeting must come to the same answers, and add the same rows to
every table, as if the second had simply been later: that is what one winner and no half state mean.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from html import escape
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import audit
from assessments.actions import coauthors, drafts, retraction
from assessments.models import Assessment, Decision, User
from assessments.queries import integrity
from reviews.models import Review
from tests.making import a_document, a_draft, in_review, published
from tests.meeting import meet

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[Assessment], Any]
TITLES = (f"Bell Tuner {number}" for number in range(10_000))


@pytest.fixture
def browser(signed_in: Callable[[User], Client]) -> Callable[[User], Client]:
    return signed_in


def rows() -> Counter[str]:
    """How many rows every table of the two apps has."""
    models = [
        model for app in ("assessments", "reviews") for model in apps.get_app_config(app).get_models()
        if model._meta.model_name not in {"user", "accessrole"}
    ]  # fmt: skip
    return Counter({model._meta.db_table: model._base_manager.count() for model in models})


def told(answer: Any) -> tuple[int, str]:
    """Status and, of a refusal, the sentence; a page has to show it."""
    assert not isinstance(answer, Exception), answer
    if answer.status_code < 400:
        return answer.status_code, ""
    if answer.headers["Content-Type"].startswith("application/json"):
        return answer.status_code, answer.json()["errors"][0]["detail"]
    said = answer.context["refusal"].sentence
    assert escape(said) in answer.content.decode()
    return answer.status_code, said


def after(before: Counter[str]) -> dict[str, int]:
    now = rows()
    return {table: now[table] - before[table] for table in now if now[table] != before[table]}


def as_if_later(
    make: Callable[[str], Assessment],
    first: Act,
    second: Act,
    *,
    skip: tuple[int, int] = (0, 0),
    waits: bool = True,
    turned: bool = False,
    alike: bool = True,
) -> tuple[Assessment, list[tuple[int, str]]]:
    """Let two acts meet on one assessment, and do them in turn on a twin; both must come to the same, unless `alike` in
    other words; `turned`, if it is the second that has come first. Acts are given the assessment as both people read
    it, before either acted."""
    twin, met = make(next(TITLES)), make(next(TITLES))
    before = rows()
    in_turn = [told(act(twin)) for act in ((second, first) if turned else (first, second))]
    in_turn = in_turn[::-1] if turned else in_turn
    alone = after(before)
    before = rows()
    meeting = meet(lambda: first(met), lambda: second(met), skip=skip)
    assert (meeting.held, meeting.waited) == (2, waits), meeting
    answers = [told(meeting.answers["first"]), told(meeting.answers["second"])]
    assert [status for status, _ in answers] == [status for status, _ in in_turn]
    assert answers == in_turn or not alike
    assert after(before) == alone
    assert audit.first_breach() is None
    assert list(integrity.score_breaches()) == []
    found = Assessment.objects.get(pk=met.pk)
    twin.refresh_from_db()
    assert found.status == twin.status
    assert Decision.objects.filter(assessment=found).exists() == (found.published_at is not None)
    states = list(Review.objects.filter(assessment=found).order_by("id").values_list("state", flat=True))
    assert states == list(Review.objects.filter(assessment=twin).order_by("id").values_list("state", flat=True))
    return found, answers


def api(client: Client, action: str, body: Callable[[Assessment], dict[str, Any]] = lambda read: {}) -> Act:
    return lambda read: client.post(
        f"/api/v1/assessments/{read.pk}/{action}/", body(read), content_type="application/json"
    )


def page(client: Client, address: str, body: Callable[[Assessment], dict[str, Any]] = lambda read: {}) -> Act:
    """A form; `{review}` and `{proposal}` are the newest of the assessment."""

    def post(read: Assessment) -> Any:
        review, proposal = read.reviews.order_by("id").last(), read.retractions.order_by("id").last()
        places = {"id": read.pk, "review": review and review.pk, "proposal": proposal and proposal.pk}
        version = f"/roles/{read.role.slug}/v{read.number}"
        return client.post(address.format(version=version, **places), body(read))

    return post


def verdict_of(outcome: str) -> Callable[[Assessment], dict[str, str]]:
    return lambda read: {"outcome": outcome, "rationale": "Checked.", "content_hash": read.content_hash}


def verdicts(client: Client, outcome: str) -> list[Act]:
    """Through the API, and through the page."""
    body = verdict_of(outcome)
    return [api(client, "verdicts", body), page(client, "/reviews/{review}/", body)]


NOT_IN_REVIEW = "This submission is not in review any more."
TOO_LATE_TO_RETURN = "This assessment is published; only one that is in review can be returned."
DECIDED = "This assessment is published; only one that is in review can be published."


def test_of_two_verdicts_where_one_is_enough_the_first_publishes(
    assessor: User, reviewer: User, other_reviewer: User, browser: Any
) -> None:
    one, two = verdicts(browser(reviewer), "formula_accepted"), verdicts(browser(other_reviewer), "formula_accepted")
    for first, second in [*product(one, two), *product(two, one)]:
        found, answers = as_if_later(lambda title: in_review(assessor, title), first, second)
        assert (found.status, answers[1]) == ("published", (409, DECIDED))
        assert found.history.filter(status="published").count() == 1


def test_of_two_verdicts_where_two_are_needed_both_count(
    assessor: User, reviewer: User, other_reviewer: User, browser: Any
) -> None:
    one, two = verdicts(browser(reviewer), "override_accepted"), verdicts(browser(other_reviewer), "override_accepted")
    for first, second in [*zip(one, two, strict=True), *zip(two, one, strict=True)]:
        found, answers = as_if_later(lambda title: in_review(assessor, title, proposed="59.0"), first, second)
        assert (found.status, [status < 400 for status, _ in answers]) == ("published", [True, True])
        assert found.decision.concurring is not None


def test_two_verdicts_that_differ_return_it_whichever_came_first(
    assessor: User, reviewer: User, other_reviewer: User, browser: Any
) -> None:
    yes, no = verdicts(browser(reviewer), "override_accepted"), verdicts(browser(other_reviewer), "override_declined")
    for accept, decline in zip(yes, no, strict=True):
        make = lambda title: in_review(assessor, title, proposed="59.0")  # noqa: E731
        found, _ = as_if_later(make, accept, decline)
        assert found.status == "draft"
        found, answers = as_if_later(make, decline, accept)
        assert (found.status, answers[1]) == ("published", (409, DECIDED))


def test_a_return_and_a_publishing_verdict_leave_one_of_the_two(
    assessor: User, reviewer: User, other_reviewer: User, browser: Any
) -> None:
    yes, back = verdicts(browser(reviewer), "formula_accepted"), verdicts(browser(other_reviewer), "returned")
    for publish, send_back in zip(yes, back, strict=True):
        make = lambda title: in_review(assessor, title)  # noqa: E731
        found, answers = as_if_later(make, send_back, publish)
        assert (found.status, answers[1]) == ("draft", (409, NOT_IN_REVIEW))
        found, answers = as_if_later(make, publish, send_back)
        assert (found.status, answers[1]) == ("published", (409, TOO_LATE_TO_RETURN))


def test_a_verdict_and_a_recall_leave_one_of_the_two(assessor: User, reviewer: User, browser: Any) -> None:
    author = browser(assessor)
    recalls = [api(author, "recall"), page(author, "/drafts/{id}/recall/")]
    for recall, decide in zip(recalls, verdicts(browser(reviewer), "formula_accepted"), strict=True):
        make = lambda title: in_review(assessor, title)  # noqa: E731
        found, answers = as_if_later(make, recall, decide)
        assert (found.status, answers[1]) == ("draft", (409, NOT_IN_REVIEW))
        found, answers = as_if_later(make, decide, recall)
        said = "This assessment is published; only one that is in review can be recalled."
        assert (found.status, answers[1]) == ("published", (409, said))


def edits(client: Client, text: str, *, whatever: bool = False) -> list[Act]:
    """Of what was read: a PUT with its ETag (or of `whatever` is stored), and the form."""

    def put(read: Assessment) -> Any:
        document = a_document(read.role.title, quick_screen=text)
        etag = f'"{read.content_hash[:32]}.{read.status}.{read.number}"'
        address, kind = f"/api/v1/assessments/{read.pk}/", "application/json"
        return client.put(
            address, {"document": document}, content_type=kind, headers={"if-match": "*" if whatever else etag}
        )

    form = page(client, "/drafts/{id}/", lambda read: {"content_hash": read.content_hash, "quick_screen": text})
    return [put, form]


def test_an_edit_and_a_submission_leave_what_was_submitted_as_it_was_submitted(assessor: User, browser: Any) -> None:
    client = browser(assessor)
    submits = [(api(client, "submit"), 1), (page(client, "/drafts/{id}/submit/"), 1)]
    for edit, (submit, skipped) in zip(edits(client, "Changed.", whatever=True), submits, strict=True):
        make = lambda title: a_draft(assessor, title)  # noqa: E731
        found, answers = as_if_later(make, submit, edit, skip=(skipped, 0))
        said = "This assessment is in review; only a draft can be edited."
        assert (found.status, answers[1], found.history.count()) == ("in_review", (409, said), 2)
        assert Review.objects.get(assessment=found).content_hash == found.content_hash
    make = lambda title: a_draft(assessor, title)  # noqa: E731
    found, answers = as_if_later(make, edits(client, "Changed.")[0], submits[0][0])
    assert (found.status, answers[1][0], found.document["quick_screen"]) == ("in_review", 200, "Changed.")
    assert Review.objects.get(assessment=found).content_hash == found.content_hash


def test_of_two_edits_of_one_text_the_second_is_told_and_nothing_is_overwritten(
    assessor: User, other_assessor: User, browser: Any
) -> None:
    def shared(title: str) -> Assessment:
        draft, now = a_draft(assessor, title), timezone.now()
        asked = coauthors.invite(assessment_id=draft.pk, username=other_assessor.username, by=assessor, at=now)
        coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
        return draft

    one, two = edits(browser(assessor), "One."), edits(browser(other_assessor), "Two.")
    stale = "Somebody saved this draft since you opened it; load it again and put your change on top."
    for first, second, text in ((one[0], two[0], "One."), (two[0], one[0], "Two."), (one[1], two[0], "One.")):
        found, answers = as_if_later(shared, first, second, alike=False)
        assert (found.document["quick_screen"], answers[1], found.history.count()) == (text, (412, stale), 2)
    # A browser without a window of its own is shown the refusal with what was typed.
    found, answers = as_if_later(shared, one[0], two[1])
    assert (found.document["quick_screen"], answers[1]) == ("One.", (412, stale))


def test_a_double_submission_opens_one_review(assessor: User, browser: Any) -> None:
    client = browser(assessor)
    for submit, skipped in ((api(client, "submit"), 0), (page(client, "/drafts/{id}/submit/"), 1)):
        found, answers = as_if_later(lambda title: a_draft(assessor, title), submit, submit, skip=(skipped, skipped))
        said = "This assessment is in review; only one that is a draft can be submitted."
        assert (answers[1], Review.objects.filter(assessment=found).count()) == ((409, said), 1)


def test_a_verdict_and_an_administrator_who_withdraws_do_not_both_happen(
    assessor: User, reviewer: User, admin: User, browser: Any
) -> None:
    root = browser(admin)
    withdraws = [api(root, "withdraw"), page(root, "/drafts/{id}/withdraw/")]
    for withdraw, send_back in zip(withdraws, verdicts(browser(reviewer), "returned"), strict=True):
        make = lambda title: in_review(assessor, title)  # noqa: E731
        found, answers = as_if_later(make, send_back, withdraw)
        assert (found.status, answers[1][0] < 400) == ("withdrawn", True)
        found, answers = as_if_later(make, withdraw, send_back)
        said = "This assessment is in review; only one that is a draft can be withdrawn."
        assert (found.status, answers[0]) == ("draft", (409, said))


def test_a_retraction_and_the_verdict_on_the_next_version_leave_one_published(
    assessor: User, reviewer: User, admin: User, other_admin: User, browser: Any
) -> None:
    """The retraction locks the published version, the verdict first the next one: they meet at the predecessor."""

    def next_one(title: str) -> Assessment:
        before = published(assessor, reviewer, title)
        retraction.propose(assessment_id=before.pk, reason="Made up.", by=admin, at=timezone.now())
        return in_review(assessor, title, evidence=(2, 1, 1, 1, 1))

    root = browser(other_admin)

    def confirm(read: Assessment) -> Any:
        proposal = read.role.assessments.get(number=1).retractions.get()
        return root.post(f"/retractions/{proposal.pk}/confirm/", {"reason": "So it is."})

    for decide in verdicts(browser(reviewer), "formula_accepted"):
        found, answers = as_if_later(next_one, confirm, decide)
        assert [status < 400 for status, _ in answers] == [True, True]
        statuses = found.role.assessments.order_by("number").values_list("status", flat=True)
        assert list(statuses) == ["retracted", "published"]


def revisions(client: Client, kind: str) -> list[Act]:
    said = {"kind": kind, "change_reason": "correction"}
    new = page(client, "/drafts/new/", lambda read: said | {"role": read.role.slug})
    return [api(client, "revise", lambda read: said), new]


def test_of_two_who_revise_one_starts_the_next_version(
    assessor: User, other_assessor: User, reviewer: User, browser: Any
) -> None:
    one, two = revisions(browser(assessor), "revision"), revisions(browser(other_assessor), "erratum")
    for first, second in [*zip(one, two, strict=True), *zip(two, one, strict=True)]:
        found, answers = as_if_later(lambda title: published(assessor, reviewer, title), first, second)
        said = "This role already has an open version; only one can be open at a time."
        assert (answers[1], found.role.assessments.count()) == ((409, said), 2)


def test_an_erratum_and_a_retraction_leave_no_erratum_that_could_be_submitted(
    assessor: User, reviewer: User, admin: User, other_admin: User, browser: Any
) -> None:
    def proposed(title: str) -> Assessment:
        made = published(assessor, reviewer, title)
        retraction.propose(assessment_id=made.pk, reason="Made up.", by=admin, at=timezone.now())
        return made

    client = browser(assessor)
    confirm = page(browser(other_admin), "/retractions/{proposal}/confirm/", lambda read: {"reason": "So it is."})
    for revise in revisions(client, "erratum"):
        # The erratum is written, not committed, when the retraction comes; and the other way round.
        found, answers = as_if_later(proposed, revise, confirm, skip=(1, 0), waits=False)
        assert (found.status, answers[0][0] < 400) == ("retracted", True)
        erratum = found.role.assessments.get(number=2)
        refused = told(client.post(f"/api/v1/assessments/{erratum.pk}/submit/", {}, content_type="application/json"))
        said = "The version that this erratum corrects is not published any more; withdraw it and start a revision."
        assert refused == (409, said)
        found, answers = as_if_later(proposed, confirm, revise, waits=False, turned=True)
        assert (found.status, [status < 400 for status, _ in answers]) == ("retracted", [True, True])


@pytest.mark.parametrize("status", ["draft", "published"])
def test_two_sessions_of_sql_never_open_or_publish_two_versions_of_a_role(
    status: str, assessor: User, reviewer: User, admin: User
) -> None:
    """Past every action and, through the maintenance door, past the triggers: the index alone still holds."""
    pattern = a_draft(assessor, "Harp Tuner") if status == "draft" else published(assessor, reviewer, "Harp Tuner")
    other = a_draft(assessor, "Organ Voicer")
    drafts.withdraw(assessment_id=other.pk, by=assessor, at=timezone.now())
    columns = [field.column for field in Assessment._meta.concrete_fields if not field.primary_key]

    def insert(number: int) -> Callable[[], None]:
        given = {"role_id": str(other.role_id), "number": str(number)}
        chosen = ", ".join(given.get(column, column) for column in columns)
        statement = f'INSERT INTO "assessments_assessment" ({", ".join(columns)}) SELECT {chosen}'

        def act() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                audit.open_maintenance_door(by=admin, at=timezone.now(), reason="An attack.")
                cursor.execute(f"{statement} FROM assessments_assessment WHERE id = %s", [pattern.pk])

        return act

    meeting = meet(insert(7), insert(8), skip=(1, 1))
    assert (meeting.held, meeting.waited, meeting.answers["first"]) == (2, True, None)
    assert isinstance(meeting.answers["second"], IntegrityError)
    assert list(Assessment.objects.filter(role=other.role, status=status).values_list("number", flat=True)) == [7]
    assert audit.first_breach() is None
