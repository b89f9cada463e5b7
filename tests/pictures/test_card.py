"""Pictures for elsewhere: the badge's measures, the card's bytes, the colours of the one style sheet."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from assessments.pictures import paint
from assessments.pictures.badge import badge
from assessments.pictures.card import Facts, draw

TOKENS = Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css"
FACTS = Facts("Bell Tuner", "Mid-level", "55.3", "green", "Green (Transforming)", "Version 1", ("25", "48"))


def light(token: str) -> str:
    found = re.search(rf"--{token}: light-dark\((#\w+),", TOKENS.read_text())
    assert found is not None
    return found[1]


def test_pictures_for_elsewhere_have_the_colours_of_the_style_sheet() -> None:
    named = {"ink": paint.INK, "ink-soft": paint.INK_SOFT, "paper": paint.PAPER, "rule": paint.RULE}
    for zone in ("green", "yellow", "red"):
        named |= {f"{zone}-fill": paint.ZONE_FILL[zone], f"{zone}-ink": paint.ZONE_INK[zone]}
        named[f"{zone}-tint"] = paint.ZONE_TINT[zone]
    assert named == {token: light(token) for token in named}


def test_a_badge_is_as_wide_as_its_words() -> None:
    narrow, wide = badge("A", "5.0", "red", "Red"), badge("B", "55.3", "green", "Green (Transforming)")
    assert narrow.width < wide.width
    assert wide.right.x == wide.left.width
    assert wide.right.text == "▲ 55.3 Green (Transforming)"
    assert wide.left.middle == wide.left.width / 2


def test_a_card_is_a_png_of_the_size_that_sites_ask_for() -> None:
    image = Image.open(io.BytesIO(draw(FACTS)))
    assert (image.format, image.size) == ("PNG", (1200, 630))


def test_the_same_facts_give_the_same_bytes() -> None:
    assert draw(FACTS) == draw(replace(FACTS))
    assert draw(FACTS) != draw(replace(FACTS, score="55.4"))


@pytest.mark.parametrize("title", ["x" * 200, "Word " * 40, "Überprüfer Ωμέγα Дело", "鐘の調律師"])
@pytest.mark.parametrize("zone", ["red", "yellow"])
def test_any_title_fits(title: str, zone: str) -> None:
    image = Image.open(io.BytesIO(draw(replace(FACTS, title=title, seniority="", zone=zone)))).convert("RGB")
    margin = {image.getpixel((x, y)) for x in (*range(0, 70, 7), *range(1135, 1200, 7)) for y in range(0, 630, 9)}
    assert len(margin) == 1
