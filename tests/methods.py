"""Method versions for tests, drafted, tried and brought into force through the actions that people use."""

from __future__ import annotations

from django.utils import timezone

from assessments import dispatch, dry_runs, outbox, scoring
from assessments.actions import methodology as actions
from assessments.models import DryRun, Methodology, User


def drafted(admin: User, version: str = "1.1", *, of: str = "1.0", **values: str) -> Methodology:
    """A draft copied from another version, with these fields changed: `zones__green__from="50.0"` for
    `zones[green].from`."""
    now = timezone.now()
    made = actions.clone(of=of, version=version, note="For trial", by=admin, at=now)
    if not values:
        return made
    named = {name.replace("__green__", "[green].").replace("__", "."): value for name, value in values.items()}
    changed = scoring.with_values(made.definition, named)
    return actions.edit(
        version=version,
        definition=changed,
        note="For trial",
        definition_hash=made.definition_hash,
        by=admin,
        at=now,
    )


def tried(admin: User, version: str = "1.1") -> DryRun:
    """The finished dry run of a draft, done by what a worker runs."""
    run = actions.request_dry_run(version=version, by=admin, at=timezone.now())
    for message_id in outbox.claim(lease_seconds=10).get(dispatch.DRY_RUN, []):
        dry_runs.fulfil(message_id)
    run.refresh_from_db()
    return run


def in_force(admin: User, other_admin: User, version: str = "1.1", **values: str) -> Methodology:
    """A version drafted, tried, approved by two administrators, and so active."""
    made = drafted(admin, version, of=Methodology.objects.get(status="active").version, **values)
    tried(admin, version)
    for person in (admin, other_admin):
        made = actions.approve(
            version=version, reason="Agreed", definition_hash=made.definition_hash, by=person, at=timezone.now()
        )
    return made
