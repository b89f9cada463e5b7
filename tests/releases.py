"""Small releases of O*NET for tests, of occupations that do not exist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from assessments.actions import onet
from assessments.models import Role, RoleCode, User

FOUNDERS, LIGHTERS, CUTTERS = "11-0001.00", "11-0002.00", "11-0003.01"
OCCUPATIONS = {FOUNDERS: "Bell Founders", LIGHTERS: "Lamp Lighters", CUTTERS: "Ice Cutters"}
ALTERNATES = ((FOUNDERS, "Bell Caster"), (FOUNDERS, "Founder"), (LIGHTERS, "Lighter"), (CUTTERS, "Ice Harvester"))
ZONES = {FOUNDERS: "4", LIGHTERS: "2"}
RELATED = ((FOUNDERS, LIGHTERS, "Primary-Short", "1"), (FOUNDERS, CUTTERS, "Primary-Long", "6"))


def write(
    folder: Path,
    *,
    occupations: Mapping[str, str] = OCCUPATIONS,
    alternates: Iterable[tuple[str, str]] = ALTERNATES,
    zones: Mapping[str, str] = ZONES,
    related: Iterable[tuple[str, str, str, str]] = RELATED,
    described: str = "They see to it.",
) -> Path:
    """A folder with the four files in the official columns; `occupations` are titles by code."""
    folder.mkdir(exist_ok=True)
    tables = {
        "Occupation Data": (
            ["O*NET-SOC Code", "Title", "Description"],
            [[code, title, described] for code, title in occupations.items()],
        ),
        "Alternate Titles": (
            ["O*NET-SOC Code", "Title", "Alternate Title", "Short Title", "Source(s)"],
            [[code, occupations.get(code, "?"), text, "", "08"] for code, text in alternates],
        ),
        "Job Zones": (
            ["O*NET-SOC Code", "Title", "Job Zone", "Date", "Domain Source"],
            [[code, "", zone, "08/2023", "Analyst"] for code, zone in zones.items()],
        ),
        "Related Occupations": (
            ["O*NET-SOC Code", "Title", "Related O*NET-SOC Code", "Related Title", "Relatedness Tier", "Index"],
            [[source, "", target, "", tier, index] for source, target, tier, index in related],
        ),
    }
    for name, (header, rows) in tables.items():
        (folder / f"{name}.txt").write_text("\n".join("\t".join(row) for row in [header, *rows]) + "\n")
    return folder


def without(*codes: str) -> dict[str, Any]:
    """What `write` takes for the same release without some occupations."""
    return {
        "occupations": {code: title for code, title in OCCUPATIONS.items() if code not in codes},
        "alternates": [row for row in ALTERNATES if row[0] not in codes],
        "zones": {code: zone for code, zone in ZONES.items() if code not in codes},
        "related": [row for row in RELATED if not {row[0], row[1]} & set(codes)],
    }


def bring(folder: Path, by: User) -> onet.Report:
    return onet.bring_in(release=onet.read(folder), by=by, at=timezone.now())


def changes(report: onet.Report) -> dict[str, list[str]]:
    """The kinds of which something changed."""
    return {kind: lines for kind, lines in report.changes.items() if lines}


def role_of(code: str) -> Role:
    return RoleCode.objects.get(code=code).role


def names(role: Role, origin: str = "onet") -> list[str]:
    return list(role.aliases.filter(origin=origin).order_by("text").values_list("text", flat=True))


def everything() -> dict[str, tuple[int, str]]:
    """Every table of the two apps, histories and ledger among them: its rows counted, and their digest."""
    found = {}
    for model in [*apps.get_app_config("assessments").get_models(), *apps.get_app_config("reviews").get_models()]:
        with connection.cursor() as cursor:
            table = model._meta.db_table
            cursor.execute(
                f"SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text COLLATE \"C\")) FROM {table} t"
            )
            found[table] = cursor.fetchone()
    return found
