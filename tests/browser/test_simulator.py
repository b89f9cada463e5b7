"""The simulator in a browser: the score follows what is typed, and the address with it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from assessments.models import User
from tests.browser.conftest import Visit
from tests.making import published


def opened(visit: Visit, assessor: User, reviewer: User, **options: object) -> Page:
    published(assessor, reviewer)
    return visit("/simulate/?role=bell-tuner", **options)


def test_the_score_follows_a_choice_and_the_address_follows_the_score(
    visit: Visit, transactional_db: None, assessor: User, reviewer: User
) -> None:
    page = opened(visit, assessor, reviewer)
    page.get_by_role("group", name="Wage Trends").get_by_text("+2").click()
    expect(page.locator("#rail .rail-score strong")).to_have_text("57.4")
    expect(page.locator("#rail")).to_contain_text("+2.1 since version 1, all from evidence.")
    assert "e=1.1.2.1.1" in page.url
    page.reload()
    expect(page.locator("#rail .rail-score strong")).to_have_text("57.4")


def test_shares_of_ones_own_job_say_what_is_missing_to_a_hundred(
    visit: Visit, transactional_db: None, assessor: User, reviewer: User
) -> None:
    page = opened(visit, assessor, reviewer)
    page.locator("#tasks-0-time_percent").fill("50")
    expect(page.locator("#shares")).to_contain_text("12.5 % missing")
    expect(page.locator("#brief")).to_contain_text("No score yet")


def test_without_script_a_button_shows_the_score(
    visit: Visit, transactional_db: None, assessor: User, reviewer: User
) -> None:
    page = opened(visit, assessor, reviewer, java_script_enabled=False)
    page.get_by_role("group", name="Wage Trends").get_by_text("+2").click()
    page.get_by_role("button", name="Show the score").click()
    expect(page.locator("#rail .rail-score strong")).to_have_text("57.4")
