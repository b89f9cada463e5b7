"""What everybody gets who only reads: by keyboard, without scripts, at any width, in their own zone and contrast."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from assessments.actions import reports, roles
from assessments.models import Assessment, User
from tests.browser.conftest import Visit
from tests.browser.hands import Keyboard
from tests.browser.rooms import ROOMS
from tests.making import published, recomputed

# What everybody reads, as the rooms have it (tests/browser/rooms.py), which are held against the addresses there are.
PUBLIC = [path for who, path in ROOMS if not who]


@pytest.fixture
def two(transactional_db: None, assessor: User, reviewer: User, admin: User, now: Any) -> Assessment:
    founder = published(assessor, reviewer, "Bell Founder", evidence=(2, 1, 1, 1, 1))
    published(assessor, reviewer, "Bell Caster")
    published(assessor, reviewer, "Bell Hanger", growth={"score": 2, "rationale": "More bells.", "check": ""})
    tuner = published(assessor, reviewer)
    roles.relate(source=tuner.role, kind="peer", target=founder.role, note="", by=admin, at=now)
    recomputed()
    return tuner


def test_a_reader_comes_from_home_to_a_neighbours_profile_by_keyboard_alone(visit: Visit, two: Assessment) -> None:
    page, hands = visit("/"), Keyboard()
    hands.write(page.get_by_role("searchbox"), "bell tuner")
    page.keyboard.press("Enter")
    hands.press(page.locator("main").get_by_role("link", name="Bell Tuner").first)
    expect(page.locator("h1")).to_contain_text("Bell Tuner")
    hands.press(page.locator("#neighbours").get_by_role("link", name="Bell Founder").first)
    expect(page.locator("h1")).to_contain_text("Bell Founder")


def test_every_public_page_says_the_same_without_scripts(
    browser: Browser, live_server: LiveServer, catalogue: Callable[[str], str]
) -> None:
    said: list[list[str]] = []
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts, timezone_id="UTC")
        page = context.new_page()
        said.append([])
        for path in PUBLIC:
            page.goto(live_server.url + catalogue(path))
            said[-1].append(page.locator("main, body:not(:has(main))").inner_text())
        context.close()
    with_scripts, without = said
    assert [path for path, *texts in zip(PUBLIC, with_scripts, without, strict=True) if texts[0] != texts[1]] == []
    assert min(map(len, without)) > 60


WIDEST = """() => {
  const widths = [...document.querySelectorAll("main p")].map((each) => {
    const ruler = document.createElement("span");
    ruler.textContent = "0".repeat(80);
    ruler.style.font = getComputedStyle(each).font;
    ruler.style.position = "absolute";
    document.body.append(ruler);
    const eighty = ruler.getBoundingClientRect().width;
    ruler.remove();
    const words = document.createRange();
    words.selectNodeContents(each);
    return words.getBoundingClientRect().width / eighty;
  });
  return Math.max(0, ...widths);
}"""


def test_every_public_page_keeps_its_measure_on_a_wide_screen(visit: Visit, catalogue: Callable[[str], str]) -> None:
    page = visit("/")
    page.set_viewport_size({"width": 2560, "height": 1200})
    wide = []
    for path in PUBLIC:
        page.goto(catalogue(path))
        if page.evaluate("document.documentElement.scrollWidth") != 2560:
            wide.append(f"{path} scrolls sideways")
        if (widest := page.evaluate(WIDEST)) > 1.3:
            wide.append(f"{path} has a line of {widest:.2f} times eighty figures")
    assert wide == []


OVERLAPS = """() => {
  const cells = [...document.querySelectorAll(".compare :is(th, td)")].filter((each) => each.checkVisibility());
  return cells.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.innerText);
}"""


def test_four_roles_stand_side_by_side_where_there_is_room_and_beneath_each_other_where_not(
    visit: Visit, two: Assessment
) -> None:
    page = visit("/compare/?role=bell-tuner&role=bell-founder&role=bell-caster&role=bell-hanger")
    places = "(cells) => cells.map((each) => each.getBoundingClientRect().left)"
    for width, columns in ((360, 1), (768, 4), (1280, 4)):
        page.set_viewport_size({"width": width, "height": 900})
        row = page.locator(".compare-figures", has_text="Task resistance").locator("td")
        assert (width, len(set(row.evaluate_all(places)))) == (width, columns)
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_role_can_be_left_out_of_a_comparison(visit: Visit, two: Assessment) -> None:
    page = visit("/compare/?role=bell-tuner&role=bell-founder&role=bell-caster")
    page.get_by_role("link", name="Leave out Bell Founder").click()
    page.wait_for_url("**/compare/?role=bell-tuner&role=bell-caster")


def test_moments_are_told_in_the_readers_own_zone(browser: Browser, live_server: LiveServer, two: Assessment) -> None:
    at = datetime(2026, 3, 3, 22, 30, tzinfo=UTC)
    report = reports.make(assessment=two, place="tasks[0]", text="This is done by two.", at=at)

    def told(zone: str, *, scripts: bool = True) -> tuple[str, str | None]:
        context = browser.new_context(timezone_id=zone, java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{live_server.url}/reports/{report.code}/")
        moment = page.locator("time", has_text=":").first
        found = moment.inner_text(), moment.get_attribute("title")
        context.close()
        return found

    assert told("Asia/Tokyo") == ("4 March 2026, 07:30 GMT+9", "3 March 2026, 22:30 UTC")
    assert told("UTC")[0] == "3 March 2026, 22:30 UTC"
    assert told("Asia/Tokyo", scripts=False) == ("3 March 2026, 22:30 UTC", None)


SEEN_WITH_THE_BODY = """new MutationObserver(() => {
  if (document.body && window.seen === undefined) window.seen = document.documentElement.dataset.theme || "none";
}).observe(document, {childList: true, subtree: true});"""


def test_a_chosen_theme_is_a_cookie_of_the_browser_and_never_flashes(visit: Visit, two: Assessment) -> None:
    page = visit("/", color_scheme="light")
    ink = page.evaluate("getComputedStyle(document.body).color")
    page.get_by_label("Theme").select_option("dark")
    [kept] = [cookie for cookie in page.context.cookies() if cookie["name"] == "theme"]
    assert (kept["value"], kept["path"], kept["sameSite"]) == ("dark", "/", "Lax")
    assert 364 < (kept["expires"] - time.time()) / 86_400 < 366
    page.add_init_script(SEEN_WITH_THE_BODY)
    page.goto("/roles/bell-tuner/")
    assert page.evaluate("window.seen") == "dark"
    assert page.evaluate("getComputedStyle(document.body).color") != ink
    page.get_by_label("Theme").select_option("")
    page.reload()
    assert page.evaluate("window.seen") == "none"
    assert page.evaluate("getComputedStyle(document.body).color") == ink
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == "theme"] == []


def test_whoever_asks_for_more_contrast_gets_it(visit: Visit, two: Assessment) -> None:
    page = visit("/roles/bell-tuner/")
    before = page.locator(".kicker").first.evaluate("(each) => getComputedStyle(each).color")
    page.emulate_media(contrast="more")
    after = page.locator(".kicker").first.evaluate("(each) => getComputedStyle(each).color")
    assert (before, after) == ("rgb(83, 92, 102)", "rgb(35, 41, 47)")


def test_in_forced_colours_the_words_of_pictures_are_the_systems(visit: Visit, two: Assessment) -> None:
    page = visit("/roles/bell-tuner/")
    page.emulate_media(forced_colors="active")
    script = """() => {
      const word = document.createElement("span");
      word.style.color = "CanvasText"; word.style.forcedColorAdjust = "none"; document.body.append(word);
      const system = getComputedStyle(word).color;
      const words = [...document.querySelectorAll("main svg text")];
      return words.filter((each) => getComputedStyle(each).fill !== system).length;
    }"""
    assert page.evaluate(script) == 0


def test_print_has_no_furniture_and_all_that_is_folded_away(visit: Visit, two: Assessment) -> None:
    page = visit("/roles/bell-tuner/")
    page.emulate_media(media="print")
    for furniture in (".masthead", ".colophon", ".takeaways", ".skip-link"):
        expect(page.locator(furniture).first).to_be_hidden()
    expect(page.locator("#factor-tasks table")).to_be_visible()


def test_a_first_visit_to_a_profile_is_small_asks_one_host_and_moves_nothing(
    browser: Browser, live_server: LiveServer, two: Assessment
) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/roles/bell-tuner/")
    page.wait_for_load_state("networkidle")
    moved = page.evaluate(
        "new Promise((done) => { let sum = 0; new PerformanceObserver((seen) => seen.getEntries().forEach((each) => "
        "{ sum += each.value; })).observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 300); })"
    )
    context.close()
    assert {url.split("/")[2] for url in asked} == {live_server.url.split("/")[2]}
    assert moved == 0
