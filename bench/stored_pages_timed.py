"""`python -m bench.stored_pages_timed SLUG`: how many questions a page costs from memory, and from its stored parts,
in a process beside the one that serves; JSON on stdout."""

from __future__ import annotations

import io
import json
import os
import sys
import threading
import time
from typing import Any

import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aijri_site.settings")

from aijri_site.wsgi import application


def main(slug: str) -> None:
    put: list[str] = []
    here = threading.get_ident()
    execute = psycopg.Cursor.execute

    def counted(cursor: Any, query: Any, *given: Any, **options: Any) -> Any:
        # The watch's own looks, twice a second in a thread of its own, are no reader's questions.
        if threading.get_ident() == here:
            put.append(str(query))
        return execute(cursor, query, *given, **options)

    ask(slug)
    while not application.watch.good:
        time.sleep(0.05)
    psycopg.Cursor.execute = counted  # type: ignore[method-assign]
    found = {}
    for name in ("miss", "hit"):
        put.clear()
        ask(slug)
        found[name] = len(put)
    print(json.dumps(found))


def ask(slug: str) -> None:
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/roles/{slug}/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
    }
    b"".join(application(environ, lambda *_: None))


if __name__ == "__main__":
    main(sys.argv[1])
