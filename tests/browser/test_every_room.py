"""Every room for everybody: no accessibility fault, no sideways scrolling, light and dark, wide and narrow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from assessments.models import Role, User
from tests.browser.conftest import Visit
from tests.browser.eyes import faults, faults_in_every_look
from tests.browser.rooms import NO_ROOMS, ROOMS, SEEN_ELSEWHERE


def test_every_page_there_is_has_a_room_here() -> None:
    named = {
        pattern.name
        for each in get_resolver().url_patterns
        for pattern in (each.url_patterns if isinstance(each, URLResolver) and not each.app_name else [each])
        if isinstance(pattern, URLPattern) and pattern.name and not str(each.pattern).startswith("api/v1")
    }
    places = {name: "1" for _, path in ROOMS for name in re.findall(r"{(\w+)}", path)}
    seen = {_name(path.format(**places)) for _, path in ROOMS} - {None}
    assert named - NO_ROOMS - SEEN_ELSEWHERE == seen
    assert not NO_ROOMS & seen
    assert named >= NO_ROOMS


def test_what_answers_a_stranger_has_a_room_of_everybodys(client: Client, catalogue: Callable[[str], str]) -> None:
    public = {_name(catalogue(path)) for who, path in ROOMS if not who}
    others = {path: client.get(catalogue(path)) for who, path in ROOMS if who}
    led_away = {path for path, answer in others.items() if answer.headers.get("Location", "").startswith("/accounts/")}
    assert [path for path in others if path not in led_away and _name(catalogue(path)) not in public] == []


def _name(path: str) -> str | None:
    return None if "/no/such" in path else resolve(path.split("?")[0]).url_name


@pytest.mark.parametrize("who", sorted({who for who, _ in ROOMS}), ids=lambda who: who or "everybody")
def test_rooms_are_usable_by_everybody(
    visit: Visit, catalogue: Callable[[str], str], people: dict[str, User | None], who: str
) -> None:
    found: list[str] = []
    for path in (path for each, path in ROOMS if each == who):
        page = visit(catalogue(path), people[who])
        found += [f"{path}: {fault}" for fault in faults_in_every_look(page)]
        page.close()
    assert found == []


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    assert [fault.split(":")[0] for fault in faults(page)] == ["label"]


def test_the_catalogue_of_these_tests_is_whole(catalogue: Callable[[str], str]) -> None:
    assert sorted(Role.objects.values_list("title", flat=True)) == [
        "Bell Carver",
        "Bell Forger",
        "Bell Founder",
        "Bell Gilder and Restorer",
        "Bell Hanger",
        "Bell Painter",
        "Bell Ringer",
        "Bell Smelter",
        "Bell Tuner",
    ]
