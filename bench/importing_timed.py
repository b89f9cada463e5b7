"""`python -m bench.importing_timed FOLDER CHUNK`: imports a folder through the real door into the database that the
environment names, and prints the seconds of every chunk and the statements of one document as JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from assessments import archives  # noqa: E402
from assessments.actions.imports import bring_in  # noqa: E402
from assessments.models import User  # noqa: E402

APART = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def main(folder: Path, chunk: int) -> None:
    person = User.objects.get(username="assessor")
    paths = sorted(folder.iterdir())
    seconds = []
    for start in range(0, len(paths) - chunk + 1, chunk):
        began = time.monotonic()
        for path in paths[start : start + chunk]:
            take(path, person)
        seconds.append(time.monotonic() - began)
    with CaptureQueriesContext(connection) as seen:
        take(paths[-1], person)
    statements = [query["sql"] for query in seen.captured_queries if not query["sql"].startswith(APART)]
    print(json.dumps({"seconds": seconds, "statements": len(statements)}))


def take(path: Path, person: User) -> None:
    entry, _ = bring_in(source=archives.file(path), by=person, at=timezone.now(), rehearsal=None)
    if entry.outcome != "imported":
        raise SystemExit(f"{path}: {[each.sentence for each in entry.errors]}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
