"""What became of published decisions: which require review and why, which are retracted, by whom and why."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from assessments import access
from assessments.access import Person
from assessments.enums import Access, FlagCause, RetractionState, Status
from assessments.errors import Gone
from assessments.models import Assessment, Retraction, ReviewFlag, User
from assessments.queries.spoken import day, say, spoken

Shape = dict[str, Any]
MOST_LISTED = 100


def open_flags(assessment: Assessment) -> list[ReviewFlag]:
    """The open flags of the published version, the oldest first."""
    if assessment.status != Status.PUBLISHED:
        return []
    found = assessment.flags.filter(cleared_at__isnull=True).select_related("peer", "methodology")
    return list(found.order_by("raised_at", "id"))


def requires_review(assessment: Assessment) -> list[Shape]:
    """Why this decision requires review, one entry a thing that moved; empty while it stands."""
    return [flag_shape(flag) for flag in open_flags(assessment)]


def flag_shape(flag: ReviewFlag) -> Shape:
    """One open flag as everybody reads it: what moved was public itself."""
    return {
        "id": flag.pk,
        "cause": flag.cause,
        "since": flag.raised_at,
        "peer": {"slug": flag.peer.slug, "title": flag.peer.title} if flag.peer else None,
        "methodology": flag.methodology.version if flag.methodology else None,
        "was": flag.detail["was"],
        "now": flag.detail["now"],
        "because": because(flag),
    }


def because(flag: ReviewFlag) -> str:
    """The cause in words, to follow "because"."""
    was, now = flag.detail["was"], flag.detail["now"]
    if flag.methodology is not None:
        given = {"method": flag.methodology.version, "was": was, "label_was": spoken(flag.detail["label_was"])}
        if now is None:
            return say("method {method} would give no score in place of {was}, {label_was}", **given)
        return say(
            "method {method} would give {now}, {label_now}, in place of {was}, {label_was}",
            now=now,
            label_now=spoken(flag.detail["label_now"]),
            **given,
        )
    if flag.cause == FlagCause.QUOTE:
        rests = say("{role}, which it quotes at {was},", role=flag.peer, was=was)
    else:
        rests = say("{role}, then at {was},", role=flag.peer, was=was)
    return (
        say("{rests} now stands at {now}", rests=rests, now=now)
        if now is not None
        else say("{rests} was retracted", rests=rests)
    )


def flagged_for(person: User) -> list[Shape]:
    """The published versions with open flags that are this person's affair: those they contributed to, and for
    reviewers all others; the longest flagged first."""
    flagged = Assessment.objects.filter(status=Status.PUBLISHED, flags__cleared_at__isnull=True, flags__isnull=False)
    if not person.holds(Access.REVIEWER):
        flagged = flagged.filter(contributions__user=person)
    stored = ReviewFlag.objects.filter(cleared_at__isnull=True).select_related("peer", "methodology").order_by("id")
    found = Assessment.objects.filter(pk__in=flagged.values("pk")).select_related("role")
    found = found.prefetch_related(Prefetch("flags", stored, to_attr="open_flags"), "contributions").order_by("pk")
    rows = [_flagged(each, person) for each in found[:MOST_LISTED]]
    return sorted(rows, key=lambda row: row["since"])


def _flagged(assessment: Any, person: User) -> Shape:
    return {
        "assessment": assessment,
        "since": min(flag.raised_at for flag in assessment.open_flags),
        "because": [because(flag) for flag in assessment.open_flags],
        "mine": any(each.user_id == person.pk for each in assessment.contributions.all()),
    }


def require_readable(person: Person, assessment_id: int) -> Assessment:
    """The assessment, for somebody who may read what it holds; Invisible, or Gone with the words of its tombstone."""
    assessment = access.require_visible(person, assessment_id)
    if not access.may_read(person, assessment):
        raise Gone(tombstone_sentence(assessment))
    return assessment


def tombstone(assessment: Assessment) -> Shape:
    """What stands in place of a retracted version: when, by whom, why, and the newest version that may still be read.
    The keys about the retraction are None for one that was retracted by hand through the maintenance door."""
    made = assessment.retractions.filter(state=RetractionState.CONFIRMED).select_related("proposed_by", "closed_by")
    retraction = made.first()
    others = assessment.role.assessments.filter(status__in=[Status.PUBLISHED, Status.SUPERSEDED])
    return {
        "retracted_at": assessment.retracted_at,
        "by": say("{one} and {other}", one=retraction.proposed_by, other=retraction.closed_by) if retraction else None,
        "reason": retraction.reason if retraction else None,
        "agreed": retraction.answer if retraction else None,
        "other": others.order_by("-number").first(),
    }


def tombstone_sentence(assessment: Assessment) -> str:
    """The tombstone in one sentence, for scripts and downloads."""
    stone = tombstone(assessment)
    when = say(" on {day}", day=day(stone["retracted_at"])) if stone["retracted_at"] else ""
    who = say(" by {people}: {reason}", people=stone["by"], reason=stone["reason"]) if stone["by"] else ""
    said = say("This assessment was retracted{when}{who}", when=when, who=who)
    return said + ("" if who.endswith((".", "!", "?")) else ".")


def open_retractions() -> QuerySet[Retraction]:
    """Proposals that wait for another administrator, the oldest first."""
    found = Retraction.objects.filter(state=RetractionState.OPEN).select_related("assessment__role", "proposed_by")
    return found.order_by("proposed_at", "id")


def retraction(found: Retraction) -> Shape:
    """One proposal to retract and what became of it, as administrators read it (API `retractions/`)."""
    assessment, role = found.assessment, found.assessment.role
    return {
        "id": found.pk,
        "assessment": assessment.pk,
        "role": {"slug": role.slug, "title": role.title, "seniority": role.seniority},
        "number": assessment.number,
        "status": assessment.status,
        "state": found.state,
        "reason": found.reason,
        "proposed_by": str(found.proposed_by),
        "proposed_at": found.proposed_at,
        "answer": found.answer,
        "closed_by": str(found.closed_by) if found.closed_by else None,
        "closed_at": found.closed_at,
    }


def closed_retractions(limit: int = 20) -> QuerySet[Retraction]:
    """What became of earlier proposals, the latest first."""
    found = Retraction.objects.filter(~Q(state=RetractionState.OPEN))
    return found.select_related("assessment__role", "proposed_by", "closed_by").order_by("-closed_at")[:limit]


def proposal_for(assessment: Assessment) -> Retraction | None:
    """The open proposal to retract a version; the caller shows it to administrators alone."""
    return assessment.retractions.filter(state=RetractionState.OPEN).select_related("proposed_by").first()
