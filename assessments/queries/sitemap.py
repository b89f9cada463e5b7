"""Which roles search engines are told of, in parts of a fixed range of keys: no part is ever counted through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection

from assessments.enums import Status
from assessments.models import Assessment

# The protocol allows 50,000 addresses a file.
PART = 10_000
# One probe of the index for each range of keys, however many roles a range holds.
PARTS = """
SELECT part FROM generate_series(0, (SELECT coalesce(max(id), 0) / %(size)s FROM assessments_role)) part
WHERE EXISTS (SELECT 1 FROM assessments_assessment
  WHERE status = 'published' AND role_id >= part * %(size)s AND role_id < (part + 1) * %(size)s)
ORDER BY part
"""


def parts() -> list[int]:
    """The numbers of the parts that hold a published role."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS, {"size": PART})
        return [part for (part,) in cursor.fetchall()]


def roles(part: int) -> Iterator[tuple[str, datetime | None]]:
    """The published roles of a part, at most `PART`: slug and when the version was published. A part beyond all keys
    has none."""
    if part >= 2**40:
        return iter(())
    found = Assessment.objects.filter(status=Status.PUBLISHED, role__gte=part * PART, role__lt=(part + 1) * PART)
    return found.order_by("role").values_list("role__slug", "published_at").iterator(chunk_size=2000)
