"""All rooms of the platform, who goes into each, and a catalogue in which there is something in every one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings

from assessments import dispatch
from assessments.actions import drafts, exposure, identity, reports
from assessments.enums import ChangeReason, Kind
from assessments.models import Assessment, OutboxMessage, User
from reviews import actions
from reviews.models import Review
from tests.making import a_draft, in_review, published, recomputed
from tests.methods import drafted, tried


def furnished(people: dict[str, User | None], now: Any) -> dict[str, object]:
    """A published role with a neighbour and a revision in review with an override, a whole draft and an empty one, and
    whatever else rooms show. What stands in the braces of the rooms' addresses."""
    admin, assessor, reviewer = people["admin"], people["assessor"], people["reviewer"]
    assert admin is not None
    assert assessor is not None
    assert reviewer is not None
    published(assessor, reviewer, "Bell Founder")
    published(assessor, reviewer, "Bell Forger")
    published(assessor, reviewer, "Bell Gilder and Restorer")
    tuner = published(assessor, reviewer)
    recomputed()
    revised = drafts.revise(
        role=tuner.role, kind=Kind.REVISION, change_reason=ChangeReason.NEW_EVIDENCE, by=assessor, at=now
    )
    _propose(revised.assessment, assessor, now)
    _talk(review := Review.objects.get(assessment=revised.assessment), reviewer, assessor, now)
    in_review(assessor, "Bell Hanger")
    drafted(admin, formula__evidence_step="0.05", zones__green__from="50.0")
    tried(admin)
    _fail(tuner)
    whole, empty = a_draft(assessor, "Bell Ringer"), _empty(assessor, now)
    places: dict[str, object] = {"draft": whole.pk, "empty": empty.pk, "review": review.pk}
    places["report"] = _reported(tuner, now)
    _gone(assessor, reviewer, admin, tuner, now)
    return places


def _reported(version: Assessment, now: Any) -> str:
    return reports.make(assessment=version, place="tasks[0]", text="This is done by two.", at=now).code


def _gone(assessor: User, reviewer: User, admin: User, tuner: Assessment, now: Any) -> None:
    """A retired role, one that was merged, and an index beside which scores stand."""
    carver = published(assessor, reviewer, "Bell Carver").role
    smelter = published(assessor, reviewer, "Bell Smelter").role
    identity.retire(role=carver, reason="Nobody carves bells.", by=admin, at=now)
    identity.merge(role=smelter, into=tuner.role, reason="The same people.", by=admin, at=now)
    recomputed()
    told = exposure.Described("felten", "An index", "Somebody, 2024", "CC BY 4.0")
    exposure.replace(told, {"49-9063.00": Decimal("0.5")}, by=admin, at=now)


def _fail(assessment: Assessment) -> None:
    """Work that is dead, and work that is to be tried again."""
    for failures in (settings.OUTBOX_TRIES, 1):
        error = "IntegrityError: duplicate key value violates unique constraint"
        OutboxMessage.objects.create(
            topic=dispatch.RECOMPUTE, role=assessment.role, attempts=failures, failures=failures, last_error=error
        )


def _propose(assessment: Assessment, by: User, now: Any) -> None:
    document = assessment.document
    document["tasks"][0]["name"] = "Listen, file and listen again"
    document["evidence"][0] |= {"score": 2, "rationale": "Because of job_posting_trends, counted again."}
    document["override"] |= {"proposed_score": "59", "reason_code": "market_shock"}
    drafts.save_draft(
        assessment_id=assessment.pk,
        document=drafts.document_of(document),
        content_hash=assessment.content_hash,
        by=by,
        at=now,
    )
    actions.submit(assessment_id=assessment.pk, by=by, at=now)


def _talk(review: Review, reviewer: User, assessor: User, now: Any) -> None:
    """Somebody on the review and asked for it, and threads: one with a reply, one that is resolved."""
    actions.claim(review_id=review.pk, by=reviewer, at=now)
    due = now + timedelta(days=2)
    actions.assign(review_id=review.pk, reviewer=reviewer, due_at=due, note="Before the fair.", by=reviewer, at=now)
    say = partial(actions.comment, assessment_id=review.assessment_id, at=now)
    thread = say(path="tasks[0]", text="How often?", parent_id=None, by=reviewer)
    say(path="", text="Every day.", parent_id=thread.pk, by=assessor)
    done = say(path="", text="Well said.", parent_id=None, by=reviewer)
    actions.resolve(comment_id=done.pk, by=reviewer, at=now)
    actions.declare_interest(role=None, family="Bells", reason="My uncle", expires_at=None, by=reviewer, at=now)


def _empty(by: User, now: Any) -> Assessment:
    role = {"title": "Bell Painter", "seniority": "Mid-level"}
    document = drafts.document_of({"schema": "aijri/assessment/1", "role": role})
    return drafts.create_draft(document=document, by=by, at=now).assessment


ROOMS = [
    ("", "/"),
    ("", "/roles/"),
    ("", "/roles/?q=nothing+like+it"),
    ("", "/roles/?q=bells&zone=green"),
    ("", "/explore/"),
    ("", "/compare/"),
    ("", "/compare/?role=bell-tuner&role=bell-founder"),
    ("", "/compare/?role=bell-tuner&role=bell-founder&role=bell-forger"),
    ("", "/compare/?role=bell-tuner&role=bell-founder&role=bell-forger&role=bell-gilder-and-restorer"),
    ("assessor", "/roles/?q=bell"),
    ("", "/roles/bell-tuner/"),
    ("", "/roles/bell-tuner/history/"),
    ("", "/roles/bell-tuner/neighbours/"),
    ("", "/roles/bell-tuner/cite/"),
    ("", "/roles/bell-tuner/embed/"),
    ("", "/data/"),
    ("", "/data/exposure/"),
    ("", "/api/docs/"),
    ("admin", "/data/"),
    ("", "/roles/bell-tuner/v1/report/"),
    ("reviewer", "/reports/"),
    ("", "/methodology/"),
    ("", "/methodology/1.0/"),
    ("", "/methodology/1.0/changes/"),
    ("", "/methodology/1.0/dry-run/"),
    ("", "/simulate/"),
    ("", "/simulate/?role=bell-tuner"),
    ("", "/simulate/?role=nobody&g=9&t=x~9~z~~"),
    ("", "/accounts/login/"),
    ("", "/no/such/page/"),
    ("assessor", "/desk/"),
    ("assessor", "/desk/import/"),
    ("assessor", "/drafts/new/"),
    ("assessor", "/drafts/new/?role=bell-founder"),
    ("assessor", "/drafts/{draft}/"),
    ("assessor", "/drafts/{empty}/"),
    ("assessor", "/drafts/{draft}/submit/"),
    ("assessor", "/drafts/{empty}/submit/"),
    ("assessor", "/audit/"),
    ("assessor", "/account/"),
    ("assessor", "/reviews/{review}/"),
    ("reviewer", "/desk/"),
    ("reviewer", "/reviews/"),
    ("reviewer", "/reviews/?override=1&sort=due"),
    ("reviewer", "/reviews/?family=Nothing"),
    ("reviewer", "/account/interests/"),
    ("reviewer", "/reviews/{review}/"),
    ("assessor", "/roles/bell-ringer/suggestions/"),
    ("reviewer", "/roles/bell-hanger/suggestions/"),
    ("reviewer", "/claims/"),
    ("reviewer", "/claims/?show=broken"),
    ("admin", "/claims/"),
    ("admin", "/relations/"),
    ("admin", "/relations/?role=bell-tuner"),
    ("admin", "/relations/?role=bell-hanger"),
    ("admin", "/relations/?role=bell"),
    ("admin", "/audit/"),
    ("admin", "/desk/outbox/"),
    ("admin", "/desk/outbox/?state=at_work"),
    ("admin", "/methodology/1.1/"),
    ("admin", "/methodology/1.1/edit/"),
    ("admin", "/methodology/1.1/changes/"),
    ("admin", "/methodology/1.1/dry-run/"),
    ("admin", "/methodology/new/"),
    ("admin", "/reviews/{review}/"),
    ("", "/roles/bell-tuner/v1/"),
    ("", "/roles/bell-tuner/v1/cite/"),
    ("", "/roles/bell-carver/"),
    ("", "/roles/bell-smelter/v1/"),
    ("", "/roles/bell-smelter/"),
    ("", "/data/exposure/felten/"),
    ("", "/reports/{report}/"),
    ("assessor", "/account/notifications/"),
    ("reviewer", "/roles/bell-founder/v1/reaffirm/"),
    ("admin", "/roles/bell-founder/v1/retract/"),
    ("admin", "/roles/bell-tuner/identity/"),
    ("admin", "/retractions/"),
    ("admin", "/desk/rebuilds/"),
]
# Addresses that answer with something other than a page, or that only take what is sent: by name.
NO_ROOMS = {
    "answer_invitation", "api_schema", "assign_review", "badge", "card", "change_claim", "cite_bibtex", "cite_csl",
    "claim_review",
    "close_report", "close_retraction", "comment", "confirm_address", "discard_kept", "draft_figures", "dump_file",
    "end_interest", "feed", "forget_search", "give_up_rebuild", "hand_over", "invite_coauthor", "keep_draft",
    "keep_search", "ask_dump", "method_abandon", "method_approve", "method_dry_run_csv", "method_dry_run_json",
    "move_draft", "read_notifications", "recall_draft", "resolve_comment", "retry_message", "retry_the_dead",
    "set_language",
    "revoke_token", "robots", "role_feed", "role_json", "role_markdown", "role_text", "sign_out", "sitemap",
    "sitemap_pages",
    "version_json", "version_markdown", "version_pdf", "version_text", "sitemap_part",
    "version_table", "withdraw_draft",
}  # fmt: skip

SEEN_ELSEWHERE = {"draft_conflict"}  # tests/browser/test_working_copy.py
