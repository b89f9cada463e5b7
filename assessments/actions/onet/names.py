"""Alternate titles as aliases: those of the release and no others, beside what people call the roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Lower

from assessments.actions.onet.release import Release
from assessments.actions.onet.report import Report
from assessments.actions.onet.writing import Writer
from assessments.enums import AliasOrigin
from assessments.models import RoleAlias, RoleCode
from assessments.queries import roles as find

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Stored:
    """An alias as it stands: its row, its spelling, who gave it."""

    pk: int
    text: str
    origin: str


def bring_alternates(release: Release, codes: Mapping[str, RoleCode], report: Report, write: Writer) -> None:
    """Add, respell and remove aliases of origin O*NET. A name a person gave is left; a role's own title is no alias."""
    wanted, own = _wanted(release, codes)
    stored = _stored(codes)
    added = [key for key in wanted if key not in stored]
    write.create([RoleAlias(role_id=key[0], text=wanted[key], origin=AliasOrigin.ONET) for key in added])
    of_onet = {key: alias for key, alias in stored.items() if alias.origin == AliasOrigin.ONET}
    respelt = {alias.pk: wanted[key] for key, alias in of_onet.items() if wanted.get(key, alias.text) != alias.text}
    _respell(respelt, write)
    gone = [alias.pk for key, alias in of_onet.items() if key not in wanted]
    gone += [alias.pk for key, alias in stored.items() if alias.origin == AliasOrigin.FORMER and key in own]
    removed = list(RoleAlias.objects.filter(pk__in=gone).select_related("role"))
    write.delete(removed)
    titles = {code.role_id: str(code) for code in codes.values()}
    report.changes["alternate_titles_added"] += [f"{titles[key[0]]}: {wanted[key]}" for key in added]
    report.changes["alternate_titles_respelt"] += list(respelt.values())
    report.changes["alternate_titles_removed"] += [
        f"{titles.get(alias.role_id, alias.role.title)}: {alias.text}" for alias in removed
    ]
    said = [key for key, alias in stored.items() if alias.origin == AliasOrigin.PERSON and key in wanted]
    report.left_to_people += [f"“{wanted[key]}” is an alias that a person gave: {titles[key[0]]}" for key in said]


def _wanted(release: Release, codes: Mapping[str, RoleCode]) -> tuple[dict[Key, str], set[Key]]:
    """The aliases that the release asks for, by role and lowered name; and the roles' own titles.

    The official title is one where the role bears another. Of several spellings the first one counts.
    """
    texts = {text for each in release.occupations.values() for text in (each.title, *each.alternates)}
    lowered = find.lowered(texts.union(code.role.title for code in codes.values()))
    own = {(code.role_id, lowered[code.role.title]) for code in codes.values()}
    wanted: dict[Key, str] = {}
    for code, stands in codes.items():
        each = release.occupations[code]
        for text in (each.title, *each.alternates):
            wanted.setdefault((stands.role_id, lowered[text]), text)
    return {key: text for key, text in wanted.items() if key not in own}, own


def _stored(codes: Mapping[str, RoleCode]) -> dict[Key, Stored]:
    """The aliases of these roles, and those of O*NET wherever they are."""
    concerned = Q(role__in={code.role_id for code in codes.values()}) | Q(origin=AliasOrigin.ONET)
    rows = RoleAlias.objects.filter(concerned).values_list("role_id", Lower("text"), "pk", "text", "origin")
    return {(role, lowered): Stored(pk, text, origin) for role, lowered, pk, text, origin in rows}


def _respell(texts: dict[int, str], write: Writer) -> None:
    aliases = list(RoleAlias.objects.filter(pk__in=texts))
    for alias in aliases:
        alias.text = texts[alias.pk]
    write.update(aliases, "text")
