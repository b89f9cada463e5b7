"""Signing in and out, and the way to the main action without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from assessments.models import User
from tests.browser.conftest import Visit
from tests.conftest import PASSWORD
from tests.making import a_draft, in_review


def _sign_in(page: Page, password: str) -> None:
    page.fill("[name=username]", "maren")
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")


def _outlined(page: Page) -> bool:
    """Whether the focused element shows its focus."""
    return page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2") is True


def test_signing_in_leads_to_the_room_that_was_asked_for(visit: Visit, assessor: User) -> None:
    page = visit("/drafts/new/")
    _sign_in(page, PASSWORD)
    expect(page.locator("h1")).to_have_text("New assessment")


def test_a_wrong_password_is_said_and_the_name_is_kept(visit: Visit, assessor: User) -> None:
    page = visit("/accounts/login/")
    _sign_in(page, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.input_value("[name=username]") == "maren"


def test_signing_out_closes_the_desk(visit: Visit, assessor: User) -> None:
    page = visit("/desk/", assessor)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    page.goto("/desk/")
    expect(page.locator("[name=password]")).to_be_visible()


def test_the_first_stop_skips_to_the_content(visit: Visit, assessor: User) -> None:
    page = visit("/desk/", assessor)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    assert _outlined(page)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New assessment", exact=True)).to_be_focused()
    assert _outlined(page)


def test_a_verdict_is_given_by_keyboard_alone(visit: Visit, assessor: User, reviewer: User) -> None:
    in_review(assessor)
    page = visit("/reviews/", reviewer)
    page.get_by_role("link", name="Bell Tuner").press("Enter")
    page.get_by_role("link", name="Decide").press("Enter")
    for _stop in ("a sentence to start from", "the reason"):
        page.keyboard.press("Tab")
    page.keyboard.type("Checked.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".messages")).to_contain_text("Decided and published")


def test_a_score_is_chosen_with_arrow_keys(visit: Visit, assessor: User) -> None:
    page = visit(f"/drafts/{a_draft(assessor).pk}/", assessor)
    page.locator('[name="evidence.wage_trends.score"]:checked').focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".rail-score")).to_contain_text("57.4")
    assert page.locator('[name="evidence.wage_trends.score"]:checked').input_value() == "2"
