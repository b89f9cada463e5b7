"""Related occupations as relations with tier and index: those of the release and no others, beside people's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q

from assessments.actions.onet.release import Release
from assessments.actions.onet.report import Report
from assessments.actions.onet.writing import Writer
from assessments.actions.roles import request_recompute
from assessments.enums import Origin, RelationKind, Status
from assessments.models import Role, RoleCode, RoleRelation

Pair = tuple[int, int]
Nearness = tuple[str | None, int | None]


def bring_relations(release: Release, codes: Mapping[str, RoleCode], report: Report, write: Writer) -> None:
    """Add, change and remove relations of origin O*NET. One that people made between the same roles is left."""
    wanted = {
        (codes[each.source].role_id, codes[each.target].role_id): (each.tier, each.index) for each in release.relations
    }
    stored = _stored(codes)
    of_onet = {pair: relation for pair, relation in stored.items() if relation.origin == Origin.ONET}
    added = [pair for pair in wanted if pair not in stored]
    changed = {pair: each for pair, each in of_onet.items() if pair in wanted and _nearness(each) != wanted[pair]}
    removed = {pair: each for pair, each in of_onet.items() if pair not in wanted}
    named = _names([*wanted, *removed])
    report.changes["relations_added"] += [_said(named, pair, wanted[pair]) for pair in added]
    report.changes["relations_removed"] += [_said(named, pair, _nearness(each)) for pair, each in removed.items()]
    for pair, relation in changed.items():
        was = _said(named, pair, _nearness(relation))
        report.changes["relations_changed"].append(f"{was} → {' '.join(map(str, wanted[pair]))}")
        relation.tier, relation.index = wanted[pair]
    report.left_to_people += [
        f"{_said(named, pair, wanted[pair])} is a relation that a person made"
        for pair in wanted
        if pair in stored and pair not in of_onet
    ]
    write.create([_relation(pair, wanted[pair], write) for pair in added])
    write.update(list(changed.values()), "tier", "index")
    write.delete(list(removed.values()))
    _recompute([*added, *removed])


def _stored(codes: Mapping[str, RoleCode]) -> dict[Pair, RoleRelation]:
    """The related occupations of O*NET wherever they are, and what people relate among these roles."""
    roles = {code.role_id for code in codes.values()}
    concerned = Q(origin=Origin.ONET) | Q(source__in=roles, target__in=roles)
    found = RoleRelation.objects.filter(concerned, kind=RelationKind.RELATED)
    return {(relation.source_id, relation.target_id): relation for relation in found}


def _nearness(relation: RoleRelation) -> Nearness:
    return relation.tier, relation.index


def _relation(pair: Pair, nearness: Nearness, write: Writer) -> RoleRelation:
    source, target = pair
    tier, index = nearness
    return RoleRelation(
        source_id=source,
        target_id=target,
        kind=RelationKind.RELATED,
        origin=Origin.ONET,
        tier=tier,
        index=index,
        created_at=write.at,
        created_by=write.by,
    )


def _names(pairs: Iterable[Pair]) -> dict[int, str]:
    concerned = {role for pair in pairs for role in pair}
    return dict(Role.objects.filter(pk__in=concerned).values_list("pk", "title"))


def _said(names: Mapping[int, str], pair: Pair, nearness: Nearness) -> str:
    source, target = pair
    tier, index = nearness
    return f"{names[source]} – {names[target]}: {tier} {index}"


def _recompute(pairs: Iterable[Pair]) -> None:
    """Comparisons stand between published roles alone; the tier is no part of them."""
    concerned = {role for pair in pairs for role in pair}
    published = set(
        Role.objects.filter(pk__in=concerned, assessments__status=Status.PUBLISHED).values_list("pk", flat=True)
    )
    sources = {source for source, target in pairs if source in published and target in published}
    for role in Role.objects.filter(pk__in=sources).order_by("pk"):
        request_recompute(role)
