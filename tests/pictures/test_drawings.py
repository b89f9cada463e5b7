"""What the templates draw: real text, a title and a description first, every word escaped, no styles."""

from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from assessments.pictures import diverging_bars, neighbour_dots, score_line, sparkline, task_bar, waterfalls

NASTY = '<script>alert(1)</script> & "Sons"'
NEIGHBOUR = {"title": NASTY, "score": "61.0", "url": "/roles/sons/"}
ATTRIBUTION = {"task": "-6.4000", "evidence": "0.0000", "rounding": "0.0000"}
ATTRIBUTION |= dict.fromkeys(("barriers", "growth", "override", "method"), "0.0000")
FALLS = waterfalls("54.6", [{**NEIGHBOUR, "phrase": "−6.4, all from task resistance", "attribution": ATTRIBUTION}])
TASK = {"name": NASTY, "time_percent": "100", "score": 5, "involvement": "displacement"}
ROW = {"code": "wages", "name": NASTY, "score": -1, "rationale": "Counted twice."}
BARS = diverging_bars([ROW], -2, 2)

PICTURES: dict[str, dict[str, Any]] = {
    "score_line": {"line": score_line("54.6", [NEIGHBOUR])},
    "task_bar": {"bar": task_bar([TASK])},
    "bar": {"bars": BARS, "bar": BARS.rows[0]},
    "neighbour_dots": {"dots": neighbour_dots("54.6", [NEIGHBOUR])},
    "waterfall": {"fall": FALLS.falls[0], "edges": FALLS.edges},
    "sparkline": {"spark": sparkline([{"number": 1, "score": "46.0"}, {"number": 2, "score": "54.6"}])},
}


def drawn(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(render_to_string(f"parts/pictures/{name}.svg.html", PICTURES[name]).strip())


def words(name: str) -> list[str]:
    return [(text.text or "").strip() for text in drawn(name).iter("text")]


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_is_an_image_that_begins_with_its_title_or_a_group_if_it_holds_links(name: str) -> None:
    picture = drawn(name)
    holds_links = next(picture.iter("a"), None) is not None
    assert (picture.tag, picture.get("role"), picture[0].tag) == ("svg", "group" if holds_links else "img", "title")


def test_a_dot_and_its_label_are_one_link_with_a_name() -> None:
    (link,) = drawn("neighbour_dots").iter("a")
    assert (link.get("href"), link.get("aria-label"), link.get("tabindex")) == (
        "/roles/sons/",
        f"{NASTY}: 61.0, Green",
        None,
    )
    assert link[0].text == f"{NASTY}: 61.0, Green"


def test_a_dot_without_a_label_is_no_stop_on_the_way_of_the_keyboard() -> None:
    many = {"dots": neighbour_dots("54.6", [NEIGHBOUR] * 13)}
    links = ElementTree.fromstring(render_to_string("parts/pictures/neighbour_dots.svg.html", many).strip()).iter("a")
    assert [link.get("tabindex") for link in links] == [None] * 12 + ["-1"]


def test_a_waterfall_writes_both_scores_and_every_part() -> None:
    assert words("waterfall") == ["This role", "Tasks", "Neighbour", "54.6", "−6.4", "61.0"]


@pytest.mark.parametrize("name", ["score_line", "task_bar", "neighbour_dots", "sparkline", "waterfall"])
def test_every_larger_picture_has_a_description(name: str) -> None:
    assert drawn(name)[1].tag == "desc"


@pytest.mark.parametrize("name", PICTURES)
def test_no_picture_carries_a_style_or_a_script(name: str) -> None:
    styled = [part.tag for part in drawn(name).iter() if "style" in part.attrib or part.tag in ("script", "style")]
    assert styled == []


def test_the_score_line_writes_the_score_the_ends_the_edges_and_the_zones() -> None:
    assert words("score_line") == ["54.6", "0", "Red", "Yellow", "Green", "25", "48", "100"]


def test_a_neighbour_is_labelled_for_wide_and_for_narrow_screens() -> None:
    assert words("neighbour_dots") == [
        *("0", "Red", "Yellow", "Green", "25", "48", "100"),
        "This role 54.6",
        "<script>alert(1)</script> &… 61.0",
        "<script>alert… 61.0",
    ]


def test_a_title_from_outside_is_text_and_nothing_else() -> None:
    assert drawn("bar")[0].text == f"{NASTY}: \u22121, on a scale from \u22122 to +2"


def test_the_three_zones_have_three_shapes() -> None:
    shapes = {
        render_to_string("parts/pictures/shape.svg.html", {"zone": zone, "class": "own"}).strip()
        for zone in ("green", "yellow", "red")
    }
    assert len(shapes) == 3
