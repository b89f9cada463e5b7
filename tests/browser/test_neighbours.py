"""The neighbours of a role in a browser, a few and many: no fault, no text on another, no sideways scrolling."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from assessments.actions import roles
from assessments.models import Role, User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults_of_both_looks
from tests.making import recomputed
from tests.test_suggestions import alone

# The most of them lie close together, some on each other.
EVIDENCE = ((1, 1, 1, 1, 1), (1, 1, 1, 1, 0), (2, 1, 1, 1, 1), (-1, -1, -1, -1, -1), (2, 2, 2, 1, 1))
SIZES = {"few": 3, "twelve": 12, "many": 40}
OVERLAPS = """
() => {
  const boxes = [...document.querySelectorAll('.neighbour-dots text, .waterfall text')]
    .filter(text => text.checkVisibility() && text.closest('details:not([open])') === null)
    .map(text => [text.textContent.trim(), text.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([a, one], index) => boxes.slice(index + 1).forEach(([b, two]) => {
    if (Math.min(one.right, two.right) - Math.max(one.left, two.left) > 1
        && Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top) > 4) found.push([a, b]);
  }));
  boxes.forEach(([a, one]) => { if (one.left < -1 || one.right > innerWidth + 1) found.push([a, 'the edge']); });
  return found;
}
"""


@pytest.fixture
def hubs(transactional_db: None, admin: User, assessor: User, reviewer: User) -> None:
    """Three roles with 3, 12 and 40 neighbours, of long and short names."""
    others = [
        alone(
            assessor,
            reviewer,
            f"Ringer {number}" if number % 3 else f"Inspector of Orchards and Hop Gardens {number}",
            evidence=EVIDENCE[number % 5],
            barriers=(0, number % 3, 0, number % 2, 1),
        )
        for number in range(40)
    ]
    for slug, size in SIZES.items():
        hub = alone(assessor, reviewer, slug)
        for other in others[:size]:
            roles.relate(source=hub, kind="peer", target=other, note="", by=admin, at=timezone.now())
    recomputed()


def look_over(page: Page, path: str) -> list[Any]:
    found: list[Any] = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        found += [f"{path} {width}: {fault}" for fault in faults_of_both_looks(page)]
        found += [f"{path} {width}: {one} on {other}" for one, other in page.evaluate(OVERLAPS)]
    return found


def test_few_and_many_neighbours_are_shown_without_a_fault(visit: Visit, hubs: None) -> None:
    page = visit("/roles/few/")
    found = [fault for slug in SIZES for fault in look_over(page, f"/roles/{slug}/")]
    assert found + look_over(page, "/roles/many/neighbours/") == []


def test_a_dot_leads_to_its_neighbour_and_labels_alone_are_on_the_way_of_the_keyboard(visit: Visit, hubs: None) -> None:
    page = visit("/roles/many/")
    links = page.locator(".neighbour-dots a")
    assert links.count() == 40
    assert links.and_(page.locator("[tabindex='-1']")).count() == 28
    label = page.locator(".neighbour-dots a:not([tabindex]) text.only-wide").first
    title = label.inner_html().rpartition(" ")[0].removesuffix("…")
    label.click()
    page.wait_for_url("**/roles/*/")
    assert page.locator("h1").inner_text().startswith(title)
    assert Role.objects.filter(slug=page.url.rstrip("/").rpartition("/")[2]).count() == 1
