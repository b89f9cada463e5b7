"""The method's pages: what everybody reads, what administrators see, the way of a version through them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from assessments import dispatch, dry_runs, outbox
from assessments.actions import methodology as actions
from assessments.models import DryRun, Methodology, User
from assessments.queries import methods
from tests.making import a_draft, published
from tests.methods import drafted, in_force, tried

SignedIn = Callable[[User], Client]
DRAFT_ADDRESSES = (
    "/methodology/1.1/",
    "/methodology/1.1/changes/",
    "/methodology/1.0/changes/?against=1.1",
    "/methodology/1.1/dry-run/",
    "/methodology/1.1/dry-run.json",
    "/methodology/1.1/dry-run.csv",
    "/api/v1/methodologies/1.1/",
    "/api/v1/methodologies/1.1/differences/",
    "/api/v1/methodologies/1.1/dry-run/",
)


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


@pytest.mark.parametrize("address", DRAFT_ADDRESSES)
def test_a_draft_of_the_method_does_not_exist_for_others(
    address: str, client: Client, admin: User, assessor: User, signed_in: SignedIn
) -> None:
    drafted(admin, formula__offset="0.50")
    tried(admin)
    assert [client.get(address).status_code, signed_in(assessor).get(address).status_code] == [404, 404]


@pytest.mark.parametrize("address", ["/methodology/", "/methodology/1.0/", "/simulate/", "/api/v1/methodologies/"])
def test_no_public_page_names_a_draft(address: str, client: Client, admin: User) -> None:
    drafted(admin, "7.3")
    assert "7.3" not in text(client, address)


def test_the_whole_way_of_a_version_through_its_pages(
    admin: User, other_admin: User, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    published(assessor, reviewer)
    first, second = signed_in(admin), signed_in(other_admin)
    made = {"of": "1.0", "version": "1.1", "note": "Green begins at 56."}
    assert first.post("/methodology/new/", made).headers["Location"] == "/methodology/1.1/edit/"
    form = text(first, "/methodology/1.1/edit/")
    assert 'name="zones[green].from" value="48.0"' in " ".join(form.split())
    sent = {
        "definition_hash": Methodology.objects.get(version="1.1").definition_hash,
        "note": "Green begins at 56.",
        "zones[green].from": "56.0",
    }
    assert first.post("/methodology/1.1/edit/", sent).status_code == 302
    page = text(first, "/methodology/1.1/")
    assert "These wordings still say a number that changed" in page
    assert "There is none of this text against method 1.0 yet" in page
    assert first.post("/methodology/1.1/dry-run/").status_code == 302
    assert "it begins as soon as a worker is free" in text(first, "/methodology/1.1/dry-run/")
    for message in outbox.claim(lease_seconds=10)[dispatch.DRY_RUN]:
        dry_runs.fulfil(message)
    assert "Bell Tuner" in text(second, "/methodology/1.1/dry-run/")
    agreed = {"definition_hash": Methodology.objects.get(version="1.1").definition_hash, "reason": "Agreed"}
    assert first.post("/methodology/1.1/approve/", agreed).status_code == 302
    assert "You approved this text" in text(first, "/methodology/1.1/")
    assert second.post("/methodology/1.1/approve/", agreed).status_code == 302
    stranger = Client()
    assert "Method 1.1" in text(stranger, "/methodology/")
    assert "Bell Tuner" in text(stranger, "/methodology/1.1/dry-run/")
    assert "In force until" in text(stranger, "/methodology/1.0/")


def test_every_difference_of_two_versions_is_named_in_words(client: Client, admin: User, other_admin: User) -> None:
    in_force(admin, other_admin, zones__green__from="50.0")
    page = text(client, "/methodology/1.1/changes/")
    assert "<del>48.0</del>" in page
    assert "<ins>50.0</ins>" in page
    answer = json.loads(text(client, "/api/v1/methodologies/1.1/differences/?against=1.0"))
    assert answer == {
        "before": "1.0",
        "after": "1.1",
        "sections": [
            {
                "section": "Identity",
                "rows": [{"path": "version", "name": "Version", "before": "1.0", "after": "1.1"}],
            },
            {
                "section": "Zones",
                "rows": [{"path": "zones[green].from", "name": "Green, from", "before": "48.0", "after": "50.0"}],
            },
        ],
    }


def test_the_only_version_has_nothing_to_be_compared_with(client: Client, db: None) -> None:
    page = client.get("/methodology/1.0/changes/").content.decode()
    assert "There is no other version of the method yet" in page
    assert "from 1.0 to 1.0" not in page
    assert 'name="against"' not in page


def test_a_version_against_itself_asks_for_another(admin: User, signed_in: SignedIn) -> None:
    drafted(admin)
    page = signed_in(admin).get("/methodology/1.1/changes/?against=1.1").content.decode()
    assert "Choose the version to hold it against" in page
    drafted_alike = signed_in(admin).get("/methodology/1.1/changes/").content.decode()
    assert "What changes from 1.0 to 1.1" in drafted_alike


def test_a_method_in_force_that_was_never_tried_is_no_draft(client: Client, db: None) -> None:
    page = client.get("/methodology/1.0/dry-run/").content.decode()
    assert "this method came into force without a run against the catalogue" in page
    assert "draft" not in page
    assert "What method 1.0 did" not in page


def test_the_report_is_read_as_page_json_csv_and_over_the_api(
    admin: User, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    published(assessor, reviewer)
    drafted(admin, formula__offset="0.94")
    tried(admin)
    browser = signed_in(admin)
    report = DryRun.objects.get().report
    assert json.loads(text(browser, "/methodology/1.1/dry-run.json"))["report"] == report
    assert json.loads(text(browser, "/api/v1/methodologies/1.1/dry-run/"))["report"] == report
    [row] = csv.DictReader(io.StringIO(text(browser, "/methodology/1.1/dry-run.csv")))
    assert (row["role"], row["score_before"], row["score_after"], row["doubts"]) == ("bell-tuner", "55.3", "50.3", "")
    page = " ".join(text(browser, "/methodology/1.1/dry-run/").split())
    assert "No role changes zone; the furthest moves by 5.0. No decision is put in doubt." in page
    assert '<td class="number" data-label="After">50.3</td>' in page


MOVED = {"zones_moved": 2, "records": 30, "movers": [{"difference": "-3.1"}], "in_doubt": 1}


@pytest.mark.parametrize(
    ("report", "english", "german"),
    [
        (
            MOVED,
            "2 of 30 roles change zone; the furthest moves by 3.1. 1 decision is put in doubt.",
            "2 von 30 Rollen wechseln die Zone; am weitesten bewegt sich eine um 3.1. 1 Entscheidung gerät in Zweifel.",
        ),
        (
            {**MOVED, "zones_moved": 0, "in_doubt": 0},
            "No role changes zone; the furthest moves by 3.1. No decision is put in doubt.",
            "Keine Rolle wechselt die Zone; am weitesten bewegt sich eine um 3.1. Keine Entscheidung gerät in Zweifel.",
        ),
        (
            {**MOVED, "zones_moved": 1, "movers": [], "in_doubt": 2},
            "No score moves, but 1 of 30 roles changes zone. 2 decisions are put in doubt.",
            "Kein Wert bewegt sich, aber 1 von 30 Rollen wechselt die Zone. 2 Entscheidungen geraten in Zweifel.",
        ),
        (
            {**MOVED, "zones_moved": 0, "movers": [], "in_doubt": 0},
            "No score moves, and no role changes zone. No decision is put in doubt.",
            "Kein Wert bewegt sich, und keine Rolle wechselt die Zone. Keine Entscheidung gerät in Zweifel.",
        ),
    ],
)
def test_what_a_version_did_is_said_in_two_sentences(report: dict[str, Any], english: str, german: str) -> None:
    assert " ".join(methods.in_words(report)) == english
    with translation.override("de"):
        assert " ".join(methods.in_words(report)) == german


def test_a_run_under_way_shows_how_far_it_is_and_asks_again(
    admin: User, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    published(assessor, reviewer)
    drafted(admin)
    run = actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    DryRun.objects.filter(pk=run.pk).update(started_at=timezone.now(), done=3, total=8)
    answer = signed_in(admin).get("/methodology/1.1/dry-run/", headers={"HX-Request": "true"})
    shown = " ".join(answer.content.decode().split())
    assert '<progress id="dry-run-progress" max="8" value="3">37 %</progress>' in shown
    assert 'hx-trigger="load delay:1s"' in shown
    assert "<html" not in shown


def test_a_result_of_an_earlier_text_says_so(admin: User, signed_in: SignedIn) -> None:
    drafted(admin)
    tried(admin)
    made = Methodology.objects.get(version="1.1")
    changed = {**made.definition, "borderline": "2.0"}
    actions.edit(
        version="1.1",
        definition=changed,
        note="x",
        definition_hash=made.definition_hash,
        by=admin,
        at=timezone.now(),
    )
    assert "this is the result of an earlier text" in text(signed_in(admin), "/methodology/1.1/dry-run/")


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"formula.divisor": "0"}, "divisor must be more than 0"),
        ({"approval.verdicts": "two"}, "approval.verdicts must be a whole number, not two."),
        ({"whole": "{"}, "This is no JSON: line 1,"),
        ({"whole": '{"version": NaN}'}, "NaN is no number that a definition may hold."),
        ({"whole": '{"version": "1.1", "version": "1.1"}'}, "The key version stands twice in one object."),
        ({"whole": '{"version": "a\\u0000b"}'}, "version must be one line of at most 500 characters."),
        ({"whole": '{"version": "a\\ud800b"}'}, "version must be one line of at most 500 characters."),
        ({"whole": '{"version": 1e400}'}, "version must be a text, a whole number"),
        ({"whole": '{"version": ' + "9" * 30 + "}"}, "version must be a number up to 1000000."),
        ({"whole": '{"bordrline": "1.0"}'}, "No method has a field named &#x27;bordrline&#x27;."),
        ({"whole": "[]"}, "A definition is one JSON object."),
        ({"whole": "[" * 100_000}, "This JSON holds a number or a nesting beyond all measure."),
        ({"whole": "{}"}, "The definition lacks version."),
        ({"note": " "}, "Say what this version changes, and why."),
        ({"zones[green].from": "x" * 500}, "must be a decimal number in quotes"),
        ({"zones[green].from": "x" * 5000}, "zones[green].from must be one line"),
    ],
)
def test_an_edit_that_is_refused_keeps_what_was_typed(
    sent: dict[str, str], sentence: str, admin: User, signed_in: SignedIn
) -> None:
    made = drafted(admin)
    posted = {"definition_hash": made.definition_hash, "note": "Kept", **sent}
    answer = signed_in(admin).post("/methodology/1.1/edit/", posted)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert Methodology.objects.get(version="1.1").definition == made.definition


def test_an_edit_on_top_of_somebody_elses_is_stale_and_keeps_what_was_typed(
    admin: User, other_admin: User, signed_in: SignedIn
) -> None:
    made = drafted(admin)
    posted = {"definition_hash": made.definition_hash, "note": "x", "formula.offset": "0.50"}
    assert signed_in(other_admin).post("/methodology/1.1/edit/", posted).status_code == 302
    answer = signed_in(admin).post("/methodology/1.1/edit/", {**posted, "formula.offset": "0.51"})
    assert answer.status_code == 412
    assert 'value="0.51"' in answer.content.decode()


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"of": "1.0", "version": "1.0", "note": "x"}, "a number of its own"),
        ({"of": "1.0", "version": "½", "note": "x"}, "A version is two or three numbers"),
        ({"of": "1.0", "version": "1.1", "note": ""}, "Say what this version changes"),
    ],
)
def test_a_new_draft_that_is_refused_says_why(
    posted: dict[str, str], sentence: str, admin: User, signed_in: SignedIn
) -> None:
    answer = signed_in(admin).post("/methodology/new/", posted)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert Methodology.objects.count() == 1


@pytest.mark.parametrize("action", ["approve", "abandon"])
def test_a_word_without_a_reason_is_refused_on_its_page(action: str, admin: User, signed_in: SignedIn) -> None:
    made = drafted(admin)
    tried(admin)
    posted = {"definition_hash": made.definition_hash, "reason": " "}
    answer = signed_in(admin).post(f"/methodology/1.1/{action}/", posted)
    assert (answer.status_code, Methodology.objects.get(version="1.1").status) == (400, "draft")
    assert "Nothing was changed" in answer.content.decode()


def test_a_draft_under_a_retired_method_is_offered_the_move_with_its_figures_first(
    admin: User, other_admin: User, assessor: User, signed_in: SignedIn
) -> None:
    draft = a_draft(assessor)
    browser = signed_in(assessor)
    assert "which is not in force any more" not in text(browser, f"/drafts/{draft.pk}/")
    in_force(admin, other_admin, formula__offset="0.94")
    page = " ".join(text(browser, f"/drafts/{draft.pk}/").split())
    assert "This draft is scored with method 1.0, which is not in force any more." in page
    assert '<th scope="row">Formula score</th> <td>55.3</td> <td>50.3</td>' in page.replace("><", "> <")
    posted = {"version": "1.1", "content_hash": draft.content_hash}
    assert browser.post(f"/drafts/{draft.pk}/move/", posted).status_code == 302
    assert "is scored with method 1.1 now" in text(browser, f"/drafts/{draft.pk}/")


def test_a_move_says_which_figures_change_and_what_would_bar_submission(
    admin: User, other_admin: User, assessor: User
) -> None:
    draft = a_draft(assessor, proposed="60.3")
    assert methods.method_move(draft) is None
    in_force(admin, other_admin, formula__offset="0.94")
    move: Any = methods.method_move(draft)
    assert [(row["name"], row["before"], row["after"]) for row in move["rows"]] == [
        ("Formula score", "55.3", "50.3"),
    ]
    assert [problem.code for problem in move["problems"]] == ["too_far"]


def test_the_method_is_worked_through_with_a_published_version_and_says_what_it_is_not(
    client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, "Bell Caster", proposed="56.0")
    assert "Made-up numbers" in client.get("/methodology/").content.decode()
    version = published(assessor, reviewer, "Bell Tuner")
    shown = client.get("/methodology/").content.decode()
    sums = re.findall(r"<td>([^<]+)</td>\s*<td class=\"num\" data-label=\"=\">(?:<strong>)?([^<]+)", shown)
    figures = version.figures
    assert figures is not None
    assert [result for _, result in sums] == [
        figures[name]
        for name in (
            "weighted_total", "task_resistance", "evidence_modifier", "barrier_modifier", "growth_modifier", "raw",
            "formula_score",
        )
    ]  # fmt: skip
    assert sums[2][0] == "1 + 0.04 × 5"
    assert "Not a probability" in shown


def test_a_method_under_which_nothing_stands_yet_is_worked_through_with_made_up_numbers(
    client: Client, db: None
) -> None:
    shown = " ".join(client.get("/methodology/1.0/").content.decode().split())
    assert "Made-up numbers, of no role" in shown
    assert "(50 × 1 + 33.33 × 2 + 16.67 × 3) ÷ 100" in shown
    assert "The formula step by step</caption>" in shown
