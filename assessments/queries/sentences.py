"""Sentences that pages generate, so that a number never stands without its scale, label, date and maker."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.utils.formats import date_format

from assessments import scoring
from assessments.enums import Outcome

RESISTS = {
    "green": "resists displacement well",
    "yellow": "resists displacement in part",
    "red": "resists displacement little",
}
PARTS = {
    "task": "task resistance",
    "evidence": "evidence",
    "barriers": "barriers",
    "growth": "growth",
    "override": "the override",
    "method": "the method",
    "rounding": "rounding and the ends of the scale",
}
DECIDED = {
    Outcome.FORMULA_ACCEPTED: "the formula score was accepted on {when}",
    Outcome.OVERRIDE_ACCEPTED: "an override of the formula score was accepted on {when}",
    Outcome.OVERRIDE_DECLINED: "an override was declined on {when}, so the formula score stands",
}
KINDS = {
    "peer": "peer",
    "distinct_from": "not this role",
    "junior_of": "this role is junior to it",
    "senior_of": "this role is senior to it",
    "related": "related",
}
# Less than this is rounding, not a reason.
NEGLIGIBLE = Decimal("0.05")


def profile_sentence(
    *,
    title: str,
    score: Decimal,
    zone: str,
    label: str,
    method: scoring.Method,
    outcome: str,
    decided_at: datetime,
) -> str:
    """What a profile says first, in one sentence."""
    decided = DECIDED[Outcome(outcome)].format(when=date_format(decided_at, "j F Y"))
    return f"{title} {RESISTS[zone]}: {score} of 100, {label}, {edge_phrase(method, score)}; {decided}."


def edge_phrase(method: scoring.Method, score: Decimal) -> str:
    """How far a score is from the nearest edge of its zone: "21.2 above the edge"."""
    edges = [zone.edge for zone in method.zones[:-1]]
    nearest = min(edges, key=lambda edge: abs(score - edge))
    if score == nearest:
        return f"exactly on the edge at {nearest.normalize():f}"
    return f"{abs(score - nearest)} {'above' if score > nearest else 'below'} the edge at {nearest.normalize():f}"


def difference_phrase(difference: str, attribution: Mapping[str, str]) -> str:
    """A difference and what it comes from: "+1.0, all from task resistance"."""
    total = Decimal(difference)
    parts = {PARTS[name]: Decimal(value) for name, value in attribution.items() if name in PARTS}
    felt = sorted((item for item in parts.items() if abs(item[1]) >= NEGLIGIBLE), key=lambda item: -abs(item[1]))
    if not felt:
        return "the same" if total == 0 else f"{signed(total)}, from small parts alone"
    if len(felt) == 1:
        return f"{signed(total)}, all from {felt[0][0]}"
    said = [f"{name} {signed(value.quantize(Decimal('0.1')))}" for name, value in felt[:3]]
    return f"{signed(total)}: {', '.join(said)}" + (", and smaller parts" if len(felt) > 3 else "")


def signed(value: Decimal) -> str:
    """A difference with its sign, a true minus among them."""
    return f"{value:+}".replace("-", "−")
