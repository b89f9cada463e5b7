"""What a reviewer had before them: the one thing that is written because somebody reads."""

from __future__ import annotations

from datetime import datetime

from assessments import access
from assessments.enums import Access
from assessments.models import Assessment, User
from reviews.models import Seen


def note_seen(*, assessment: Assessment, content_hash: str, by: User, at: datetime) -> None:
    """Note that a reviewer has this content before them, so that the next submission can be shown beside it; of others
    nothing is noted. Noting the same content again only moves the time."""
    if access.holds(by, Access.REVIEWER):
        seen = Seen(reviewer=by, assessment=assessment, content_hash=content_hash, at=at)
        Seen.objects.bulk_create(
            [seen],
            update_conflicts=True,
            unique_fields=["reviewer", "assessment", "content_hash"],
            update_fields=["at"],
        )
