"""The rules of DESIGN.md as a plain-Python model: what each act comes to, and what it leaves behind.

Every question (`can_…`) answers OK or the name of the refusal, in the order "does it exist for them, may they, is it
the time, is the input right". Every act changes the model as the real act should change the catalogue. No code of the
product is used here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal

OK, FORBIDDEN, INVISIBLE, CONFLICT, INVALID, STALE = "OK", "Forbidden", "Invisible", "Conflict", "Invalid", "Stale"
PUBLIC = {"published", "superseded", "retracted"}
ROLES = {
    "ada": {"admin"},
    "noor": {"admin"},
    "maren": {"assessor"},
    "ilse": {"assessor"},
    "both": {"assessor", "reviewer"},
    "deepa": {"reviewer"},
    "jonas": {"reviewer"},
}
TITLES = ("Harp Tuner", "Organ Voicer")


@dataclass(frozen=True)
class Kind:
    """A kind of content: the formula's score, what is proposed, and how many reviewers each outcome takes."""

    formula: str | None
    proposed: str | None
    takes: dict[str, int]


KINDS = {
    "clear": Kind("55.3", None, {"formula_accepted": 1}),
    "better": Kind("57.4", None, {"formula_accepted": 1}),
    "borderline": Kind("48.1", None, {"formula_accepted": 2}),
    "small override": Kind("55.3", "57.0", {"override_accepted": 1, "override_declined": 1}),
    "large override": Kind("55.3", "59.0", {"override_accepted": 2, "override_declined": 1}),
    "with a gap": Kind(None, None, {}),
    # The formula gives what is proposed: the proposal clears itself.
    "reached override": Kind("55.3", "55.3", {}),
}


@dataclass(frozen=True)
class Content:
    """A kind of content and a text beside it, which moves no figure."""

    kind: str
    text: int

    @property
    def stored(self) -> Content:
        return replace(self, kind="clear") if self.kind == "reached override" else self


@dataclass
class Review:
    state: str = "open"
    verdicts: list[tuple[str, str]] = field(default_factory=list)
    claims: set[str] = field(default_factory=set)
    assigned: set[str] = field(default_factory=set)


@dataclass
class Proposal:
    by: str
    state: str = "open"


@dataclass
class Invitation:
    person: str
    by: str
    state: str = "pending"

    @property
    def open(self) -> bool:
        return self.state in {"pending", "accepted"}


@dataclass
class Kept:
    """What somebody typed since the last save, and the content it started from; `content` None once it is saved."""

    content: Content | None
    base: Content


@dataclass
class Thread:
    resolved: bool = False


@dataclass
class Version:
    title: str
    number: int
    kind: str
    content: Content
    by: str
    status: str = "draft"
    contributors: set[str] = field(default_factory=set)
    invitations: list[Invitation] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    kept: dict[str, Kept] = field(default_factory=dict)
    decision: tuple[str, str, str | None, str] | None = None
    history: int = 1

    @property
    def review(self) -> Review:
        return self.reviews[-1]


@dataclass
class Interest:
    person: str
    title: str
    ended: bool = False


@dataclass
class Model:
    versions: list[Version] = field(default_factory=list)
    interests: list[Interest] = field(default_factory=list)
    inactive: set[str] = field(default_factory=set)
    events: Counter[str] = field(default_factory=Counter)

    # Who somebody is, to what.

    def holds(self, person: str, role: str) -> bool:
        return person not in self.inactive and role in ROLES[person]

    def writes(self, person: str, version: Version) -> bool:
        accepted = {each.person for each in version.invitations if each.state == "accepted"}
        return person in version.contributors | accepted

    def sees(self, person: str, version: Version) -> bool:
        if version.status in PUBLIC or self.holds(person, "admin"):
            return True
        if person in self.inactive:
            return False
        invited = {each.person for each in version.invitations if each.open}
        reviewing = version.status == "in_review" and self.holds(person, "reviewer")
        return reviewing or person in version.contributors | invited

    def sees_review(self, person: str, version: Version) -> bool:
        inside = self.holds(person, "admin") or self.holds(person, "reviewer") or self.writes(person, version)
        return bool(version.reviews) and person not in self.inactive and inside

    def takes_part(self, person: str, version: Version) -> bool:
        if person in self.inactive:
            return False
        reviewing = bool(version.reviews) and self.holds(person, "reviewer")
        return reviewing or self.holds(person, "admin") or self.writes(person, version)

    def barred(self, person: str, version: Version) -> bool:
        interested = any(
            each.person == person and each.title == version.title and not each.ended for each in self.interests
        )
        return interested or person in version.contributors

    def may_decide(self, person: str, version: Version) -> bool:
        return self.holds(person, "reviewer") and not self.barred(person, version)

    def of(self, title: str, *statuses: str) -> list[Version]:
        return [each for each in self.versions if each.title == title and each.status in statuses]

    def published(self, title: str) -> Version | None:
        return next(iter(self.of(title, "published")), None)

    # Writing.

    def can_create(self, person: str, title: str) -> str:
        if not self.holds(person, "assessor"):
            return FORBIDDEN
        return CONFLICT if self.of(title, "draft", "in_review") else OK

    def create(self, person: str, title: str, content: Content, kind: str = "") -> Version:
        number = 1 + sum(each.title == title for each in self.versions)
        kind = kind or ("revision" if self.of(title, *PUBLIC) else "assessment")
        made = Version(title, number, kind, content.stored, person, contributors={person})
        self.versions.append(made)
        self.events["assessment.created"] += 1
        self.events["override.cleared"] += content.stored != content
        return made

    def can_revise(self, person: str, title: str) -> str:
        if not self.holds(person, "assessor"):
            return FORBIDDEN
        return CONFLICT if self.published(title) is None else self.can_create(person, title)

    def can_edit(self, person: str, version: Version) -> str:
        if not self.sees(person, version):
            return INVISIBLE
        if not (self.holds(person, "assessor") and self.writes(person, version)):
            return FORBIDDEN
        return OK if version.status == "draft" else CONFLICT

    def can_save(self, person: str, version: Version, base: Content) -> str:
        may = self.can_edit(person, version)
        return may if may != OK or base == version.content else STALE

    def save(self, person: str, version: Version, content: Content) -> None:
        if content.stored != version.content:
            version.content = content.stored
            version.contributors.add(person)
            version.history += 1
            self.events["assessment.saved"] += 1
            self.events["override.cleared"] += content.stored != content

    def keep(self, person: str, version: Version, content: Content) -> None:
        """Who types is a contributor from the first keystroke."""
        if person in version.kept:
            version.kept[person].content = content
        else:
            version.contributors.add(person)
            version.kept[person] = Kept(content, version.content)

    def can_settle(self, person: str, version: Version) -> str:
        may, kept = self.can_edit(person, version), version.kept.get(person)
        if may != OK or kept is None or kept.content is None:
            return may
        return OK if kept.base == version.content else STALE

    def settle(self, person: str, version: Version) -> None:
        kept = version.kept.get(person)
        if kept is not None and kept.content is not None:
            self.save(person, version, kept.content)
            kept.content, kept.base = None, version.content

    def can_invite(self, person: str, version: Version, invited: str) -> str:
        may = self.can_edit(person, version)
        if may != OK:
            return may
        asked = any(each.person == invited and each.open for each in version.invitations)
        return OK if self.holds(invited, "assessor") and invited not in version.contributors and not asked else INVALID

    def can_answer(self, person: str, version: Version, invitation: Invitation) -> str:
        if not self.sees(person, version):
            return INVISIBLE
        if not invitation.open:
            return CONFLICT
        if invitation.person != person:
            return INVISIBLE
        if invitation.state != "pending":
            return CONFLICT
        return OK if self.holds(person, "assessor") else FORBIDDEN

    def can_take_back(self, person: str, version: Version, invitation: Invitation) -> str:
        if not self.sees(person, version):
            return INVISIBLE
        if not invitation.open:
            return CONFLICT
        return OK if person in {invitation.by, version.by} else FORBIDDEN

    def can_withdraw(self, person: str, version: Version) -> str:
        if self.holds(person, "admin"):
            return OK if version.status == "draft" else CONFLICT
        return self.can_edit(person, version)

    def can_hand_over(self, person: str, version: Version, to: str) -> str:
        if not self.sees(person, version):
            return INVISIBLE
        if not self.holds(person, "admin"):
            return FORBIDDEN
        if version.status != "draft":
            return CONFLICT
        if not self.holds(to, "assessor"):
            return INVALID
        return CONFLICT if to in version.contributors else OK

    # Submitting and deciding.

    def can_submit(self, person: str, version: Version) -> str:
        may = self.can_edit(person, version)
        if may != OK:
            return may
        if version.kind == "erratum":
            corrected = self.published(version.title)
            if corrected is None:
                return CONFLICT
            # No figure may move, and no proposal.
            if KINDS[version.content.kind] != KINDS[corrected.content.kind]:
                return INVALID
        return INVALID if KINDS[version.content.kind].formula is None else OK

    def submit(self, version: Version) -> None:
        self._becomes(version, "in_review", "submitted")
        version.reviews.append(Review())

    def can_recall(self, person: str, version: Version) -> str:
        may = self.can_edit(person, version)
        if may in {INVISIBLE, FORBIDDEN}:
            return may
        return OK if version.status == "in_review" else CONFLICT

    def recall(self, version: Version) -> None:
        self._becomes(version, "draft", "recalled")
        version.review.state = "recalled"

    def can_decide(self, person: str, version: Version, outcome: str, read: Content) -> str:
        if not self.sees(person, version):
            overtaken = self.holds(person, "reviewer") and version.reviews
            return CONFLICT if overtaken else INVISIBLE
        if not self.may_decide(person, version):
            return FORBIDDEN
        if version.status != "in_review":
            return CONFLICT
        if outcome not in {*KINDS[version.content.kind].takes, "returned"}:
            return INVALID
        # An erratum moves no score: it is decided as the version that it corrects was.
        corrected = self.published(version.title) if version.kind == "erratum" else None
        if (
            corrected is not None
            and corrected.decision is not None
            and outcome not in {corrected.decision[0], "returned"}
        ):
            return INVALID
        if read != version.content:
            return CONFLICT
        if outcome != "returned" and version.kind == "erratum" and self.published(version.title) is None:
            return CONFLICT
        return CONFLICT if person in {each for each, _ in version.review.verdicts} else OK

    def decide(self, person: str, version: Version, outcome: str) -> None:
        """One return returns; two that differ return; otherwise as many as it takes publish."""
        review = version.review
        review.verdicts.append((person, outcome))
        self.events["verdict.given"] += 1
        outcomes = {each for _, each in review.verdicts}
        if "returned" in outcomes or len(outcomes) > 1:
            review.state = "returned"
            self._becomes(version, "draft", "returned")
        elif len(review.verdicts) >= KINDS[version.content.kind].takes[outcome]:
            review.state = "decided"
            self._publish(person, version, outcome)

    def _publish(self, person: str, version: Version, outcome: str) -> None:
        before = self.published(version.title)
        if before is not None:
            self._becomes(before, "superseded", "superseded")
            for proposal in before.proposals:
                if proposal.state == "open":
                    proposal.state = "lapsed"
                    self.events["retraction.lapsed"] += 1
        self._becomes(version, "published", "published")
        kind, verdicts = KINDS[version.content.kind], version.review.verdicts
        score = kind.proposed if outcome == "override_accepted" else kind.formula
        assert score is not None
        version.decision = (outcome, person, verdicts[0][0] if len(verdicts) > 1 else None, str(Decimal(score)))

    def _becomes(self, version: Version, status: str, event: str) -> None:
        version.status = status
        version.history += 1
        self.events[f"assessment.{event}"] += 1

    def withdraw(self, version: Version) -> None:
        self._becomes(version, "withdrawn", "withdrawn")

    # Retracting: two administrators.

    def can_propose(self, person: str, version: Version) -> str:
        if not self.holds(person, "admin"):
            return FORBIDDEN
        proposed = any(each.state == "open" for each in version.proposals)
        return OK if version.status == "published" and not proposed else CONFLICT

    def can_confirm(self, person: str, proposal: Proposal) -> str:
        if not self.holds(person, "admin"):
            return FORBIDDEN
        return OK if proposal.state == "open" and proposal.by != person else CONFLICT

    def can_drop(self, person: str, proposal: Proposal) -> str:
        if not self.holds(person, "admin"):
            return FORBIDDEN
        return OK if proposal.state == "open" else CONFLICT

    def confirm(self, version: Version, proposal: Proposal) -> None:
        proposal.state = "confirmed"
        self._becomes(version, "retracted", "retracted")

    # Beside the decision.

    def can_claim(self, person: str, version: Version) -> str:
        if not self.sees_review(person, version):
            return INVISIBLE
        if not self.may_decide(person, version):
            return FORBIDDEN
        return OK if version.review.state == "open" else CONFLICT

    def can_release(self, person: str, version: Version) -> str:
        if not self.sees_review(person, version):
            return INVISIBLE
        return OK if version.review.state == "open" else CONFLICT

    def can_assign(self, person: str, version: Version, to: str) -> str:
        if not (self.holds(person, "admin") or self.holds(person, "reviewer")):
            return FORBIDDEN
        if not self.sees_review(person, version):
            return INVISIBLE
        if version.review.state != "open":
            return CONFLICT
        given = to in {each for each, _ in version.review.verdicts}
        return OK if self.may_decide(to, version) and not given else INVALID

    def can_comment(self, person: str, version: Version) -> str:
        if not self.takes_part(person, version):
            return INVISIBLE
        return OK if self.sees(person, version) else CONFLICT

    def can_mark(self, person: str, version: Version, thread: Thread, resolved: bool) -> str:
        if not self.takes_part(person, version):
            return INVISIBLE
        return CONFLICT if thread.resolved == resolved else OK

    def can_declare(self, person: str, title: str) -> str:
        return OK if self.holds(person, "reviewer") else FORBIDDEN

    def declare(self, person: str, title: str) -> None:
        """What they hold of the open reviews in it ends."""
        self.interests.append(Interest(person, title))
        for version in self.of(title, "in_review"):
            version.review.claims.discard(person)
            version.review.assigned.discard(person)

    def can_end(self, person: str, interest: Interest) -> str:
        if interest.person != person:
            return INVISIBLE
        return CONFLICT if interest.ended else OK

    def can_deactivate(self, person: str, whom: str) -> str:
        return OK if self.holds(person, "admin") and person != whom else FORBIDDEN
