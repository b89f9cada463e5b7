"""Scoring: the method as data, the formula, labels, sensitivity and attribution. Pure Python, exact numbers."""

from __future__ import annotations

from assessments.scoring.attribution import Attribution, Scored, attribute
from assessments.scoring.counterfactual import Counterfactual, counterfactual
from assessments.scoring.definition import definition, versions
from assessments.scoring.errors import Fault, InputError, MethodError
from assessments.scoring.explain import Edge, Explanation, edges, explain
from assessments.scoring.fields import (
    Difference,
    differences,
    fields_of,
    in_reading_order,
    plain_number,
    with_defaults,
    with_values,
)
from assessments.scoring.formula import Figures, Inputs, TaskInput, compute, faults
from assessments.scoring.grounds import Ground, grounds
from assessments.scoring.labels import (
    Label,
    edge_distance,
    is_borderline,
    label_for,
    screen_for,
    verdicts_needed,
    zone_of,
)
from assessments.scoring.method import DEFAULT_TOLERANCE, Method, Named, Scale, Zone
from assessments.scoring.parts import rounded_together, shares
from assessments.scoring.rounding import half_up, places_of, plain
from assessments.scoring.sensitivity import Step, cheapest_flip, sensitivity
from assessments.scoring.worth import Worth, worth

__all__ = [
    "DEFAULT_TOLERANCE",
    "Attribution",
    "Counterfactual",
    "Difference",
    "Edge",
    "Explanation",
    "Fault",
    "Figures",
    "Ground",
    "InputError",
    "Inputs",
    "Label",
    "Method",
    "MethodError",
    "Named",
    "Scale",
    "Scored",
    "Step",
    "TaskInput",
    "Worth",
    "Zone",
    "attribute",
    "cheapest_flip",
    "compute",
    "counterfactual",
    "definition",
    "differences",
    "edge_distance",
    "edges",
    "explain",
    "faults",
    "fields_of",
    "grounds",
    "half_up",
    "in_reading_order",
    "is_borderline",
    "label_for",
    "places_of",
    "plain",
    "plain_number",
    "rounded_together",
    "screen_for",
    "sensitivity",
    "shares",
    "verdicts_needed",
    "versions",
    "with_defaults",
    "with_values",
    "worth",
    "zone_of",
]
