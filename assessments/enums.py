"""The closed vocabularies of the catalogue, as stored and as said."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices


class Access(TextChoices):
    """What a person may do; one person may hold several."""

    ASSESSOR = "assessor", "Assessor"
    REVIEWER = "reviewer", "Reviewer"
    ADMIN = "admin", "Administrator"


class Status(TextChoices):
    """States of an assessment; `transitions` holds the moves between them."""

    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    SUPERSEDED = "superseded", "Superseded"
    RETRACTED = "retracted", "Retracted"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (Status.DRAFT, Status.IN_REVIEW)
PUBLIC = (Status.PUBLISHED, Status.SUPERSEDED, Status.RETRACTED)


class Kind(TextChoices):
    ASSESSMENT = "assessment", "First assessment"
    REVISION = "revision", "Revision"
    ERRATUM = "erratum", "Erratum"


class ChangeReason(TextChoices):
    """Why a version was started."""

    FIRST = "first", "First assessment of this role"
    NEW_EVIDENCE = "new_evidence", "New evidence"
    ROLE_CHANGED = "role_changed", "The role itself changed"
    METHOD_CHANGED = "method_changed", "Moved to another method version"
    CORRECTION = "correction", "Correction of a mistake"
    PERIODIC = "periodic", "Periodic review"


class InvitationState(TextChoices):
    """What became of asking somebody to write on a draft."""

    PENDING = "pending", "Not answered yet"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN_INVITATIONS = (InvitationState.PENDING, InvitationState.ACCEPTED)


class RelationKind(TextChoices):
    """Relations read from the source role to the target role."""

    PEER = "peer", "Peer"
    DISTINCT_FROM = "distinct_from", "Distinct from"
    JUNIOR_OF = "junior_of", "Junior of"
    SENIOR_OF = "senior_of", "Senior of"
    RELATED = "related", "Related"


class Origin(TextChoices):
    """Where a relation came from."""

    DOCUMENT = "document", "Named in a published document"
    ADMINISTRATOR = "administrator", "Set by an administrator"
    IMPORT = "import", "Imported"
    ONET = "onet", "Related occupations of O*NET"
    SUGGESTION = "suggestion", "Suggested here, and accepted by a person"


class Tier(TextChoices):
    """How near O*NET counts a related occupation: the first five, the next five, the rest of twenty."""

    PRIMARY_SHORT = "Primary-Short", "Primary-Short"
    PRIMARY_LONG = "Primary-Long", "Primary-Long"
    SUPPLEMENTAL = "Supplemental", "Supplemental"


class AliasOrigin(TextChoices):
    """Who gave a role another name. A person's name outranks the others when a role is looked for."""

    PERSON = "person", "Given by a person"
    ONET = "onet", "Alternate title in O*NET"
    FORMER = "former", "Earlier title in O*NET"


class CodeScheme(TextChoices):
    """Classifications outside whose codes a role may bear."""

    ONET_SOC = "onet-soc", "O*NET-SOC"


class RoleStatus(TextChoices):
    ACTIVE = "active", "Active"
    MERGED = "merged", "Merged"
    RETIRED = "retired", "Retired"


class RetractionState(TextChoices):
    """States of a proposal to retract a published version."""

    OPEN = "open", "Open"
    CONFIRMED = "confirmed", "Confirmed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    LAPSED = "lapsed", "Overtaken by a later version"


class ReportState(TextChoices):
    """What became of a reader's report of a problem."""

    OPEN = "open", "Waits for an answer"
    TAKEN_UP = "taken_up", "Taken up: a later version will correct it"
    DECLINED = "declined", "Looked at: nothing is to be changed"
    DUPLICATE = "duplicate", "Already known"
    SPAM = "spam", "No report of a problem"


class FlagCause(TextChoices):
    """What moved under a published decision, so that it requires review."""

    QUOTE = "quote", "A quoted score"
    RELATION = "relation", "A related role"
    METHOD = "method", "The method"


class Clearance(TextChoices):
    """How a flag was cleared."""

    REAFFIRMED = "reaffirmed", "A reviewer reaffirmed the decision"
    RECEDED = "receded", "What moved came back"
    REPLACED = "replaced", "The version is not the published one any more"


class ClaimKind(TextChoices):
    """What a calibration claim says of the scores of two roles."""

    AT_LEAST = "at_least", "At least as high as"
    WITHIN = "within", "Within a distance of"


class ClaimState(TextChoices):
    """States of a calibration claim."""

    STANDING = "standing", "Standing"
    WITHDRAWN = "withdrawn", "Withdrawn"


class BreachClearance(TextChoices):
    """How a breach of a claim was cleared."""

    MENDED = "mended", "The scores agree with the claim again, or one of them is gone"
    WITHDRAWN = "withdrawn", "The claim was withdrawn"
    ACCEPTED = "accepted", "Its owner lives with these scores"


class MethodStatus(TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "Active"
    RETIRED = "retired", "Retired"


class MessageState(TextChoices):
    """Where a message of the outbox stands that is not done."""

    DEAD = "dead", "Dead"
    RETRYING = "retrying", "To be tried again"
    AT_WORK = "at_work", "In work"
    WAITING = "waiting", "Waiting"


class Zone(TextChoices):
    GREEN = "green", "Green"
    YELLOW = "yellow", "Yellow"
    RED = "red", "Red"


class Outcome(TextChoices):
    """What a verdict, and the decision that follows from it, says."""

    FORMULA_ACCEPTED = "formula_accepted", "Formula score accepted"
    OVERRIDE_ACCEPTED = "override_accepted", "Override accepted"
    OVERRIDE_DECLINED = "override_declined", "Override declined"
    RETURNED = "returned", "Returned to its author"


PUBLISHING = (Outcome.FORMULA_ACCEPTED, Outcome.OVERRIDE_ACCEPTED, Outcome.OVERRIDE_DECLINED)


class RebuildState(TextChoices):
    """Whether a full rebuild of the comparisons is under way, done, or was given up."""

    RUNNING = "running", "Under way"
    DONE = "done", "Done"
    ABANDONED = "abandoned", "Given up"


class StepKind(IntegerChoices):
    """What a step of a rebuild does. Those of one ten may be done at once, and wait for those of the tens before."""

    RANGE = 10, "Compare the roles of a range"
    KEY = 20, "Index by pair"
    PEER = 21, "Index by peer"
    SWAP = 30, "Bring into use"
    FLAGS = 40, "Look after decisions that rest on a range"
    STANDING = 41, "Rank every role"
