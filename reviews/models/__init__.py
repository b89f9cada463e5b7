"""The tables of reviewing: what is decided, by whom and about what is talked; what people are told."""

from reviews.models.deciding import Assignment, Claim, Comment, Interest, Review, ReviewState, Seen, Verdict
from reviews.models.notifications import ByMail, Letter, LetterState, MailChoice, Notification, NotificationKind

__all__ = [
    "Assignment",
    "ByMail",
    "Claim",
    "Comment",
    "Interest",
    "Letter",
    "LetterState",
    "MailChoice",
    "Notification",
    "NotificationKind",
    "Review",
    "ReviewState",
    "Seen",
    "Verdict",
]
