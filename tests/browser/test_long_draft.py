"""A draft of forty tasks while somebody works in it: nothing jumps, and what is read out is read out once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from assessments.models import User
from tests.browser.conftest import Visit
from tests.browser.typing_in import write
from tests.making import a_draft

TASKS = [
    {
        "name": f"Task {number} with a name of the usual length",
        "time_percent": "2.5",
        "score": 1 + number % 5,
        "involvement": "augmentation",
        "rationale": "So it is, and the guild says so as well. " * 3,
    }
    for number in range(40)
]
SCROLLED = "[scrollY, document.querySelector('.desk-rail').scrollTop]"
# What a screen reader reads out: every change in a live region, with its words.
LISTEN = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll("[role=status]"))
    new MutationObserver(() => window.heard.push(region.textContent.trim().replace(/\\s+/g, " "))).observe(
      region, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def form(transactional_db: None, visit: Visit, assessor: User) -> Page:
    return visit(f"/drafts/{a_draft(assessor, tasks=TASKS).pk}/", assessor)


def test_the_rail_follows_without_moving_the_focus_the_cursor_or_a_scroll(form: Page) -> None:
    form.evaluate("document.querySelector('.desk-rail').scrollTop = 120")
    field = form.locator("#tasks-19-rationale")
    field.click()
    form.keyboard.press("Control+Home")
    form.wait_for_timeout(100)
    before = form.evaluate(SCROLLED)
    assert before[1] == 120
    score = form.locator(".rail-score").inner_text()
    form.locator("#tasks-19-score").evaluate("each => { each.value = '1'; }")
    form.keyboard.type("In the end: ")
    expect(form.locator(".rail-score")).not_to_have_text(score)
    assert form.evaluate("document.activeElement.id") == "tasks-19-rationale"
    assert form.evaluate("document.activeElement.selectionStart") == len("In the end: ")
    assert form.evaluate(SCROLLED) == before


def test_typing_a_reason_is_not_talked_over(form: Page) -> None:
    form.evaluate(LISTEN)
    with form.expect_response("**/working-copy/"), form.expect_response("**/figures/"):
        form.locator("#tasks-19-rationale").press_sequentially("Quietly. ", delay=40)
    form.wait_for_selector("#saved:has-text('Kept at')")
    assert form.evaluate("window.heard") == []


def test_the_sum_of_shares_is_read_out_when_it_changes(form: Page) -> None:
    form.evaluate(LISTEN)
    write(form, "tasks.0.time_percent", "3.5")
    expect(form.locator("#shares")).to_contain_text("too much")
    with form.expect_response("**/figures/"):
        write(form, "tasks.0.rationale", "Longer.")
    form.wait_for_timeout(100)
    sums = [words for words in form.evaluate("window.heard") if words.startswith("Shares")]
    assert sums == ["Shares of time add up to 101 %: 1 % too much."]


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_not_kept_is_shown_and_read_out(visit: Visit, form: Page, width: int) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(json={"refused": "This draft was withdrawn."})

    form.set_viewport_size({"width": width, "height": 900})
    form.route("**/working-copy/", refuse)
    write(form, "quick_screen", "Mine.")
    expect(form.locator("#saved")).to_have_text("Not kept: This draft was withdrawn.")
    expect(form.locator("#saved")).to_be_in_viewport()
    expect(form.locator("#told")).to_have_text("Not kept: This draft was withdrawn.")
    form.on("dialog", lambda dialog: dialog.accept())
