"""Sentences that pages generate, so that a number never stands without its scale, label, date and maker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_noop

from assessments import scoring
from assessments.enums import Outcome, Zone
from assessments.queries.spoken import day, say, spoken, true_minus

RESISTS = {
    "green": gettext_noop("resists displacement well"),
    "yellow": gettext_noop("resists displacement in part"),
    "red": gettext_noop("resists displacement little"),
}
PARTS = {
    "task": gettext_noop("task resistance"),
    "evidence": gettext_noop("evidence"),
    "barriers": gettext_noop("barriers"),
    "growth": gettext_noop("growth"),
    "override": gettext_noop("the override"),
    "method": gettext_noop("the method"),
    "rounding": gettext_noop("rounding and the ends of the scale"),
}
DECIDED = {
    Outcome.FORMULA_ACCEPTED: gettext_noop("the formula score was accepted on {when}"),
    Outcome.OVERRIDE_ACCEPTED: gettext_noop("an override of the formula score was accepted on {when}"),
    Outcome.OVERRIDE_DECLINED: gettext_noop("an override was declined on {when}, so the formula score stands"),
}
KINDS = {
    "peer": gettext_noop("peer"),
    "distinct_from": gettext_noop("not this role"),
    "junior_of": gettext_noop("this role is junior to it"),
    "senior_of": gettext_noop("this role is senior to it"),
    "related": gettext_noop("related"),
}
ONE_STEP = {
    ("evidence", True): gettext_noop("One step more evidence"),
    ("evidence", False): gettext_noop("One step less evidence"),
    ("barriers", True): gettext_noop("One step more barriers"),
    ("barriers", False): gettext_noop("One step fewer barriers"),
    ("growth", True): gettext_noop("One step more growth"),
    ("growth", False): gettext_noop("One step less growth"),
}
FLIPS = {
    "task": gettext_noop("{name} scored {there} instead of {here} would make it {label}, {score}."),
    "growth": gettext_noop("Growth {there} instead of {here} would make it {label}, {score}."),
    "evidence": gettext_noop(
        "Evidence {other} instead of {total} would make it {label}, {score}: {name} {there} instead of {here}, for one."
    ),
    "barriers": gettext_noop(
        "Barriers {other} instead of {total} would make it {label}, {score}: {name} {there} instead of {here}, for one."
    ),
}
FIGURES = {
    "growth": gettext_noop("growth is {value}"),
    "time_at_3_plus": gettext_noop("{value} of the time goes to tasks scored {exposed} or more"),
    "task_resistance": gettext_noop("task resistance is {value}"),
    "evidence_total": gettext_noop("evidence is {value}"),
    "barrier_total": gettext_noop("the barriers are {value}"),
}
LIMITS = {
    "=": "{figure}",
    "!=": gettext_noop("{figure} (not {limit})"),
    ">=": gettext_noop("{figure} (at least {limit})"),
    "<=": gettext_noop("{figure} (at most {limit})"),
    ">": gettext_noop("{figure} (more than {limit})"),
    "<": gettext_noop("{figure} (less than {limit})"),
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
    return say(
        "{title} {resists}: {score} of 100, {label}, {edge}; {decided}.",
        title=title,
        resists=say(RESISTS[zone]),
        score=score,
        label=spoken(label),
        edge=edge_phrase(method, score),
        decided=say(DECIDED[Outcome(outcome)], when=day(decided_at)),
    )


def label_grounds(explained: scoring.Explanation) -> str:
    """Which rule of the method gave the label, in words: "because growth is 2 and the score is at least 48"."""
    method = explained.method
    said = []
    for each in explained.grounds:
        unit = "\u00a0%" if each.figure == "time_at_3_plus" else ""
        shown = {"value": f"{_figure(each.value)}{unit}", "exposed": method.tasks.exposed_from}
        figure = say(FIGURES[each.figure], **shown)
        said.append(say(LIMITS[each.operator], figure=figure, limit=f"{_figure(each.limit)}{unit}"))
    said.append(_zone_phrase(method, explained.label.zone))
    *first, last = said
    return say("because {grounds}", grounds=say(" and ").join([", ".join(first), last] if first else [last]))


def label_sentence(explained: scoring.Explanation) -> str:
    """The label with what gave it: "Green (Accelerated), because growth is 2 and the score is at least 48."."""
    return say("{label}, {because}.", label=spoken(explained.label.text), because=label_grounds(explained))


def _zone_phrase(method: scoring.Method, code: str) -> str:
    """Between which edges a score of that zone lies."""
    zones = [zone.code for zone in method.zones]
    place = zones.index(code)
    low = _figure(method.zones[place].edge)
    if place == 0:
        return say("the score is at least {low}", low=low)
    high = _figure(method.zones[place - 1].edge)
    if place == len(zones) - 1:
        return say("the score is below {high}", high=high)
    return say("the score is at least {low} and below {high}", low=low, high=high)


def _figure(value: Decimal) -> str:
    return true_minus(scoring.plain(value))


def standing_sentence(standing: Mapping[str, Any]) -> str:
    """Where a role stands among all, in its family and in its zone."""
    said = [say("Rank {rank} of {of} published roles", rank=standing["rank"], of=standing["of"])]
    if at := standing["family"]:
        said.append(say("{rank} of {of} in its family", rank=at["rank"], of=at["of"]))
    at = standing["zone"]
    said.append(say("{rank} of {of} in its zone", rank=at["rank"], of=at["of"]))
    return "; ".join(said) + "."


def edge_phrase(method: scoring.Method, score: Decimal) -> str:
    """How far a score is from the nearest edge of its zone: "21.2 above the edge"."""
    edges = [zone.edge for zone in method.zones[:-1]]
    nearest = min(edges, key=lambda edge: abs(score - edge))
    if score == nearest:
        return say("exactly on the edge at {edge}", edge=f"{nearest.normalize():f}")
    distance, edge = abs(score - nearest), f"{nearest.normalize():f}"
    if score > nearest:
        return say("{distance} above the edge at {edge}", distance=distance, edge=edge)
    return say("{distance} below the edge at {edge}", distance=distance, edge=edge)


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
        return say("the same") if Decimal(difference) == 0 else say("from small parts alone")
    if len(felt) == 1:
        return say("all from {part}", part=felt[0][0])
    shown = felt[:3]
    said = ", ".join(f"{name} {signed(value)}" for name, value in shown)
    if sum(value for _, value in shown) != Decimal(difference):
        return say("{parts}, and smaller parts", parts=said)
    return said


def zones_phrase(zone: str, peer_zone: str) -> str:
    """The zones of this role and of a neighbour: "both Green", "this role Green, the neighbour Yellow"."""
    own, peer = say(Zone(zone).label), say(Zone(peer_zone).label)
    if own == peer:
        return say("both {zone}", zone=own)
    return say("this role {own}, the neighbour {peer}", own=own, peer=peer)


def inversion_sentence(difference: str) -> str:
    """What an inversion is, said from this role, whose score less the neighbour's is `difference`."""
    if Decimal(difference) < 0:
        return say(
            "This role is at least as high on all four factors and yet scores less than the neighbour:"
            " the order contradicts the inputs."
        )
    return say(
        "The neighbour is at least as high on all four factors and yet scores less than this role:"
        " the order contradicts the inputs."
    )


def since_phrase(number: int, difference: str, attribution: Mapping[str, str]) -> str:
    """What moved since an earlier version: "+2.3 since version 1, of it +2.9 task resistance, −0.6 evidence"."""
    total, felt = Decimal(difference), _felt(attribution)
    if total:
        moved = say("{points} since version {number}", points=signed(total), number=number)
    else:
        moved = say("The same as version {number}", number=number)
    if not felt:
        return say("{moved}, from small parts alone", moved=moved) if total else moved
    if len(felt) == 1:
        return say("{moved}, all from {part}", moved=moved, part=felt[0][0])
    said = ", ".join(f"{signed(value)} {name}" for name, value in felt)
    if total:
        return say("{moved}, of it {parts}", moved=moved, parts=said)
    return say("{moved}, though {parts}", moved=moved, parts=said)


def _felt(attribution: Mapping[str, str]) -> list[tuple[str, Decimal]]:
    """The parts that are more than rounding, by name, the largest first, in tenths that add up with all others."""
    exact = {name: Decimal(value) for name, value in attribution.items() if name in PARTS}
    tenths = dict(zip(exact, scoring.rounded_together(list(exact.values()), 1), strict=True))
    felt = [(say(PARTS[name]), tenths[name]) for name, value in exact.items() if abs(value) >= NEGLIGIBLE]
    return sorted((part for part in felt if part[1]), key=lambda part: -abs(part[1]))


def edges_sentence(edges: Iterable[scoring.Edge]) -> str:
    """How far a score is from every edge: "21.2 above the edge of Green at 48 and 44.2 above that of Yellow at 25."."""
    said: list[str] = []
    for edge in edges:
        at = {"zone": spoken(edge.name), "edge": f"{edge.at.normalize():f}"}
        of = say("that of {zone} at {edge}", **at) if said else say("the edge of {zone} at {edge}", **at)
        if not edge.distance:
            said.append(say("exactly on {of}", of=of))
        elif edge.distance > 0:
            said.append(say("{distance} above {of}", distance=edge.distance, of=of))
        else:
            said.append(say("{distance} below {of}", distance=-edge.distance, of=of))
    sentence = say(" and ").join(said) + "."
    return sentence[0].upper() + sentence[1:]


def borderline_sentence(method: scoring.Method, score: Decimal) -> str:
    """Why a score counts as borderline, and what follows; empty where it does not."""
    if not scoring.is_borderline(method, score):
        return ""
    approval = method.approval
    two = approval.weighty_when_borderline and approval.verdicts_when_weighty > approval.verdicts
    sentence = say(
        "Borderline: {distance} from an edge, and within {near} of one a single judgement can decide the zone.",
        distance=scoring.edge_distance(method, score),
        near=method.borderline,
    )
    if not two:
        return sentence
    return f"{sentence} {say('{number} reviewers have to agree on it.', number=approval.verdicts_when_weighty)}"


def step_sentence(step: scoring.Step, label: str, name: str) -> str:
    """One step in words: "One step less evidence: 67.0, still Green (Accelerated)."; a task is said by its name."""
    found = {"score": step.formula_score, "label": spoken(step.label)}
    leads = say("{score}, still {label}.", **found) if step.label == label else say("{score}, now {label}.", **found)
    if step.group == "task":
        return say("{name} scored {there} instead of {here}: {leads}", name=name, **_moved(step), leads=leads)
    return f"{say(ONE_STEP[step.group, step.to > step.from_])}: {leads}"


def flip_sentence(step: scoring.Step | None, name: str, figures: scoring.Figures) -> str:
    """The cheapest change that gives another label: "Evidence 6 instead of 9 would make it Green (Stable), 47.9: …"."""
    if step is None:
        return say("No change of a single input would give it another label.")
    made = {"label": spoken(step.label), "score": step.formula_score}
    moved = _moved(step)
    if step.group == "task":
        return say(
            "{name} scored {there} instead of {here} would make it {label}, {score}.", name=name, **moved, **made
        )
    if step.group == "growth":
        return say(FLIPS["growth"], **moved, **made)
    total = figures.evidence_total if step.group == "evidence" else figures.barrier_total
    totals = {"total": true_minus(total), "other": true_minus(total + step.to - step.from_)}
    return say(FLIPS[step.group], name=spoken(name), **totals, **moved, **made)


def assumes_sentence(found: scoring.Counterfactual, proposed: Decimal) -> str:
    """What an override assumes, in terms of the inputs that it leaves as they are."""
    if not found.assumes:
        return say(
            "No other evidence, barriers or growth would come nearer to the override: it rests on its reason alone."
        )
    result = f"{found.formula_score}, {spoken(found.label)}"
    assumes = spoken(found.assumes)
    if found.formula_score == proposed:
        return say("The override assumes as much as {assumes} would say: {result}.", assumes=assumes, result=result)
    return say(
        "With these tasks no scores give exactly {proposed}; nearest comes {assumes}: {result}.",
        proposed=proposed,
        assumes=assumes,
        result=result,
    )


def _moved(step: scoring.Step) -> dict[str, object]:
    return {"there": true_minus(step.to), "here": true_minus(step.from_)}


def signed(value: Decimal) -> str:
    """A difference with its sign, a true minus among them."""
    return f"{value:+}".replace("-", "−")
