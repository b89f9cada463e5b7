from assessments.pictures import diverging_bars


def row(score: int, name: str = "Wages") -> dict[str, object]:
    return {"code": "wages", "name": name, "score": score, "rationale": "Counted twice."}


def test_a_positive_score_runs_from_zero_to_the_right() -> None:
    bar = diverging_bars([row(2)], -2, 2).rows[0]
    assert (bar.x, bar.width, bar.tone) == ("50%", "50%", "positive")


def test_a_negative_score_runs_from_zero_to_the_left() -> None:
    bar = diverging_bars([row(-1)], -2, 2).rows[0]
    assert (bar.x, bar.width, bar.tone) == ("25%", "25%", "negative")


def test_a_score_of_zero_has_no_length() -> None:
    bar = diverging_bars([row(0)], -2, 2).rows[0]
    assert (bar.x, bar.width, bar.tone) == ("50%", "0%", "zero")


def test_signs_are_written_where_the_scale_has_two_sides() -> None:
    bars = diverging_bars([row(-2), row(1)], -2, 2)
    assert [bar.score for bar in bars.rows] == ["\u22122", "+1"]
    assert (bars.lowest, bars.highest, bars.total) == ("\u22122", "+2", "\u22121")


def test_a_one_sided_scale_begins_at_the_left_and_writes_no_signs() -> None:
    bars = diverging_bars([row(1), row(2)], 0, 2)
    assert (bars.zero, bars.rows[0].width, bars.rows[0].score, bars.total) == ("0%", "50%", "1", "3")


def test_every_whole_score_has_a_step() -> None:
    assert diverging_bars([], -2, 2).steps == ("0%", "25%", "50%", "75%", "100%")


def test_the_title_of_a_bar_says_name_score_and_scale() -> None:
    bar = diverging_bars([row(1, "Wages")], -2, 2).rows[0]
    assert bar.title == "Wages: +1, on a scale from \u22122 to +2"
