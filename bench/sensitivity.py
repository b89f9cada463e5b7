"""One score with everything that explains it, for a document of usual size."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from assessments.scoring import Inputs, Method, TaskInput, compute, definition, explain, sensitivity
from bench.result import Result

METHOD = Method.from_definition(definition("1.0"))
TASKS = (("20", 2), ("15", 2), ("15", 3), ("10", 2), ("10", 4), ("10", 2), ("10", 1), ("5", 3), ("5", 2))
CALLS = 1000


def run() -> list[Result]:
    """Medians of one figure with its sensitivity, and of the whole explanation with flip and counterfactual."""
    inputs = usual()
    return [
        Result("figures of one document", median_ms(lambda: compute(METHOD, inputs)), "ms", 1),
        Result("figures with sensitivity", median_ms(lambda: sensitivity(METHOD, inputs)), "ms", 1),
        Result("figures, sensitivity, edges and cheapest flip", median_ms(lambda: explain(METHOD, inputs)), "ms", 1),
        Result(
            "all of that and the counterfactual of an override",
            median_ms(lambda: explain(METHOD, inputs, proposed=Decimal("64.5"))),
            "ms",
            5,
        ),
    ]


def usual() -> Inputs:
    """Three principles, growth, nine tasks, five dimensions of evidence and five barriers."""
    return Inputs(
        protective={scale.code: 1 for scale in METHOD.protective},
        growth=1,
        tasks=tuple(TaskInput(Decimal(share), score, "augmentation") for share, score in TASKS),
        evidence={scale.code: 1 for scale in METHOD.evidence},
        barriers={scale.code: 1 for scale in METHOD.barriers},
    )


def median_ms(work: Callable[[], object]) -> float:
    """The median of single calls, in milliseconds."""
    taken = []
    for _ in range(CALLS):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000
