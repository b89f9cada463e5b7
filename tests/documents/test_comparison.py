"""What a document states is compared with what is computed; nothing stated is ever taken over."""

from __future__ import annotations

import pytest

from assessments.documents import Discrepancy, from_json, read
from tests.documents.specimen import METHOD, SPECIMEN, in_markdown, rendered, specimen, specimen_text

TEXT = specimen_text()
PRINCIPLES = "Protective Principles + AI Growth Correlation"
TASKS = "Task Decomposition (Agentic AI Scoring)"
COMPOSITE = "JobZone Composite Score (AIJRI)"
ZONES = "Green >= 48, Yellow 25-47, Red <25."
SUB_LABEL = "Sub-Label Determination"


def discrepancies(old: str, new: str, text: str = TEXT) -> list[tuple[int, str, str, str, str]]:
    """Line, section, field, stated and computed value of each discrepancy; the document stays as it was."""
    assert old in text
    reading = read(text.replace(old, new, 1), METHOD)
    assert reading.document == read(text, METHOD).document
    return [(each.line, each.section, each.field, each.stated, each.computed) for each in reading.discrepancies]


def notes(old: str, new: str) -> list[tuple[int | None, str]]:
    """Line and message of each note; no discrepancy comes with it."""
    assert old in TEXT
    reading = read(TEXT.replace(old, new, 1), METHOD)
    assert (reading.errors, reading.discrepancies) == ((), ())
    return [(note.line, note.message) for note in reading.notes]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("| 4/9 |", "| 5/9 |", (16, PRINCIPLES, "protective_total", "5", "4")),
        ("| 4/9 |", "| 4/6 |", (16, PRINCIPLES, "protective_total", "6", "9")),
        ("| 4/9 |", "| four |", (16, PRINCIPLES, "protective_total", "four", "4")),
        ("Protective 4", "Protective 3", (18, PRINCIPLES, "protective_total", "3", "4")),
        ("Correlation 0 =", "Correlation -1 =", (18, PRINCIPLES, "growth", "-1", "0")),
        ("Likely Yellow Zone", "Likely Red Zone", (18, PRINCIPLES, "screen", "Likely Red Zone", "Likely Yellow Zone")),
        ("| 0.63 |", "| 0.62 |", (22, TASKS, "tasks[0].weighted", "0.62", "0.63")),
        ("| 1.50 |", "| 1.5001 |", (23, TASKS, "tasks[1].weighted", "1.5001", "1.50")),
        ("| 100% | 2.13 |", "| 99% | 2.13 |", (24, TASKS, "time_total", "99", "100")),
        ("| 100% | 2.13 |", "| 100% | 2.12 |", (24, TASKS, "weighted_total", "2.12", "2.13")),
        ("6.00 - 2.13 = 3.88/5.0", "6.01 - 2.13 = 3.88/5.0", (25, TASKS, "task_resistance", "6.01", "6.00")),
        ("= 3.88/5.0", "= 3.87/5.0", (25, TASKS, "task_resistance", "3.87", "3.88")),
        ("37.5% displacement", "37% displacement", (26, TASKS, "split", "37% displacement", "37.5% displacement")),
        ("62.5% not involved", "62.4% not involved", (26, TASKS, "split", "62.4% not involved", "62.5% not involved")),
        ("| Total | 2 |", "| Total | 9 |", (36, "Evidence Score", "evidence_total", "9", "2")),
        ("| Total | 3/10 |", "| Total | 4/10 |", (46, "Barrier Assessment", "barrier_total", "4", "3")),
        ("Score | 3.88/5.0", "Score | 3.8/5.0", (53, COMPOSITE, "task_resistance", "3.8", "3.88")),
        ("(2 x 0.04) = 1.08", "(2 x 0.04) = 1.09", (54, COMPOSITE, "evidence_modifier", "1.09", "1.08")),
        ("(2 x 0.04) = 1.08", "(3 x 0.04) = 1.08", (54, COMPOSITE, "evidence_total", "3", "2")),
        ("(3 x 0.02)", "(3 x 0.03)", (55, COMPOSITE, "barrier_modifier", "0.03", "0.02")),
        ("= 1.00 |", "= 1.05 |", (56, COMPOSITE, "growth_modifier", "1.05", "1.00")),
        ("= 4.4361", "= 4.4360", (57, COMPOSITE, "raw", "4.4360", "4.4361")),
        ("Raw: 3.88", "Raw: 3.87", (57, COMPOSITE, "task_resistance", "3.87", "3.88")),
        ("= 49.1/100", "= 52.0/100", (58, COMPOSITE, "formula_score", "52.0", "49.1")),
        ("(4.4361 - 0.54) / 7.93 x 100 = 49.1/100", "high", (58, COMPOSITE, "formula_score", "high", "49.1")),
        ("/ 7.93 x", "/ 7.39 x", (58, COMPOSITE, "formula_score", "7.39", "7.93")),
        ("Zone: GREEN", "Zone: YELLOW", (59, COMPOSITE, "zone", "YELLOW", "green")),
        ("3+ | 37.5%", "3+ | 30%", (63, SUB_LABEL, "time_at_3_plus", "30", "37.5")),
        ("Correlation | 0 |\n| Sub", "Correlation | 2 |\n| Sub", (64, SUB_LABEL, "growth", "2", "0")),
        ("Green (Transforming)", "Green (Stable)", (65, SUB_LABEL, "label", "Green (Stable)", "Green (Transforming)")),
    ],
)
def test_each_difference_is_told_with_its_place(old: str, new: str, found: tuple[int, str, str, str, str]) -> None:
    assert discrepancies(old, new) == [found]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 0.63 |", "| 0.6 |"),
        ("| 0.63 |", "| 0.625 |"),
        ("| 0.63 |", "| |"),
        ("= 49.1/100", "= 49/100"),
        ("= 4.4361", "= 4.44"),
        ("= 3.88/5.0", "= 3.9/5"),
        ("Raw: 3.88 x 1.08 x 1.06 x 1.00 = 4.4361", "Raw: 4.4361"),
        ("JobZone Score: (4.4361 - 0.54) / 7.93 x 100 = 49.1/100", "JobZone Score: 49.1/100"),
        ("JobZone Score: (4.4361 - 0.54) / 7.93 x 100 = 49.1/100", "JobZone Score: 49.1"),
        ("(4.4361 - 0.54) / 7.93 x 100", "(4.4361-0.54)/7.93×100"),
        ("1.0 + (2 x 0.04) = 1.08", "1.08"),
        ("Zone: GREEN (Green >= 48, Yellow 25-47, Red <25)", "Zone: Green Zone (Green ≥ 48, Yellow 25–47, Red < 25)"),
        ("Zone: GREEN (Green >= 48, Yellow 25-47, Red <25)", "Zone: green"),
        ("Green (Transforming) —", "Green Transforming –"),
        ("Green (Transforming) — >= 20% of task time scoring 3+ AND AIJRI >= 48", "Green (Transforming)"),
        ("Total | 3/10", "Total | 3"),
        ("0% augmentation, ", ""),
    ],
)
def test_a_figure_agrees_when_it_is_the_computed_one_rounded_to_its_own_decimals(old: str, new: str) -> None:
    assert notes(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("| 4/9 | |", "| 4/9 | fair |", 16, "The text in the row of the total is not kept."),
        ("| 2.13 |", "| 2.13 | much |", 24, "The text in the row of the total is not kept."),
        (
            "Protective 4 + Correlation 0 = Likely Yellow Zone. Proceed with care.",
            "Nothing much.",
            18,
            "The line states no quick screen result and was read as a remark.",
        ),
        ("3.88/5.0\nDis", "3.88/5.0 (high)\nDis", 25, "The words on this line of figures are not kept."),
        (
            "37.5% displacement",
            "displacement 37.5%",
            26,
            "The working on this line has another form and was not checked.",
        ),
        ("not involved.", "not involved. So it is.", 26, "The words on this line of figures are not kept."),
        ("Raw: 3.88 x 1.08 x", "Raw: 3.88 x", 57, "The working on this line has another form and was not checked."),
        ("| Growth Modifier | 1.0 +", "| Luck | 1.0 +", 56, "This row is not known and is not kept."),
        ("| % of task time", "| Share of time", 63, "This row is not known and is not kept."),
        (
            "Yellow 25-47",
            "Yellow 30-47",
            59,
            "The zones are written “Green >= 48, Yellow 30-47, Red <25”; the method has " + ZONES,
        ),
        (
            ">= 20% of task time scoring 3+ AND AIJRI >= 48",
            "because",
            65,
            "The rule is written “because”; the method has “>= 20% of task time scoring 3+ AND AIJRI >= 48”.",
        ),
        (
            "What prevents AI execution",
            "Who prevents AI execution",
            38,
            "The reframed question has another wording, which is not kept.",
        ),
        ("Keep listening", "Keep listening. It pays.\nHope", 80, "This line is no bullet and was read as one."),
    ],
)
def test_what_is_not_kept_is_noted(old: str, new: str, line: int, message: str) -> None:
    assert notes(old, new) == [(line, message)]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("| **4/9** |", "| **5/9** |", ("protective_total", "5", "4")),
        ("Likely Yellow Zone", "Likely Red Zone", ("screen", "Likely Red Zone", "Likely Yellow Zone")),
        ("| 0.63 |", "| 0.62 |", ("tasks[0].weighted", "0.62", "0.63")),
        ("| **100%** |", "| **99%** |", ("time_total", "99", "100")),
        ("| **2.13** |", "| **2.12** |", ("weighted_total", "2.12", "2.13")),
        ("= 3.88/5.0", "= 3.87/5.0", ("task_resistance", "3.87", "3.88")),
        ("37.5% displacement", "37% displacement", ("split", "37% displacement", "37.5% displacement")),
        ("| **2** |", "| **9** |", ("evidence_total", "9", "2")),
        ("| **3/10** |", "| **4/10** |", ("barrier_total", "4", "3")),
        ("(2 x 0.04) = 1.08", "(2 x 0.04) = 1.09", ("evidence_modifier", "1.09", "1.08")),
        ("(3 x 0.02) = 1.06", "(3 x 0.02) = 1.07", ("barrier_modifier", "1.07", "1.06")),
        ("(0 x 0.05) = 1.00", "(0 x 0.05) = 1.05", ("growth_modifier", "1.05", "1.00")),
        ("= 4.4361", "= **4.4360**", ("raw", "4.4360", "4.4361")),
        ("= 49.1/100", "= **52.0/100**", ("formula_score", "52.0", "49.1")),
        ("GREEN (", "**YELLOW** (", ("zone", "YELLOW", "green")),
        ("3+ | 37.5%", "3+ | **30%**", ("time_at_3_plus", "30", "37.5")),
        ("Green (Transforming) —", "**Green (Stable)** —", ("label", "Green (Stable)", "Green (Transforming)")),
    ],
)
def test_each_difference_is_told_of_markdown_as_well(old: str, new: str, found: tuple[str, str, str]) -> None:
    text = in_markdown(from_json(SPECIMEN))
    assert text.count(old) == 1
    reading = read(text.replace(old, new), METHOD)
    (told,) = reading.discrepancies

    assert (told.field, told.stated, told.computed) == found
    assert new in text.replace(old, new).split("\n")[told.line - 1]
    assert (reading.document, reading.notes) == (from_json(SPECIMEN), ())


def test_a_stated_number_of_very_many_digits_differs_and_is_told_short() -> None:
    found = discrepancies("= 4.4361", f"= 4.{'4' * 90}")

    assert [each[2:] for each in found] == [("raw", f"4.{'4' * 55}...", "4.4361")]


def test_a_score_that_follows_from_the_rounded_raw_is_a_note() -> None:
    first, second = SPECIMEN["tasks"]
    edge = specimen(
        tasks=[{**first, "time_percent": "26.99"}, {**second, "time_percent": "73.01", "score": 2}],
        growth={"score": -1, "check": ""},
        evidence=[{**each, "score": 1} for each in SPECIMEN["evidence"]],
        barriers=[{**each, "score": 2} for each in SPECIMEN["barriers"]],
    )
    text = rendered(from_json(edge))
    reading = read(text.replace("= 66.9/100", "= 66.8/100"), METHOD)

    assert "= 66.9/100" in text
    assert reading.discrepancies == ()
    assert [note.message for note in reading.notes] == [
        "The stated score 66.8 follows from the rounded raw; exactly it is 66.9."
    ]


def test_the_stated_distance_of_a_proposal_is_compared() -> None:
    proposal = from_json(specimen(override={"proposed_score": "52.1", "reason_code": "other"}))
    found = discrepancies("(+3.0)", "(+3.4)", rendered(proposal))

    assert found == [(66, SUB_LABEL, "override", "+3.4", "+3.0")]


def test_a_proposal_may_leave_its_distance_out() -> None:
    proposal = from_json(specimen(override={"proposed_score": "52.1", "reason_code": "other"}))

    assert discrepancies(" (+3.0)", "", rendered(proposal)) == []


def test_a_discrepancy_is_reported_as_the_contract_has_it() -> None:
    assert Discrepancy("Evidence Score", "evidence_total", "9", "2", 36).as_json() == {
        "section": "Evidence Score",
        "field": "evidence_total",
        "stated": "9",
        "computed": "2",
        "line": 36,
    }


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("It has for years.", "The 51.0 AIJRI is odd.", 70, "The text says 51.0; the formula gives 49.1."),
        ("It has for years.", "An AIJRI of 51.0 is odd.", 70, "The text says 51.0; the formula gives 49.1."),
        ("It has for years.", "This role scores 51.0 now.", 70, "The text says 51.0; the formula gives 49.1."),
        ("It has for years.", "Bell Tuner (51.0) is odd.", 70, "The text says 51.0; the formula gives 49.1."),
        ("Confirmed at 0.", "Confirmed at −1.", 48, "The text confirms −1; the growth score is 0."),
        ("- No link", "This qualifies as Red, no link", 49, "The text says Red; the zone is Green."),
    ],
)
def test_prose_that_contradicts_the_figures_of_this_role_is_noted(old: str, new: str, line: int, message: str) -> None:
    assert notes(old, new) == [(line, message)]


@pytest.mark.parametrize(
    "new",
    [
        "The 49.1 AIJRI is right.",
        "A Bell Founder (61.5) is another matter.",
        "Master Bell Tuner scored lower.",
        "This qualifies as Green.",
        "Wages rose 51.0% in ten years.",
    ],
)
def test_prose_about_other_things_is_no_contradiction(new: str) -> None:
    assert notes("It has for years.", new) == []


def test_a_document_that_states_no_figure_has_nothing_to_differ() -> None:
    stated = (
        "| Total",
        "| Protective Total",
        "Quick screen",
        "Task Resistance",
        "Displacement",
        "Raw",
        "JobZone S",
        "Zone",
    )
    silent = "\n".join(line for line in TEXT.split("\n") if not line.startswith(stated))
    reading = read(silent, METHOD)

    assert reading.document == from_json(specimen(quick_screen=""))
    assert (reading.errors, reading.discrepancies, reading.notes) == ((), (), ())
