"""What everybody may read: published versions, in the contract's shapes. No draft is looked at (invariant 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from assessments import documents
from assessments.documents import Document
from assessments.enums import PUBLIC, AliasOrigin, Outcome, RoleStatus, Status
from assessments.errors import Invisible, Moved
from assessments.models import (
    Assessment,
    Decision,
    PeerComparison,
    Role,
    RoleRelation,
    Standing,
)
from assessments.peers import pending_for
from assessments.queries import aftermath, explanations, quotes, roles, standing
from assessments.queries.search import Entry
from assessments.queries.spoken import say, spoken
from assessments.scoring import Figures, Method

Shape = dict[str, Any]
# One occupation of O*NET has 2,750 names.
MOST_NAMES = 12
ATTRIBUTION = ("task", "evidence", "barriers", "growth", "override", "method", "rounding")


def published() -> QuerySet[Assessment]:
    """The published version of every role that has one, with its role and the names that lists sort by."""
    found = Assessment.objects.filter(status=Status.PUBLISHED).select_related("role", "methodology")
    return found.annotate(title=F("role__title"), seniority=F("role__seniority"), family=F("role__family"))


def versions(role: Role) -> QuerySet[Assessment]:
    """The public versions of a role, newest first, with their decisions."""
    found = role.assessments.filter(status__in=PUBLIC)
    return found.select_related("role", "methodology", "decision__decided_by").order_by("-number")


def version(slug: str, number: int | None = None) -> Assessment:
    """The published version of a role, else the last public one; or one public version by number. Invisible where there
    is none.

    A retracted version is returned like any other: the caller shows its tombstone. Moved where the role was renamed,
    or, asked without a number, merged into another; its versions stay at their own addresses.
    """
    found = Assessment.objects.filter(role__slug=slug, status__in=PUBLIC).select_related(
        "role", "methodology", "decision__decided_by", "decision__concurring"
    )
    if number is not None:
        found = found.filter(number=number)
    assessment = found.order_by(Case(When(status=Status.PUBLISHED, then=0), default=1), "-number").first()
    if assessment is None or (number is None and assessment.role.status == RoleStatus.MERGED):
        raise _elsewhere(slug, number)
    return assessment


def followed(slug: str, number: int | None = None) -> Assessment:
    """The same, by whatever address the role ever had: where no page is asked for that could lead on."""
    while True:
        try:
            return version(slug, number)
        except Moved as moved:
            slug = moved.slug


def _elsewhere(slug: str, number: int | None) -> Invisible:
    """Where there is nothing: Moved to what the role is called or was merged into, or Invisible."""
    role = roles.called(slug, among=Role.objects.select_related("merged_into"))
    if number is None and role is not None and role.merged_into is not None:
        return Moved(role.merged_into.slug)
    return Invisible("There is no published assessment at this address.")


def slug_then(assessment: Assessment) -> str:
    """The slug that the role had when this version was published; it leads to the role ever after."""
    role = assessment.role
    before = role.history.filter(history_date__lte=assessment.published_at).order_by("-history_date", "-history_id")
    return before.values_list("slug", flat=True).first() or role.slug


def leads_on(role: Role) -> bool:
    """Whether the address of a role leads to something current: its own assessment, or that of what it was merged
    into."""
    return role.status == RoleStatus.MERGED or role.assessments.filter(status=Status.PUBLISHED).exists()


def item(assessment: Assessment) -> Shape:
    """One entry of a list of roles (CONTRACT `roles/`)."""
    role = assessment.role
    return {
        "slug": role.slug,
        "public_id": role.public_id,
        "title": role.title,
        "seniority": role.seniority,
        "family": role.family,
        "published_score": str(assessment.published_score),
        "zone": assessment.published_zone,
        "label": assessment.published_label,
        "number": assessment.number,
        "published_at": assessment.published_at,
    }


def entry(found: Entry) -> Shape:
    """The same of an entry of the search."""
    return {
        "slug": found.slug,
        "public_id": Role(pk=found.role_id).public_id,
        "title": found.title,
        "seniority": found.seniority,
        "family": found.family,
        "published_score": str(found.published_score),
        "zone": found.published_zone,
        "label": found.published_label,
        "number": found.number,
        "published_at": found.published_at,
    }


def codes(role: Role) -> list[Shape]:
    """What classifications outside call a role."""
    return [{"scheme": each.scheme, "code": each.code} for each in role.codes.all()]


def other_names(role: Role) -> Shape:
    """What else a role is called: people's names first, and how many more O*NET has than are shown."""
    aliases = role.aliases.order_by(Case(When(origin=AliasOrigin.PERSON, then=0), default=1), "text")
    shown = list(aliases.values_list("text", flat=True)[:MOST_NAMES])
    return {"shown": shown, "more": aliases.count() - len(shown)}


def decision_sentence(made: Decision) -> str:
    """What became of the override, whole: "Override: None — formula score accepted", "Override declined — …"."""
    said = spoken(made.statement)
    return said if made.outcome == Outcome.OVERRIDE_DECLINED else say("Override: {statement}", statement=said)


def decision(made: Decision) -> Shape:
    """A decision as everybody reads it."""
    people = [str(made.decided_by)] + ([str(made.concurring)] if made.concurring else [])
    return {
        "outcome": made.outcome,
        "statement": spoken(made.statement),
        "reason": made.reason,
        "decided_at": made.decided_at,
        "decided_by": say(" and ").join(reversed(people)),
        "role_held": made.role_held,
        "formula_score": str(made.formula_score),
        "published_score": str(made.published_score),
    }


def detail(assessment: Assessment) -> Shape:
    """One public version whole (CONTRACT `roles/{slug}/`)."""
    return {
        **item(assessment),
        "status": assessment.status,
        "role_status": assessment.role.status,
        "kind": assessment.kind,
        "methodology": assessment.methodology.version,
        "content_hash": assessment.content_hash,
        "codes": codes(assessment.role),
        "figures": assessment.figures,
        "decision": decision(assessment.decision),
        "requires_review": aftermath.requires_review(assessment),
        "document": assessment.document,
    }


def plain_text(assessment: Assessment) -> str:
    """A public version as a document in the plain dialect."""
    return _rendered(assessment, documents.render_plain)


def markdown_text(assessment: Assessment) -> str:
    """A public version as a document in the Markdown dialect."""
    return _rendered(assessment, documents.render_markdown)


def _rendered(assessment: Assessment, render: Callable[[Document, Method, Figures], str]) -> str:
    document = documents.from_json(assessment.document)
    method = assessment.methodology.method
    figures = documents.figures_of(document, method)
    assert figures is not None, "a public version has figures"
    return render(document, method, figures)


def peers(role: Role) -> Shape:
    """Standing, comparisons and quotes of a role (CONTRACT `roles/{slug}/peers/`)."""
    told = {"quotes": [each.as_json() for each in quotes.of_role(role)]}
    return beside(role) | {"results": [comparison(row) for row in comparisons(role)]} | told


def beside(role: Role) -> Shape:
    """The standing of a role, and whether its comparisons, of which a hub has thousands, are being made anew."""
    stands = Standing.objects.filter(role=role).first()
    return {
        "standing": _standing(stands),
        "computed_at": stands.computed_at if stands else None,
        "pending": pending_for(role.pk),
    }


def comparisons(role: Role) -> QuerySet[PeerComparison]:
    """How a role stands to each of its neighbours, nearest first.

    `tier` says how near O*NET counts the peer to the role, or the role to the peer; None where it does not relate them.
    """
    relations = RoleRelation.objects.filter(kind=OuterRef("kind"), tier__isnull=False)
    there = relations.filter(source=OuterRef("role"), target=OuterRef("peer")).values("tier")[:1]
    back = relations.filter(source=OuterRef("peer"), target=OuterRef("role")).values("tier")[:1]
    found = role.comparisons.select_related("peer").order_by("-peer_score", "peer__title", "kind")
    return found.annotate(tier=Coalesce(Subquery(there), Subquery(back)))


def _standing(stands: Standing | None) -> Shape | None:
    if stands is None:
        return None
    return standing.places(standing.counted(standing.scopes_of(stands), stands.score))


def comparison(row: PeerComparison) -> Shape:
    """One of `comparisons` as the contract says it."""
    return {
        "peer": {"slug": row.peer.slug, "title": row.peer.title},
        "kind": row.kind,
        "tier": row.tier,  # type: ignore[attr-defined]
        "score": str(row.score),
        "peer_score": str(row.peer_score),
        "difference": str(row.difference),
        "attribution": {name: str(getattr(row, name)) for name in ATTRIBUTION},
        "zones": [row.zone, row.peer_zone],
        "labels": [row.label, row.peer_label],
        "inversion": row.inversion,
    }


def history(role: Role) -> list[Shape]:
    """The public versions of a role, newest first, each with its score, its decision and what moved in words."""
    found = list(versions(role))
    moved = explanations.between(found)
    return [
        {
            "number": each.number,
            "status": each.status,
            "kind": each.kind,
            "reason_text": each.get_change_reason_display(),
            "published_at": each.published_at,
            "published_score": str(each.published_score),
            "zone": each.published_zone,
            "label": each.published_label,
            "outcome": each.decision.outcome,
            "statement": spoken(each.decision.statement),
            "since_previous": moved.get(each.number),
        }
        for each in found
    ]
