"""Roles, their names and their relations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower

from assessments import access, audit, dispatch, documents, indexing, outbox
from assessments.enums import PUBLIC, Access, AliasOrigin, Origin, RelationKind, RoleStatus, Status
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import Assessment, FormerAddress, PeerQuote, Role, RoleAlias, RoleRelation, User, WaitingName
from assessments.queries import roles as find
from assessments.queries.loose_ends import LooseEnds

LONGEST_SLUG = 410
NOTE_LIMIT = 500
LEVELS = (RelationKind.SENIOR_OF, RelationKind.JUNIOR_OF)
LEVELS_LOCK = 742900004  # that of the guard in the database
NO_LONGER_NAMED = "No longer named in the published document"
# The names that a role's document waits for are these and no others. What is one name and what two is for the database
# to say: its letters fold otherwise than Python's.
WAIT = """
WITH gone AS (
  DELETE FROM assessments_waitingname WHERE source_id = %(source)s
    AND NOT lower(title) = ANY (SELECT lower(title) FROM unnest(%(titles)s::text[]) AS given(title))
)
INSERT INTO assessments_waitingname (source_id, title, named_at, named_by_id)
SELECT DISTINCT ON (lower(title)) %(source)s, title, %(at)s, %(by)s FROM unnest(%(titles)s::text[]) AS given(title)
ON CONFLICT (source_id, lower(title)) DO UPDATE
  SET (title, named_at, named_by_id) = (excluded.title, excluded.named_at, excluded.named_by_id)
"""


@transaction.atomic
def ensure_role(*, title: str, seniority: str, by: User, at: datetime) -> Role:
    """The role of that title and seniority (or of that alias), made now when the catalogue has none.

    Occupations of O*NET know no levels: one that nobody assesses takes the level of the first document that bears its
    title. Invalid when the title is empty.
    """
    access.require(access.may_write_drafts(by))
    return find.for_document(title, seniority) or make_role(title=title, seniority=seniority, by=by, at=at)


def make_role(*, title: str, seniority: str, by: User, at: datetime) -> Role:
    """The same where the caller, who holds the transaction, looked already and found none; the role that somebody else
    made meanwhile, if so."""
    access.require(access.may_write_drafts(by))
    if not title:
        raise Invalid("The document names no role: give it a job title.", code="title")
    role = None
    while role is None:
        role = _made(title, seniority, by=by, at=at)
        # Somebody else took the name or the address between our look and our write: look again.
        if role is None and (made := find.for_document(title, seniority)):
            return made
    audit.record(
        "role.created" if role.created_at == at else "role.level_taken",
        by=by,
        at=at,
        role_held=Access.ASSESSOR,
        about=role,
        data={"title": title, "seniority": seniority, "slug": role.slug},
    )
    answer_names([Lower(Value(role.title))], by=by, at=at, role_held=Access.ASSESSOR)
    return role


def _made(title: str, seniority: str, *, by: User, at: datetime) -> Role | None:
    """A new role, or the occupation of that title with its level; None when name or address was taken meanwhile."""
    try:
        with transaction.atomic():
            role = find.unassessed_occupation(title) or Role(
                title=title, slug=free_slug(title, seniority), created_at=at, created_by=by
            )
            role.seniority = seniority
            audit.save(role, by=by, at=at, reason="First draft of this role")
    except IntegrityError:
        return None
    return role


def free_slug(title: str, seniority: str, *, besides: Collection[str] = (), of: int = 0) -> str:
    """CONTRACT "Slug": the title; then with its seniority; then with a number; none of `besides`, nor an address that
    another role has or had. `of` is the key of the role that it is for, if it has addresses already."""
    # A letter may stand for many in plain letters; an address is cut where its column ends, with room for a number.
    slug = documents.slug_of(title)[:LONGEST_SLUG].rstrip("-")
    longer = documents.slug_of(f"{title} {seniority}")[:LONGEST_SLUG].rstrip("-")
    now = Role.objects.exclude(pk=of).filter(slug__startswith=slug).values_list("slug")
    before = FormerAddress.objects.exclude(role=of).filter(slug__startswith=slug).values_list("slug")
    taken = {found for (found,) in now.union(before)}.union(besides)
    candidates = chain((slug, longer), (f"{longer}-{number}" for number in count(2)))
    return next(candidate for candidate in candidates if candidate not in taken)


@transaction.atomic
def add_alias(*, role: Role, text: str, by: User, at: datetime) -> None:
    """Another name of a role; names and quotes that waited for it find it.

    A name that only O*NET gave becomes a person's, so that no later release takes it away.
    """
    access.require(access.may_administer(by))
    text = text.strip()
    if not text or len(text) > 200:
        raise Invalid("An alias has 1 to 200 characters.", code="alias")
    alias: RoleAlias = role.aliases.alias(lowered=Lower("text")).filter(
        lowered=Lower(Value(text))
    ).first() or RoleAlias(role=role)
    if alias.pk is not None and alias.origin == AliasOrigin.PERSON:
        return
    alias.text, alias.origin = text, AliasOrigin.PERSON
    audit.save(alias, by=by, at=at, reason="Alias added")
    audit.record(
        "role.alias_added",
        by=by,
        at=at,
        role_held=Access.ADMIN,
        about=role,
        data={"text": text, "slug": role.slug},
    )
    indexing.refresh([role.pk])
    answer_waiting(role, text, by=by, at=at, role_held=Access.ADMIN)


@transaction.atomic
def set_family(*, role: Role, family: str, by: User, at: datetime) -> None:
    """Put a role into a family, "" for none. Its standing within the family follows in the background."""
    access.require(access.may_administer(by))
    role = Role.objects.select_for_update(no_key=True).get(pk=role.pk)
    if role.family == family:
        return
    role.family = family
    audit.save(role, by=by, at=at, reason="Family set", fields=["family"])
    audit.record(
        "role.family_set",
        by=by,
        at=at,
        role_held=Access.ADMIN,
        about=role,
        data={"family": family, "slug": role.slug},
    )
    request_recompute(role)


@transaction.atomic
def relate(*, source: Role, kind: str, target: Role, note: str, by: User, at: datetime) -> RoleRelation:
    """A relation set by an administrator; the comparisons of both roles follow in the background.

    Invalid for a role and itself, a role that is merged or retired, and levels that would go round in a circle;
    Conflict for what is said already, by the other role as well where it means the same.
    """
    access.require(access.may_administer(by))
    said = {"note": note, "origin": Origin.ADMINISTRATOR}
    return make_relation(source=source, kind=kind, target=target, by=by, at=at, role_held=Access.ADMIN, **said)


def make_relation(
    *, source: Role, kind: str, target: Role, note: str, origin: str, by: User, at: datetime, role_held: str
) -> RoleRelation:
    """The same where the caller, who holds the transaction, asked already whether this person may."""
    _require_relation(source, kind, target, note=note)
    # Relations that people set are made one at a time: of two who make the same, or close a circle of levels from
    # both ends, the second sees what the first one made.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LEVELS_LOCK])
    for role in Role.objects.filter(pk__in=[source.pk, target.pk]).order_by("pk"):
        require_active(role, field="source" if role.pk == source.pk else "target")
    refuse_said_already(source, kind, target)
    upper, lower = (source, target) if kind == RelationKind.SENIOR_OF else (target, source)
    if kind in LEVELS and is_above(lower, upper):
        raise Invalid(
            f"{lower} is senior of {upper} already, directly or through roles between them, so it cannot be its junior"
            " as well.",
            code="circle_of_levels",
        )
    return _relate(source, kind, target, note=note, origin=origin, by=by, at=at, role_held=role_held)


def refuse_said_already(source: Role, kind: str, target: Role) -> None:
    """Conflict for a relation that is there, from whichever side."""
    said = RoleRelation.objects.filter(same_relations(source, kind, target)).select_related("source", "target").first()
    if said is not None:
        raise Conflict(f"{said.sentence} already.", code="related_already")


def _require_relation(source: Role, kind: str, target: Role, *, note: str) -> None:
    if kind not in RelationKind.values:
        raise _wrong("kind", f"A relation is one of: {', '.join(RelationKind.labels).lower()}.")
    if source.pk == target.pk:
        raise _wrong("target", f"{source} cannot be related to itself.", code="relation_to_itself")
    if len(note) > NOTE_LIMIT:
        raise _wrong("note", f"A note has at most {NOTE_LIMIT} characters; shorten it.")


def require_active(role: Role, *, field: str) -> None:
    """Invalid for a role that is merged or retired."""
    if role.status != RoleStatus.ACTIVE:
        said = f"{role} is {RoleStatus(role.status).label.lower()}; nothing new is said of it."
        raise _wrong(field, said, code="role_not_active")


def same_relations(source: Role, kind: str, target: Role) -> Q:
    """The relations that say the same. That one is no other is said by each document for itself."""
    same = Q(source=source, kind=kind, target=target)
    mirrored = {RelationKind.SENIOR_OF: RelationKind.JUNIOR_OF, RelationKind.JUNIOR_OF: RelationKind.SENIOR_OF}
    if kind == RelationKind.DISTINCT_FROM:
        return same
    return same | Q(source=target, kind=mirrored.get(RelationKind(kind), kind), target=source)


def is_above(upper: Role, lower: Role) -> bool:
    """Whether levels lead from one role down to another; the database's own guard asks the same function."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT aijri_is_above(%s, %s)", [upper.pk, lower.pk])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def unrelate(*, relation_id: int, reason: str, by: User, at: datetime) -> None:
    """An administrator takes a relation back, with the reason; the comparisons that it led to go in the background.

    What a published document names comes back with its next version that names it; what O*NET relates, with its next
    release.
    """
    access.require(access.may_administer(by))
    found = RoleRelation.objects.select_for_update(no_key=True, of=("self",)).filter(pk=relation_id)
    relation = found.select_related("source", "target").first()
    if relation is None:
        raise Invisible("There is no such relation.")
    reason = reason.strip()
    if not reason or len(reason) > NOTE_LIMIT:
        raise _wrong("reason", f"Say why it is taken back, in at most {NOTE_LIMIT} characters.")
    take_back(relation, reason=reason, by=by, at=at, role_held=Access.ADMIN)
    request_recompute(relation.source)


def _wrong(field: str, sentence: str, *, code: str = "") -> Invalid:
    return Invalid(sentence, code=code or field, places=[Place(field, code or field, sentence)])


def _relate(
    source: Role, kind: str, target: Role, *, note: str, origin: str, by: User, at: datetime, role_held: str
) -> RoleRelation:
    relation = RoleRelation(
        source=source,
        target=target,
        kind=RelationKind(kind),
        note=note,
        origin=origin,
        created_at=at,
        created_by=by,
    )
    audit.save(relation, by=by, at=at, reason=f"{Origin(origin).label}")
    audit.record(
        "relation.created",
        by=by,
        at=at,
        role_held=role_held,
        about=relation,
        data={"source": source.slug, "target": target.slug, "kind": kind},
    )
    if target.assessments.filter(status=Status.PUBLISHED).exists():
        request_recompute(source)
    return relation


def take_back(relation: RoleRelation, *, reason: str, by: User, at: datetime, role_held: str) -> None:
    data: dict[str, object] = {
        "source": relation.source.slug,
        "target": relation.target.slug,
        "kind": relation.kind,
        "reason": reason,
    }
    audit.record("relation.removed", by=by, at=at, role_held=role_held, about=relation, data=data)
    audit.delete(relation, by=by, at=at, reason=reason)


def name_distinct(
    *,
    source: Role,
    matches: Mapping[str, find.Match],
    known: LooseEnds,
    by: User,
    at: datetime,
    role_held: str,
) -> None:
    """Bring the `distinct_from` relations of a newly published version in line with the names it says it is not, and
    with what each means.

    Part of publishing: the caller holds the transaction. A name nobody bears yet waits; what the version before named
    and this one does not is taken back, unless an administrator set it.
    """
    wanted = {match.role_id for match in matches.values()} - {None, source.pk}
    if known.named - wanted:
        stored = RoleRelation.objects.filter(source=source, kind=RelationKind.DISTINCT_FROM, origin=Origin.DOCUMENT)
        for relation in stored.exclude(target__in=wanted).select_related("source", "target"):
            take_back(relation, reason=NO_LONGER_NAMED, by=by, at=at, role_held=role_held)
    new = [match.role for match in matches.values() if match.role and match.role_id in wanted - known.distinct]
    for target in dict.fromkeys(new):
        # A document may name a role that is merged or retired; nothing new is related to it.
        if target.status != RoleStatus.ACTIVE:
            continue
        _relate(
            source,
            RelationKind.DISTINCT_FROM,
            target,
            note="",
            origin=Origin.DOCUMENT,
            by=by,
            at=at,
            role_held=role_held,
        )
    waiting = [title for title, match in matches.items() if match.role is None]
    if not (waiting or known.waits):
        return
    with connection.cursor() as cursor:
        cursor.execute(WAIT, {"source": source.pk, "titles": waiting, "at": at, "by": by.pk})


def answer_waiting(role: Role, name: str, *, by: User, at: datetime, role_held: str) -> None:
    """Give a name to the published documents that waited for it: their relations and their quotes.

    Called when somebody said that it is this role's name.
    """
    lowered = Lower(Value(name))
    waiting_for_it = WaitingName.objects.alias(lowered=Lower("title")).filter(lowered=lowered).exclude(source=role)
    for waiting in waiting_for_it.select_related("source"):
        _answer(waiting, role, by=by, at=at, role_held=role_held)
    quotes = PeerQuote.objects.alias(lowered=Lower("role_title")).filter(role__isnull=True, lowered=lowered)
    quotes.update(role=role)


def answer_names(names: Iterable[Any] | QuerySet[Any], *, by: User, at: datetime, role_held: str) -> list[str]:
    """Give those of these names that are waited for to the role that each now means, if it means one; those names.

    Names as the database lowers them. Called when a role is made and when it is published (which catches what was
    published meanwhile), and where many names came at once or may mean a role at last: unlike `answer_waiting` nobody
    said whom they mean, so `by_names` decides. A quote that was given to a role of which nothing is public is decided
    anew: a hidden draft must not keep it from the role that readers know.
    """
    answered, meant = [], _Meant()
    waiting_for_them = WaitingName.objects.alias(lowered=Lower("title")).filter(lowered__in=names)
    for waiting in waiting_for_them.select_related("source"):
        role = meant.by(waiting.title, near=waiting.source)
        if role is not None and role.pk != waiting.source_id:
            answered.append(waiting.title)
            _answer(waiting, role, by=by, at=at, role_held=role_held)
    found: dict[int, list[int]] = {}
    for quote in _undecided_quotes(names):
        role = meant.by(quote.role_title, near=quote.assessment.role)
        if role is not None and role.pk != quote.role_id:
            answered.append(quote.role_title)
            found.setdefault(role.pk, []).append(quote.pk)
    for role_id, quotes in found.items():
        PeerQuote.objects.filter(pk__in=quotes).update(role=role_id)
    return answered


class _Meant:
    """Whom names mean; each is looked up once for every level of those who name it, on which alone it depends."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], Role | None] = {}

    def by(self, name: str, *, near: Role) -> Role | None:
        key = (name, near.seniority)
        if key not in self.known:
            self.known[key] = find.by_names([name], near=near)[name].role
        return self.known[key]


def _undecided_quotes(names: Iterable[Any] | QuerySet[Any]) -> list[PeerQuote]:
    """Quotes by these names of no role yet, or of one of that title of which nothing is public."""
    public = Assessment.objects.filter(role=OuterRef("pk"), status__in=PUBLIC)
    hidden = Role.objects.alias(lowered=Lower("title")).filter(~Exists(public), lowered__in=names)
    quotes = PeerQuote.objects.alias(lowered=Lower("role_title")).filter(lowered__in=names)
    quotes = quotes.select_related("assessment__role").defer("assessment__document", "assessment__figures")
    return [*quotes.filter(role__isnull=True), *quotes.filter(role__in=hidden.values("pk"))]


def _answer(waiting: WaitingName, role: Role, *, by: User, at: datetime, role_held: str) -> None:
    known = RoleRelation.objects.filter(source=waiting.source, target=role, kind=RelationKind.DISTINCT_FROM)
    if role.status == RoleStatus.ACTIVE and not known.exists():
        about = {"note": "", "origin": Origin.DOCUMENT}
        _relate(waiting.source, RelationKind.DISTINCT_FROM, role, **about, by=by, at=at, role_held=role_held)
    waiting.delete()


def request_recompute(role: Role) -> None:
    """Bring the lists in line with what of a role is published, in this transaction, and ask for its comparisons and
    its standing to follow."""
    indexing.refresh([role.pk])
    outbox.request(dispatch.RECOMPUTE, role=role)
