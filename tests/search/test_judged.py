"""How well the best comes first, held against judged queries."""

from __future__ import annotations

import csv
import json
import os
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from assessments import indexing
from assessments.models import Methodology, Role, User
from assessments.queries import search
from assessments.queries.search import Wanted
from bench import catalogue
from reviews import demonstration
from tests.search.judged import DEMONSTRATION, OCCUPATIONS, rank

ONET = Path(os.environ.get("AIJRI_SHARED", "../shared")) / "data" / "onet_29_3"
CODE = "O*NET-SOC Code"
CODED = (
    "INSERT INTO assessments_rolecode (role_id, scheme, code, title, description) VALUES (%s, 'onet-soc', %s, %s, '')"
)
pytestmark = pytest.mark.django_db


def rows(name: str) -> list[dict[str, str]]:
    with open(ONET / f"{name}.tsv", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def ranks(judged: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, int]:
    found = {}
    for typed, right in judged:
        hits = search.find(Wanted(q=typed), size=10).hits
        found[typed] = rank([hit.entry.title for hit in hits], right)
    return found


def test_the_first_answer_is_right_over_the_occupations_of_onet(admin: User) -> None:
    if not ONET.exists():
        pytest.skip(f"{ONET} is absent: set AIJRI_SHARED")
    aliases: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows("Alternate Titles"):
        for text in (row["Alternate Title"], row["Short Title"]):
            if text and text != "n/a":
                aliases[row[CODE]].setdefault(text[:200].lower(), text[:200])
    occupations = rows("Occupation Data")
    named = [
        catalogue.Named(
            title=row["Title"],
            seniority="",
            family=row[CODE][:2],
            aliases=tuple(aliases[row[CODE]].values()),
            document=json.dumps({"tasks": [{"name": row["Description"]}]}),
        )
        for row in occupations
    ]
    method = Methodology.objects.get(status="active").method
    drawn = catalogue.drawn(method, roles=len(named), edges=len(named))
    nothing = np.empty(0, dtype=np.int64)
    first = catalogue.store(catalogue.Catalogue(drawn.inputs, nothing, nothing), named)
    with connection.cursor() as cursor:
        cursor.executemany(CODED, [(first + place, row[CODE], row["Title"]) for place, row in enumerate(occupations)])
    indexing.refresh_all()
    indexing.catch_up_whole()
    found = ranks(OCCUPATIONS)
    missed = {typed: place for typed, place in found.items() if place != 1}
    assert len(found) == 50
    assert sum(place == 1 for place in found.values()) / len(found) >= 0.96, missed
    assert sum(1 / place for place in found.values() if place) / len(found) >= 0.97, missed


def test_the_first_answer_is_right_over_the_demonstration() -> None:
    demonstration.load(at=timezone.now())
    indexing.catch_up_whole()
    assert Role.objects.count() >= 8
    assert {typed: place for typed, place in ranks(DEMONSTRATION).items() if place != 1} == {}
