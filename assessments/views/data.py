"""The data page: dumps of the catalogue, what their fields mean, and how to check them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST

from assessments import access, dumps
from assessments.actions import dumping
from assessments.errors import Conflict, Invisible
from assessments.models import CatalogueDump
from assessments.queries import dumped
from assessments.views import addresses, linked_data

SHOWN = 60
TYPES = {
    ".gz": "application/gzip",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    "": "text/plain; charset=utf-8",
}


def data(request: HttpRequest) -> HttpResponse:
    """What there is to download, the newest first."""
    found = list(dumped.kept()[:SHOWN])
    context = {
        "dumps": found,
        "newest": found[0] if found else None,
        "parquet": dumps.COLUMNS in {file["name"] for each in found[:1] for file in each.files},
        "under_way": dumped.under_way().exists(),
        "fields": dumped.DICTIONARY.items(),
        "more_fields": dumped.ONLY_JSON.items(),
        "licence": settings.DATA_LICENCE,
        "licence_url": settings.DATA_LICENCE_URL,
        "all_days": dumps.ALL_DAYS,
        "linked_data": linked_data.embedded(_dataset(found)),
        "administers": bool(access.may_administer(request.user)),
    }
    return render(request, "public/data.html", context)


def dump_file(request: HttpRequest, dump: str, name: str) -> HttpResponse | FileResponse:
    """One file of a dump, streamed; what stands under its address never changes."""
    found = next((each for each in _named(dump) if name in {file["name"] for file in each.files}), None)
    path = dumps.folder_of(found) / name if found else None
    if found is None or path is None or not path.is_file():
        raise Invisible("There is no such file. Dumps of old days are removed; the data page has those that are kept.")
    told = next(file for file in found.files if file["name"] == name)
    etag = f'"{told["sha256"]}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=31536000, immutable"}
    unread = HttpResponse(headers=headers)
    answer = get_conditional_response(request, etag, None, unread)
    if answer is not None and answer is not unread:
        return answer
    kind = TYPES[path.suffix]
    # Saved under the name that the checksums have.
    return FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind, headers=headers)


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a dump made now."""
    try:
        dumping.ask(by=request.user, at=timezone.now())
    except Conflict as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, "The catalogue is being dumped. It is listed here as soon as it is whole.")
    return redirect("data")


def _named(name: str) -> list[CatalogueDump]:
    """The kept dump of a name that is one, however it is spelt by strangers."""
    return [each for each in dumped.kept() if each.name == name]


def _dataset(found: list[CatalogueDump]) -> dict[str, object]:
    newest = found[0] if found else None
    files = [
        {
            "@type": "DataDownload",
            "name": file["name"],
            "contentUrl": addresses.absolute("dump_file", newest.name, file["name"]),
            "encodingFormat": TYPES[Path(file["name"]).suffix],
            "contentSize": f"{file['bytes']} B",
            "sha256": file["sha256"],
        }
        for file in (newest.files if newest else [])
        if file["name"] != dumps.SUMS
    ]
    return {
        "@context": linked_data.CONTEXT,
        "@type": "Dataset",
        "name": "AIJRI Review: published assessments",
        "description": "Reviewed assessments of how far roles resist displacement by AI, with inputs and decisions.",
        "url": addresses.absolute("data"),
        "license": settings.DATA_LICENCE_URL,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": "AIJRI Review", "url": addresses.site() + "/"},
        "variableMeasured": list(dumped.DICTIONARY),
        **({"version": newest.name, "dateModified": str(newest.day), "distribution": files} if newest else {}),
    }
