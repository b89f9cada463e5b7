"""The whole published catalogue as rows, and what each of their fields means. One statement, one moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from assessments.models import Assessment, AuditLink, CatalogueDump, RoleCode
from assessments.queries import published

Row = dict[str, Any]
BATCH = 500
# The columns of the table, in order, and what each says. The JSON lines have these too, and `figures` and `document`.
DICTIONARY = {
    "public_id": "the role's id, which is never reused and outlives every renaming",
    "slug": "the end of its page's address today",
    "title": "its title",
    "seniority": "its level, in the assessor's words; empty where none is given",
    "family": "its family, as administrators set it; empty where none is set",
    "codes": "codes of outside classifications, scheme:code, separated by blanks; a list of objects in the JSON lines",
    "number": "the number of the version, from 1",
    "kind": "assessment, revision or erratum",
    "published_at": "when it was published, ISO 8601, UTC",
    "methodology": "the version of the method it was made under",
    "published_score": "the score as decided, 0.0 to 100.0, higher is safer",
    "zone": "green, yellow or red, of the published score",
    "label": "zone and sub-label of the published score",
    "formula_score": "what the formula gave, 0.0 to 100.0",
    "task_resistance": "the factor of the tasks, 1 to 5",
    "evidence_total": "the sum of the evidence scores, -10 to 10",
    "barrier_total": "the sum of the barrier scores, 0 to 10",
    "growth": "the score of the tie to the growth of AI, -2 to 2",
    "outcome": "what the decision came to: formula_accepted, override_accepted or override_declined",
    "decided_by": "the display names of who decided",
    "content_hash": "SHA-256 of the canonical document, hexadecimal",
}
ONLY_JSON = {
    "figures": "every figure that follows from the document, as the API gives them",
    "decision": "statement, reason, time and decider of the decision",
    "document": "the whole document, schema aijri/assessment/1",
}


def rows() -> Iterator[Row]:
    """Every published version, by the key of its role, as the JSON lines have it. Never more than a batch in memory."""
    for assessment in _published().iterator(chunk_size=BATCH):
        yield {
            **published.item(assessment),
            "kind": assessment.kind,
            "codes": assessment.codes,  # type: ignore[attr-defined]
            "methodology": assessment.methodology.version,
            "formula_score": str(assessment.formula_score),
            "task_resistance": str(assessment.task_resistance),
            "evidence_total": assessment.evidence_total,
            "barrier_total": assessment.barrier_total,
            "growth": assessment.growth,
            "outcome": assessment.decision.outcome,
            "decided_by": published.decision(assessment.decision)["decided_by"],
            "content_hash": assessment.content_hash,
            "figures": assessment.figures,
            "decision": published.decision(assessment.decision),
            "document": assessment.document,
        }


def flat(row: Row) -> list[object]:
    """A row of the table, in the order of the dictionary; moments as the JSON lines write them."""
    codes = " ".join(f"{code['scheme']}:{code['code']}" for code in row["codes"])
    said = {**row, "codes": codes, "published_at": DjangoJSONEncoder().default(row["published_at"])}
    return [said[name] for name in DICTIONARY]


def checkpoint() -> tuple[int | None, str]:
    """The last link of the ledger: its event and hash; None and "" of an empty ledger. What is read afterwards holds
    everything that was published up to it."""
    link = AuditLink.objects.order_by("-id").first()
    return (link.event_id, link.hash) if link else (None, "")


def kept() -> QuerySet[CatalogueDump]:
    """The dumps whose files are there, the newest first."""
    return CatalogueDump.objects.filter(made_at__isnull=False, pruned_at=None).order_by("-day", "-number")


def under_way() -> QuerySet[CatalogueDump]:
    """The dumps that were asked for and are not made yet."""
    return CatalogueDump.objects.filter(made_at=None, pruned_at=None).order_by("day", "number")


def _published() -> QuerySet[Assessment]:
    codes = RoleCode.objects.filter(role=OuterRef("role")).order_by("scheme", "code")
    coded = ArraySubquery(codes.values(json=JSONObject(scheme="scheme", code="code")))
    found = published.published().select_related("decision__decided_by", "decision__concurring")
    return found.annotate(codes=coded).order_by("role")
