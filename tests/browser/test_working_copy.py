"""The draft form in earnest: the browser killed, two people at once, rows by mouse and keyboard, no script, a phone."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Error, Page, expect
from pytest_django.live_server_helper import LiveServer

from assessments import documents
from assessments.actions import coauthors, drafts
from assessments.models import Assessment, User
from tests.browser.conftest import ARGUMENTS, CHROMIUM, Visit
from tests.browser.typing_in import write
from tests.making import a_document, a_draft

KEPT = "#saved:has-text('Kept at')"


@pytest.fixture
def draft(transactional_db: None, assessor: User) -> Assessment:
    tasks = [
        {"name": name, "time_percent": share, "score": 2, "involvement": "augmentation", "rationale": "So it is."}
        for name, share in (("Listen", "50"), ("File", "30"), ("Write", "20"))
    ]
    return a_draft(assessor, tasks=tasks)


@pytest.fixture
def form(visit: Visit, assessor: User, draft: Assessment) -> Page:
    return visit(f"/drafts/{draft.pk}/", assessor)


@pytest.fixture
def saved_by_another(draft: Assessment, assessor: User, other_assessor: User, now: datetime) -> Callable[[], None]:
    """A co-author saves the draft."""
    asked = coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)

    def save() -> None:
        value = a_document(tasks=draft.document["tasks"], quick_screen="Theirs.", reinstatement="Theirs alone.")
        document = documents.from_json(value)
        drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=other_assessor, at=now)

    return save


def task_names(page: Page) -> list[str]:
    return page.locator(".task-name textarea").evaluate_all("all => all.map(each => each.value)")


def stored(draft: Assessment) -> dict[str, Any]:
    document: dict[str, Any] = Assessment.objects.get(pk=draft.pk).document
    return document


def killed(page: Page) -> None:
    """The process of the page is gone without a word: none of its handlers runs any more."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=3000)


@pytest.fixture
def mortal(browser: Browser, tmp_path: Path) -> Iterator[tuple[Browser, Callable[[], None]]]:
    """A browser with its own processes, and what ends all of them by kill -9."""
    port = tmp_path / "DevToolsActivePort"
    command = [CHROMIUM, *ARGUMENTS, "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}"]
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, env=environ, stdout=silent, stderr=silent, start_new_session=True)

    def kill() -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    try:
        deadline = time.monotonic() + 30
        while not port.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        address = f"http://127.0.0.1:{port.read_text().split()[0]}"
        yield browser.browser_type.connect_over_cdp(address), kill
    finally:
        if process.poll() is None:
            kill()


def test_of_a_browser_killed_mid_sentence_at_most_two_seconds_are_gone(
    visit: Visit,
    mortal: tuple[Browser, Callable[[], None]],
    live_server: LiveServer,
    draft: Assessment,
    assessor: User,
    signed_in: Callable[[User], Client],
) -> None:
    """A key every fifth of a second, never pausing; kill -9 in the middle of it. The browser that is opened after it
    has every letter that was typed two seconds before the end or earlier."""
    browser, kill = mortal
    sentence = "Tuning is slow work and does not end"[:30]
    session = signed_in(assessor).cookies["sessionid"].value
    browser.contexts[0].add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    form = browser.contexts[0].new_page()
    form.goto(f"{live_server.url}/drafts/{draft.pk}/")
    form.locator("#quick_screen").fill("")
    typed_at = []
    for letter in sentence:
        form.locator("#quick_screen").press_sequentially(letter)
        typed_at.append(time.monotonic())
        form.wait_for_timeout(200)
    kill()
    killed_at = time.monotonic()
    page = visit(f"/drafts/{draft.pk}/", assessor)
    text = page.input_value("#quick_screen")
    assert sentence.startswith(text)
    assert len(text) >= sum(at <= killed_at - 2 for at in typed_at)
    expect(page.locator("#kept")).to_contain_text("1 field differs from the draft")
    assert stored(draft)["quick_screen"] == "Proceed with care."
    page.get_by_role("button", name="Discard the kept text").click()
    expect(page.locator(".messages")).to_contain_text("thrown away")
    assert page.input_value("#quick_screen") == "Proceed with care."


def test_who_was_signed_out_signs_in_again_in_another_tab_and_all_is_kept(
    visit: Visit, assessor: User, draft: Assessment, signed_in: Callable[[User], Client]
) -> None:
    form = visit(f"/drafts/{draft.pk}/", assessor)
    cookies = [each for each in form.context.cookies() if each["name"] == "sessionid"]
    form.context.clear_cookies(name="sessionid")
    write(form, "quick_screen", "Typed while")
    expect(form.locator("#saved")).to_contain_text("You are signed out; sign in again in another tab")
    expect(form.locator("#rail")).not_to_contain_text("Password")
    # Signing in makes another mark against forged requests.
    session = signed_in(assessor).cookies["sessionid"].value
    form.context.add_cookies([{**cookies[0], "value": session}])
    tab = form.context.new_page()
    tab.goto(f"/drafts/{draft.pk}/")
    tab.context.add_cookies([{**cookies[0], "name": "csrftoken", "value": "n" * 32}])
    form.locator("#quick_screen").press_sequentially(" signed out")
    form.locator(KEPT).wait_for()
    form.keyboard.press("Control+s")
    form.get_by_text("Saved at").first.wait_for()
    assert stored(draft)["quick_screen"] == "Typed while signed out"


def test_leaving_makes_what_was_kept_one_save_without_a_question(form: Page, draft: Assessment) -> None:
    asked: list[str] = []
    form.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    write(form, "quick_screen", "Mine.")
    form.wait_for_selector(KEPT)
    assert stored(draft)["quick_screen"] == "Proceed with care."
    form.get_by_role("link", name="Methodology").first.click()
    expect(form.locator("h1")).to_contain_text("ethod")
    form.wait_for_timeout(300)
    assert (asked, stored(draft)["quick_screen"], draft.history.count()) == ([], "Mine.", 2)


def test_two_texts_meet_and_are_saved_as_one(
    form: Page, draft: Assessment, saved_by_another: Callable[[], None]
) -> None:
    write(form, "quick_screen", "Mine.")
    write(form, "definition.typical_experience", "Mine alone.")
    saved_by_another()
    form.get_by_role("link", name="Somebody saved this draft meanwhile").click()
    expect(form.locator("h1")).to_have_text("Somebody saved while you wrote")
    assert Axe().run(form).response["violations"] == []
    form.get_by_label("Mine", exact=False).check()
    form.get_by_role("button", name="Save both as one").click()
    expect(form.locator(".messages")).to_contain_text("Both are saved as one.")
    both = stored(draft)
    assert (both["quick_screen"], both["reinstatement"]) == ("Mine.", "Theirs alone.")
    assert both["definition"]["typical_experience"] == "Mine alone."


def test_rows_move_by_mouse_and_by_key_and_what_is_removed_comes_back(form: Page, draft: Assessment) -> None:
    handle = form.locator("#tasks-2 [data-drag]")
    handle.scroll_into_view_if_needed()
    start, goal = handle.bounding_box(), form.locator("#tasks-0").bounding_box()
    assert start is not None
    assert goal is not None
    form.mouse.move(start["x"] + 5, start["y"] + 5)
    form.mouse.down()
    for step in range(1, 21):
        form.mouse.move(start["x"] + 5, start["y"] + (goal["y"] - start["y"]) * step / 20)
    form.mouse.up()
    assert task_names(form) == ["Write", "Listen", "File"]
    form.locator("#tasks-0-name").press("Alt+ArrowDown")
    assert task_names(form) == ["Listen", "Write", "File"]
    assert form.evaluate("document.activeElement.id") == "tasks-1-name"
    expect(form.locator("#row-status")).to_have_text("Task moved to place 2 of 3")
    form.get_by_role("button", name="Remove task 1").click()
    assert task_names(form) == ["Write", "File"]
    expect(form.locator(".tasks > li").first).to_contain_text("Task 1 removed: Listen.")
    form.get_by_role("button", name="Remove task 2").click()
    form.get_by_role("button", name="Undo").last.click()
    form.get_by_role("button", name="Undo").click()
    assert task_names(form) == ["Listen", "Write", "File"]
    form.keyboard.press("Control+s")
    expect(form.locator(".messages")).to_contain_text("Saved at")
    assert [task["name"] for task in stored(draft)["tasks"]] == ["Listen", "Write", "File"]


def test_keys_are_listed_and_switched_off(form: Page) -> None:
    form.locator("#keys-open").focus()
    form.keyboard.press("?")
    expect(form.locator("#keys")).to_be_visible()
    assert Axe().run(form).response["violations"] == []
    form.get_by_label("These keys work in this browser").uncheck()
    form.get_by_role("button", name="Close").click()
    form.reload()
    form.locator("#tasks-0-name").press("Alt+ArrowDown")
    assert task_names(form) == ["Listen", "File", "Write"]
    form.locator("#keys-open").focus()
    form.keyboard.press("?")
    expect(form.locator("#keys")).to_be_hidden()


def test_without_a_script_rows_text_and_two_savers_work_by_plain_forms(
    visit: Visit, draft: Assessment, assessor: User, saved_by_another: Callable[[], None]
) -> None:
    page = visit(f"/drafts/{draft.pk}/", assessor, java_script_enabled=False)
    expect(page.locator("#keys-open")).to_be_hidden()
    page.get_by_role("button", name="Move task 2 up").click()
    page.get_by_role("button", name="Add a task").click()
    page.fill("#tasks-3-name", "Climb")
    page.get_by_role("button", name="Remove task 3").click()
    page.fill("#quick_screen", "Mine.")
    saved_by_another()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("h1")).to_have_text("Somebody saved while you wrote")
    page.get_by_label("Mine", exact=False).check()
    page.get_by_role("button", name="Save both as one").click()
    expect(page.locator(".messages")).to_contain_text("Both are saved as one.")
    assert [task["name"] for task in stored(draft)["tasks"]] == ["File", "Listen", "Climb"]


@pytest.mark.parametrize("look", [{"width": 360, "color_scheme": "dark"}, {"width": 1280, "color_scheme": "light"}])
def test_kept_text_and_two_texts_are_readable_and_fit(
    visit: Visit,
    draft: Assessment,
    assessor: User,
    saved_by_another: Callable[[], None],
    signed_in: Callable[[User], Client],
    look: dict[str, Any],
) -> None:
    page = visit(f"/drafts/{draft.pk}/", assessor, **look)
    write(page, "quick_screen", "Mine.")
    page.wait_for_selector(KEPT, state="attached")
    killed(page)
    page = visit(f"/drafts/{draft.pk}/", assessor, **look)
    expect(page.locator("#kept")).to_be_visible()
    assert _faults(page) == ([], 0)
    saved_by_another()
    page.goto(f"/drafts/{draft.pk}/")
    expect(page.locator("h1")).to_have_text("Somebody saved while you wrote")
    assert _faults(page) == ([], 0)


def _faults(page: Page) -> tuple[list[str], int]:
    """What axe finds, and how far the page reaches out of the window."""
    found = [each["id"] for each in Axe().run(page).response["violations"]]
    return found, page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
