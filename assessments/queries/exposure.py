"""Published scores beside indices of exposure to AI that others published by occupation."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from assessments.enums import CodeScheme, Status
from assessments.models import Assessment, ExposureIndex, ExposureValue
from assessments.scoring.correlation import spearman


@dataclass(frozen=True)
class Pair:
    """A published role of an occupation that an index has a value for."""

    code: str
    slug: str
    title: str
    score: Decimal
    value: Decimal


@dataclass(frozen=True)
class Beside:
    """An index beside the published scores: Spearman's rho over `n` occupations (None where there is none), of `of`
    that the index has."""

    index: ExposureIndex
    n: int
    of: int
    rho: Decimal | None

    @property
    def rho_said(self) -> str:
        """With a sign and two decimals, or a dash."""
        return "—" if self.rho is None else f"{self.rho:+.2f}".replace("-", "−")


def indices() -> list[Beside]:
    """Every index that was read, with how it stands to the scores published now."""
    return [beside(index) for index in ExposureIndex.objects.order_by("name")]


def pairs(index: ExposureIndex) -> list[Pair]:
    """The occupations that have both, highest score first. Versions that are not published now have no part in it."""
    scores = Assessment.objects.filter(status=Status.PUBLISHED, role__codes__scheme=CodeScheme.ONET_SOC)
    found = scores.values_list("role__codes__code", "role__slug", "role__title", "published_score")
    values = dict(ExposureValue.objects.filter(index=index).values_list("code", "value"))
    both = [
        Pair(code, slug, title, score, values[code])
        for code, slug, title, score in found
        if code in values and score is not None
    ]
    return sorted(both, key=lambda pair: (-pair.score, pair.code))


def beside(index: ExposureIndex) -> Beside:
    """One index beside the scores published now."""
    found = pairs(index)
    rho = spearman([(pair.score, pair.value) for pair in found])
    return Beside(index, len(found), index.values.count(), rho)
