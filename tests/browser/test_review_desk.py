"""The review page in a real browser: a sentence to start from, a remark on a row, and both without scripts."""

from __future__ import annotations

from assessments.models import User
from reviews.models import Comment, Review, Verdict
from reviews.openings import OPENINGS
from tests.browser.conftest import Visit
from tests.making import in_review

FIRST = next(iter(OPENINGS.values()))[0]


def test_a_sentence_goes_into_the_reason_and_is_finished(
    transactional_db: None, visit: Visit, assessor: User, reviewer: User
) -> None:
    in_review(assessor)
    in_review(assessor, "Harp Maker")
    first, second = Review.objects.order_by("id")
    page = visit(f"/reviews/{first.pk}/", reviewer)
    page.get_by_label("Start from a sentence").select_option(FIRST)
    page.keyboard.type("I asked two tuners.")
    page.get_by_label("Accept the formula score").check()
    page.get_by_role("button", name="Decide and open the next").click()
    page.wait_for_url(f"**/reviews/{second.pk}/")
    assert Verdict.objects.get().rationale == f"{FIRST} I asked two tuners."


def test_comment_on_a_row_chooses_the_row(transactional_db: None, visit: Visit, assessor: User, reviewer: User) -> None:
    in_review(assessor)
    page = visit(f"/reviews/{Review.objects.get().pk}/", reviewer)
    page.get_by_role("link", name="Comment on Write reports").click()
    page.keyboard.type("For whom?")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("For whom?").wait_for()
    assert Comment.objects.get().path == "tasks[1]"


def test_a_half_written_reason_outlives_a_comment_and_a_reload_but_not_its_verdict(
    transactional_db: None, visit: Visit, assessor: User, reviewer: User
) -> None:
    in_review(assessor)
    page = visit(f"/reviews/{Review.objects.get().pk}/", reviewer)
    page.locator("#rationale").fill("Because two tuners")
    page.get_by_role("link", name="Comment on Write reports").click()
    page.keyboard.type("For whom?")
    page.reload()
    page.get_by_role("button", name="Comment", exact=True).click()
    page.get_by_text("For whom?").wait_for()
    fields = ("#rationale", "#comment-path", "#comment-text")
    assert [page.locator(each).input_value() for each in fields] == ["Because two tuners", "", ""]
    assert Comment.objects.get().path == "tasks[1]"
    page.get_by_label("Return it to its author").check()
    page.get_by_role("button", name="Give verdict").click()
    page.get_by_text("The draft went back").wait_for()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.includes('#'))") == []


def test_without_scripts_links_do_the_same(
    transactional_db: None, visit: Visit, assessor: User, reviewer: User
) -> None:
    in_review(assessor)
    page = visit(f"/reviews/{Review.objects.get().pk}/", reviewer, java_script_enabled=False)
    page.get_by_role("link", name="Comment on Write reports").click()
    assert page.get_by_label("On", exact=True).input_value() == "tasks[1]"
    page.get_by_text("what is in the field is not kept").click()
    page.get_by_role("link", name=FIRST).click()
    assert page.locator("#rationale").input_value() == f"{FIRST} "
