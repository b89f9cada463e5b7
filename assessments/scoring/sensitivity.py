"""What one more or one fewer step of a single input would do to the score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from assessments.scoring.formula import Figures, Inputs, compute
from assessments.scoring.method import Method, Scale


@dataclass(frozen=True, slots=True)
class Step:
    """A change of one input ("tasks[3].score" or the input's code) and the score and label it leads to."""

    input: str
    from_: int
    to: int
    formula_score: Decimal
    label: str

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
    compute(method, inputs)
    return tuple(_steps(method, inputs, distance=1))


def cheapest_flip(method: Method, inputs: Inputs) -> Step | None:
    """The smallest change of a single input that gives another label; of equals, the least move of the score.

    None where no single input can. Raises InputError for illegal inputs.
    """
    now = compute(method, inputs)
    scales = [scale for _, scale, _, _ in _adjustable(method, inputs)]
    for distance in range(1, max(scale.maximum - scale.minimum for scale in scales) + 1):
        flips = [step for step in _steps(method, inputs, distance) if step.label != now.label]
        if flips:
            return min(flips, key=lambda step: abs(step.formula_score - now.formula_score))
    return None


def _steps(method: Method, inputs: Inputs, distance: int) -> Iterator[Step]:
    for name, scale, at, changed in _adjustable(method, inputs):
        for to in (at - distance, at + distance):
            if scale.minimum <= to <= scale.maximum:
                figures = _with(method, inputs, changed, to)
                yield Step(name, at, to, figures.formula_score, figures.label)


def _adjustable(method: Method, inputs: Inputs) -> Iterator[tuple[str, Scale, int, str | int]]:
    """Name, scale, present score and key (input code or task number) of every input that moves the score."""
    for index, task in enumerate(inputs.tasks):
        yield f"tasks[{index}].score", method.tasks.score, task.score, index
    for scale in method.evidence:
        yield scale.code, scale, inputs.evidence[scale.code], scale.code
    for scale in method.barriers:
        yield scale.code, scale, inputs.barriers[scale.code], scale.code
    yield method.growth.code, method.growth, inputs.growth, method.growth.code


def _with(method: Method, inputs: Inputs, key: str | int, score: int) -> Figures:
    if isinstance(key, int):
        tasks = list(inputs.tasks)
        tasks[key] = replace(tasks[key], score=score)
        changed = replace(inputs, tasks=tuple(tasks))
    elif key == method.growth.code:
        changed = replace(inputs, growth=score)
    elif key in inputs.evidence:
        changed = replace(inputs, evidence={**inputs.evidence, key: score})
    else:
        changed = replace(inputs, barriers={**inputs.barriers, key: score})
    return compute(method, changed)
