"""`python -m bench [NAME…] [--data DIR]`: a table, and `bench/results.json` of the run; exit 1 if a goal fails."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from bench import (
    bulk,
    dry_run,
    first_visit,
    importing,
    neighbours,
    parsing,
    publishing,
    queue,
    rebuilding,
    rehearsing,
    saving,
    searching,
    sensitivity,
    startup,
    stored_pages,
    suggesting,
    taking,
    visible,
)
from bench.result import Result

BENCHES = {
    "startup": startup.run,
    "stored_pages": stored_pages.run,
    "bulk": bulk.run,
    "first_visit": first_visit.run,
    "dry_run": dry_run.run,
    "importing": importing.run,
    "parsing": parsing.run,
    "saving": saving.run,
    "searching": searching.run,
    "publishing": publishing.run,
    "queue": queue.run,
    "neighbours": neighbours.run,
    "visible": visible.run,
    "rebuilding": rebuilding.run,
    "rehearsing": rehearsing.run,
    "sensitivity": sensitivity.run,
    "suggesting": suggesting.run,
    "taking": taking.run,
}


def main(arguments: list[str]) -> int:
    names = list(arguments)
    if "--data" in names[:-1]:
        place = names.index("--data")
        os.environ["BENCH_DATA"] = str(Path(names[place + 1]).resolve())
        del names[place : place + 2]
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"There is no bench {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    results: list[Result] = []
    for name in names or list(BENCHES):
        results += BENCHES[name]()
    print(f"{'name':<58} {'value':>10} {'unit':<6} {'goal':>12} holds")
    for each in results:
        print(f"{each.name:<58} {each.value:>10.2f} {each.unit:<6} {each.goal:>12} {'yes' if each.holds else 'NO'}")
    path = Path(__file__).parent / "results.json"
    path.write_text(json.dumps([each.as_json() for each in results], indent=2) + "\n")
    return 0 if all(each.holds for each in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
