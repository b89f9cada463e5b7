from hypothesis import given
from hypothesis import strategies as st

from assessments.pictures import Dot, neighbour_dots

CHARACTER = 8
NARROW = 320


def neighbour(title: str, score: str) -> dict[str, object]:
    return {"title": title, "score": score, "url": f"/roles/{title.lower()}/"}


def stretch(dot: Dot) -> tuple[float, float]:
    """The pixels that a label covers on the narrowest screen."""
    place = float(dot.score) * NARROW / 100
    width = len(dot.short_label) * CHARACTER
    return (place, place + width) if dot.anchor == "start" else (place - width, place)


def test_neighbours_stand_from_left_to_right_with_their_zones() -> None:
    dots = neighbour_dots("54.6", [neighbour("Beekeeper", "61.0"), neighbour("Cooper", "12.0")]).dots
    assert [(dot.title, dot.x, dot.zone) for dot in dots] == [
        ("Cooper", "12%", "red"),
        ("Beekeeper", "61%", "green"),
    ]


def test_the_label_of_the_role_itself_stands_on_the_side_with_more_room() -> None:
    assert [neighbour_dots(score, []).anchor for score in ("10.0", "49.9", "50.0", "90.0")] == [
        "start",
        "start",
        "end",
        "end",
    ]


def test_a_dot_leads_to_its_neighbour_and_says_its_zone_in_a_word() -> None:
    dots = neighbour_dots("54.6", [neighbour("Cooper", "12.0"), {"title": "Smith", "score": "30.0"}]).dots
    assert [(dot.url, dot.word) for dot in dots] == [("/roles/cooper/", "Red"), ("", "Yellow")]


def test_dots_that_would_hide_each_other_are_heaped_from_the_line_upwards() -> None:
    picture = neighbour_dots("54.6", [neighbour("Cooper", score) for score in ("60.0", "60.0", "61.0", "63.0", "90.0")])
    heights = [picture.axis_y - dot.y for dot in picture.dots]
    assert heights == [0, 16, 32, 0, 0]
    assert picture.axis_y == neighbour_dots("54.6", []).axis_y + 32


def test_from_thirty_on_dots_are_small() -> None:
    sizes = [neighbour_dots("50", [neighbour("Cooper", "60.0")] * count).small for count in (29, 30)]
    assert sizes == [False, True]


def test_labels_far_apart_share_the_first_lane() -> None:
    dots = neighbour_dots("54.6", [neighbour("Cooper", "5.0"), neighbour("Beekeeper", "95.0")]).dots
    assert [dot.lane for dot in dots] == [0, 0]


def test_labels_of_equal_scores_stand_in_lanes_of_their_own() -> None:
    dots = neighbour_dots("54.6", [neighbour("Cooper", "60.0"), neighbour("Beekeeper", "60.0")]).dots
    assert sorted(dot.lane for dot in dots) == [0, 1]


def test_a_label_lies_on_the_side_where_fewer_leaders_fall() -> None:
    crowd = [neighbour("Cooper", score) for score in ("60.0", "70.0")]
    dots = neighbour_dots("54.6", [neighbour("Smith", "49.4"), *crowd]).dots
    assert (dots[0].title, dots[0].anchor) == ("Smith", "end")


def test_long_titles_are_shortened_in_the_label_and_kept_in_the_title() -> None:
    title = "Inspector of Orchards, Vineyards and Hop Gardens"
    dot = neighbour_dots("54.6", [neighbour(title, "60.0")]).dots[0]
    assert (dot.title, dot.label) == (title, "Inspector of Orchards, Viney… 60.0")
    assert dot.short_label == "Inspector of… 60.0"


def test_the_picture_grows_by_a_lane_at_a_time() -> None:
    pictures = [neighbour_dots("50", [neighbour("Cooper", "60.0")] * count) for count in range(4)]
    depths = [picture.height - picture.axis_y for picture in pictures]
    assert [depth - depths[1] for depth in depths] == [-24, 0, 24, 48]


def test_of_many_neighbours_the_nearest_twelve_are_named() -> None:
    neighbours = [neighbour("Cooper", f"{score}.0") for score in range(20, 60)]
    dots = neighbour_dots("40.0", neighbours).dots
    assert len(dots) == 40
    assert [dot.score for dot in dots if dot.label] == [f"{score}.0" for score in range(34, 46)]


def test_the_description_gives_every_neighbour_its_score_and_zone() -> None:
    dots = neighbour_dots("54.6", [neighbour("Cooper", "12.0"), neighbour("Beekeeper", "61.0")])
    assert dots.description == "Cooper: 12.0, Red. Beekeeper: 61.0, Green."


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_no_dot_hides_another(tenths: list[int]) -> None:
    dots = neighbour_dots("50.0", [neighbour("Cooper", f"{tenth / 10:.1f}") for tenth in tenths]).dots
    least = 6 if len(dots) >= 30 else 9
    rows: dict[int, float] = {}
    for dot in dots:
        place = float(dot.score) * NARROW / 100
        assert place - rows.get(dot.y, -least) >= least - 1e-9
        rows[dot.y] = place


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_no_label_covers_another_or_leaves_the_picture(tenths: list[int]) -> None:
    neighbours = [neighbour("Reader of Old Gas Meters", f"{tenth / 10:.1f}") for tenth in tenths]
    taken: dict[int, list[tuple[float, float]]] = {}
    for dot in neighbour_dots("50.0", neighbours).dots:
        if not dot.label:
            continue
        left, right = stretch(dot)
        assert left >= 0
        assert right <= NARROW
        assert all(right <= start or end <= left for start, end in taken.get(dot.lane, []))
        taken.setdefault(dot.lane, []).append((left, right))
