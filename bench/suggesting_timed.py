"""`python -m bench.suggesting_timed ROLESxEDGES`: suggested neighbours and the profile of a hub, in a catalogue loaded
into the database that the environment names; JSON on stdout."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import peers  # noqa: E402
from assessments.actions import people  # noqa: E402
from assessments.models import Assessment, Methodology, Role, User  # noqa: E402
from assessments.queries import published, suggestions  # noqa: E402
from assessments.views.neighbours import on_profile, role_neighbours  # noqa: E402
from bench import catalogue  # noqa: E402

ORDINARY = 40
ROUNDS = 5


def main(what: str) -> None:
    call_command("migrate", verbosity=0)
    admin = people.create_person(
        username="ada",
        display_name="Ada",
        password="ada-has-a-long-password",
        roles=["admin"],
        by=None,
        at=timezone.now(),
    )
    size, edges = map(int, what.split("x"))
    stored = catalogue.drawn(Methodology.objects.get(status="active").method, roles=size, edges=edges)
    first = catalogue.load(stored)
    pairs = np.bincount(stored.source, minlength=size) + stored.in_degree
    hub = first + int(np.argmin(np.abs(pairs - 8000)))
    chosen = first + np.random.default_rng(3).choice(size, ORDINARY, replace=False)
    found = {
        "roles": size,
        "suggested": timed([lambda key=int(key): suggest(key, admin) for key in chosen]),
        "hub_pairs": int(pairs[hub - first]),
        "hub_suggested": timed([lambda: suggest(hub, admin)] * ROUNDS),
    }
    peers.recompute([hub])
    version = Assessment.objects.get(role=hub, status="published")
    found["hub_neighbours"] = timed([lambda: on_profile(version)] * ROUNDS)
    found["hub_page"] = timed([lambda: page(hub)] * ROUNDS)
    print(json.dumps(found))


def suggest(role: int, person: User) -> None:
    suggestions.of(Role.objects.get(pk=role), to=person)


def page(role: int) -> None:
    """A page of all neighbours, in the middle."""
    slug = published.published().get(role=role).role.slug
    assert role_neighbours(RequestFactory().get("/", {"page": "80"}), slug).status_code == 200


def timed(acts: list[Callable[[], object]]) -> float:
    """Median seconds; the first is done once before, unmeasured."""
    acts[0]()
    taken = []
    for act in acts:
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main(sys.argv[1])
