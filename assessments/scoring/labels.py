"""Zone, label and quick screen from figures, by the rules of the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.method import Condition, Method, ScreenRule, Zone


@dataclass(frozen=True, slots=True)
class Label:
    """A zone code, a sub-label code or None, the label as shown, and the wording of the rule that gave it."""

    zone: str
    sub_label: str | None
    text: str
    rule: str


def zone_of(method: Method, score: Decimal) -> Zone:
    """The zone of a rounded score; edges belong to the zone above them."""
    return next(zone for zone in method.zones if score >= zone.edge)


def label_for(
    method: Method,
    *,
    score: Decimal,
    growth: int,
    time_at_3_plus: Decimal,
    task_resistance: Decimal,
    evidence_total: int,
    barrier_total: int,
) -> Label:
    """The label of a rounded score, be it the formula's or one published after an override."""
    zone = zone_of(method, score)
    figures = {
        "growth": Decimal(growth),
        "time_at_3_plus": time_at_3_plus,
        "task_resistance": task_resistance,
        "evidence_total": Decimal(evidence_total),
        "barrier_total": Decimal(barrier_total),
    }
    rule = next(rule for rule in method.labels if rule.zone == zone.code and _all(rule.conditions, figures))
    return Label(zone.code, rule.sub_label, rule.text, rule.rule)


def screen_for(method: Method, *, growth: int, protective_total: int) -> ScreenRule:
    """What the quick screen says before any task is scored."""
    figures = {"growth": Decimal(growth), "protective_total": Decimal(protective_total)}
    return next(rule for rule in method.screens if _all(rule.conditions, figures))


def edge_distance(method: Method, score: Decimal) -> Decimal:
    """How far a score lies from the nearest edge between two zones, in points; 0 on the edge itself."""
    return min(abs(score - zone.edge) for zone in method.zones[:-1])


def is_borderline(method: Method, score: Decimal) -> bool:
    """Whether a score lies within the method's band around an edge, the ends of the band included."""
    return any(abs(score - zone.edge) <= method.borderline for zone in method.zones[:-1])


def verdicts_needed(method: Method, *, formula: Decimal, stands: Decimal, labels: tuple[Label, Label]) -> int:
    """How many concurring reviewers it takes to publish the score `stands` beside the formula's: more where it is
    borderline, or where an accepted override moves zone or label or exceeds a limit (all settings of the method).

    `labels` are those of the formula's score and of the one that stands.
    """
    rules, (before, after) = method.approval, labels
    weighty = rules.weighty_when_borderline and is_borderline(method, stands)
    if stands != formula:
        weighty |= rules.weighty_when_zone_moves and before.zone != after.zone
        weighty |= rules.weighty_when_label_moves and before.text != after.text
        weighty |= abs(stands - formula) > method.override.two_verdicts_above
    return rules.verdicts_when_weighty if weighty else rules.verdicts


def _all(conditions: tuple[Condition, ...], figures: Mapping[str, Decimal]) -> bool:
    return all(condition.holds(figures) for condition in conditions)
