"""What a change of a single input would do to the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from assessments.scoring.formula import Figures, Inputs, compute
from assessments.scoring.method import Method, Scale
from assessments.scoring.totals import Totals, label_of, score_of


@dataclass(frozen=True, slots=True)
class Step:
    """A change of one input ("tasks[3].score" or the input's code) and the score and label it leads to.

    `group` says what the input belongs to: "task", "evidence", "barriers" or "growth".
    """

    input: str
    group: str
    from_: int
    to: int
    formula_score: Decimal
    label: str
    zone: str

    def as_json(self) -> dict[str, Any]:
        """The entry of `sensitivity` in the contract."""
        return {
            "input": self.input,
            "from": self.from_,
            "to": self.to,
            "formula_score": str(self.formula_score),
            "label": self.label,
        }


def sensitivity(method: Method, inputs: Inputs) -> tuple[Step, ...]:
    """One step down and one up, within range, of every input that moves the score.

    The protective principles are left out: they feed the quick screen, which the formula never reads.
    Raises InputError for illegal inputs.
    """
    return Sensitivity(method, inputs, compute(method, inputs)).steps(1)


def cheapest_flip(method: Method, inputs: Inputs) -> Step | None:
    """The smallest change of a single input that gives another label; of equals, the least move of the score.

    None where no single input can. Raises InputError for illegal inputs.
    """
    return Sensitivity(method, inputs, compute(method, inputs)).cheapest_flip()


class Sensitivity:
    """Single changes around legal inputs and their `figures`.

    A change moves one of five sums by a known amount, so nothing is summed anew; and inputs of one group that make the
    same step come to the same sums, which are scored once.
    """

    def __init__(self, method: Method, inputs: Inputs, figures: Figures) -> None:
        self.method, self.inputs, self.figures = method, inputs, figures
        self._totals = Totals.of(figures)

        @cache
        def outcome(totals: Totals) -> tuple[Decimal, str, str]:
            score = score_of(method, totals)
            label = label_of(method, totals, score)
            return score, label.text, label.zone

        self._outcome = outcome

    def steps(self, distance: int) -> tuple[Step, ...]:
        """Every input that moves the score, so many steps down and up where its range allows."""
        return tuple(self._steps(distance))

    def cheapest_flip(self) -> Step | None:
        """See the function of that name."""
        widest = max(scale.maximum - scale.minimum for _, _, scale, _, _ in self._adjustable())
        for distance in range(1, widest + 1):
            flips = [step for step in self._steps(distance) if step.label != self.figures.label]
            if flips:
                return min(flips, key=lambda step: abs(step.formula_score - self.figures.formula_score))
        return None

    def _steps(self, distance: int) -> Iterator[Step]:
        for name, group, scale, at, index in self._adjustable():
            for to in (at - distance, at + distance):
                if scale.minimum <= to <= scale.maximum:
                    yield Step(name, group, at, to, *self._outcome(self._moved(group, at, to, index)))

    def _adjustable(self) -> Iterator[tuple[str, str, Scale, int, int]]:
        """Name, group, scale, present score and (of tasks) index of every input that moves the score."""
        method, inputs = self.method, self.inputs
        for index, task in enumerate(inputs.tasks):
            yield f"tasks[{index}].score", "task", method.tasks.score, task.score, index
        for scale in method.evidence:
            yield scale.code, "evidence", scale, inputs.evidence[scale.code], 0
        for scale in method.barriers:
            yield scale.code, "barriers", scale, inputs.barriers[scale.code], 0
        yield method.growth.code, "growth", method.growth, inputs.growth, 0

    def _moved(self, group: str, at: int, to: int, index: int) -> Totals:
        now = self._totals
        if group == "evidence":
            return replace(now, evidence=now.evidence + to - at)
        if group == "barriers":
            return replace(now, barriers=now.barriers + to - at)
        if group == "growth":
            return replace(now, growth=to)
        percent, exposed_from = self.inputs.tasks[index].percent, self.method.tasks.exposed_from
        crossed = (to >= exposed_from) - (at >= exposed_from)
        return replace(
            now,
            weighted_total=now.weighted_total + percent * (to - at) / 100,
            time_at_3_plus=now.time_at_3_plus + percent * crossed,
        )
