"""Between two saves: what is typed is kept, becomes one ordinary save, and never overwrites anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import documents
from assessments.actions import coauthors, drafts, writing
from assessments.errors import Conflict, Forbidden, Invalid, Stale
from assessments.models import Assessment, AuditEvent, Contribution, User, WorkingCopy
from assessments.queries import writing as reads
from reviews import actions as reviewing
from tests.making import a_document, a_draft, in_review

MINE, THEIRS = "Mine, half a sen", "Theirs."


@pytest.fixture
def draft(assessor: User) -> Assessment:
    return a_draft(assessor)


@pytest.fixture
def coauthor(draft: Assessment, assessor: User, other_assessor: User, now: datetime) -> User:
    """Another assessor who accepted an invitation to write along."""
    asked = coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    return other_assessor


def keep(
    draft: Assessment, by: User, at: datetime, *, window: str = "w1", sequence: int = 1, **changes: Any
) -> WorkingCopy:
    goes_on, started = changes.pop("goes_on", ""), changes.pop("content_hash", draft.content_hash)
    value = a_document(**changes)
    return writing.keep(
        assessment_id=draft.pk,
        value=value,
        content_hash=started,
        window=window,
        sequence=sequence,
        goes_on=goes_on,
        by=by,
        at=at,
    )


def save(draft: Assessment, by: User, at: datetime, **changes: Any) -> drafts.Saved:
    document = documents.from_json(a_document(**changes))
    return drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=by, at=at)


def stored(draft: Assessment) -> dict[str, Any]:
    document: dict[str, Any] = Assessment.objects.get(pk=draft.pk).document
    return document


def test_kept_text_leaves_draft_history_and_ledger_alone(draft: Assessment, assessor: User, now: datetime) -> None:
    before = (stored(draft), draft.history.count(), AuditEvent.objects.count())
    copy = keep(draft, assessor, now, quick_screen=MINE)
    assert copy.document is not None
    assert copy.document["quick_screen"] == MINE
    assert (stored(draft), draft.history.count(), AuditEvent.objects.count()) == before


def test_there_is_one_working_copy_a_person_however_often_they_type(
    draft: Assessment, assessor: User, now: datetime
) -> None:
    for sequence in range(1, 4):
        keep(draft, assessor, now, sequence=sequence, quick_screen=f"{sequence}")
    copy = WorkingCopy.objects.get()
    assert copy.document is not None
    assert (copy.document["quick_screen"], copy.sequence) == ("3", 3)


def test_what_arrives_late_changes_nothing(draft: Assessment, assessor: User, now: datetime) -> None:
    keep(draft, assessor, now, sequence=2, quick_screen="Newer.")
    copy = keep(draft, assessor, now, sequence=1, quick_screen="Older.")
    assert copy.document is not None
    assert copy.document["quick_screen"] == "Newer."


def test_a_coauthor_is_a_contributor_from_the_first_keystroke_and_not_before(
    draft: Assessment, coauthor: User, now: datetime
) -> None:
    assert not Contribution.objects.filter(user=coauthor).exists()
    keep(draft, coauthor, now, quick_screen=MINE)
    assert Contribution.objects.filter(user=coauthor, assessment=draft).count() == 1


def test_a_second_window_of_the_same_person_does_not_overwrite_the_first(
    draft: Assessment, assessor: User, now: datetime
) -> None:
    keep(draft, assessor, now, quick_screen=MINE)
    with pytest.raises(Conflict) as caught:
        keep(draft, assessor, now, window="w2", quick_screen="Elsewhere.")
    assert caught.value.code == "other_window"


def test_a_page_opened_with_kept_text_goes_on_from_it(draft: Assessment, assessor: User, now: datetime) -> None:
    first = keep(draft, assessor, now, quick_screen=MINE)
    second = keep(draft, assessor, now, window="w2", goes_on=first.mark, quick_screen="Mine, a whole sentence.")
    assert (second.window, second.base_hash) == ("w2", draft.content_hash)


def test_a_page_that_does_not_say_which_it_is_keeps_nothing(draft: Assessment, assessor: User, now: datetime) -> None:
    with pytest.raises(Invalid):
        keep(draft, assessor, now, window="")


def test_a_pause_makes_one_ordinary_save_with_history_and_event(
    draft: Assessment, assessor: User, now: datetime
) -> None:
    for sequence in range(1, 4):
        keep(draft, assessor, now, sequence=sequence, quick_screen=f"{sequence}")
    writing.settle(assessment_id=draft.pk, person=assessor, at=now)
    assert stored(draft)["quick_screen"] == "3"
    last = draft.history.order_by("-history_id")[0]
    assert (draft.history.count(), last.history_change_reason) == (2, "Saved from what was kept while writing")
    assert AuditEvent.objects.filter(verb="assessment.saved").count() == 1
    assert writing.settle(assessment_id=draft.pk, person=assessor, at=now) is None


def test_typing_on_after_a_pause_starts_from_the_save_it_became(
    draft: Assessment, assessor: User, now: datetime
) -> None:
    keep(draft, assessor, now, quick_screen="One.")
    writing.settle(assessment_id=draft.pk, person=assessor, at=now)
    keep(draft, assessor, now, sequence=2, quick_screen="One. Two.")
    writing.settle(assessment_id=draft.pk, person=assessor, at=now)
    assert stored(draft)["quick_screen"] == "One. Two."


def test_half_a_number_is_kept_as_typed_and_cannot_be_saved_yet(
    draft: Assessment, assessor: User, now: datetime
) -> None:
    value = a_document()
    value["tasks"][0]["time_percent"] = "62,"
    keep(draft, assessor, now, tasks=value["tasks"])
    with pytest.raises(Invalid):
        writing.settle(assessment_id=draft.pk, person=assessor, at=now)
    copy = WorkingCopy.objects.get()
    assert reads.kept_value(copy)["tasks"][0]["time_percent"] == "62,"


def test_when_another_opens_the_draft_what_was_kept_is_saved_first(
    draft: Assessment, assessor: User, coauthor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    keep(draft, assessor, now, quick_screen=MINE)
    page = signed_in(coauthor).get(f"/drafts/{draft.pk}/")
    assert MINE in page.content.decode()
    assert stored(draft)["quick_screen"] == MINE
    assert draft.history.order_by("-history_id")[0].history_user == assessor


def test_what_cannot_be_saved_stays_kept_when_another_opens_the_draft(
    draft: Assessment, assessor: User, coauthor: User, now: datetime
) -> None:
    keep(draft, assessor, now, content_hash="0" * 64, quick_screen=MINE)
    assert not writing.settle_others(assessment=draft, opened_by=coauthor, at=now)
    assert WorkingCopy.objects.get().document is not None


def test_its_own_writer_is_shown_the_kept_text_and_how_much_differs(
    draft: Assessment, assessor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    keep(draft, assessor, now, quick_screen=MINE, reinstatement="Also this.")
    page = signed_in(assessor).get(f"/drafts/{draft.pk}/").content.decode()
    assert "2 fields differ from the draft" in page
    assert f">{MINE}</textarea>" in page
    assert stored(draft)["quick_screen"] != MINE


def test_discarding_leaves_the_draft_as_it_is_saved(draft: Assessment, assessor: User, now: datetime) -> None:
    copy = keep(draft, assessor, now, quick_screen=MINE)
    writing.discard(assessment_id=draft.pk, mark=copy.mark, by=assessor, at=now)
    assert reads.working_copy(draft, assessor) is None
    assert stored(draft) == draft.document


def test_only_the_text_that_was_shown_is_discarded(draft: Assessment, assessor: User, now: datetime) -> None:
    shown = keep(draft, assessor, now, quick_screen=MINE).mark
    keep(draft, assessor, now, sequence=2, quick_screen="More.")
    with pytest.raises(Conflict):
        writing.discard(assessment_id=draft.pk, mark=shown, by=assessor, at=now)


@pytest.mark.parametrize("move", [reviewing.submit, drafts.withdraw])
def test_nothing_is_kept_of_what_is_no_draft_and_what_was_kept_stays_readable(
    move: Callable[..., Any],
    draft: Assessment,
    assessor: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    keep(draft, assessor, now, quick_screen=MINE)
    move(assessment_id=draft.pk, by=assessor, at=now)
    with pytest.raises(Conflict) as caught:
        keep(draft, assessor, now, sequence=2, quick_screen="More.")
    assert caught.value.code == "wrong_state"
    assert writing.settle_others(assessment=Assessment.objects.get(), opened_by=assessor, at=now) is False
    assert MINE in signed_in(assessor).get(f"/drafts/{draft.pk}/").content.decode()


class TestSavingTheForm:
    @pytest.fixture
    def send(self, draft: Assessment, assessor: User, now: datetime) -> Callable[..., drafts.Saved]:
        def save_form(text: str, *, window: str = "w1", sequence: int = 9, goes_on: str = "", **given: str) -> Any:
            return writing.save(
                assessment_id=draft.pk,
                value=a_document(quick_screen=text),
                content_hash=given.get("content_hash", draft.content_hash),
                window=window,
                sequence=sequence,
                goes_on=goes_on,
                by=assessor,
                at=now,
            )

        return save_form

    def test_takes_what_the_same_page_kept_with_it(
        self, send: Callable[..., drafts.Saved], draft: Assessment, assessor: User, now: datetime
    ) -> None:
        keep(draft, assessor, now, quick_screen=MINE)
        send("Mine.")
        assert reads.working_copy(Assessment.objects.get(), assessor) is None
        assert stored(draft)["quick_screen"] == "Mine."

    def test_makes_what_the_page_sent_before_and_arrives_late_harmless(
        self, send: Callable[..., drafts.Saved], draft: Assessment, assessor: User, now: datetime
    ) -> None:
        send("Mine.")
        assert keep(draft, assessor, now, sequence=8, quick_screen=MINE).document is None

    def test_starts_from_the_save_that_a_pause_made_meanwhile(
        self, send: Callable[..., drafts.Saved], draft: Assessment, assessor: User, now: datetime
    ) -> None:
        keep(draft, assessor, now, quick_screen=MINE)
        writing.settle(assessment_id=draft.pk, person=assessor, at=now)
        send("Mine.")
        assert stored(draft)["quick_screen"] == "Mine."

    def test_leaves_what_another_window_kept_alone(
        self, send: Callable[..., drafts.Saved], draft: Assessment, assessor: User, now: datetime
    ) -> None:
        keep(draft, assessor, now, quick_screen=MINE)
        send("Mine.", window="w2")
        assert WorkingCopy.objects.get().document is not None

    def test_works_for_a_form_that_says_nothing_of_itself(
        self, send: Callable[..., drafts.Saved], draft: Assessment
    ) -> None:
        send("Mine.", window="")
        assert (stored(draft)["quick_screen"], WorkingCopy.objects.count()) == ("Mine.", 0)


class TestMeeting:
    """Somebody saved while somebody else typed."""

    @pytest.fixture
    def met(self, draft: Assessment, assessor: User, coauthor: User, now: datetime) -> Assessment:
        save(draft, coauthor, now, quick_screen=THEIRS, reinstatement="Theirs alone.")
        keep(draft, assessor, now, quick_screen=MINE, definition={"typical_experience": "Mine alone."})
        return Assessment.objects.get()

    def resolve(self, met: Assessment, by: User, at: datetime, **given: Any) -> None:
        copy = reads.working_copy(met, by)
        assert copy is not None
        standing = {"choices": {"quick_screen": "mine"}, "mark": copy.mark, "content_hash": met.content_hash}
        writing.resolve(assessment_id=met.pk, by=by, at=at, **{"save_now": True, **standing, **given})

    def test_neither_overwrites_the_other(self, met: Assessment, assessor: User, now: datetime) -> None:
        with pytest.raises(Stale):
            writing.settle(assessment_id=met.pk, person=assessor, at=now)
        assert stored(met)["quick_screen"] == THEIRS

    def test_the_draft_leads_to_the_screen_where_both_are_shown(
        self, met: Assessment, assessor: User, signed_in: Callable[[User], Client]
    ) -> None:
        page = signed_in(assessor).get(f"/drafts/{met.pk}/", follow=True)
        assert page.redirect_chain == [(f"/drafts/{met.pk}/conflict/", 302)]
        text = page.content.decode()
        assert [each in text for each in (MINE, THEIRS, "Proceed with care.", "Mine alone.", "Theirs alone.")] == [
            True
        ] * 5
        assert text.count("<fieldset") == 1

    def test_is_saved_on_top_of_theirs_once_every_conflict_is_decided(
        self, met: Assessment, assessor: User, now: datetime
    ) -> None:
        self.resolve(met, assessor, now)
        both = stored(met)
        assert (both["quick_screen"], both["reinstatement"]) == (MINE, "Theirs alone.")
        assert both["definition"]["typical_experience"] == "Mine alone."
        assert reads.working_copy(Assessment.objects.get(), assessor) is None

    def test_is_refused_while_a_conflict_is_undecided(self, met: Assessment, assessor: User, now: datetime) -> None:
        with pytest.raises(Invalid) as caught:
            self.resolve(met, assessor, now, choices={})
        assert [place.path for place in caught.value.places] == ["quick_screen"]

    def test_is_shown_again_when_the_draft_moved_once_more(
        self, met: Assessment, assessor: User, coauthor: User, now: datetime
    ) -> None:
        save(met, coauthor, now, quick_screen="Theirs again.")
        with pytest.raises(Stale):
            self.resolve(met, assessor, now)

    def test_goes_on_as_kept_text_where_one_wants_to_write_on(
        self, met: Assessment, assessor: User, now: datetime, signed_in: Callable[[User], Client]
    ) -> None:
        self.resolve(met, assessor, now, save_now=False)
        assert stored(met)["quick_screen"] == THEIRS
        page = signed_in(assessor).get(f"/drafts/{met.pk}/").content.decode()
        assert "2 fields differ from the draft" in page

    def test_is_decided_on_a_plain_form(
        self, met: Assessment, assessor: User, signed_in: Callable[[User], Client]
    ) -> None:
        client, address = signed_in(assessor), f"/drafts/{met.pk}/conflict/"
        fields = {"mark": WorkingCopy.objects.get().mark, "content_hash": met.content_hash}
        refused = client.post(address, fields)
        assert (refused.status_code, "Choose what shall stand" in refused.content.decode()) == (400, True)
        assert client.post(address, fields | {"choice:quick_screen": "base"}).status_code == 302
        assert stored(met)["quick_screen"] == "Proceed with care."

    def test_over_a_base_that_no_save_had_asks_about_everything_that_differs(
        self, draft: Assessment, assessor: User, now: datetime
    ) -> None:
        copy = keep(draft, assessor, now, content_hash="0" * 64, quick_screen=MINE)
        merged = reads.meeting(draft, copy, {})
        assert [conflict.path for conflict in merged.conflicts] == ["quick_screen"]


class TestTheAddress:
    """What the page's script sends and is told."""

    @pytest.fixture
    def send(self, draft: Assessment, assessor: User, signed_in: Callable[[User], Client]) -> Callable[..., Any]:
        client = signed_in(assessor)
        fields = {"content_hash": draft.content_hash, "window": "w1", "goes_on": ""}

        def post(sequence: int, **more: str) -> Any:
            answer = client.post(f"/drafts/{draft.pk}/working-copy/", fields | {"sequence": str(sequence)} | more)
            return answer.status_code, answer.json()

        return post

    def test_says_when_it_kept_and_that_it_is_no_save(self, send: Callable[..., Any], draft: Assessment) -> None:
        status, said = send(1, quick_screen=MINE)
        copy = WorkingCopy.objects.get()
        assert (status, said["mark"], said["conflict"]) == (200, "w1:1", "")
        assert said["said"] == f"Kept at {copy.kept_at:%H:%M:%S}, not yet saved to the draft"

    def test_settles_when_told_to(self, send: Callable[..., Any], draft: Assessment) -> None:
        status, said = send(1, quick_screen=MINE, settle="1")
        now_stored = Assessment.objects.get()
        assert (status, said["saved"], said["content_hash"]) == (200, True, now_stored.content_hash)
        assert now_stored.document["quick_screen"] == MINE
        assert send(2, only="settle", settle="1") == (200, {})

    def test_says_why_kept_text_cannot_be_saved_yet(self, send: Callable[..., Any]) -> None:
        status, said = send(1, settle="1", **{"override.proposed_score": "much"})
        assert (status, said["mark"]) == (200, "w1:1")
        assert "override.proposed_score must be a decimal number" in said["unsaved"]
        assert list(send(2, only="settle", settle="1")[1]) == ["unsaved"]

    def test_leads_to_both_texts_when_somebody_saved_meanwhile(
        self, send: Callable[..., Any], draft: Assessment, coauthor: User, now: datetime
    ) -> None:
        save(draft, coauthor, now, quick_screen=THEIRS)
        assert send(1, quick_screen=MINE)[1]["conflict"] == f"/drafts/{draft.pk}/conflict/"

    def test_refuses_in_review_with_a_sentence(
        self, send: Callable[..., Any], draft: Assessment, assessor: User, now: datetime
    ) -> None:
        reviewing.submit(assessment_id=draft.pk, by=assessor, at=now)
        status, said = send(1, quick_screen=MINE)
        assert (status, said["code"]) == (409, "wrong_state")

    def test_keeps_nothing_in_the_name_of_somebody_else_than_who_opened_the_page(
        self, send: Callable[..., Any], draft: Assessment, coauthor: User
    ) -> None:
        status, said = send(1, quick_screen=MINE, person=str(coauthor.pk))
        assert (status, said["code"], WorkingCopy.objects.count()) == (409, "other_person", 0)
        assert send(1, only="settle", settle="1", person=str(coauthor.pk))[0] == 409

    def test_says_that_a_reached_proposal_cleared_itself(
        self, assessor: User, signed_in: Callable[[User], Client]
    ) -> None:
        proposing = a_draft(assessor, "Bell Hanger", proposed="56.0")
        client = signed_in(assessor)
        page = client.get(f"/drafts/{proposing.pk}/")
        assert "a proposal lies between 50.3 and 60.3" in page.content.decode()
        writing.keep(
            assessment_id=proposing.pk,
            value=a_document("Bell Hanger", override={"proposed_score": "55.3", "reason_code": "calibration"}),
            content_hash=proposing.content_hash,
            window="w1",
            sequence=1,
            goes_on="",
            by=assessor,
            at=proposing.saved_at,
        )
        said = client.post(f"/drafts/{proposing.pk}/working-copy/", {"only": "settle", "settle": "1"}).json()
        assert said["cleared"] == "The formula now gives 55.3, which you proposed: the proposal is cleared."


def test_a_plain_form_that_meets_another_save_is_kept_and_led_to_both(
    draft: Assessment, assessor: User, coauthor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    save(draft, coauthor, now, quick_screen=THEIRS)
    fields = {"content_hash": draft.content_hash, "window": "w9", "quick_screen": MINE, "sequence": "0"}
    answer = signed_in(assessor).post(f"/drafts/{draft.pk}/", fields)
    assert (answer.status_code, answer["Location"]) == (302, f"/drafts/{draft.pk}/conflict/")
    assert signed_in(assessor).post(f"/drafts/{draft.pk}/", fields | {"window": ""}).status_code == 412


def test_a_blank_row_in_the_middle_leaves_the_numbers_of_problems_alone(
    draft: Assessment, assessor: User, signed_in: Callable[[User], Client]
) -> None:
    rows = {"tasks.0.name": "Listen", "tasks.1.name": "", "tasks.2.name": "Write", "tasks.2.time_percent": "x"}
    answer = signed_in(assessor).post("/drafts/figures/", {"methodology": "1.0", **rows}).content.decode()
    assert "Tasks 3, time percent must be a decimal number" in answer
    rows["tasks.2.time_percent"] = ""
    answer = signed_in(assessor).post("/drafts/figures/", {"methodology": "1.0", **rows}).content.decode()
    assert 'href="#tasks-2-time_percent"' in answer
    assert "Task 3 has no share of time yet." in answer


def test_an_administrator_keeps_nothing_of_a_draft(draft: Assessment, admin: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        keep(draft, admin, now, quick_screen=MINE)


def test_kept_text_that_equals_the_draft_is_nothing_to_show(draft: Assessment, assessor: User, now: datetime) -> None:
    keep(draft, assessor, now)
    assert reads.working_copy(draft, assessor) is None
    assert str(WorkingCopy.objects.get()) == "Maren on Bell Tuner (Mid-level) v1"


def test_what_a_coauthor_kept_is_saved_before_another_submits_and_seen_by_them_first(
    draft: Assessment, assessor: User, coauthor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    client, gate = signed_in(assessor), f"/drafts/{draft.pk}/submit/"
    keep(draft, coauthor, now, quick_screen=THEIRS)
    client.get(gate)
    assert stored(draft)["quick_screen"] == THEIRS
    keep(draft, coauthor, now, sequence=2, quick_screen=f"{THEIRS} And more.")
    overtaken = client.post(gate)
    assert (overtaken.status_code, "Somebody wrote on this draft" in overtaken.content.decode()) == (409, True)
    assert (client.post(gate).status_code, stored(draft)["quick_screen"]) == (302, f"{THEIRS} And more.")


def test_the_gate_names_who_typed_what_cannot_be_saved(
    draft: Assessment, assessor: User, coauthor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    half = a_document()["tasks"]
    half[0] |= {"time_percent": "62,"}
    keep(draft, coauthor, now, tasks=half)
    client, gate = signed_in(assessor), f"/drafts/{draft.pk}/submit/"
    assert client.get(gate).context["unsaved"] == ["Ilse"]
    client.post(gate)
    assert client.get(gate).context["unsaved"] == []


def test_nothing_kept_is_part_of_what_is_in_review(assessor: User, now: datetime) -> None:
    assessment = in_review(assessor)
    with pytest.raises(Conflict):
        writing.settle(assessment_id=assessment.pk, person=assessor, at=now)


def test_saving_forty_tasks_takes_five_statements_savepoints_apart(assessor: User, now: datetime) -> None:
    task = {"score": 2, "time_percent": "2.5", "involvement": "augmentation", "rationale": "So it is."}
    tasks = [{"name": f"Task {index}", **task} for index in range(40)]
    draft = a_draft(assessor, tasks=tasks)
    person = User.objects.get(pk=assessor.pk)
    with CaptureQueriesContext(connection) as seen:
        save(draft, person, now, tasks=tasks, quick_screen="Other.")
    statements = [query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 5


def test_a_script_submits_what_is_being_typed_and_is_told_when_a_coauthor_typed_it(
    draft: Assessment, assessor: User, coauthor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    def submitted() -> Any:
        return signed_in(assessor).post(f"/api/v1/assessments/{draft.pk}/submit/")

    keep(draft, coauthor, now, quick_screen=THEIRS)
    overtaken = submitted()
    assert (overtaken.status_code, overtaken.json()["errors"][0]["code"]) == (409, "written_meanwhile")
    assert stored(draft)["quick_screen"] == THEIRS
    keep(draft, assessor, now, content_hash=Assessment.objects.get().content_hash, quick_screen=MINE)
    assert (submitted().status_code, stored(draft)["quick_screen"]) == (200, MINE)


def test_a_script_submits_nothing_while_what_is_kept_cannot_be_saved(
    draft: Assessment, assessor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    keep(draft, assessor, now, content_hash="0" * 64, quick_screen=MINE)
    answer = signed_in(assessor).post(f"/api/v1/assessments/{draft.pk}/submit/")
    assert (answer.status_code, Assessment.objects.get().status) == (412, "draft")
    assert WorkingCopy.objects.get().document is not None
