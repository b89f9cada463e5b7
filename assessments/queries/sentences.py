"""Sentences that pages generate, so that a number never stands without its scale, label, date and maker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format

from assessments import scoring
from assessments.enums import Outcome, Zone

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


def standing_sentence(standing: Mapping[str, Any]) -> str:
    """Where a role stands among all, in its family and in its zone."""
    said = [f"Rank {standing['rank']} of {standing['of']} published roles"]
    said += [f"{at['rank']} of {at['of']} in its {name}" for name in ("family", "zone") if (at := standing[name])]
    return "; ".join(said) + "."


def edge_phrase(method: scoring.Method, score: Decimal) -> str:
    """How far a score is from the nearest edge of its zone: "21.2 above the edge"."""
    edges = [zone.edge for zone in method.zones[:-1]]
    nearest = min(edges, key=lambda edge: abs(score - edge))
    if score == nearest:
        return f"exactly on the edge at {nearest.normalize():f}"
    return f"{abs(score - nearest)} {'above' if score > nearest else 'below'} the edge at {nearest.normalize():f}"


def difference_phrase(difference: str, attribution: Mapping[str, str]) -> str:
    """A difference and what it comes from: "+1.0, all from task resistance"."""
    total, felt = Decimal(difference), _felt(attribution)
    explained = explained_phrase(difference, attribution)
    if not felt and total == 0:
        return explained
    return f"{signed(total)}{':' if len(felt) > 1 else ','} {explained}"


def explained_phrase(difference: str, attribution: Mapping[str, str]) -> str:
    """What a difference comes from, alone: "all from task resistance", "evidence +7.8, barriers −1.9"."""
    felt = _felt(attribution)
    if not felt:
        return "the same" if Decimal(difference) == 0 else "from small parts alone"
    if len(felt) == 1:
        return f"all from {felt[0][0]}"
    said = [f"{name} {signed(scoring.half_up(value, 1))}" for name, value in felt[:3]]
    return ", ".join(said) + (", and smaller parts" if len(felt) > 3 else "")


def zones_phrase(zone: str, peer_zone: str) -> str:
    """The zones of this role and of a neighbour: "both Green", "this role Green, the neighbour Yellow"."""
    own, peer = Zone(zone).label, Zone(peer_zone).label
    return f"both {own}" if own == peer else f"this role {own}, the neighbour {peer}"


def inversion_sentence(difference: str) -> str:
    """What an inversion is, said from this role, whose score less the neighbour's is `difference`."""
    lower, higher = ("This role", "the neighbour") if Decimal(difference) < 0 else ("The neighbour", "this role")
    return (
        f"{lower} is at least as high on all four factors and yet scores less than {higher}:"
        " the order contradicts the inputs."
    )


def since_phrase(number: int, difference: str, attribution: Mapping[str, str]) -> str:
    """What moved since an earlier version: "+2.3 since version 1, of it +2.9 task resistance, −0.6 evidence"."""
    total, felt = Decimal(difference), _felt(attribution)
    moved = f"{signed(total)} since version {number}" if total else f"The same as version {number}"
    if not felt:
        return f"{moved}, from small parts alone" if total else moved
    if len(felt) == 1:
        return f"{moved}, all from {felt[0][0]}"
    said = [f"{signed(value.quantize(Decimal('0.1')))} {name}" for name, value in felt]
    return f"{moved}, {'of it' if total else 'though'} {', '.join(said)}"


def _felt(attribution: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    """The parts that are more than rounding, by name, the largest first."""
    parts = [(PARTS[name], Decimal(value)) for name, value in attribution.items() if name in PARTS]
    return sorted((part for part in parts if abs(part[1]) >= NEGLIGIBLE), key=lambda part: -abs(part[1]))


def edges_sentence(edges: Iterable[scoring.Edge]) -> str:
    """How far a score is from every edge: "21.2 above the edge of Green at 48 and 44.2 above that of Yellow at 25."."""
    said: list[str] = []
    for edge in edges:
        of = f"{'that' if said else 'the edge'} of {edge.name} at {edge.at.normalize():f}"
        side = "above" if edge.distance > 0 else "below"
        said.append(f"{abs(edge.distance)} {side} {of}" if edge.distance else f"exactly on {of}")
    sentence = " and ".join(said) + "."
    return sentence[0].upper() + sentence[1:]


def borderline_sentence(method: scoring.Method, score: Decimal) -> str:
    """Why a score counts as borderline, and what follows; empty where it does not."""
    if not scoring.is_borderline(method, score):
        return ""
    approval = method.approval
    two = approval.weighty_when_borderline and approval.verdicts_when_weighty > approval.verdicts
    follows = f" {approval.verdicts_when_weighty} reviewers have to agree on it." if two else ""
    return (
        f"Borderline: {scoring.edge_distance(method, score)} from an edge, and within {method.borderline} of one"
        f" a single judgement can decide the zone.{follows}"
    )


def step_sentence(step: scoring.Step, label: str, name: str) -> str:
    """One step in words: "One step less evidence: 67.0, still Green (Accelerated)."; a task is said by its name."""
    leads = f"{step.formula_score}, {'still' if step.label == label else 'now'} {step.label}."
    if step.group == "task":
        return f"{name} scored {step.to} instead of {step.from_}: {leads}"
    fewer = "fewer" if step.group == "barriers" else "less"
    return f"One step {'more' if step.to > step.from_ else fewer} {step.group}: {leads}"


def flip_sentence(step: scoring.Step | None, name: str, figures: scoring.Figures) -> str:
    """The cheapest change that gives another label: "Evidence 6 instead of 9 would make it Green (Stable), 47.9: …"."""
    if step is None:
        return "No change of a single input would give it another label."
    made = f"would make it {step.label}, {step.formula_score}"
    moved = f"{step.to} instead of {step.from_}"
    if step.group == "task":
        return f"{name} scored {moved} {made}."
    if step.group == "growth":
        return f"Growth {moved} {made}."
    total = figures.evidence_total if step.group == "evidence" else figures.barrier_total
    group = step.group.capitalize()
    return f"{group} {total + step.to - step.from_} instead of {total} {made}: {name} {moved}, for one."


def assumes_sentence(found: scoring.Counterfactual, proposed: Decimal) -> str:
    """What an override assumes, in terms of the inputs that it leaves as they are."""
    if not found.assumes:
        return "No other evidence, barriers or growth would come nearer to the override: it rests on its reason alone."
    result = f"{found.formula_score}, {found.label}"
    if found.formula_score == proposed:
        return f"The override assumes as much as {found.assumes} would say: {result}."
    return f"With these tasks no scores give exactly {proposed}; nearest comes {found.assumes}: {result}."


def signed(value: Decimal) -> str:
    """A difference with its sign, a true minus among them."""
    return f"{value:+}".replace("-", "−")
