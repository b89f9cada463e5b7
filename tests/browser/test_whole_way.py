"""From nothing to a published score, through pages alone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from assessments.models import Assessment, User
from tests.browser.conftest import Visit
from tests.browser.typing_in import decide, start, write, write_all
from tests.making import BORDERLINE, a_document, in_review

CLOSE = a_document("Bell Hanger", evidence=(1, 1, 0, 0, 0), barriers=(0, 1, 0, 0, 1))


def test_a_draft_is_written_returned_revised_and_published_by_two_reviewers(
    visit: Visit, assessor: User, reviewer: User, other_reviewer: User
) -> None:
    desk = visit("/drafts/new/", assessor)
    start(desk, "Bell Hanger")
    write_all(desk, CLOSE)
    desk.get_by_role("button", name="Submit …").click()
    desk.get_by_role("button", name="Submit version 1").click()
    expect(desk.locator(".messages")).to_contain_text("is in review")

    first = visit("/reviews/", reviewer)
    first.get_by_role("link", name="Bell Hanger").click()
    decide(first, "Return it to its author", "Say where the evidence comes from.")
    expect(first.locator(".messages")).to_contain_text("went back to its author")

    desk.goto("/desk/")
    desk.get_by_role("link", name="Bell Hanger").click()
    expect(desk.locator(".page-head .notice-warning")).to_contain_text("Say where the evidence comes from.")
    write(desk, "evidence.wage_trends.rationale", "The guild's pay survey.")
    desk.get_by_role("button", name="Submit …").click()
    desk.get_by_role("button", name="Submit version 1").click()

    for person, said in ((reviewer, "takes a second reviewer"), (other_reviewer, "Decided and published")):
        room = visit("/reviews/", person)
        room.get_by_role("link", name="Bell Hanger").click()
        expect(room.locator(".verdict-choice").first).to_contain_text("Takes two reviewers who agree")
        decide(room, "Accept the formula score", "The survey bears it out.")
        expect(room.locator(".messages")).to_contain_text(said)

    reader = visit("/roles/bell-hanger/")
    expect(reader.locator("h1")).to_contain_text("Bell Hanger")
    expect(reader.locator("main")).to_contain_text(f"{BORDERLINE} of 100")
    expect(reader.locator("main")).to_contain_text("None — formula score accepted")


def test_the_same_way_is_open_without_javascript(visit: Visit, assessor: User, reviewer: User) -> None:
    desk = visit("/drafts/new/", assessor, java_script_enabled=False)
    start(desk, "Bell Hanger")
    write_all(desk, a_document("Bell Hanger"))
    desk.get_by_role("button", name="Save", exact=True).last.click()
    expect(desk.locator(".rail-score")).to_contain_text("55.3 of 100")
    desk.get_by_role("button", name="Submit …").click()
    desk.get_by_role("button", name="Submit version 1").click()
    room = visit("/reviews/", reviewer, java_script_enabled=False)
    room.get_by_role("link", name="Bell Hanger").click()
    decide(room, "Accept the formula score", "Checked.")
    expect(room.locator("main")).to_contain_text("55.3 of 100")


def test_an_override_is_proposed_accepted_and_shown(visit: Visit, assessor: User, reviewer: User) -> None:
    desk = visit("/drafts/new/", assessor)
    start(desk, "Bell Hanger")
    write_all(desk, a_document("Bell Hanger"))
    write(desk, "override.proposed_score", "57.0")
    desk.select_option('[name="override.reason_code"]', "calibration")
    expect(desk.locator("#rail")).to_contain_text("You propose 57.0 (+1.7)")
    desk.get_by_role("button", name="Submit …").click()
    desk.get_by_role("button", name="Submit version 1").click()
    room = visit("/reviews/", reviewer)
    room.get_by_role("link", name="Bell Hanger").click()
    decide(room, "Accept the override", "It sits by its neighbours.")
    expect(room.locator("main")).to_contain_text("Adjusted to 57.0 (+1.7)")


def test_an_author_sees_the_review_without_a_form_and_is_told_why(
    visit: Visit, admin: User, make_person: Callable[..., User]
) -> None:
    author = make_person("noor", "assessor", "reviewer")
    in_review(author)
    page = visit("/desk/", author)
    page.get_by_role("link", name="Its review").click()
    expect(page.locator("#decide")).to_contain_text("You contributed to this version")
    assert page.locator("#decide textarea").count() == 0


def test_a_refused_verdict_keeps_what_was_written(visit: Visit, assessor: User, reviewer: User) -> None:
    in_review(assessor)
    page = visit("/reviews/", reviewer)
    page.get_by_role("link", name="Bell Tuner").click()
    page.evaluate("document.querySelectorAll('[required]').forEach(each => each.required = false)")
    page.fill("#rationale", "A reason without a verdict.")
    page.get_by_role("button", name="Give verdict").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was decided")
    assert page.input_value("#rationale") == "A reason without a verdict."
    assert Assessment.objects.get().status == "in_review"
