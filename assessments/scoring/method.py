"""A method version as a frozen value: ranges, constants, zones, labels and rules, all read from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.scoring.definition import Node
from assessments.scoring.errors import MethodError
from assessments.scoring.rounding import plain
from assessments.scoring.words import Words

LABEL_FIGURES = ("growth", "time_at_3_plus", "task_resistance", "evidence_total", "barrier_total")
SCREEN_FIGURES = ("growth", "protective_total")
OPERATORS = ("=", ">=", "<=", ">", "<")
# Points by which a quoted peer, a related role or the formula may move before a published decision requires review, in
# definitions that do not say `tolerance`: the first version was in force before there was such a setting.
DEFAULT_TOLERANCE = "3.0"


@dataclass(frozen=True, slots=True)
class Scale:
    """One scored input: its code, its name as documents write it, and its inclusive range of whole numbers."""

    code: str
    name: str
    minimum: int
    maximum: int
    rubric: tuple[tuple[int, str], ...]

    @classmethod
    def read(cls, node: Node) -> Scale:
        """A scale whose rubric has one text for every score of the range."""
        low, high = node.integer("min"), node.integer("max")
        if low > high:
            raise MethodError(f"{node.path}.min must not exceed {node.path}.max.")
        rubric = node.at("rubric")
        texts = tuple((score, rubric.text(str(score))) for score in range(low, high + 1))
        return cls(node.text("code"), node.text("name"), low, high, texts)

    def refusal(self, value: object) -> str | None:
        """A sentence saying why the value is no legal score, or None."""
        if type(value) is int and self.minimum <= value <= self.maximum:
            return None
        return Words(
            "{name} must be a whole number from {low} to {high}, not {value}.",
            name=Words(self.name),
            low=self.minimum,
            high=self.maximum,
            value=value,
        )


@dataclass(frozen=True, slots=True)
class Named:
    """A code of a closed list, its name as documents write it, and what it means."""

    code: str
    name: str
    meaning: str

    @classmethod
    def read(cls, node: Node) -> Named:
        """A code with its name and meaning."""
        return cls(node.text("code"), node.text("name"), node.text("meaning"))


@dataclass(frozen=True, slots=True)
class TaskRules:
    """What a task table must satisfy; `exposed_from` is the score from which time counts as "3+"."""

    minimum_count: int
    maximum_count: int
    places: int
    total: Decimal
    exposed_from: int
    score: Scale
    involvements: tuple[Named, ...]

    @classmethod
    def read(cls, node: Node) -> TaskRules:
        """The rules of a task table."""
        return cls(
            minimum_count=node.integer("min_count"),
            maximum_count=node.integer("max_count"),
            places=node.integer("places"),
            total=node.decimal("total"),
            exposed_from=node.integer("exposed_from"),
            score=Scale.read(node.at("score")),
            involvements=tuple(Named.read(entry) for entry in node.each("involvement")),
        )

    def share_refusal(self, value: object) -> str | None:
        """A sentence saying why the value is no legal share of task time, or None."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return Words("The share of task time must be a decimal number, not {value}.", value=value)
        if not 0 <= value <= self.total:
            return Words(
                "The share of task time must lie between 0 and {total}, not {value}.", total=self.total, value=value
            )
        if value != round(value, self.places):
            return Words(
                "The share of task time may have at most {places} decimals, not {value}.",
                places=self.places,
                value=value,
            )
        return None

    def count_refusal(self, count: int) -> str | None:
        """A sentence saying why a table may not have that many tasks, or None."""
        if self.minimum_count <= count <= self.maximum_count:
            return None
        return Words(
            "There must be from {low} to {high} tasks, not {count}.",
            low=self.minimum_count,
            high=self.maximum_count,
            count=count,
        )

    def sum_refusal(self, total: Decimal) -> str | None:
        """A sentence saying why the shares may not come to that sum, or None."""
        if total == self.total:
            return None
        return Words(
            "The shares of task time must add up to {total}; they add up to {sum}.",
            total=plain(self.total),
            sum=plain(total),
        )


@dataclass(frozen=True, slots=True)
class Formula:
    """The constants: score = (raw − offset) / divisor × 100, raw = product of resistance and three modifiers."""

    ceiling: Decimal
    evidence_step: Decimal
    barrier_step: Decimal
    growth_step: Decimal
    offset: Decimal
    divisor: Decimal

    @classmethod
    def read(cls, node: Node) -> Formula:
        """The constants; the divisor must be more than zero."""
        divisor = node.decimal("divisor")
        if divisor <= 0:
            raise MethodError(f"{node.path}.divisor must be more than 0, not {divisor}.")
        return cls(
            ceiling=node.decimal("ceiling"),
            evidence_step=node.decimal("evidence_step"),
            barrier_step=node.decimal("barrier_step"),
            growth_step=node.decimal("growth_step"),
            offset=node.decimal("offset"),
            divisor=divisor,
        )


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """The published scale: its ends and the decimal places a score is rounded to."""

    minimum: Decimal
    maximum: Decimal
    places: int

    @classmethod
    def read(cls, node: Node) -> ScoreRange:
        """The published scale."""
        return cls(node.decimal("min"), node.decimal("max"), node.integer("places"))


@dataclass(frozen=True, slots=True)
class Zone:
    """A half-open stretch of the scale from `edge` upwards; `range_text` is how documents state it."""

    code: str
    name: str
    edge: Decimal
    range_text: str

    @classmethod
    def read(cls, node: Node) -> Zone:
        """One zone."""
        return cls(node.text("code"), node.text("name"), node.decimal("from"), node.text("range"))


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a figure with a constant."""

    figure: str
    operator: str
    value: Decimal

    @classmethod
    def read(cls, node: Node, figures: tuple[str, ...]) -> Condition:
        """One comparison of one of the named figures."""
        return cls(node.choice("figure", figures), node.choice("is", OPERATORS), node.decimal("value"))

    def holds(self, figures: Mapping[str, Decimal]) -> bool:
        """Whether the comparison is true of these figures."""
        figure = figures[self.figure]
        outcome = {
            "=": figure == self.value,
            ">=": figure >= self.value,
            "<=": figure <= self.value,
            ">": figure > self.value,
            "<": figure < self.value,
        }
        return outcome[self.operator]


@dataclass(frozen=True, slots=True)
class LabelRule:
    """The label of a zone when all conditions hold; rules are tried in order."""

    zone: str
    sub_label: str | None
    text: str
    rule: str
    conditions: tuple[Condition, ...]

    @classmethod
    def read(cls, node: Node) -> LabelRule:
        """One rule."""
        return cls(
            zone=node.text("zone"),
            sub_label=node.text_or_none("sub_label"),
            text=node.text("text"),
            rule=node.text("rule"),
            conditions=tuple(Condition.read(entry, LABEL_FIGURES) for entry in node.each("when")),
        )


@dataclass(frozen=True, slots=True)
class ScreenRule:
    """What the quick screen says when all conditions hold; rules are tried in order."""

    zone: str
    text: str
    conditions: tuple[Condition, ...]

    @classmethod
    def read(cls, node: Node) -> ScreenRule:
        """One rule."""
        conditions = tuple(Condition.read(entry, SCREEN_FIGURES) for entry in node.each("when"))
        return cls(node.text("zone"), node.text("text"), conditions)


@dataclass(frozen=True, slots=True)
class OverrideRules:
    """How far a proposal may go, from where it needs two verdicts, and the reasons that may be given."""

    max_distance: Decimal
    two_verdicts_above: Decimal
    reasons: tuple[Named, ...]

    @classmethod
    def read(cls, node: Node) -> OverrideRules:
        """The rules of a proposal."""
        reasons = tuple(Named.read(entry) for entry in node.each("reasons"))
        return cls(node.decimal("max_distance"), node.decimal("two_verdicts_above"), reasons)


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """How many concurring verdicts publish a score, and what makes a score weighty."""

    verdicts: int
    verdicts_when_weighty: int
    weighty_when_borderline: bool
    weighty_when_zone_moves: bool
    weighty_when_label_moves: bool

    @classmethod
    def read(cls, node: Node) -> ApprovalRules:
        """The rules of a decision."""
        return cls(
            verdicts=node.integer("verdicts"),
            verdicts_when_weighty=node.integer("verdicts_when_weighty"),
            weighty_when_borderline=node.flag("weighty_when_borderline"),
            weighty_when_zone_moves=node.flag("weighty_when_zone_moves"),
            weighty_when_label_moves=node.flag("weighty_when_label_moves"),
        )


@dataclass(frozen=True, slots=True)
class Method:
    """One method version. Zones run from the highest edge to the lowest. `tolerance`: points, `DEFAULT_TOLERANCE` where
    the definition is silent."""

    version: str
    name: str
    score: ScoreRange
    formula: Formula
    protective: tuple[Scale, ...]
    growth: Scale
    tasks: TaskRules
    evidence: tuple[Scale, ...]
    barriers: tuple[Scale, ...]
    zones: tuple[Zone, ...]
    labels: tuple[LabelRule, ...]
    screens: tuple[ScreenRule, ...]
    borderline: Decimal
    override: OverrideRules
    approval: ApprovalRules
    tolerance: Decimal

    @classmethod
    def from_definition(cls, mapping: object) -> Method:
        """The method a definition describes. Raises MethodError with a sentence where it is not a whole one."""
        node = Node("", mapping)
        method = cls(
            version=node.text("version"),
            name=node.text("name"),
            score=ScoreRange.read(node.at("score")),
            formula=Formula.read(node.at("formula")),
            protective=tuple(Scale.read(entry) for entry in node.at("protective").each("inputs")),
            growth=Scale.read(node.at("growth")),
            tasks=TaskRules.read(node.at("tasks")),
            evidence=tuple(Scale.read(entry) for entry in node.at("evidence").each("inputs")),
            barriers=tuple(Scale.read(entry) for entry in node.at("barriers").each("inputs")),
            zones=tuple(Zone.read(entry) for entry in node.each("zones")),
            labels=tuple(LabelRule.read(entry) for entry in node.each("labels")),
            screens=tuple(ScreenRule.read(entry) for entry in node.each("quick_screen")),
            borderline=node.decimal("borderline"),
            override=OverrideRules.read(node.at("override")),
            approval=ApprovalRules.read(node.at("approval")),
            tolerance=node.decimal_or("tolerance", DEFAULT_TOLERANCE),
        )
        if method.tolerance < 0:
            raise MethodError(f"tolerance must not be less than 0, not {method.tolerance}.")
        _refuse_gaps(method)
        return method


def _refuse_gaps(method: Method) -> None:
    """Raise MethodError unless every legal input ends in exactly one zone, label and screen."""
    edges = [zone.edge for zone in method.zones]
    if len(edges) < 2 or edges != sorted(set(edges), reverse=True) or edges[-1] != method.score.minimum:
        raise MethodError("zones must run from the highest edge down to the lowest score, each lower than the last.")
    codes = [scale.code for scale in (*method.protective, method.growth, *method.evidence, *method.barriers)]
    if len(codes) != len(set(codes)):
        raise MethodError("Every input must have a code of its own.")
    zones = {zone.code for zone in method.zones}
    if not {rule.zone for rule in method.labels} | {rule.zone for rule in method.screens} <= zones:
        raise MethodError("Every label and quick_screen rule must name one of the zones.")
    for zone in method.zones:
        rules = [rule for rule in method.labels if rule.zone == zone.code]
        if not rules or rules[-1].conditions:
            raise MethodError(f"The labels of zone {zone.code} must end with one that has no conditions.")
    if not method.screens or method.screens[-1].conditions:
        raise MethodError("quick_screen must end with a rule that has no conditions.")
