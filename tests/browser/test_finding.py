"""Finding in a browser: results follow what is typed, and everything works without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from assessments.models import User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults_of_both_looks
from tests.making import published, recomputed

NOBODY = {"not_this_role": "It is what it is."}


@pytest.fixture
def catalogue(transactional_db: None, admin: User, assessor: User, reviewer: User) -> None:
    """Three roles of two zones."""
    published(assessor, reviewer, "Bell Tuner", definition=NOBODY)
    published(assessor, reviewer, "Harp Maker", evidence=(2, 2, 2, 2, 2), definition=NOBODY)
    published(assessor, reviewer, "Clerk", evidence=(-2, -2, -2, -1, -1), definition=NOBODY)
    recomputed()


def test_results_and_address_follow_what_is_typed(visit: Visit, catalogue: None) -> None:
    page = visit("/roles/?zone=green")
    page.get_by_label("Title, other name").press_sequentially("tunr")
    expect(page.get_by_role("status")).to_contain_text("for “tuner”; nothing is called “tunr”")
    expect(page).to_have_url(re.compile(r"/roles/\?q=tunr&zone=green$"))
    expect(page.locator("#found mark")).to_have_text(["Tuner"])
    page.reload()
    expect(page.locator("#found mark")).to_have_text(["Tuner"])
    assert page.get_by_label("Title, other name").input_value() == "tunr"


def test_all_of_it_works_without_javascript(visit: Visit, catalogue: None) -> None:
    page = visit("/roles/", java_script_enabled=False)
    page.get_by_label("Title, other name").fill("mid-level")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Yellow 1 role").click()
    expect(page.locator("#found th[scope=row]")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"q=mid-level&zone=yellow"))


def test_a_mark_of_the_picture_leads_to_its_role_by_keyboard(visit: Visit, catalogue: None) -> None:
    page = visit("/explore/")
    page.locator(".explorer a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/roles/[a-z-]+/$"))


@pytest.mark.parametrize("width", [360, 768, 1280])
@pytest.mark.parametrize(
    "path", ["/roles/?q=mid-level&zone=green", "/explore/", "/compare/?role=bell-tuner&role=clerk", "/roles/?q=zzzz"]
)
def test_the_pages_are_without_fault_at_every_width(path: str, width: int, visit: Visit, catalogue: None) -> None:
    assert faults_of_both_looks(visit(path, width=width)) == []
