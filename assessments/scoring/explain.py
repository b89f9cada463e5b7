"""Everything that explains one score: what a step would do, how far the edges are, what would flip the label."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.counterfactual import Counterfactual, counterfactual
from assessments.scoring.formula import Figures, Inputs, compute
from assessments.scoring.grounds import Ground, grounds
from assessments.scoring.labels import Label, is_borderline
from assessments.scoring.method import Method
from assessments.scoring.sensitivity import Sensitivity, Step
from assessments.scoring.totals import Totals, label_of


@dataclass(frozen=True, slots=True)
class Edge:
    """The lower edge of a zone, and how far a score lies above it (below: negative), in points."""

    zone: str
    name: str
    at: Decimal
    distance: Decimal


@dataclass(frozen=True, slots=True)
class Explanation:
    """One score explained. `score` and `label` are what was asked about; steps and flip start from the formula's."""

    method: Method
    inputs: Inputs
    figures: Figures
    score: Decimal
    label: Label
    grounds: tuple[Ground, ...]
    steps: tuple[Step, ...]
    flip: Step | None
    edges: tuple[Edge, ...]
    borderline: bool
    proposed: Decimal | None
    counterfactual: Counterfactual | None


def explain(
    method: Method, inputs: Inputs, *, score: Decimal | None = None, proposed: Decimal | None = None
) -> Explanation:
    """Explain the formula score of these inputs, or a `score` that was published for them.

    A `proposed` score that differs from the formula's gets its counterfactual. Raises InputError for illegal inputs.
    """
    figures = compute(method, inputs)
    around = Sensitivity(method, inputs, figures)
    at = figures.formula_score if score is None else score
    totals = Totals.of(figures)
    label = label_of(method, totals, at)
    differs = proposed is not None and proposed != figures.formula_score
    return Explanation(
        method=method,
        inputs=inputs,
        figures=figures,
        score=at,
        label=label,
        grounds=grounds(method, totals, label.zone),
        steps=around.steps(1),
        flip=around.cheapest_flip(),
        edges=edges(method, at),
        borderline=is_borderline(method, at),
        proposed=proposed,
        counterfactual=counterfactual(method, inputs, proposed) if proposed is not None and differs else None,
    )


def edges(method: Method, score: Decimal) -> tuple[Edge, ...]:
    """Every edge between two zones, the highest first, with the distance of a rounded score from it."""
    return tuple(Edge(zone.code, zone.name, zone.edge, score - zone.edge) for zone in method.zones[:-1])
