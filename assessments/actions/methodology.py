"""Versions of the method: drafted as a copy of another, tried, approved by two administrators, brought into force."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments import access, audit, dispatch, documents, outbox, scoring
from assessments.enums import Access, MethodStatus, Zone
from assessments.errors import Conflict, Invalid, Invisible, Place, Stale
from assessments.models import DryRun, MethodApproval, Methodology, User
from assessments.scoring.scaled import Scaled
from assessments.scoring.soundness import fault_of_method, fault_of_values
from assessments.transitions import next_method_status

VERSION = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){1,2}")
TEXT_LIMIT = 5000
MOST_DECIMALS = 10
FURTHEST = 100


@transaction.atomic
def clone(*, of: str, version: str, note: str, by: User, at: datetime) -> Methodology:
    """Start a draft as a copy of another version. `note` says, for readers, what it changes and why."""
    access.require(access.may_administer(by))
    source = Methodology.objects.filter(version=of).first()
    if source is None:
        raise Invisible("There is no such version of the method.")
    if not VERSION.fullmatch(version):
        raise _invalid("version", "A version is two or three numbers with points between them, such as 1.1.")
    if Methodology.objects.filter(version=version).exists():
        raise _invalid("version", f"There is a method {version} already; every version has a number of its own.")
    methodology = Methodology(
        version=version,
        definition={**scoring.with_defaults(source.definition), "version": version},
        based_on=source,
        note=_text("note", note, "Say what this version changes, and why."),
        created_at=at,
        created_by=by,
    )
    audit.save(methodology, by=by, at=at, reason=f"Copied from method {of}")
    _record("methodology.drafted", methodology, by=by, at=at, data={"based_on": of})
    return methodology


@transaction.atomic
def edit(
    *, version: str, definition: Mapping[str, Any], note: str, definition_hash: str, by: User, at: datetime
) -> Methodology:
    """Replace a draft's definition and note. `definition_hash` is that of the text the edit started from; Stale when
    another is stored by now. Invalid, with a sentence, for a definition that is not a whole method that documents,
    columns and pages can carry; one that is unchanged writes nothing."""
    methodology = _lock(version, by=by)
    next_method_status(methodology.status, "edit")
    if definition_hash != methodology.definition_hash:
        raise Stale("Somebody changed this draft since you opened it; load it again and put your change on top.")
    require_whole(definition, version=version)
    note = _text("note", note, "Say what this version changes, and why.")
    if (dict(definition), note) == (methodology.definition, methodology.note):
        return methodology
    changed = [each.path for each in scoring.differences(methodology.definition, definition)]
    methodology.definition, methodology.note = dict(definition), note
    audit.save(methodology, by=by, at=at, reason="Draft edited", fields=["definition", "note"])
    _record("methodology.edited", methodology, by=by, at=at, data={"fields": changed})
    return methodology


@transaction.atomic
def request_dry_run(*, version: str, by: User, at: datetime) -> DryRun:
    """Ask for a draft to be put against every published assessment; Conflict while a run of it is under way."""
    methodology = _lock(version, by=by)
    next_method_status(methodology.status, "try")
    if methodology.dry_runs.filter(finished_at__isnull=True).exists():
        raise Conflict("A dry run of this draft is under way already.", code="dry_run_under_way")
    run = DryRun.objects.create(
        methodology=methodology,
        definition=methodology.definition,
        against=Methodology.objects.get(status=MethodStatus.ACTIVE),
        requested_by=by,
        requested_at=at,
    )
    _record("methodology.dry_run_requested", methodology, by=by, at=at, data={"dry_run": run.pk})
    outbox.request(dispatch.DRY_RUN, payload={"dry_run": run.pk})
    return run


@transaction.atomic
def approve(*, version: str, reason: str, definition_hash: str, by: User, at: datetime) -> Methodology:
    """An administrator's word for bringing a draft into force, bound to the definition they read. The second word, of
    another administrator on the same definition, activates it and retires the version before.

    Conflict when the definition is another by now, when the same person approved it already, or when no finished dry
    run of it against the active version is there to be read.
    """
    access.require(access.may_administer(by))
    # All rows, in one order: of two activations at once the second reads what the first one made active.
    versions = list(Methodology.objects.select_for_update(no_key=True).order_by("pk"))
    active = next(each for each in versions if each.status == MethodStatus.ACTIVE)
    methodology = _lock(version, by=by)
    next_method_status(methodology.status, "activate")
    reason = _text("reason", reason, "Give the reason for bringing this version into force.")
    if definition_hash != methodology.definition_hash:
        raise Conflict("This draft is not the one you read: it was changed since. Read it again.", code="stale_content")
    if not (answer := access.may_approve(by, methodology)):
        raise Conflict(answer.reason, code="approved_already")
    if current_dry_run(methodology, active=active) is None:
        raise Conflict(
            f"Run this draft against the catalogue first: there is no dry run of it as it stands against method "
            f"{active.version}.",
            code="dry_run_missing",
        )
    second = methodology.approvals.filter(definition=methodology.definition).exists()
    MethodApproval.objects.create(
        methodology=methodology, administrator=by, definition=methodology.definition, reason=reason, given_at=at
    )
    _record("methodology.approved", methodology, by=by, at=at, data={"reason": reason})
    if second:
        _activate(methodology, active, reason=reason, by=by, at=at)
    return methodology


@transaction.atomic
def abandon(*, version: str, reason: str, by: User, at: datetime) -> Methodology:
    """Give a draft up; its number is not used again."""
    methodology = _lock(version, by=by)
    methodology.status = next_method_status(methodology.status, "abandon")
    reason = _text("reason", reason, "Say why this draft is given up.")
    methodology.retired_at = at
    audit.save(methodology, by=by, at=at, reason=reason, fields=["status", "retired_at"])
    methodology.dry_runs.filter(finished_at__isnull=True).update(finished_at=at, failure="The draft was given up.")
    _record("methodology.abandoned", methodology, by=by, at=at, data={"reason": reason})
    return methodology


def current_dry_run(methodology: Methodology, *, active: Methodology) -> DryRun | None:
    """The latest successful run of a version's definition, as it stands, against the active version."""
    runs = methodology.dry_runs.filter(definition=methodology.definition, against=active, report__isnull=False)
    return runs.defer("moves").order_by("-finished_at").first()


def require_whole(definition: Mapping[str, Any], *, version: str) -> scoring.Method:
    """The method a definition describes; Invalid, with a sentence, where it is not a whole one, or not one that
    documents, the figures' columns and the pages' scale of 0 to 100 can carry."""
    if fault := fault_of_values(definition):
        raise _invalid("definition", fault)
    try:
        method = scoring.Method.from_definition(definition)
        if fault := fault_of_method(method):
            raise _invalid("definition", fault)
        raw_unit = Scaled(method).raw_unit
    except scoring.MethodError as error:
        raise _invalid("definition", str(error)) from error
    misfit = _uncarried(method, raw_unit) or documents.misfit(method)
    if misfit:
        raise _invalid("definition", misfit)
    if method.version != version:
        raise _invalid("definition", f"The definition is of version {method.version}, not {version}.")
    return method


def _uncarried(method: scoring.Method, raw_unit: int) -> str | None:
    score = method.score
    if score.minimum != 0 or score.maximum != 100 or score.places != 1:
        return "score must run from 0 to 100 with one decimal."
    if [zone.code for zone in method.zones] != Zone.values:
        return f"zones must be {', '.join(Zone.values)}, in this order."
    if method.tasks.total != 100:
        return "tasks.total must be 100."
    if 10**MOST_DECIMALS % raw_unit:
        return f"formula: raw would have more than {MOST_DECIMALS} decimals; shorten the steps or the ceiling."
    scales = (method.growth, method.tasks.score, *method.protective, *method.evidence, *method.barriers)
    if any(scale.minimum < -FURTHEST or scale.maximum > FURTHEST for scale in scales):
        return f"A scale runs from -{FURTHEST} to {FURTHEST} at most."
    for rule in method.labels:
        if len(rule.text) > 60 or len(rule.sub_label or "") > 30:
            return "labels: a label has at most 60 characters, the code of a sub-label at most 30."
    return None


def _activate(methodology: Methodology, active: Methodology, *, reason: str, by: User, at: datetime) -> None:
    active.status, active.retired_at = next_method_status(active.status, "retire"), at
    audit.save(
        active, by=by, at=at, reason=f"Method {methodology.version} came into force", fields=["status", "retired_at"]
    )
    methodology.status, methodology.activated_at = next_method_status(methodology.status, "activate"), at
    audit.save(methodology, by=by, at=at, reason=reason, fields=["status", "activated_at"])
    _record("methodology.retired", active, by=by, at=at, data={})
    outbox.request(dispatch.FLAG_BY_METHOD, payload={"methodology": methodology.pk})
    _record("methodology.activated", methodology, by=by, at=at, data={"retired": active.version})


def _lock(version: str, *, by: User) -> Methodology:
    access.require(access.may_administer(by))
    methodology = Methodology.objects.select_for_update(no_key=True).filter(version=version).first()
    if methodology is None:
        raise Invisible("There is no such version of the method.")
    return methodology


def _record(verb: str, methodology: Methodology, *, by: User, at: datetime, data: dict[str, object]) -> None:
    said = {"version": methodology.version, "definition_hash": methodology.definition_hash, **data}
    audit.record(verb, by=by, at=at, role_held=Access.ADMIN, about=methodology, data=said)


def _text(field: str, text: str, missing: str) -> str:
    text = text.strip()
    if not text:
        raise _invalid(field, missing)
    if len(text) > TEXT_LIMIT:
        raise _invalid(field, f"This has more than {TEXT_LIMIT} characters; shorten it.")
    return text


def _invalid(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])
