"""`python -m bench.searching_timed FOLDER|ROLES`: finding roles in a catalogue loaded into the database that the
environment names; JSON on stdout."""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
os.environ.setdefault("DEBUG", "1")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import indexing, prepared  # noqa: E402
from assessments.actions import people  # noqa: E402
from assessments.models import Methodology, SearchEntry, SearchPending, SearchWord  # noqa: E402
from assessments.queries import search  # noqa: E402
from assessments.queries.search import Wanted, explorer  # noqa: E402
from bench import catalogue  # noqa: E402

BY_KEYS = "SELECT * FROM assessments_searchentry WHERE role_id = ANY(%(keys)s)"
ROWS, MANY, FEW = 20, 300, 40
LETTERS = "abcdefghijklmnopqrstuvwxyz"
DRAWN = ("Tuner", "Founder", "Builder", "Keeper", "Mender", "Warden", "Carver", "Gilder")
HOSTILE = (
    "'; DROP TABLE x; --", "a & | ! <-> b:*", "((((", "\x00", "\u202eabc", "😀" * 50, "a" * 10_000, "a " * 5_000,
    "%_%\\", "\\' OR 1=1", "é" * 200, "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii", "<script>", "of the and to", "e",
    "x" * 60 + " " + "y" * 60 + " " + "z" * 60,
)  # fmt: skip

TOO_MUCH = "9" * 5_000
# What nobody should ask, and is answered in words: filters, sizes, cursors, states, slugs and versions that are none.
NONSENSE = (
    "/roles/?zone=purple&label=x&score_min=abc&score_max=NaN&ordering=;--&seniority=%F0%9F%92%A5",
    f"/roles/?score_min={TOO_MUCH}&score_max=1e400",
    "/roles/?cursor=" + "A" * 5_000,
    "/roles/?" + "&".join(["family=x"] * 500),
    "/api/v1/roles/?page_size=1000000000",
    "/api/v1/roles/?page_size=-1&cursor=%00",
    f"/api/v1/roles/?page_size={TOO_MUCH}",
    "/roles/no-such-role/",
    "/roles/" + "a" * 420 + "/",
    f"/roles/no-such-role/v{'9' * 400}/",
    "/roles/no-such-role/v0/",
    "/roles/no-such-role.json",
    "/roles/no-such-role/v1/nothing.csv",
    "/roles/no-such-role/neighbours/?page=99999999999",
    *(
        f"/roles/{slug}/{rest}"
        for slug in ("no-such-role", "registred-nurs", "a-" * 200 + "a")
        for rest in ("history/", "cite/", "embed/", "feed.xml", "v1/card.png", "v1.pdf", "v1/cite.bib", "v1/report/")
    ),
    "/badge/no-such-role.svg",
    "/explore/?family=" + "x" * 5_000,
    "/compare/?" + "&".join(f"role=nobody-{number}" for number in range(200)),
    "/compare/?role=" + "a" * 10_000,
    "/methodology/9.9/",
    "/methodology/" + "9" * 400 + "/",
    "/simulate/?method=9.9&g=9&e=x.y.z&b=-&p=%F0%9F%92%A5",
    "/simulate/?" + "&".join(["t=1~1~a~x"] * 500),
    f"/simulate/?g={TOO_MUCH}&t=1e400~3~a~x",
    "/simulate/?role=" + "a" * 3_000,
    "/feed.xml?family=" + "x" * 5_000,
    "/sitemap-999999999.xml",
    "/data/exposure/none/",
    "/data/2026-99-99-9/roles.csv.gz",
    "/reports/none/",
    "/nowhere/at/all/",
)


def main(what: str) -> None:
    set_up(what)
    print(json.dumps(measured()))


def set_up(what: str) -> None:
    """The catalogue, loaded and indexed."""
    call_command("migrate", verbosity=0)
    people.create_person(
        username="ada",
        display_name="Ada",
        password="ada-has-a-long-password",
        roles=["admin"],
        by=None,
        at=timezone.now(),
    )
    method = Methodology.objects.get(status="active").method
    if what.isdigit():
        stored, named = catalogue.drawn(method, roles=int(what), edges=0), drawn_names(int(what))
    else:
        stored, named = catalogue.of_folder(method, what), catalogue.names_of_folder(what)
    nothing = np.empty(0, dtype=np.int64)
    catalogue.load(catalogue.Catalogue(stored.inputs, nothing, nothing), named)
    indexing.refresh_all()
    while indexing.catch_up(limit=2_000):
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def drawn_names(roles: int) -> list[catalogue.Named]:
    """Names for a catalogue without real ones: two words and a number."""
    luck = random.Random(3)
    document = json.dumps({"tasks": [{"name": "Tune and mend what is brought in"}]})
    return [
        catalogue.Named(
            f"{luck.choice(DRAWN)} {luck.choice(DRAWN)} {row}", "Senior", f"Family {row % 23}", "", document
        )
        for row in range(roles)
    ]


def measured() -> dict[str, Any]:
    luck = random.Random(11)
    keys = list(SearchEntry.objects.values_list("pk", flat=True))
    fetches = [luck.sample(keys, ROWS) for _ in range(MANY)]
    found: dict[str, Any] = {
        "roles": len(keys),
        "fetch": spread(lambda some: list(SearchEntry.objects.filter(pk__in=some)), fetches),
        "bare": spread(lambda some: prepared.execute(BY_KEYS, {"keys": some}), fetches),
    }
    for kind, queries in questions(luck).items():
        found[kind] = spread(lambda q: search.find(Wanted(q=q), size=ROWS), queries)
    some = luck.sample(keys, FEW)
    found["listed"] = spread(lambda key: indexing.refresh([key]), some)
    indexing.catch_up_whole()
    found["indexed"] = spread(index, some)
    found |= {
        "pages": pages(),
        "facets": facets(),
        "over_http": over_http(),
        "hostile": hostile(),
        "nonsense": nonsense(),
    }
    return found


def index(key: int) -> None:
    """What one publication leaves to the worker."""
    SearchPending.objects.create(role_id=key)
    indexing.catch_up()


def questions(luck: random.Random) -> dict[str, list[str]]:
    """What people ask, of every kind."""
    titles = [
        title.partition(" (")[0] for title in SearchEntry.objects.order_by("?").values_list("title", flat=True)[:MANY]
    ]
    words = dict(SearchWord.objects.values_list("word", "roles"))
    by_use = sorted(words, key=lambda word: (-words[word], word))
    rare = [word for word in by_use if words[word] <= 3 and word.isalpha()]
    tasks = [word for word in by_use[:3_000] if len(word) > 4]
    return {
        "title": titles,
        "prefix": [title[: luck.randint(3, max(4, len(title) - 2))] for title in titles],
        "text": [" ".join(luck.sample(tasks, 2)) for _ in range(MANY)],
        "misspelt": [misspelt(title, luck) for title in titles],
        "common": by_use[:FEW] * 3,
        "rare": luck.sample(rare, min(MANY, len(rare))),
        "absent": ["".join(luck.choices(LETTERS, k=luck.randint(5, 12))) for _ in range(MANY)],
    }


def misspelt(title: str, luck: random.Random) -> str:
    """A title with a slip in its longest word."""
    longest = max(title.split(), key=len)
    place = luck.randrange(1, len(longest) - 1)
    slip = luck.choice(["out", "change", "turn"])
    letters = {
        "out": longest[:place] + longest[place + 1 :],
        "change": longest[:place] + luck.choice(LETTERS) + longest[place + 1 :],
        "turn": longest[:place] + longest[place + 1 : place + 2] + longest[place : place + 1] + longest[place + 2 :],
    }
    return title.replace(longest, letters[slip])


def pages() -> dict[str, float]:
    """Medians of a page of the list at its beginning, its middle and its end, in each order and narrowed."""
    found = {}
    some = {
        "title": {},
        "score": {"ordering": "-score"},
        "time": {"ordering": "published_at"},
        "zone": {"zone": "red", "ordering": "title"},
        "family": {"family": "Major group 23", "ordering": "-score"},
        "common": {"q": "managers", "ordering": "-score"},
    }
    for name, asked in some.items():
        wanted = Wanted(**asked)
        cursors = depths(wanted)
        for place, cursor in cursors.items():
            found[f"{name} {place}"] = spread(lambda c, w=wanted: search.find(w, cursor=c, size=50), [cursor] * 15)[
                "median"
            ]
    return found


def depths(wanted: Wanted) -> dict[str, str]:
    """Cursors of the first page, of one in the middle and of one near the end."""
    field = search.ORDERINGS[wanted.order]
    entries = SearchEntry.objects.filter(**({"published_zone": wanted.zone} if wanted.zone else {}))
    entries = entries.order_by(field, ("-" if field.startswith("-") else "") + "role_id")
    size, name = entries.count(), field.lstrip("-")
    cursors = {"first": ""}
    for place, share in (("middle", 0.5), ("end", 0.98)):
        row = entries[int(size * share)]
        cursors[place] = search.keyset.write([getattr(row, name), row.role_id], backwards=False)
    return cursors


def facets() -> dict[str, float]:
    asked = {
        "nothing": Wanted(),
        "a zone": Wanted(zone="red"),
        "a family and tens": Wanted(family="Major group 29", score_min=Decimal(30), score_max=Decimal("39.9")),
        "odd ranges": Wanted(score_min=Decimal("31.7")),
        "a common word": Wanted(q="managers"),
        "a common word and a zone": Wanted(q="workers", zone="red"),
        "a rare word": Wanted(q="actuaries"),
        "the commonest word": Wanted(q="other"),
    }
    found = {
        name: spread(lambda w: search.facets(w, w.words), [wanted] * 15)["median"] for name, wanted in asked.items()
    }
    found["explorer"] = spread(lambda family: explorer.cells(family), [""] * 15)["median"]
    found["explorer of a family"] = spread(lambda family: explorer.cells(family), ["Major group 29"] * 15)["median"]
    return found


def over_http() -> dict[str, float]:
    """Whole pages, through every layer but the socket."""
    asked = {
        "list": "/roles/",
        "narrowed": "/roles/?zone=red&family=Major+group+29",
        "title": "/roles/?q=registered+nurses",
        "common": "/roles/?q=managers",
        "text": "/roles/?q=budgets+finances",
        "misspelt": "/roles/?q=regstered+nurses",
        "absent": "/roles/?q=xqzvwk",
        "explorer": "/explore/",
        "api": "/api/v1/roles/?q=registered+nurses&page_size=20",
    }
    return {name: spread(lambda given: visit(given, {}), [address] * 15)["median"] for name, address in asked.items()}


def visit(address: str, asked: dict[str, str]) -> None:
    answer = Client(SERVER_NAME="localhost").get(address, asked)
    assert answer.status_code in {200, 400}, answer.status_code


def hostile() -> float:
    """The slowest of hostile questions, each asked thrice over HTTP and taken at its best, in seconds."""
    slowest = 0.0
    for q in HOSTILE:
        for address in ("/roles/", "/api/v1/roles/"):
            best = min(seconds(lambda a=address, text=q: visit(a, {"q": text})) for _ in range(3))
            slowest = max(slowest, best)
    return slowest


def nonsense() -> float:
    """The slowest of addresses that nobody should ask, taken likewise."""
    return max(min(seconds(lambda a=address: refused(a)) for _ in range(3)) for address in NONSENSE)


def refused(address: str) -> None:
    answer = Client(SERVER_NAME="localhost").get(address)
    assert answer.status_code in {200, 302, 400, 404}, (address[:80], answer.status_code)


def spread(act: Callable[[Any], object], given: Sequence[Any] | Iterable[Any]) -> dict[str, float]:
    """Median and 99th percentile of seconds, after a tenth of it unmeasured."""
    many = list(given)
    for each in many[: max(len(many) // 10, 6)]:
        act(each)
    taken = sorted(seconds(lambda e=each: act(e)) for each in many)
    return {"median": statistics.median(taken), "p99": taken[min(int(len(taken) * 0.99), len(taken) - 1)]}


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main(sys.argv[1])
