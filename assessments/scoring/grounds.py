"""Why a label and not another of its zone: the comparisons that decided between the rules of the method."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.method import Condition, Method
from assessments.scoring.totals import Totals

TURNED = {"=": "!=", ">=": "<", "<=": ">", ">": "<=", "<": ">="}


@dataclass(frozen=True, slots=True)
class Ground:
    """A figure at its exact `value`, and the comparison with `limit` that is true of it (`operator` may be "!=")."""

    figure: str
    value: Decimal
    operator: str
    limit: Decimal


def grounds(method: Method, totals: Totals, zone: str) -> tuple[Ground, ...]:
    """What gives these sums their label within a zone: of every earlier rule the first comparison that failed, then
    all of the rule that holds. Empty where the zone alone decides."""
    figures = {
        "growth": Decimal(totals.growth),
        "time_at_3_plus": totals.time_at_3_plus,
        "task_resistance": method.formula.ceiling - totals.weighted_total,
        "evidence_total": Decimal(totals.evidence),
        "barrier_total": Decimal(totals.barriers),
    }

    def ground(condition: Condition, operator: str) -> Ground:
        return Ground(condition.figure, figures[condition.figure], operator, condition.value)

    rules = [rule for rule in method.labels if rule.zone == zone]
    own = next(rule for rule in rules if all(each.holds(figures) for each in rule.conditions))
    failed = [next(c for c in rule.conditions if not c.holds(figures)) for rule in rules[: rules.index(own)]]
    return (
        *(ground(each, TURNED[each.operator]) for each in failed),
        *(ground(each, each.operator) for each in own.conditions),
    )
