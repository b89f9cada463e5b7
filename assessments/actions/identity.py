"""What a role is called, and whether it is one of its own: renaming, merging, retiring, and bringing back.

An address that was given out leads somewhere ever after. Of a role that is merged or retired nothing is published any
more: its versions stay at their own addresses, and neighbours, lists and ranks follow as after a retraction.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, Value
from django.db.models.functions import Lower

from assessments import access, audit, flags, indexing
from assessments.actions.roles import (
    LEVELS,
    add_alias,
    answer_names,
    free_slug,
    is_above,
    request_recompute,
    same_relations,
    take_back,
)
from assessments.enums import OPEN, Access, ClaimState, Origin, RelationKind, RetractionState, RoleStatus, Status
from assessments.errors import Conflict, Invalid, Place
from assessments.models import (
    Assessment,
    CalibrationClaim,
    FormerAddress,
    Retraction,
    Role,
    RoleAlias,
    RoleRelation,
    User,
    WaitingName,
)
from assessments.queries import roles as find
from assessments.transitions import next_status

LONGEST_NAME = 200
LONGEST_REASON = 500


@transaction.atomic
def rename(*, role: Role, title: str, seniority: str, reason: str, by: User, at: datetime) -> Role:
    """Call a role otherwise. Its address follows its title, the one before leads on, and the title before stays one of
    its names; the same title and level write nothing.

    Invalid for an empty or too long title; Conflict for a merged role and for a title and level that another role has.
    """
    role, reason = _locked(role, by=by), _reason(reason)
    _refuse_merged(role)
    title, seniority = _name(title, "title"), _name(seniority, "seniority")
    if not title:
        raise _wrong("title", "Give the role a title.")
    if (title, seniority) == (role.title, role.seniority):
        return role
    was, title_was, slug_was = str(role), role.title, role.slug
    role.title, role.seniority, role.slug = title, seniority, free_slug(title, seniority, of=role.pk)
    role.former_addresses.filter(slug=role.slug).delete()
    try:
        with transaction.atomic():
            audit.save(role, by=by, at=at, reason=reason, fields=["title", "seniority", "slug"])
    except IntegrityError as taken:
        said = f"Another role is called {role}: merge the two instead."
        raise Conflict(said, code="title_taken") from taken
    if role.slug != slug_was:
        FormerAddress.objects.create(slug=slug_was, role=role, left_at=at)
    _record("role.renamed", role, reason, by=by, at=at, was=was, slug_was=slug_was)
    if _lowered(title) != _lowered(title_was):
        same = role.aliases.annotate(lowered=Lower("text")).filter(lowered=Lower(Value(title)))
        audit.delete_many(list(same), by=by, at=at, reason=reason)
        add_alias(role=role, text=title_was, by=by, at=at)
    answer_names([Lower(Value(title))], by=by, at=at, role_held=Access.ADMIN)
    indexing.refresh([role.pk])
    return role


@transaction.atomic
def merge(*, role: Role, into: Role, reason: str, by: User, at: datetime) -> Role:
    """Two roles turn out to be one: `into` goes on, with the names, codes and relations of the other, whose address
    leads to it. What was published of the other is superseded.

    Invalid for a role and itself; Conflict for one that is merged already, for a survivor that is merged or retired,
    and while a version, a proposal to retract or a calibration claim of the one that goes is open.
    """
    reason = _reason(reason)
    if role.pk == into.pk:
        raise _wrong("into", f"{role} cannot be merged into itself.")
    pair = {each.pk: each for each in (_locked(each, by=by) for each in sorted((role, into), key=lambda r: r.pk))}
    role, into = pair[role.pk], pair[into.pk]
    _refuse_merged(role)
    if into.status != RoleStatus.ACTIVE:
        raise Conflict(f"{into} is {into.get_status_display().lower()} itself.", code="role_not_active")
    _end(role, reason, by=by, at=at)
    role.status, role.merged_into = RoleStatus.MERGED, into
    audit.save(role, by=by, at=at, reason=reason, fields=["status", "merged_into"])
    earlier = list(role.merged.all())
    for each in earlier:
        each.merged_into = into
    audit.update_many(earlier, by=by, at=at, reason=reason, fields=["merged_into"])
    _hand_names(role, into, reason=reason, by=by, at=at)
    _hand_codes(role, into, reason=reason, by=by, at=at)
    _hand_relations(role, into, reason=reason, by=by, at=at)
    _record("role.merged", role, reason, by=by, at=at, into=str(into), into_slug=into.slug)
    request_recompute(role)
    request_recompute(into)
    return into


@transaction.atomic
def retire(*, role: Role, reason: str, by: User, at: datetime) -> Role:
    """Nobody holds this role any more, or nobody assesses it: its page keeps the last version and says so. Conflict as
    for merging."""
    role, reason = _locked(role, by=by), _reason(reason)
    if role.status != RoleStatus.ACTIVE:
        raise Conflict(f"{role} is {role.get_status_display().lower()} already.", code="role_not_active")
    _end(role, reason, by=by, at=at)
    role.status = RoleStatus.RETIRED
    audit.save(role, by=by, at=at, reason=reason, fields=["status"])
    _record("role.retired", role, reason, by=by, at=at)
    request_recompute(role)
    return role


@transaction.atomic
def bring_back(*, role: Role, reason: str, by: User, at: datetime) -> Role:
    """A retired role is one again; what is published of it next is its next version. Conflict unless it is retired."""
    role, reason = _locked(role, by=by), _reason(reason)
    if role.status != RoleStatus.RETIRED:
        raise Conflict(f"{role} is not retired.", code="wrong_state")
    role.status = RoleStatus.ACTIVE
    audit.save(role, by=by, at=at, reason=reason, fields=["status"])
    _record("role.brought_back", role, reason, by=by, at=at)
    return role


def _locked(role: Role, *, by: User) -> Role:
    access.require(access.may_administer(by))
    return Role.objects.select_for_update(no_key=True).get(pk=role.pk)


def _refuse_merged(role: Role) -> None:
    if role.status == RoleStatus.MERGED:
        raise Conflict(f"{role} is merged already: it is no role of its own any more.", code="role_not_active")


def _end(role: Role, reason: str, *, by: User, at: datetime) -> None:
    """What is published of a role is superseded, with nothing after it."""
    versions = Assessment.objects.select_for_update(no_key=True).filter(role=role)
    if versions.filter(status__in=OPEN).exists():
        raise Conflict(f"{role} has an open version: it has to be withdrawn or decided first.", code="open_version")
    if Retraction.objects.filter(assessment__role=role, state=RetractionState.OPEN).exists():
        raise Conflict(f"A retraction of {role} is proposed: settle that first.", code="retraction_proposed")
    if CalibrationClaim.objects.filter(Q(a=role) | Q(b=role), state=ClaimState.STANDING).exists():
        raise Conflict(f"Calibration claims speak of {role}: they have to be withdrawn first.", code="claims_stand")
    for version in versions.filter(status=Status.PUBLISHED):
        version.status, version.superseded_at = next_status(version.status, "supersede"), at
        audit.save(version, by=by, at=at, reason=reason, fields=["status", "superseded_at"])
        data: dict[str, object] = {"number": version.number, "reason": reason}
        audit.record("assessment.superseded", by=by, at=at, role_held=Access.ADMIN, about=version, data=data)
        flags.replace(version, at=at)
    WaitingName.objects.filter(source=role).delete()


def _hand_names(role: Role, into: Role, *, reason: str, by: User, at: datetime) -> None:
    """Other names go over, but for those that the survivor has. What is one name is for the database to say."""
    its_own = RoleAlias.objects.filter(role=into).values(lowered=Lower("text"))
    names = role.aliases.annotate(lowered=Lower("text"))
    known = Q(lowered__in=its_own) | Q(lowered=Lower(Value(into.title)))
    doubled, handed = list(names.filter(known)), list(names.exclude(known))
    audit.delete_many(doubled, by=by, at=at, reason=reason)
    for each in handed:
        each.role = into
    audit.update_many(handed, by=by, at=at, reason=reason, fields=["role"])
    if _lowered(role.title) != _lowered(into.title):
        add_alias(role=into, text=role.title, by=by, at=at)


def _hand_codes(role: Role, into: Role, *, reason: str, by: User, at: datetime) -> None:
    codes = list(role.codes.all())
    for each in codes:
        each.role = into
    audit.update_many(codes, by=by, at=at, reason=reason, fields=["role"])


def _hand_relations(role: Role, into: Role, *, reason: str, by: User, at: datetime) -> None:
    """Relations of the one that goes become the survivor's, unless they say what is said already, would close a circle
    of levels, or only repeat what a document of the one that goes said it is not."""
    found = RoleRelation.objects.filter(Q(source=role) | Q(target=role)).select_related("source", "target")
    for relation in found.order_by("pk"):
        source, target = (into if each.pk == role.pk else each for each in (relation.source, relation.target))
        own_words = relation.source_id == role.pk and relation.origin == Origin.DOCUMENT
        known = RoleRelation.objects.filter(same_relations(source, relation.kind, target))
        if own_words or source.pk == target.pk or known.exists() or _closes_circle(source, relation.kind, target):
            take_back(relation, reason=reason, by=by, at=at, role_held=Access.ADMIN)
        else:
            field = "source" if relation.source_id == role.pk else "target"
            setattr(relation, field, into)
            audit.save(relation, by=by, at=at, reason=reason, fields=[field])


def _closes_circle(source: Role, kind: str, target: Role) -> bool:
    upper, lower = (source, target) if kind == RelationKind.SENIOR_OF else (target, source)
    return kind in LEVELS and is_above(lower, upper)


def _lowered(text: str) -> str:
    return find.lowered([text])[text]


def _record(verb: str, role: Role, reason: str, *, by: User, at: datetime, **said: object) -> None:
    data = {"title": str(role), "slug": role.slug, "reason": reason, **said}
    audit.record(verb, by=by, at=at, role_held=Access.ADMIN, about=role, data=data)


def _name(text: str, field: str) -> str:
    """Without blanks at the ends or doubled, in the form that documents have."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if len(text) > LONGEST_NAME:
        raise _wrong(field, f"A {field} has at most {LONGEST_NAME} characters; shorten it.")
    return text


def _reason(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST_REASON:
        raise _wrong("reason", f"Say why, in at most {LONGEST_REASON} characters.")
    return text


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])
