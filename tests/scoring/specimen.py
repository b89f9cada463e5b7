"""Inputs by totals, random legal inputs, and a second method beside the first."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from assessments.scoring import Figures, Inputs, Method, TaskInput, compute, definition

METHOD = Method.from_definition(definition("1.0"))


def second_definition() -> dict[str, Any]:
    """A method 2.0 whose green zone begins at 50.0 and whose evidence weighs more."""
    changed = copy.deepcopy(definition("1.0"))
    changed["version"] = "2.0"
    changed["zones"][0]["from"] = "50.0"
    changed["formula"]["evidence_step"] = "0.05"
    return changed


SECOND = Method.from_definition(second_definition())


def spread(total: int, low: int, high: int, codes: tuple[str, ...]) -> dict[str, int]:
    """Scores within their range that add up to a total, filled from the first code on."""
    scores, left = {}, total - low * len(codes)
    for code in codes:
        step = min(left, high - low)
        scores[code], left = low + step, left - step
    return scores


def codes(group: str) -> tuple[str, ...]:
    """The input codes of a group."""
    return tuple(scale.code for scale in getattr(METHOD, group))


def inputs(
    *tasks: tuple[str, int], evidence: int = 0, barriers: int = 0, growth: int = 0, protective: int = 0
) -> Inputs:
    """Inputs from (share, score) pairs and totals."""
    return Inputs(
        protective=spread(protective, 0, 3, codes("protective")),
        growth=growth,
        tasks=tuple(TaskInput(Decimal(share), score, "augmentation") for share, score in tasks),
        evidence=spread(evidence, -2, 2, codes("evidence")),
        barriers=spread(barriers, 0, 2, codes("barriers")),
    )


def figures(*tasks: tuple[str, int], **totals: int) -> Figures:
    """The figures of such inputs under method 1.0."""
    return compute(METHOD, inputs(*tasks, **totals))


@st.composite
def legal_inputs(draw: st.DrawFn) -> Inputs:
    """Any legal inputs of method 1.0."""
    cuts = sorted(draw(st.lists(st.integers(0, 10000), max_size=8)))
    shares = [Decimal(b - a).scaleb(-2) for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    involvements = [named.code for named in METHOD.tasks.involvements]
    return Inputs(
        protective={code: draw(st.integers(0, 3)) for code in codes("protective")},
        growth=draw(st.integers(-2, 2)),
        tasks=tuple(TaskInput(share, draw(st.integers(1, 5)), draw(st.sampled_from(involvements))) for share in shares),
        evidence={code: draw(st.integers(-2, 2)) for code in codes("evidence")},
        barriers={code: draw(st.integers(0, 2)) for code in codes("barriers")},
    )
