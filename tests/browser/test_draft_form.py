"""The draft form while it is used: figures that follow, rows that move, work that is not lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from assessments.models import Assessment, User
from tests.browser.conftest import Visit
from tests.browser.typing_in import choose, start, write
from tests.making import CLEAR, a_draft


@pytest.fixture
def draft(transactional_db: None, assessor: User) -> Assessment:
    return a_draft(assessor)


@pytest.fixture
def form(visit: Visit, assessor: User, draft: Assessment) -> Page:
    return visit(f"/drafts/{draft.pk}/", assessor)


def test_the_rail_follows_a_score_without_a_reload(form: Page) -> None:
    form.evaluate("window.sameDocument = true")
    expect(form.locator(".rail-score")).to_contain_text(CLEAR)
    choose(form, "evidence.wage_trends", 2)
    expect(form.locator(".rail-score")).to_contain_text("57.4")
    assert form.evaluate("window.sameDocument") is True


def test_the_outline_follows_what_is_typed(form: Page) -> None:
    barriers = form.locator("#outline li", has_text="Barriers")
    expect(barriers).to_have_class("complete")
    write(form, "barriers.physical_presence.rationale", "")
    expect(barriers).to_have_class("error")
    expect(form.locator("#rail .problems a")).to_have_text("Error: Physical Presence needs a rationale.")


def test_the_sum_of_shares_says_what_is_missing(form: Page) -> None:
    expect(form.locator("#shares")).to_have_text("Shares of time add up to exactly 100 %.")
    write(form, "tasks.0.time_percent", "60")
    expect(form.locator("#shares")).to_have_text("Shares of time add up to 97.5 %: 2.5 % missing to 100.")
    write(form, "tasks.0.time_percent", "70")
    expect(form.locator("#shares")).to_have_text("Shares of time add up to 107.5 %: 7.5 % too much.")


def test_the_meaning_of_the_chosen_score_stands_beside_it(form: Page) -> None:
    row = form.locator("#evidence-2")
    expect(row.locator(".meaning:visible")).to_have_text("Pay rises faster than inflation.")
    choose(form, "evidence.wage_trends", -1)
    expect(row.locator(".meaning:visible")).to_have_text("Pay trails inflation.")


def test_every_problem_of_an_empty_draft_leads_to_a_field(visit: Visit, assessor: User) -> None:
    page = visit("/drafts/new/", assessor)
    start(page, "Bell Hanger")
    page.get_by_role("button", name="Add a task").click()
    write(page, "tasks.0.name", "Listen")
    expect(page.locator("#rail")).to_contain_text("Task 1 has no share of time yet.")
    targets = page.eval_on_selector_all("#rail .problems a", "all => all.map(each => each.getAttribute('href'))")
    assert [target for target in targets if page.locator(target.replace(".", "\\.")).count() != 1] == []
    assert len(targets) > 40


def test_a_share_that_is_no_number_is_refused_with_its_place_and_kept(form: Page) -> None:
    write(form, "tasks.1.time_percent", "a third")
    form.keyboard.press("Control+s")
    form.get_by_role("link", name="Tasks 2, time percent must be a decimal number").first.click()
    assert form.evaluate("document.activeElement.id") == "tasks-1-time_percent"
    assert form.input_value("#tasks-1-time_percent") == "a third"


def test_rows_move_and_go_and_nothing_is_saved_until_save(form: Page, draft: Assessment) -> None:
    form.get_by_role("button", name="Move task 2 up").click()
    assert form.input_value("#tasks-0-name") == "Write reports"
    form.get_by_role("button", name="Remove task 2").click()
    assert form.locator(".task-row").count() == 1
    expect(form.locator("#row-status")).to_have_text("Task 2 removed. Undo brings it back.")
    draft.refresh_from_db()
    assert [task["name"] for task in draft.document["tasks"]] == ["Listen and file", "Write reports"]


def test_a_new_row_is_where_one_types_next(form: Page) -> None:
    form.get_by_role("button", name="Add a task").click()
    form.keyboard.type("Climb towers")
    assert form.input_value("#tasks-2-name") == "Climb towers"


def test_control_s_saves(form: Page, draft: Assessment) -> None:
    write(form, "definition.typical_experience", "Six years.")
    expect(form.locator("#saved")).to_have_text("Not saved yet")
    form.keyboard.press("Control+s")
    expect(form.locator(".messages")).to_contain_text("Saved at")
    draft.refresh_from_db()
    assert draft.document["definition"]["typical_experience"] == "Six years."


def test_leaving_unsaved_work_asks_first(form: Page, draft: Assessment) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    write(form, "definition.typical_experience", "Six years.")
    form.get_by_role("link", name="Methodology").first.click(no_wait_after=True)
    expect(form.locator("#saved")).to_have_text("Not saved yet")
    form.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert form.url.endswith(f"/drafts/{draft.pk}/")


def test_saved_work_is_left_without_a_question(form: Page) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    write(form, "definition.typical_experience", "Six years.")
    form.get_by_role("button", name="Save", exact=True).last.click()
    expect(form.locator(".messages")).to_contain_text("Saved at")
    form.get_by_role("link", name="Methodology").first.click()
    expect(form.locator("h1")).to_contain_text("ethod")
    assert asked == []


def test_a_phone_keeps_the_score_in_view(visit: Visit, assessor: User, draft: Assessment) -> None:
    page = visit(f"/drafts/{draft.pk}/", assessor, width=360)
    choose(page, "evidence.wage_trends", 2)
    expect(page.locator("#brief")).to_contain_text("57.4")
    expect(page.locator("#brief")).to_be_in_viewport()


def test_the_gate_leads_from_an_error_to_its_field(visit: Visit, assessor: User) -> None:
    page = visit("/drafts/new/", assessor)
    start(page, "Bell Hanger")
    page.get_by_role("button", name="Submit …").click()
    page.get_by_role("link", name="Wage Trends needs a rationale.").click()
    expect(page.locator('[name="evidence.wage_trends.rationale"]')).to_be_in_viewport()
    assert page.evaluate("document.activeElement.id") == "evidence-2-rationale"
