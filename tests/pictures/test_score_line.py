from assessments.pictures import Tick, score_line, zone_at


def neighbour(title: str, score: str) -> dict[str, object]:
    return {"title": title, "score": score}


def test_a_score_stands_at_its_own_percentage_of_the_width() -> None:
    assert score_line("69.2").x == "69.2%"


def test_whole_scores_are_written_without_trailing_zeros() -> None:
    assert [score_line(score).x for score in ("0.0", "25.0", "100.0")] == ["0%", "25%", "100%"]


def test_an_edge_belongs_to_the_zone_above_it() -> None:
    scores = ("24.9", "25.0", "47.9", "48.0")
    assert [zone_at(score) for score in scores] == ["red", "yellow", "yellow", "green"]


def test_the_bands_cover_the_line_without_a_gap() -> None:
    bands = score_line("50").axis.bands
    assert [(band.zone, band.x, band.width) for band in bands] == [
        ("red", "0%", "25%"),
        ("yellow", "25%", "23%"),
        ("green", "48%", "52%"),
    ]


def test_a_method_with_other_edges_moves_bands_and_words() -> None:
    line = score_line("30", edges=("30.0", "60.0"))
    assert (line.zone, [edge.text for edge in line.axis.edges]) == ("yellow", ["30", "60"])
    assert line.description == "A line from 0 to 100. Yellow begins at 30, Green at 60."


def test_neighbours_become_ticks_at_their_published_scores() -> None:
    line = score_line("54.6", [neighbour("Beekeeper", "61.0")])
    assert line.ticks == (Tick(title="Beekeeper", score="61.0", x="61%"),)


def test_the_description_names_every_neighbour() -> None:
    line = score_line("54.6", [neighbour("Beekeeper", "61.0"), neighbour("Cooper", "40.5")])
    assert line.description == (
        "A line from 0 to 100. Yellow begins at 25, Green at 48. "
        "Small ticks mark neighbours: Beekeeper 61.0, Cooper 40.5."
    )


def test_labels_at_the_ends_of_the_line_stay_inside_the_picture() -> None:
    assert [score_line(score).anchor for score in ("1.0", "50.0", "99.0")] == ["start", "middle", "end"]


def test_the_title_says_score_scale_and_zone() -> None:
    assert score_line("69.2").title == "Score line: 69.2 of 100, Green"
