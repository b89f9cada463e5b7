"""From nothing to a published score, through pages alone: by mouse, by keyboard alone, on a phone, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from assessments.models import Assessment, User
from tests.browser.conftest import Visit
from tests.browser.eyes import copied, faults_of_both_looks
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.making import a_document, in_review

# The formula gives 55.3; more than 3.0 away takes two reviewers.
DOCUMENT = a_document(
    "Bell Hanger", override={"proposed_score": "59.0", "reason_code": "calibration", "rationale": "As its neighbours."}
)


class Way:
    """One person after the other in one manner of working; what is wrong on any page of theirs is kept to the end.

    By keyboard the pages are those that the mouse goes through: `looks` says whether they are looked over again.
    """

    def __init__(
        self, visit: Visit, hands: Hands, width: int = 1280, *, scripts: bool = True, looks: bool = True
    ) -> None:
        self.visit, self.hands, self.width, self.scripts, self.looks = visit, hands, width, scripts, looks
        self.faults: list[str] = []

    def room(self, path: str, person: User | None = None) -> Page:
        page = self.visit(path, person, width=self.width, java_script_enabled=self.scripts)
        page.on(
            "response",
            lambda answer: answer.ok or answer.status < 400 or self.faults.append(f"{answer.status} {answer.url}"),
        )
        return page

    def arrive(self, page: Page, heading: str) -> None:
        """The page of that heading is there, and looked over."""
        expect(page.locator("h1")).to_contain_text(heading)
        self.look(page, heading)

    def look(self, page: Page, where: str) -> None:
        if not self.looks:
            return
        if self.scripts:
            found = faults_of_both_looks(page)
        else:
            with copied(page) as copy:
                found = faults_of_both_looks(copy)
        self.faults += [f"{where}: {fault}" for fault in found]

    def press(self, page: Page | Locator, name: str, role: Any = "button", *, exact: bool = True) -> None:
        self.hands.press(page.get_by_role(role, name=name, exact=exact))

    def write(self, page: Page, name: str, text: str) -> None:
        self.hands.write(page.locator(f'[name="{name}"]'), text)

    def score(self, page: Page, name: str, score: int) -> None:
        self.hands.choose(page.locator(f'[name="{name}.score"][value="{score}"]'))


@pytest.fixture(params=["mouse", "keyboard", "phone", "without scripts"])
def way(request: pytest.FixtureRequest, visit: Visit) -> Iterator[Way]:
    ways: dict[str, Callable[[], Way]] = {
        "mouse": lambda: Way(visit, Mouse()),
        "keyboard": lambda: Way(visit, Keyboard(), looks=False),
        "phone": lambda: Way(visit, Mouse(), 360),
        "without scripts": lambda: Way(visit, Mouse(), scripts=False),
    }
    way = ways[request.param]()
    yield way
    assert way.faults == [], "\n".join(way.faults)


def test_an_assessment_goes_the_whole_way(way: Way, assessor: User, reviewer: User, other_reviewer: User) -> None:
    desk = way.room("/desk/", assessor)
    start(way, desk)
    write_every_part(way, desk)
    submit(way, desk)

    first = way.room("/reviews/", reviewer)
    open_review(way, first)
    comment_on_a_row(way, first)
    decide(way, first, "Return it to its author", "Say where the evidence comes from.")
    expect(first.locator(".messages")).to_contain_text("went back to its author")

    read_the_notes_and_revise(way, desk)
    submit(way, desk)

    open_review(way, first)
    see_what_changed_since(way, first)
    decide(way, first, "Accept the override", "The survey bears it out.")
    expect(first.locator(".messages")).to_contain_text("takes a second reviewer")
    way.look(first, "the queue after one verdict")
    second = way.room("/reviews/", other_reviewer)
    open_review(way, second)
    expect(second.locator(".desk-rail")).to_contain_text("The survey bears it out.")
    decide(way, second, "Accept the override", "It sits by its neighbours.")
    expect(second.locator(".messages")).to_contain_text("Decided and published")

    read(way)


def start(way: Way, desk: Page) -> None:
    way.arrive(desk, "Desk")
    way.press(desk, "New assessment", "link")
    way.arrive(desk, "New assessment")
    way.hands.write(desk.get_by_label("Job title"), "Bell Hanger")
    way.hands.write(desk.get_by_label("Seniority"), "Mid-level")
    way.press(desk, "Start empty draft")
    way.arrive(desk, "Bell Hanger")


def write_every_part(way: Way, desk: Page) -> None:
    """In the order of the page, as one does by keyboard."""
    for name, text in DOCUMENT["definition"].items():
        way.write(desk, f"definition.{name}", text)
    write_scores(way, desk, "protective_principles")
    way.score(desk, "growth", DOCUMENT["growth"]["score"])
    way.write(desk, "growth.rationale", DOCUMENT["growth"]["rationale"])
    way.write(desk, "growth.check", DOCUMENT["growth"]["check"])
    way.write(desk, "quick_screen", DOCUMENT["quick_screen"])
    write_tasks(way, desk)
    way.write(desk, "reinstatement", DOCUMENT["reinstatement"])
    write_scores(way, desk, "evidence")
    write_scores(way, desk, "barriers")
    way.write(desk, "override.proposed_score", DOCUMENT["override"]["proposed_score"])
    way.hands.select(desk.get_by_label("Reason code"), DOCUMENT["override"]["reason_code"])
    way.write(desk, "override.rationale", DOCUMENT["override"]["rationale"])
    write_commentary(way, desk)
    way.hands.save(desk.locator("#draft-form"))
    expect(desk.locator(".messages")).to_contain_text("Saved at")
    expect(desk.locator(".rail-score")).to_contain_text("55.3 of 100")
    expect(desk.locator("#rail")).to_contain_text("You propose 59.0 (+3.7)")
    way.arrive(desk, "Bell Hanger")


def write_scores(way: Way, desk: Page, group: str) -> None:
    for row in DOCUMENT[group]:
        way.score(desk, f"{group}.{row['code']}", row["score"])
        way.write(desk, f"{group}.{row['code']}.rationale", row["rationale"])


def write_tasks(way: Way, desk: Page) -> None:
    """Added in the wrong order and one too many; then put in order, and the one too many removed."""
    first, second = DOCUMENT["tasks"]
    for index, task in enumerate((second, first, first)):
        way.press(desk, "Add a task")
        for name in ("name", "time_percent", "score", "involvement", "rationale"):
            field = desk.locator(f'[name="tasks.{index}.{name}"]')
            if name in ("score", "involvement"):
                way.hands.select(field, str(task[name]))
            else:
                way.hands.write(field, task[name])
    way.press(desk, "Remove task 3")
    expect(desk.locator(".task-row")).to_have_count(2)
    way.press(desk, "Move task 2 up")
    expect(desk.locator('[name="tasks.0.name"]')).to_have_value(first["name"])
    expect(desk.locator("#shares")).to_have_text("Shares of time add up to exactly 100 %.")
    way.look(desk, "the draft with its tasks")


def write_commentary(way: Way, desk: Page) -> None:
    for name, text in DOCUMENT["commentary"].items():
        if isinstance(text, str):
            way.write(desk, f"commentary.{name}", text)
            continue
        heading = {"not_captured": "What the numbers don’t capture", "survival_strategy": "Survival strategy"}[name]
        way.press(desk, f"Add a point to {heading}")
        for index, point in enumerate(text):
            way.write(desk, f"commentary.{name}.{index}.lead", point["lead"])
            way.write(desk, f"commentary.{name}.{index}.text", point["text"])


def submit(way: Way, desk: Page) -> None:
    way.press(desk, "Submit …")
    way.arrive(desk, "Submit for review")
    way.press(desk, "Submit version 1")
    expect(desk.locator(".messages")).to_contain_text("is in review")
    way.look(desk, "after submission")


def open_review(way: Way, room: Page) -> None:
    room.goto("/reviews/")
    way.arrive(room, "Reviews")
    way.press(room, "Bell Hanger", "link")
    way.arrive(room, "Bell Hanger")


def comment_on_a_row(way: Way, room: Page) -> None:
    way.press(room, "Comment on Write reports", "link")
    way.hands.write(room.locator("#comment-text"), "For whom?")
    way.press(room, "Comment")
    expect(room.locator(".thread")).to_contain_text("For whom?")
    way.look(room, "the review with a comment")


def decide(way: Way, room: Page, verdict: str, reason: str) -> None:
    way.press(room, "Decide", "link")
    way.hands.write(room.get_by_label("Reason", exact=True), reason)
    way.hands.choose(room.locator(".verdict-choice", has_text=verdict).locator("input"))
    way.look(room, "the verdict before it is given")
    way.press(room, "Give verdict")


def read_the_notes_and_revise(way: Way, desk: Page) -> None:
    desk.goto("/desk/")
    way.arrive(desk, "Desk")
    expect(desk.locator("main .notice-warning")).to_contain_text("Say where the evidence comes from.")
    way.press(desk, "Bell Hanger", "link")
    expect(desk.locator(".page-head .notice-warning")).to_contain_text("Say where the evidence comes from.")
    expect(desk.locator(".thread")).to_contain_text("For whom?")
    way.arrive(desk, "Bell Hanger")
    way.write(desk, "tasks.1.rationale", "A template of the guild does it.")
    way.write(desk, "evidence.wage_trends.rationale", "The guild's pay survey.")
    way.hands.save(desk.locator("#draft-form"))
    expect(desk.locator(".messages")).to_contain_text("Saved at")


def see_what_changed_since(way: Way, room: Page) -> None:
    expect(room.locator("#since h2")).to_have_text("Since you last read it: 2 fields changed")
    expect(room.locator("#since")).to_contain_text("guild's pay survey")
    expect(room.locator("#comments .thread")).to_contain_text("For whom?")


def read(way: Way) -> None:
    reader = way.room("/roles/bell-hanger/")
    way.arrive(reader, "Bell Hanger")
    expect(reader.locator("main")).to_contain_text("59.0 of 100")
    expect(reader.locator("main")).to_contain_text("Adjusted to 59.0 (+3.7)")
    expect(reader.locator("main")).to_contain_text("It sits by its neighbours.")


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
