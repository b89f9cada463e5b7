"""After publication in a browser: what requires review, two administrators who retract, notifications; and no fault."""

from __future__ import annotations

import pytest

from assessments.models import User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults_in_every_look
from tests.making import published, recomputed, retracted, told
from tests.test_flags import moved, quoting
from tests.test_retraction import proposed


@pytest.fixture
def people(
    transactional_db: None, admin: User, other_admin: User, assessor: User, reviewer: User
) -> dict[str, User | None]:
    """A flagged version, an open proposal, a retracted version, and everybody told."""
    published(assessor, reviewer, "Bell Smith")
    quoting(assessor, reviewer)
    recomputed()
    moved(assessor, reviewer)
    proposed(published(assessor, reviewer, "Bell Hanger"), admin)
    retracted(published(assessor, reviewer, "Bell Ringer"), admin, other_admin)
    told()
    return {"admin": admin, "other_admin": other_admin, "assessor": assessor, "reviewer": reviewer, "": None}


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/roles/bell-tuner/"),
        ("", "/roles/bell-ringer/"),
        ("reviewer", "/desk/"),
        ("reviewer", "/roles/bell-tuner/v1/reaffirm/"),
        ("reviewer", "/account/notifications/"),
        ("assessor", "/desk/"),
        ("assessor", "/account/notifications/"),
        ("admin", "/retractions/"),
        ("other_admin", "/retractions/"),
        ("admin", "/roles/bell-tuner/v1/retract/"),
        ("admin", "/roles/bell-hanger/v1/retract/"),
        ("admin", "/roles/bell-tuner/"),
        ("admin", "/account/"),
    ],
)
def test_a_room_is_usable_by_everybody(visit: Visit, people: dict[str, User | None], who: str, path: str) -> None:
    assert list(faults_in_every_look(visit(path, people[who]))) == []


def test_two_administrators_retract_and_a_reader_finds_the_tombstone(
    visit: Visit, people: dict[str, User | None]
) -> None:
    page = visit("/roles/bell-tuner/", people["admin"])
    page.get_by_role("link", name="Propose to retract this version").click()
    page.get_by_label("Reason").fill("The counts were made up.")
    page.get_by_role("button", name="Propose to retract version 1").click()
    page = visit("/retractions/", people["other_admin"])
    proposal = page.get_by_role("article", name="Bell Tuner (Mid-level), version 1")
    proposal.get_by_label("Reason").fill("I checked, and they were.")
    proposal.get_by_role("button", name="Retract version 1 for good").click()
    assert "is retracted" in page.get_by_role("status").inner_text()
    page = visit("/roles/bell-tuner/")
    assert "by Ada and Noor, administrators" in page.locator("main").inner_text()


def test_a_reviewer_is_led_from_the_notice_to_the_decision_and_reaffirms_it(
    visit: Visit, people: dict[str, User | None]
) -> None:
    page = visit("/account/notifications/", people["reviewer"], width=360, java_script_enabled=False)
    page.get_by_role("link", name="The decision on Bell Tuner (Mid-level), version 1, requires review").click()
    page.get_by_role("link", name="Reaffirm the decision").click()
    page.get_by_label("Why it stands").fill("The neighbour's new evidence is not ours.")
    page.get_by_role("button", name="Reaffirm").click()
    assert page.get_by_text("This decision requires review").count() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_marking_all_as_read_empties_the_count(visit: Visit, people: dict[str, User | None], width: int) -> None:
    page = visit("/account/notifications/", people["assessor"], width=width)
    count = page.get_by_role("link", name="unread")
    assert count.count() == 1
    page.get_by_role("button", name="Mark all as read").click()
    assert (count.count(), page.get_by_text("new", exact=True).count()) == (0, 0)
