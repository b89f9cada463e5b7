"""What the inputs would have to be for the formula to reach a proposed score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from assessments.scoring.formula import Inputs, compute
from assessments.scoring.method import Method, Scale
from assessments.scoring.totals import Totals, factors, label_of, score_of
from assessments.scoring.words import Words


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """Totals that bring the formula nearest to a proposal, the score and label they give, and that in words.

    `assumes` names every total that differs, with what it is now.
    """

    evidence_total: int
    barrier_total: int
    growth: int
    formula_score: Decimal
    label: str
    text: Words
    assumes: Words


def counterfactual(method: Method, inputs: Inputs, proposed: Decimal) -> Counterfactual:
    """The smallest change of evidence, barriers and growth, within their ranges, nearest to the proposed score.

    The tasks stay as they are: another task resistance would be another description of the work.
    Raises InputError for illegal inputs.
    """
    now = Totals.of(compute(method, inputs))

    def far(totals: Totals) -> tuple[Decimal, int]:
        steps = abs(totals.evidence - now.evidence) + abs(totals.barriers - now.barriers)
        return abs(score_of(method, totals) - proposed), steps + abs(totals.growth - now.growth)

    nearest = min(_near(method, now, proposed), key=far)
    score = score_of(method, nearest)
    return Counterfactual(
        evidence_total=nearest.evidence,
        barrier_total=nearest.barriers,
        growth=nearest.growth,
        formula_score=score,
        label=label_of(method, nearest, score).text,
        text=_words(now, nearest, score),
        assumes=_listed(
            [
                Words("{name} {there} instead of {here}", name=name, there=there, here=here)
                for name, here, there in _changed(now, nearest)
            ]
        ),
    )


def _near(method: Method, now: Totals, proposed: Decimal) -> list[Totals]:
    """Every combination of totals that may round to the nearest score.

    Rounding is dear and there are a thousand combinations, so raw products are compared first: whatever rounds to the
    nearest score lies at most one unit of the last place further off than the nearest raw product.
    """
    lowest, highest, target = (_raw_at(method, at) for at in (method.score.minimum, method.score.maximum, proposed))
    unit = method.formula.divisor.scaleb(-2 - method.score.places)
    growths = range(method.growth.minimum, method.growth.maximum + 1)
    distances = []
    for evidence, barriers, growth in product(_totals(method.evidence), _totals(method.barriers), growths):
        totals = (evidence, barriers, growth)
        four = factors(method, weighted_total=now.weighted_total, evidence=evidence, barriers=barriers, growth=growth)
        raw = four[0] * four[1] * four[2] * four[3]
        distances.append((abs(min(max(raw, lowest), highest) - target), totals))
    limit = min(distances)[0] + unit
    return [
        replace(now, evidence=evidence, barriers=barriers, growth=growth)
        for distance, (evidence, barriers, growth) in distances
        if distance <= limit
    ]


def _raw_at(method: Method, score: Decimal) -> Decimal:
    """The raw product that gives exactly this score."""
    return score * method.formula.divisor / 100 + method.formula.offset


def _totals(scales: tuple[Scale, ...]) -> range:
    return range(sum(scale.minimum for scale in scales), sum(scale.maximum for scale in scales) + 1)


def _changed(now: Totals, nearest: Totals) -> list[tuple[Words, int, int]]:
    pairs = (
        (Words("Evidence"), now.evidence, nearest.evidence),
        (Words("Barriers"), now.barriers, nearest.barriers),
        (Words("Growth"), now.growth, nearest.growth),
    )
    return [(name, here, there) for name, here, there in pairs if here != there]


def _words(now: Totals, nearest: Totals, score: Decimal) -> Words:
    changed = [Words("{name} {there}", name=name, there=there) for name, _, there in _changed(now, nearest)]
    if not changed:
        return Words("No change of evidence, barriers or growth comes nearer than the present {score}.", score=score)
    return Words("{changed} would give {score}.", changed=_listed(changed), score=score)


def _listed(parts: list[Words]) -> Words:
    if not parts[:-1]:
        return Words.joined(parts)
    return Words("{first} and {last}", first=Words.joined(parts[:-1], ", "), last=parts[-1])
