"""The cloud of scores against another index."""

from __future__ import annotations

from decimal import Decimal

from assessments.pictures.scatter import HEIGHT, scatter, written


def test_without_rows_there_is_no_picture() -> None:
    assert scatter([], "Exposure") is None


def test_the_ends_of_the_other_index_are_top_and_bottom() -> None:
    rows = [("A", Decimal("10.0"), Decimal("0.25")), ("B", Decimal("69.2"), Decimal(14))]
    cloud = scatter(rows, "Exposure")
    assert cloud is not None
    assert [(point.x, point.y, point.zone) for point in cloud.points] == [
        ("10%", HEIGHT - 8, "red"),
        ("69.2%", 8, "green"),
    ]
    assert (cloud.lowest, cloud.highest, cloud.points[1].said) == ("0.25", "14", "B: 69.2, 14")


def test_where_all_are_alike_they_stand_in_the_middle() -> None:
    cloud = scatter([("A", Decimal(1), Decimal(3)), ("B", Decimal(2), Decimal(3))], "Exposure")
    assert cloud is not None
    assert {point.y for point in cloud.points} == {HEIGHT // 2}


def test_values_are_written_short() -> None:
    assert [written(Decimal(text)) for text in ("0.8200000000000001", "14.0", "-0.00001")] == ["0.82", "14", "0"]
