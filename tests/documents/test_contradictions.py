"""Prose that is tied to this role and contradicts its figures is noted; everything else is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessments.documents import from_json, read
from tests.documents.specimen import METHOD, SEED, rendered, specimen, specimen_text

seed_needed = pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is absent: set AIJRI_SHARED to the shared folder")


def notes(text: str) -> list[tuple[int | None, str]]:
    """Line and message of each note on the specimen (49.1, Green (Transforming)) with that text in its commentary."""
    whole = specimen_text().replace("It has for years.", text)
    reading = read(whole, METHOD)
    assert (reading.errors, reading.discrepancies) == ((), ())
    return [(note.line, note.message) for note in reading.notes if "it is no quote" not in note.message]


SCORE = "The text says {}; the formula gives 49.1."
ZONE = "The text says {}; the zone is Green."
LABEL = "The text says {}; the label is Green (Transforming)."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("The 51.0 AIJRI is odd.", SCORE.format("51.0")),
        ("An AIJRI of 51.0 is odd.", SCORE.format("51.0")),
        ("An AIJRI score of 51.0 is odd.", SCORE.format("51.0")),
        ("The AIJRI is 51.0 today.", SCORE.format("51.0")),
        ("Its place follows from AIJRI = 51.0.", SCORE.format("51.0")),
        ("The index (AIJRI: 51.0) is odd.", SCORE.format("51.0")),
        ("The AIJRI (51.0) is odd.", SCORE.format("51.0")),
        ("Bell Tuner's AIJRI of 51.0 is odd.", SCORE.format("51.0")),
        ("An AIJRI of 51.0 for this role is odd.", SCORE.format("51.0")),
        ("This role scores 51.0 now.", SCORE.format("51.0")),
        ("Today this role sits at 51.0.", SCORE.format("51.0")),
        ("This role (51.0) is odd.", SCORE.format("51.0")),
        ("This role's score of 51.0 is odd.", SCORE.format("51.0")),
        ("This role has a score of 51.0/100.", SCORE.format("51.0")),
        ("Bell Tuner (51.0) is odd.", SCORE.format("51.0")),
        ("Bell Tuners (51.0) are odd.", SCORE.format("51.0")),
        ("The Mid-level Bell Tuner (51.0) is odd.", SCORE.format("51.0")),
        ("Unlike others, bell tuner is scored at 51.0.", SCORE.format("51.0")),
        ("51.0 correctly positions Bell Tuner among its peers.", SCORE.format("51.0")),
        ("This role is Yellow.", ZONE.format("Yellow")),
        ("This role stays firmly in the Red zone.", ZONE.format("Red")),
        ("This role remains in the yellow zone.", ZONE.format("yellow")),
        ("Bell Tuner falls into Red (Imminent).", ZONE.format("Red")),
        ("Bell Tuner (Yellow) is odd.", ZONE.format("Yellow")),
        ("This qualifies as a Red role.", ZONE.format("Red")),
        ("The AIJRI is Yellow.", ZONE.format("Yellow")),
        ("A Red AIJRI is odd.", ZONE.format("Red")),
        ("A Green (Stable) AIJRI is odd.", LABEL.format("Green (Stable)")),
        ("This role's AIJRI is Red.", ZONE.format("Red")),
        ("This role is Green (Stable).", LABEL.format("Green (Stable)")),
        ("This role's task resistance of 3.81 is low.", "The text says task resistance 3.81; it is 3.88."),
        ("Bell Tuner's higher task resistance (3.80 vs 3.75).", "The text says task resistance 3.80; it is 3.88."),
        ("This role's evidence total is 9.", "The text says evidence 9; it is 2."),
        ("This role's barriers total of 4/10 is low.", "The text says barriers 4; it is 3."),
        ("This role's protective total: −2.", "The text says protective −2; it is 4."),
    ],
)
def test_a_figure_said_of_this_role_that_differs_is_noted(text: str, message: str) -> None:
    assert notes(text) == [(70, message)]


@pytest.mark.parametrize(
    "text",
    [
        "The 49.1 AIJRI is right.",
        "This role scores 49.1 and Bell Tuner (49.1) is Green.",
        "This role is Green (Transforming), and so it stays.",
        "This role's task resistance of 3.9 and evidence of 2.",
        "A Bell Founder (61.5) is another matter.",
        "Bell Founder's AIJRI of 61.5 is another matter.",
        "Bell Founder (AIJRI 61.5) is another matter.",
        "Bell Founder (AIJRI: 61.5) is another matter.",
        "An AIJRI of 61.5 for Bell Founder is another matter.",
        "Bell Founder has an AIJRI of 61.5.",
        "The Clerk stands apart: its AIJRI of 3.0 is low.",
        "Senior Bell Tuner (61.5) is another matter.",
        "A junior Bell Tuner scores 31.0 at most.",
        "Junior Bell Tuners would score Yellow.",
        "Entry-level Bell Tuner (30.0) is Yellow.",
        "Senior/Principal Bell Tuner is Yellow.",
        "Master Bell Tuner scores 70.0.",
        "Bell Tuner Apprentice (30.0) is Yellow.",
        "Head Bell Tuner (30.0) is Yellow.",
        "Without towers this role would score 31.0.",
        "If this role is Yellow next year, so be it.",
        "This role could be scored at 31.0.",
        "Until then this role sits at 31.0.",
        "This role scored 47.0 in version 1.",
        "Previously this role sits at 47.0.",
        "This role is Yellow if the towers close.",
        "An AIJRI of 48.0 or more is Green.",
        "The Green threshold needs an AIJRI of 48.0.",
        "The average AIJRI is 55.0.",
        "At least an AIJRI of 48.0 is needed.",
        "AIJRI >= 48 makes it Green.",
        "AIJRI 1.0 is the method.",
        "This role scores 3.0 points above its peers.",
        "This role scores 3.9 on task resistance.",
        "This role is Red Cross staff.",
        "This role is green at heart.",
        "This role is Green-fingered.",
        "This role's evidence is 3 years old.",
        "This role's barriers (2 of them) hold.",
        "This role's wages rose 51.0% in ten years.",
        "Wages of a Bell Tuner rose 51.0% in ten years.",
        "Bell Founder scores 61.5, which is Green; Prompt Engineer is Red.",
        "The role is Red.",
    ],
)
def test_what_is_said_of_others_or_of_other_days_is_left_alone(text: str) -> None:
    assert notes(text) == []


def test_a_proposed_score_and_its_zone_are_no_contradiction() -> None:
    document = from_json(
        specimen(
            override={"proposed_score": "47.0", "reason_code": "other"},
            commentary={"outlook": "This role (47.0) is Yellow, by formula it sits at 49.1 and is Green (Stable)."},
        )
    )

    assert read(rendered(document), METHOD).notes == ()


def test_a_contradiction_in_a_table_has_the_line_of_its_row() -> None:
    text = specimen_text().replace("Because of wage_trends.", "This role is Red.")
    found = read(text, METHOD).notes

    assert [(note.line, note.section, note.message) for note in found] == [
        (33, "evidence[2].rationale", ZONE.format("Red"))
    ]


def test_every_contradiction_of_a_text_is_noted_in_its_order() -> None:
    assert [message for _, message in notes("This role is Red.\nThe 51.0 AIJRI is odd. This role (52.0) too.")] == [
        ZONE.format("Red"),
        SCORE.format("51.0"),
        SCORE.format("52.0"),
    ]


@seed_needed
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The 69.2 AIJRI", "The 68.2 AIJRI"),
        ("69.2 correctly positions", "68.2 correctly positions"),
        ("(3.80 vs 3.75)", "(3.85 vs 3.75)"),
        ("Confirmed at 2", "Confirmed at 1"),
        ("This qualifies as Green Zone (Accelerated)", "This qualifies as Yellow Zone"),
    ],
)
def test_each_figure_the_seed_says_of_its_own_role_is_watched(old: str, new: str) -> None:
    text = Path(SEED).read_text("utf-8")

    assert len(read(text.replace(old, new), METHOD).notes) == text.count(old) == 1
