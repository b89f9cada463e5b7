from assessments.pictures import task_bar


def task(name: str, share: str, score: int = 2, involvement: str = "augmentation") -> dict[str, object]:
    return {"name": name, "time_percent": share, "score": score, "involvement": involvement}


def test_each_task_begins_where_the_one_before_ended() -> None:
    bar = task_bar([task("Prune", "12.5"), task("Graft", "37.5"), task("Sell", "50")])
    assert [(segment.x, segment.width) for segment in bar.segments] == [
        ("0%", "12.5%"),
        ("12.5%", "37.5%"),
        ("50%", "50%"),
    ]


def test_the_description_tells_every_task_in_words() -> None:
    bar = task_bar([task("Prune", "60", 1, "not_involved"), task("Sell", "40", 4, "displacement")])
    assert bar.description == (
        "1. Prune: 60 per cent, score 1, not involved. 2. Sell: 40 per cent, score 4, displacement."
    )


def test_a_short_name_is_written_on_a_wide_task() -> None:
    assert task_bar([task("Prune", "100")]).segments[0].lines == ("Prune",)


def test_a_long_name_is_broken_over_two_lines_and_shortened() -> None:
    name = "Inspect every orchard in the valley for canker and blight in spring"
    segment = task_bar([task(name, "25"), task("Rest", "75")]).segments[0]
    assert segment.lines == ("Inspect every orchard", "in the valley for…")


def test_a_narrow_task_carries_no_name() -> None:
    assert task_bar([task("Prune", "5"), task("Rest", "95")]).segments[0].lines == ()


def test_numbers_disappear_first_on_narrow_screens_and_then_everywhere() -> None:
    shares = ("1", "2.5", "96.5")
    bar = task_bar([task("Any", share) for share in shares])
    assert [segment.numbered for segment in bar.segments] == ["never", "wide", "always"]


def test_forty_equal_tasks_end_at_the_right_edge() -> None:
    last = task_bar([task("Any", "2.5") for _ in range(40)]).segments[-1]
    assert (last.number, last.x, last.width) == (40, "97.5%", "2.5%")


def test_shade_and_mark_come_from_score_and_involvement() -> None:
    segment = task_bar([task("Sell", "100", 5, "displacement")]).segments[0]
    assert (segment.score, segment.involvement) == (5, "displacement")
