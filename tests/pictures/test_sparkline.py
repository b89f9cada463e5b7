from assessments.pictures import sparkline


def version(number: int, score: str) -> dict[str, object]:
    return {"number": number, "score": score}


def test_versions_run_from_the_oldest_at_the_left_to_the_newest() -> None:
    spark = sparkline([version(3, "54.6"), version(1, "46.0"), version(2, "49.1")])
    assert [(point.number, point.x) for point in spark.points] == [(1, "0%"), (2, "50%"), (3, "100%")]


def test_a_single_version_stands_in_the_middle() -> None:
    point = sparkline([version(1, "46.0")]).points[0]
    assert (point.x, point.y) == ("50%", 20)


def test_a_small_change_is_not_stretched_to_the_full_height() -> None:
    first, second = sparkline([version(1, "50.0"), version(2, "51.0")]).points
    assert (first.y, second.y) == (21, 18)


def test_a_large_change_uses_the_full_height() -> None:
    first, second = sparkline([version(1, "20.0"), version(2, "80.0")]).points
    assert (first.y, second.y) == (34, 6)


def test_strokes_join_versions_that_follow_each_other() -> None:
    spark = sparkline([version(1, "46.0"), version(2, "46.0"), version(3, "46.0")])
    assert [(stroke.x1, stroke.x2) for stroke in spark.strokes] == [("0%", "50%"), ("50%", "100%")]


def test_a_role_without_versions_has_an_empty_picture() -> None:
    assert sparkline([]).points == ()


def test_the_description_gives_the_score_of_every_version() -> None:
    spark = sparkline([version(2, "49.1"), version(1, "46.0")])
    assert spark.description == "Version 1: 46.0. Version 2: 49.1."
