"""Writing drafts: start, save, revise, withdraw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction

from assessments import access, audit, documents, scoring
from assessments.actions import errata
from assessments.actions.roles import ensure_role
from assessments.documents import Document, Problem
from assessments.enums import OPEN, Access, ChangeReason, Kind, MethodStatus, RoleStatus, Status
from assessments.errors import Conflict, Invalid, Place, Stale
from assessments.models import Assessment, Contribution, Methodology, Role, User
from assessments.models.assessment import FIGURE_COLUMNS, Standing
from assessments.transitions import SAID, next_status

WRITTEN_ELSEWHERE = {
    str(RoleStatus.MERGED): "was merged into another role: write on that one.",
    str(RoleStatus.RETIRED): "is retired: nothing is written on it until an administrator brings it back.",
}
OPEN_ALREADY = "This role already has an open version; only one can be open at a time."


@dataclass(frozen=True)
class Saved:
    """What a save came to: the stored assessment and what its document still lacks."""

    assessment: Assessment
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Evaluation:
    """A document under a method: as it is to be stored, its figures (None while it has gaps), its problems."""

    document: Document
    figures: scoring.Figures | None
    problems: tuple[Problem, ...]
    override_cleared: bool

    @cached_property
    def value(self) -> dict[str, Any]:
        """The document as it is stored."""
        return documents.to_json(self.document)

    @cached_property
    def content_hash(self) -> str:
        return documents.hash_of(self.value)


def evaluate(document: Document, method: scoring.Method, corrected: Assessment | None = None) -> Evaluation:
    """Figures and problems of a document; a proposal that the formula has reached clears itself. `corrected` is the
    version whose figures an erratum leaves where they are (`errata.corrected_by`)."""
    figures = documents.figures_of(document, method)
    override = document.override
    cleared = (
        figures is not None and override.proposed_score is not None and override.proposed_score == figures.formula_score
    )
    if cleared:
        document = replace(document, override=replace(override, proposed_score=None, reason_code=None))
    problems = tuple(documents.problems(document, method))
    if cleared and figures is not None:
        problems += (
            Problem(
                level="warning",
                path="override.proposed_score",
                code="override_cleared",
                message=f"The formula now gives {figures.formula_score}, which you proposed: the proposal is cleared.",
            ),
        )
    if corrected is not None:
        problems += tuple(errata.moved_figures(document, figures, corrected))
    return Evaluation(document, figures, problems, cleared)


def evaluate_version(assessment: Assessment) -> Evaluation:
    """Figures and problems of a stored version as they bar its submission: those of its document, and of an erratum
    every figure that it would move."""
    document = documents.from_json(assessment.document)
    return evaluate(document, assessment.methodology.method, errata.corrected_by(assessment))


@transaction.atomic
def create_draft(
    *,
    document: Document,
    by: User,
    at: datetime,
    kind: str = "",
    change_reason: str = "",
    expected_role: Role | None = None,
    methodology: Methodology | None = None,
) -> Saved:
    """Start the next version of the document's role, making the role when the catalogue has none.

    Conflict when the role has an open version, or is merged or retired. `kind` and `change_reason` are chosen when
    empty: a first assessment, or a revision for new evidence. `expected_role` and `methodology`, the active one, are
    for callers who looked them up.
    """
    access.require(access.may_write_drafts(by))
    role = expected_role or ensure_role(title=document.role.title, seniority=document.role.seniority, by=by, at=at)
    role = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if role.status != RoleStatus.ACTIVE:
        raise Conflict(f"{role} {WRITTEN_ELSEWHERE[role.status]}", code="role_not_active")
    versions = list(role.assessments.values_list("number", "status", "published_at"))
    if any(status in OPEN for _, status, _ in versions):
        raise Conflict(OPEN_ALREADY, code="open_version_exists")
    published = any(published_at for _, _, published_at in versions)
    assessment = Assessment(
        role=role,
        number=max((number for number, _, _ in versions), default=0) + 1,
        methodology=methodology or active_methodology(),
        kind=Kind(kind or (Kind.REVISION if published else Kind.ASSESSMENT)),
        change_reason=ChangeReason(change_reason or (ChangeReason.NEW_EVIDENCE if published else ChangeReason.FIRST)),
        created_at=at,
        created_by=by,
    )
    # Nobody contributed to what is only now made.
    assessment.standing = Standing(by.pk, contributed=False, writes_along=False, invited=False)
    evaluation = evaluate(named_after(document, role), assessment.methodology.method)
    return _write(assessment, evaluation, by=by, at=at, verb="assessment.created", reason="Draft started")


@transaction.atomic
def save_draft(
    *,
    assessment_id: int,
    document: Document,
    content_hash: str | None,
    by: User,
    at: datetime,
    reason: str = "Draft saved",
) -> Saved:
    """Replace the document of a draft. `content_hash` is what the person's edit started from; Stale when that is no
    longer what is stored, None when they did not say. An unchanged document writes nothing."""
    assessment = lock_for_writing(assessment_id, by=by)
    return replace_document(assessment, document, content_hash=content_hash, by=by, at=at, reason=reason)


def lock_for_writing(assessment_id: int, *, by: User) -> Assessment:
    """The locked row of a draft that `by` may edit."""
    assessment = lock(assessment_id, by=by)
    access.require(access.may_edit(by, assessment))
    if assessment.status != Status.DRAFT:
        raise Conflict(
            f"This assessment is {SAID[Status(assessment.status)]}; only a draft can be edited.",
            code="wrong_state",
        )
    return assessment


def replace_document(
    assessment: Assessment, document: Document, *, content_hash: str | None, by: User, at: datetime, reason: str
) -> Saved:
    """`save_draft` on a row that the caller has locked for writing, in the caller's transaction."""
    if content_hash is not None and content_hash != assessment.content_hash:
        raise Stale("Somebody saved this draft since you opened it; load it again and put your change on top.")
    _require_same_role(document, assessment.role)
    evaluation = evaluate(document, assessment.methodology.method, errata.corrected_by(assessment))
    if evaluation.content_hash == assessment.content_hash:
        return Saved(assessment, evaluation.problems)
    return _write(assessment, evaluation, by=by, at=at, verb="assessment.saved", reason=reason)


@transaction.atomic
def move_to_method(*, assessment_id: int, version: str, content_hash: str, by: User, at: datetime) -> Saved:
    """Take a draft that was begun under a retired method over to the active one, whose `version` the person was shown
    beside the change of their figures. The document stays; figures and problems are those of the new method."""
    assessment = lock(assessment_id, by=by)
    access.require(access.may_edit(by, assessment))
    next_status(assessment.status, "submit")
    active, before = active_methodology(), assessment.methodology.version
    if assessment.kind == Kind.ERRATUM:
        raise Conflict("An erratum keeps the method of the version it corrects.", code="erratum_keeps_method")
    if assessment.methodology_id == active.pk:
        raise Conflict(f"This draft is scored with method {before} already.", code="same_method")
    if version != active.version:
        raise Conflict(
            f"The method in force is {active.version} by now; look at what it changes, and move the draft then.",
            code="changed_method",
        )
    if content_hash != assessment.content_hash:
        raise Stale("Somebody saved this draft since you opened it; load it again and put your change on top.")
    assessment.methodology = active
    return _write(
        assessment,
        evaluate(documents.from_json(assessment.document), active.method),
        by=by,
        at=at,
        verb="assessment.moved_to_method",
        reason=f"Moved from method {before} to {active.version}",
        said={"from": before, "to": active.version},
    )


def method_bars(assessment: Assessment) -> str:
    """Why a version may not be submitted or decided under the method it is scored with, "" if it may: it has to be the
    one in force, and of an erratum the one of the version it corrects, whatever came into force since."""
    version = assessment.methodology.version
    corrected = errata.corrected_by(assessment)
    if corrected is not None:
        if assessment.methodology_id == corrected.methodology_id:
            return ""
        return f"This erratum is scored with method {version}, the version it corrects with another; withdraw it."
    if assessment.methodology_id == active_methodology().pk:
        return ""
    return (
        f"This draft is scored with method {version}, which is not in force any more; "
        "move it to the method in force first."
    )


def require_active_method(assessment: Assessment) -> None:
    """Conflict where `method_bars`, and for an erratum whose version is not the published one any more."""
    errata.outcome_kept(assessment)
    if sentence := method_bars(assessment):
        raise Conflict(sentence, code="changed_method")


@transaction.atomic
def revise(*, role: Role, kind: str, change_reason: str, by: User, at: datetime) -> Saved:
    """Start the next version of a role from a copy of its published one."""
    access.require(access.may_write_drafts(by))
    role = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    published = role.assessments.filter(status=Status.PUBLISHED).select_related("methodology").first()
    if published is None:
        raise Conflict("This role has no published version to revise.", code="nothing_published")
    if kind not in {Kind.REVISION, Kind.ERRATUM}:
        raise Invalid("A new version is a revision or an erratum.", code="kind")
    if change_reason not in set(ChangeReason.values) - {ChangeReason.FIRST}:
        raise Invalid("Say why a new version is started.", code="change_reason")
    return create_draft(
        document=documents.from_json(published.document),
        by=by,
        at=at,
        kind=kind,
        change_reason=change_reason,
        expected_role=role,
        methodology=published.methodology if kind == Kind.ERRATUM else None,
    )


@transaction.atomic
def withdraw(*, assessment_id: int, by: User, at: datetime) -> Assessment:
    """Give a draft up. Its number is not used again, and the role is free for another draft."""
    assessment = lock(assessment_id, by=by)
    access.require(access.may_withdraw(by, assessment))
    assessment.status = next_status(assessment.status, "withdraw")
    assessment.withdrawn_at = at
    audit.save(assessment, by=by, at=at, reason="Draft withdrawn", fields=["status", "withdrawn_at"])
    held = Access.ASSESSOR if access.may_edit(by, assessment) else Access.ADMIN
    audit.record(
        "assessment.withdrawn",
        by=by,
        at=at,
        role_held=held,
        about=assessment,
        data={"number": assessment.number},
    )
    return assessment


def lock(assessment_id: int, *, by: User) -> Assessment:
    """The row, locked until the transaction ends and read after the lock; Invisible where `by` may not see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM assessments_assessment WHERE id = %s FOR NO KEY UPDATE", [assessment_id])
    return access.require_visible(by, assessment_id)


def note_contributor(assessment: Assessment, *, by: User, at: datetime) -> None:
    """Who wrote anything of a version is its contributor from then on (invariant 3)."""
    if not access.contributed_to(by, assessment):
        contribution = Contribution(assessment=assessment, user=by, first_at=at)
        Contribution.objects.bulk_create([contribution], ignore_conflicts=True)
        assessment.standing = None


def active_methodology() -> Methodology:
    """The one active version of the method."""
    return Methodology.objects.get(status=MethodStatus.ACTIVE)


def document_of(value: object) -> Document:
    """A document of right structure from JSON; Invalid naming every place that is not."""
    try:
        return documents.from_json(value)
    except documents.StructureError as error:
        raise Invalid(str(error), code="structure", places=_places(error.problems)) from error


def named_after(document: Document, role: Role) -> Document:
    """The document with the role's own title, which it takes when it comes in under an alias."""
    return replace(document, role=replace(document.role, title=role.title, seniority=role.seniority))


def hash_stored(document: Document, role: Role, method: scoring.Method) -> str:
    """The content hash of a document once it is stored for a role: under its name, a reached proposal cleared."""
    return evaluate(named_after(document, role), method).content_hash


def require_figures(document: Document, method: scoring.Method) -> scoring.Figures:
    """The figures of a document whose scores are complete; Invalid naming what is missing or out of range.

    Texts do not matter here, so of the problems only those of the inputs are named.
    """
    figures = documents.figures_of(document, method)
    if figures is None:
        wrong = [problem for problem in documents.problems(document, method) if _concerns_inputs(problem)]
        raise Invalid("The scores are incomplete or out of range.", code="inputs", places=_places(wrong))
    return figures


def require_no_errors(problems: tuple[Problem, ...]) -> None:
    """Invalid, listing every problem of level error, unless there is none."""
    errors = [problem for problem in problems if problem.level == "error"]
    if errors:
        raise Invalid(
            "This assessment cannot be submitted yet: " + " ".join(error.message for error in errors),
            code="document_has_errors",
            places=_places(errors),
        )


def _concerns_inputs(problem: Problem) -> bool:
    path = problem.path
    scored = path == "tasks" or path.endswith((".score", ".time_percent", ".involvement"))
    return problem.level == "error" and scored


def _places(problems: Iterable[Problem]) -> list[Place]:
    return [Place(problem.path, problem.code, problem.message) for problem in problems]


def _write(
    assessment: Assessment,
    evaluation: Evaluation,
    *,
    by: User,
    at: datetime,
    verb: str,
    reason: str,
    said: Mapping[str, object] = MappingProxyType({}),
) -> Saved:
    """Document, figures, hash, history, contributor and event in one go."""
    columns = _columns(evaluation)
    for name, value in columns.items():
        setattr(assessment, name, value)
    assessment.saved_at, assessment.saved_by = at, by
    fields = None if assessment.pk is None else [*columns, "methodology", "saved_at", "saved_by"]
    audit.save(assessment, by=by, at=at, reason=reason, fields=fields)
    note_contributor(assessment, by=by, at=at)
    data: dict[str, object] = {"number": assessment.number, "content_hash": assessment.content_hash}
    audit.record(verb, by=by, at=at, role_held=Access.ASSESSOR, about=assessment, data={**data, **said})
    if evaluation.override_cleared:
        cleared = {**data, "formula_score": str(assessment.formula_score)}
        audit.record("override.cleared", by=by, at=at, role_held=Access.ASSESSOR, about=assessment, data=cleared)
    return Saved(assessment, evaluation.problems)


def _columns(evaluation: Evaluation) -> Mapping[str, object]:
    figures = evaluation.figures
    return {
        "document": evaluation.value,
        "content_hash": evaluation.content_hash,
        "figures": figures.as_json() if figures else None,
        **{name: getattr(figures, name) if figures else None for name in FIGURE_COLUMNS},
    }


def _require_same_role(document: Document, role: Role) -> None:
    named = document.role
    if (named.title, named.seniority) != (role.title, role.seniority):
        raise Invalid(
            f"This draft is of {role}; its title and seniority cannot change. Start another draft for another role.",
            code="role_changed",
            places=[Place("role.title", "role_changed", f"Keep “{role.title}” and “{role.seniority}”.")],
        )
