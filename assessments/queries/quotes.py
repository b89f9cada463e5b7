"""Quoted scores beside what the quoted roles are published at today. When a quote is stale is said here alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower
from django.utils.translation import gettext_noop

from assessments.enums import OPEN, PUBLIC, RoleStatus, Status
from assessments.models import Assessment, PeerQuote, Role, User
from assessments.queries.spoken import day, say, spoken

Shape = dict[str, Any]
MOST_LISTED = 100
TOLD = {
    "holds": gettext_noop("{quoted}, as it stands today"),
    "moved": gettext_noop("{quoted} when written, {today} today"),
    "never": gettext_noop("{quoted} here, {today} today; it was never published so"),
    "waiting": gettext_noop("{quoted}; no assessment of that name is published"),
}
# Of a role of which nothing is published any more, behind what the document says of it: why.
SAID_THEN, SAID_HERE = gettext_noop("{quoted} when written"), gettext_noop("{quoted} here")
ENDED = {
    "retracted": gettext_noop("; the role’s assessment was retracted{when}"),
    "merged": gettext_noop("; the role was merged into {into}{when}"),
    "retired": gettext_noop("; the role is retired{since}"),
    "superseded": gettext_noop("; nothing of the role is in force{since}"),
}


@dataclass(frozen=True)
class Quoted:
    """A quote and what became of what it says.

    `current` and `label` are the quoted role's published score and label, None and "" where nothing of it is published.
    `number` and `since` say from which version on, published, retracted or superseded when, a stale quote holds no
    more. `ever`: whether what it says was published at any time; `last`: the status of the last public version, ""
    where nothing ever was. `into_score`: of a merged role, what the one it was merged into is published at.
    """

    quote: PeerQuote
    current: Decimal | None
    label: str
    stale: bool
    number: int | None
    since: datetime | None
    ever: bool
    last: str
    into_score: Decimal | None

    @property
    def state(self) -> str:
        """`holds`; `moved` and `never` where another score, zone or label is published, the latter where this one never
        was; `waiting` while nothing is published under the name. Where nothing is published any more: `retracted` if
        the last version was, else `merged`, `retired`, or `superseded` of a role that was retired and is back."""
        if not self.last:
            return "waiting"
        if self.current is not None:
            return "holds" if not self.stale else "moved" if self.ever else "never"
        if self.last == Status.RETRACTED:
            return "retracted"
        return "superseded" if self._role.status == RoleStatus.ACTIVE else self._role.status

    @property
    def slug(self) -> str | None:
        """The address of the quoted role; None while nobody may know of it."""
        return self.quote.role.slug if self.quote.role and self.last else None

    @property
    def quoted(self) -> str:
        """What the document says: "68.2", or "68.2 Green (Stable)" where it names another label than today's."""
        return f"{self.quote.score} {spoken(self.quote.label)}" if self._names_another_label else str(self.quote.score)

    @property
    def today(self) -> str:
        """What is published today, in the same terms."""
        return f"{self.current} {spoken(self.label)}" if self._names_another_label else str(self.current)

    @property
    def _names_another_label(self) -> bool:
        return self.quote.label != "" and self.quote.label.casefold() != self.label.casefold()

    @property
    def words(self) -> str:
        """What a reader is told beside the text."""
        state = self.state
        if state in ENDED:
            return say(SAID_THEN if self.ever else SAID_HERE, quoted=self.quoted) + self.ended
        told = say(TOLD[state], quoted=self.quoted, today=self.today)
        if self.since is None or state == "never":
            return told
        return told + say(", since version {number} of {day}", number=self.number, day=day(self.since))

    @property
    def ended(self) -> str:
        """Of a role of which nothing is published any more: why, behind a semicolon, and where it leads."""
        state = self.state
        when = day(self.since) if self.since else ""
        told = say(
            ENDED[state],
            into=self.into,
            when=when and say(" on {day}", day=when),
            since=when and say(" since {day}", day=when),
        )
        if state == "retracted" and self._role.status != RoleStatus.ACTIVE:
            told += say(ENDED[self._role.status], into=self.into, when="", since="")
        score = self.into_score
        return told if score is None else told + say(", which stands at {score} today", score=score)

    @property
    def into(self) -> str:
        """The role that the quoted one was merged into, "" for others."""
        role = self.quote.role
        return str(role.merged_into) if role and role.merged_into else ""

    @property
    def _role(self) -> Role:
        assert self.quote.role is not None, "something was published of it"
        return self.quote.role

    @property
    def about(self) -> set[int]:
        """The roles that this speaks of."""
        role = self.quote.role
        return {key for key in (role.pk, role.merged_into_id) if key} if role else set()

    def as_json(self) -> Shape:
        """The entry of `roles/{slug}/peers/`."""
        return {
            "peer": {"slug": self.slug, "title": self.quote.role_title},
            "section": self.quote.section,
            "quoted_score": str(self.quote.score),
            "current_score": None if self.current is None else str(self.current),
            "stale": self.stale,
            "quoted_label": self.quote.label or None,
            "current_label": self.label or None,
            "state": self.state,
            "since": {"number": self.number, "at": self.since} if self.since else None,
            "merged_into": self._into_json(),
        }

    def _into_json(self) -> Shape | None:
        into = self.quote.role.merged_into if self.quote.role and self.last else None
        score = None if self.into_score is None else str(self.into_score)
        return {"slug": into.slug, "title": into.title, "score": score} if into else None


def judged(found: QuerySet[PeerQuote]) -> QuerySet[Any]:
    """The quotes with `agreed`, the last version that one agrees with (0: none), `public`, whether anything of the role
    is, and `stale`.

    A quote agrees with a version that was published at its score and, where it names a zone or a label, at that. It is
    stale when the last public version of the role is not one it agrees with, or is retracted.
    """
    versions = Assessment.objects.filter(role=OuterRef("role"), status__in=PUBLIC)
    says = Q(said="") | Q(said=F("published_zone")) | Q(said=Lower("published_label"))
    agreeing = versions.alias(said=Lower(OuterRef("label"), output_field=CharField())).filter(
        says, published_score=OuterRef("score")
    )
    return found.annotate(
        now=FilteredRelation("role__assessments", condition=Q(role__assessments__status=Status.PUBLISHED)),
        agreed=Coalesce(Subquery(agreeing.order_by("-number").values("number")[:1]), 0),
        public=Exists(versions),
        stale=Case(When(now__isnull=False, then=~Q(now__number=F("agreed"))), default=F("public")),
    )


def _told(found: QuerySet[PeerQuote]) -> QuerySet[Any]:
    """The quotes with all that makes a `Quoted` of them."""
    versions = Assessment.objects.filter(role=OuterRef("role"), status__in=PUBLIC)
    later = versions.filter(number__gt=OuterRef("agreed")).order_by("number")
    last = versions.order_by("-number")
    into = Assessment.objects.filter(role=OuterRef("role__merged_into"), status=Status.PUBLISHED)
    is_published = Q(now__isnull=False)
    ended = Coalesce(_first(last, "retracted_at"), _first(last, "superseded_at"))
    rows = judged(found).select_related("role__merged_into", "assessment__role")
    told: QuerySet[Any] = rows.defer("assessment__document", "assessment__figures").annotate(
        current=F("now__published_score"),
        current_label=F("now__published_label"),
        number=Case(When(is_published, then=_first(later, "number")), default=_first(last, "number")),
        since=Case(When(is_published, then=_first(later, "published_at")), default=ended),
        last=Coalesce(_first(last, "status"), Value("")),
        into_score=_first(into, "published_score"),
    )
    return told


def _first(found: QuerySet[Assessment], field: str) -> Subquery:
    return Subquery(found.values(field)[:1])


def quoted(row: Any) -> Quoted:
    """One row of `_told` as a value."""
    return Quoted(
        quote=row,
        current=row.current,
        label=row.current_label or "",
        stale=row.stale,
        number=row.number if row.stale else None,
        since=row.since if row.stale else None,
        ever=row.agreed > 0,
        last=row.last,
        into_score=row.into_score,
    )


def of_version(assessment: Assessment) -> list[Quoted]:
    """The quotes of a public version, in the order of its texts."""
    return [quoted(row) for row in _told(PeerQuote.objects.filter(assessment=assessment)).order_by("id")]


def of_role(role: Role) -> list[Quoted]:
    """The quotes of the published version of a role, in the order of its texts."""
    found = PeerQuote.objects.filter(assessment__role=role, assessment__status=Status.PUBLISHED)
    return [quoted(row) for row in _told(found).order_by("id")]


def once(found: Iterable[Quoted]) -> list[Quoted]:
    """Each of these that says something else than those before it: documents repeat themselves."""
    return list({(each.quote.role_id, each.quote.role_title.casefold(), each.words): each for each in found}.values())


def listed(found: Iterable[Quoted]) -> Shape:
    """Quotes as a list beside the neighbours: those to be told of, how many hold, how many name nobody who is
    published."""
    different = once(found)
    told = [each for each in different if each.stale]
    states = [each.state for each in different if not each.stale]
    return {"told": told, "holding": states.count("holds"), "waiting": states.count("waiting")}


def about(role: Role) -> dict[int, Any]:
    """Every quote of a role in the published documents of others, by its key, as `judged` has it."""
    found = PeerQuote.objects.filter(role=role, assessment__status=Status.PUBLISHED).exclude(assessment__role=role)
    if not found.exists():
        # Few roles are quoted, and the question below takes longer to put than to answer.
        return {}
    rows = judged(found).select_related("assessment__role").defer("assessment__document", "assessment__figures")
    return {row.pk: row for row in rows.order_by("assessment__role__title", "id")}


def tasks_for(person: User) -> list[Shape]:
    """The published assessments that this person contributed to and whose quotes are stale, each with those quotes and
    with the open version of the role, if they work on one."""
    own = Assessment.objects.filter(status=Status.PUBLISHED, contributions__user=person)
    rows = _told(PeerQuote.objects.filter(assessment__in=own.values("pk"))).filter(stale=True)
    entries: dict[int, Shape] = {}
    for row in rows.order_by("assessment__role__title", "assessment", "id")[:MOST_LISTED]:
        entry = entries.setdefault(row.assessment_id, {"assessment": row.assessment, "quotes": [], "draft": None})
        entry["quotes"].append(quoted(row))
    for entry in entries.values():
        entry["quotes"] = once(entry["quotes"])
    roles = {entry["assessment"].role_id: entry for entry in entries.values()}
    opened = Assessment.objects.filter(role__in=roles, status__in=OPEN, contributions__user=person)
    for draft, role in opened.values_list("pk", "role"):
        roles[role]["draft"] = draft
    return list(entries.values())
