"""The assessment document as frozen values: what people author, and nothing that is computed from it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

SCHEMA = "aijri/assessment/1"
PROTECTIVE_CODES = ("embodied_physicality", "deep_interpersonal_connection", "goal_setting_moral_judgment")
EVIDENCE_CODES = (
    "job_posting_trends",
    "company_actions",
    "wage_trends",
    "ai_tool_maturity",
    "expert_consensus",
)
BARRIER_CODES = (
    "regulatory_licensing",
    "physical_presence",
    "union_collective_bargaining",
    "liability_accountability",
    "cultural_ethical",
)
INVOLVEMENT_CODES = ("displacement", "augmentation", "not_involved")
REASON_CODES = (
    "evidence_lag",
    "task_granularity",
    "barrier_outside_scale",
    "market_shock",
    "calibration",
    "other",
)


@dataclass(frozen=True, slots=True)
class Role:
    """The role that is assessed."""

    title: str
    seniority: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What the role is and is not."""

    primary_function: str
    not_this_role: str
    typical_experience: str
    seniority_note: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """A scored principle, evidence dimension or barrier; `score` is None until it is given."""

    code: str
    score: int | None
    rationale: str


@dataclass(frozen=True, slots=True)
class Growth:
    """The growth correlation, its rationale, and the text of its check section."""

    score: int | None
    rationale: str
    check: str


@dataclass(frozen=True, slots=True)
class Task:
    """A task; `time_percent` and `score` are None and `involvement` is "" until they are given."""

    name: str
    time_percent: Decimal | None
    score: int | None
    involvement: str
    rationale: str


@dataclass(frozen=True, slots=True)
class Override:
    """The assessor's proposal, or None to accept the formula score, with the rationale either way."""

    proposed_score: Decimal | None
    reason_code: str | None
    rationale: str


@dataclass(frozen=True, slots=True)
class Lead:
    """A bullet: the words up to its first ". " and the text after it."""

    lead: str
    text: str


@dataclass(frozen=True, slots=True)
class Commentary:
    """The assessor's commentary."""

    score_vs_reality: str
    not_captured: tuple[Lead, ...]
    who_should_worry: str
    single_biggest_factor: str
    outlook_year: str
    outlook: str
    survival_strategy: tuple[Lead, ...]
    timeline: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document in canonical form; make it with `from_json` or `read`.

    Dimensions stand in the order of the method, one for every code.
    """

    role: Role
    definition: Definition
    protective_principles: tuple[Dimension, ...]
    growth: Growth
    quick_screen: str
    tasks: tuple[Task, ...]
    reinstatement: str
    evidence: tuple[Dimension, ...]
    barriers: tuple[Dimension, ...]
    override: Override
    commentary: Commentary


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a document: level "error" or "warning", its path, a code, and a sentence."""

    level: str
    path: str
    code: str
    message: str

    def as_json(self) -> dict[str, str]:
        """The Problem shape of the contract."""
        return {"level": self.level, "path": self.path, "code": self.code, "message": self.message}


class StructureError(ValueError):
    """A value that is no document at all; every reason is in `problems`."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems
