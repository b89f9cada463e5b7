"""The tables of the catalogue."""

from assessments.models.after import Retraction, ReviewFlag
from assessments.models.assessment import Assessment, Contribution, Decision
from assessments.models.claims import CalibrationClaim, ClaimBreach
from assessments.models.derived import PeerComparison, PeerQuote, ScoreCount, Standing
from assessments.models.finding import (
    FacetCount,
    PlaceCount,
    SavedSearch,
    SearchEntry,
    SearchPending,
    SearchText,
    SearchWord,
)
from assessments.models.ledger import AuditEvent, AuditLink, IdempotentRequest, OutboxMessage
from assessments.models.methodology import DryRun, MethodApproval, Methodology
from assessments.models.people import AccessRole, ApiToken, User
from assessments.models.rebuilding import PeerRebuild, RebuildStep
from assessments.models.roles import (
    CatalogueRelease,
    DismissedSuggestion,
    FormerAddress,
    Role,
    RoleAlias,
    RoleCode,
    RoleRelation,
    WaitingName,
)
from assessments.models.taken import CatalogueDump, ExposureIndex, ExposureValue, ProblemReport
from assessments.models.writing import Invitation, WorkingCopy

__all__ = [
    "AccessRole",
    "ApiToken",
    "Assessment",
    "AuditEvent",
    "AuditLink",
    "CalibrationClaim",
    "CatalogueDump",
    "CatalogueRelease",
    "ClaimBreach",
    "Contribution",
    "Decision",
    "DismissedSuggestion",
    "DryRun",
    "ExposureIndex",
    "ExposureValue",
    "FacetCount",
    "FormerAddress",
    "IdempotentRequest",
    "Invitation",
    "MethodApproval",
    "Methodology",
    "OutboxMessage",
    "PeerComparison",
    "PeerQuote",
    "PeerRebuild",
    "PlaceCount",
    "ProblemReport",
    "RebuildStep",
    "Retraction",
    "ReviewFlag",
    "Role",
    "RoleAlias",
    "RoleCode",
    "RoleRelation",
    "SavedSearch",
    "ScoreCount",
    "SearchEntry",
    "SearchPending",
    "SearchText",
    "SearchWord",
    "Standing",
    "User",
    "WaitingName",
    "WorkingCopy",
]
