"""The pages that are read most with every text longer than it is: nothing is pushed out of a narrow screen."""

from __future__ import annotations

import pytest

from assessments.models import User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults
from tests.making import published, recomputed
from tests.pseudo import spoken

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("/", "/roles/", "/roles/bell-tuner/", "/compare/?role=bell-tuner&role=bell-founder", "/explore/", "/data/")


@pytest.mark.parametrize("address", PAGES)
def test_longer_texts_push_nothing_out_of_a_narrow_screen(
    address: str, visit: Visit, transactional_db: None, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, "Bell Founder", evidence=(2, 2, 2, 2, 2))
    published(assessor, reviewer)
    recomputed()
    with spoken():
        page = visit(address, width=360, locale="de")
        assert "⟦" in page.inner_text("main")
        assert page.evaluate(WIDE) <= 0


def test_the_language_is_switched_by_keyboard_and_the_page_stays(
    visit: Visit, transactional_db: None, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    recomputed()
    page = visit("/roles/?q=bell", locale="en-GB")
    page.get_by_role("button", name="Deutsch").press("Enter")
    page.wait_for_selector("html[lang=de]")
    assert page.url.endswith("/roles/?q=bell")
    assert faults(page) == []
