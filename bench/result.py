"""What a bench measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """One figure beside the goal that it must stay below, or reach."""

    name: str
    value: float
    unit: str
    below: float = math.inf
    at_least: float = -math.inf

    @property
    def goal(self) -> str:
        return f"< {self.below:g}" if self.below < math.inf else f"≥ {self.at_least:g}"

    @property
    def holds(self) -> bool:
        return self.at_least <= self.value < self.below

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "value": round(self.value, 3),
            "unit": self.unit,
            "goal": self.goal,
            "holds": self.holds,
        }
