"""The whole catalogue at once gives, row by row, what the exact formula gives for one."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.scoring import Inputs, Method, MethodError, TaskInput, compute, definition
from assessments.scoring.bulk import BulkFigures, Columns, compute_all
from assessments.scoring.scaled import Scaled
from tests.scoring.specimen import METHOD, SECOND, inputs, legal_inputs, spread


def fine_definition() -> dict[str, Any]:
    """A method whose constants fall between every grid: odd decimals, a rule that no whole number meets."""
    changed = copy.deepcopy(definition("1.0"))
    changed["version"] = "3.0"
    changed["formula"] |= {"ceiling": "6.125", "evidence_step": "0.035", "divisor": "7.7", "offset": "0.333"}
    changed["zones"][0]["from"] = "50.5"
    changed["labels"][0]["when"] = [{"figure": "growth", "is": "=", "value": "1.5"}]
    changed["labels"][1]["when"] = [
        {"figure": "time_at_3_plus", "is": ">", "value": "20.005"},
        {"figure": "task_resistance", "is": "<", "value": "4.00005"},
    ]
    return changed


FINE = Method.from_definition(fine_definition())


def as_json(method: Method, figures: BulkFigures, row: int) -> dict[str, Any]:
    """One row in the words of the exact figures; every number exact, nothing rounded."""
    scaled = Scaled(method)
    return {
        "weighted_total": Decimal(int(figures.weighted[row])) / (100 * scaled.time_unit),
        "evidence_total": int(figures.evidence_total[row]),
        "barrier_total": int(figures.barrier_total[row]),
        "raw": Decimal(int(figures.raw[row])) / scaled.raw_unit,
        "formula_score": Decimal(int(figures.score[row])).scaleb(-method.score.places),
        "zone": method.zones[figures.zone[row]].code,
        "label": method.labels[figures.label[row]].text,
        "screen": method.screens[figures.screen[row]].text,
        "time_at_3_plus": Decimal(int(figures.exposed[row])) / scaled.time_unit,
        "borderline": bool(figures.borderline[row]),
    }


@pytest.mark.parametrize("method", [METHOD, SECOND, FINE], ids=["1.0", "2.0", "3.0"])
@given(records=st.lists(legal_inputs(), min_size=1, max_size=20))
@settings(max_examples=60)
def test_every_row_equals_the_exact_figures(method: Method, records: list[Inputs]) -> None:
    bulk = compute_all(method, Columns.of(method, records))
    for row, record in enumerate(records):
        exact = compute(method, record)
        found = as_json(method, bulk, row)
        assert found == {name: getattr(exact, name) for name in found}


@pytest.mark.parametrize("method", [METHOD, FINE], ids=["1.0", "3.0"])
def test_every_total_the_formula_can_meet_gives_the_exact_score_at_both_ends_of_resistance(method: Method) -> None:
    records = [
        Inputs(
            spread(0, 0, 3, tuple(scale.code for scale in method.protective)),
            growth,
            (TaskInput(Decimal(100), score, "augmentation"),),
            spread(evidence, -2, 2, tuple(scale.code for scale in method.evidence)),
            spread(barriers, 0, 2, tuple(scale.code for scale in method.barriers)),
        )
        for score in (1, 5)
        for evidence in range(-10, 11)
        for barriers in range(11)
        for growth in range(-2, 3)
    ]
    bulk = compute_all(method, Columns.of(method, records))
    exact = [compute(method, record) for record in records]
    assert bulk.score.tolist() == [int(figures.formula_score * 10) for figures in exact]
    assert [method.labels[label].text for label in bulk.label] == [figures.label for figures in exact]


def test_blocks_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [inputs(("50", 1 + index % 5), ("50", 3), evidence=index % 11 - 5) for index in range(25)]
    whole = compute_all(METHOD, Columns.of(METHOD, records))
    monkeypatch.setattr("assessments.scoring.bulk.BLOCK", 7)
    assert compute_all(METHOD, Columns.of(METHOD, records)).score.tolist() == whole.score.tolist()


def test_inputs_outside_the_ranges_of_a_narrower_method_are_not_legal_there() -> None:
    narrow = copy.deepcopy(definition("1.0"))
    narrow["barriers"]["inputs"][0]["max"] = 1
    narrow["barriers"]["inputs"][0]["rubric"].pop("2")
    records = [inputs(("100", 3), barriers=1), inputs(("100", 3), barriers=2)]
    bulk = compute_all(Method.from_definition(narrow), Columns.of(METHOD, records))
    assert bulk.legal.tolist() == [True, False]


def test_constants_that_could_leave_the_exact_range_are_refused() -> None:
    wild = copy.deepcopy(definition("1.0"))
    wild["formula"]["evidence_step"] = "0.040000001"
    with pytest.raises(MethodError, match="too many decimals to be computed in bulk"):
        compute_all(Method.from_definition(wild), Columns.empty(METHOD, 1))


def test_an_edge_between_two_published_scores_is_refused() -> None:
    wild = copy.deepcopy(definition("1.0"))
    wild["zones"][0]["from"] = "48.05"
    with pytest.raises(MethodError, match="is no whole number of 1/10"):
        compute_all(Method.from_definition(wild), Columns.empty(METHOD, 1))
