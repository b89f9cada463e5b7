"""Every address of the site, and what each kind of person is answered. An address that is not named here fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from assessments.models import Assessment, User
from assessments.tasks import RELAY_MARK, WORKER_MARK
from reviews import actions
from reviews.models import Comment, Review
from tests.making import a_draft, in_review, published

# Answers in the order: nobody, another assessor, the author, a reviewer, an administrator.
EVERYBODY = (200, 200, 200, 200, 200)
TO_SIGN_IN = 302
PAGES = {
    "": EVERYBODY,
    "roles/": EVERYBODY,
    "roles/<slug:slug>/": EVERYBODY,
    "roles/<slug:slug>.json": EVERYBODY,
    "roles/<slug:slug>.md": EVERYBODY,
    "roles/<slug:slug>.txt": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/": EVERYBODY,
    "roles/<slug:slug>/history/": EVERYBODY,
    "roles/<slug:slug>/feed.xml": EVERYBODY,
    "feed.xml": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/report/": EVERYBODY,
    "reports/": (TO_SIGN_IN, 403, 403, 200, 200),
    "reports/<str:code>/": (404, 404, 404, 404, 404),
    "data/": EVERYBODY,
    "data/exposure/": EVERYBODY,
    "data/exposure/<slug:code>/": (404, 404, 404, 404, 404),
    "data/<str:dump>/<str:name>": (404, 404, 404, 404, 404),
    "sitemap.xml": EVERYBODY,
    "sitemap-pages.xml": EVERYBODY,
    "sitemap-<int:number>.xml": (404, 404, 404, 404, 404),
    "robots.txt": EVERYBODY,
    "badge/<slug:slug>.svg": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/card.png": EVERYBODY,
    "roles/<slug:slug>/embed/": EVERYBODY,
    "roles/<slug:slug>/cite/": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/cite/": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/cite.bib": EVERYBODY,
    "roles/<slug:slug>/v<int:number>.pdf": EVERYBODY,
    "roles/<slug:slug>/v<int:number>.json": EVERYBODY,
    "roles/<slug:slug>/v<int:number>.md": EVERYBODY,
    "roles/<slug:slug>/v<int:number>.txt": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/cite.csl.json": EVERYBODY,
    "roles/<slug:slug>/v<int:number>/<slug:name>.csv": EVERYBODY,
    "roles/<slug:slug>/neighbours/": EVERYBODY,
    "roles/<slug:slug>/identity/": (TO_SIGN_IN, 403, 403, 403, 200),
    "roles/<slug:slug>/suggestions/": (TO_SIGN_IN, 403, 403, 200, 200),
    "methodology/": EVERYBODY,
    "methodology/<str:version>/": EVERYBODY,
    "methodology/new/": (TO_SIGN_IN, 403, 403, 403, 200),
    "methodology/<str:version>/changes/": EVERYBODY,
    "methodology/<str:version>/dry-run/": EVERYBODY,
    "methodology/<str:version>/dry-run.json": (404, 404, 404, 404, 404),
    "methodology/<str:version>/dry-run.csv": (404, 404, 404, 404, 404),
    "methodology/<str:version>/edit/": (TO_SIGN_IN, 403, 403, 403, 409),
    "simulate/": EVERYBODY,
    "explore/": EVERYBODY,
    "compare/": EVERYBODY,
    "accounts/login/": (200, 302, 302, 302, 302),
    # By POST alone.
    "language/": (405, 405, 405, 405, 405),
    "healthz": EVERYBODY,
    "readyz": (503, 503, 503, 503, 503),
    "metrics": EVERYBODY,
    "desk/": (TO_SIGN_IN, 200, 200, 200, 200),
    "desk/import/": (TO_SIGN_IN, 200, 200, 403, 403),
    "relations/": (TO_SIGN_IN, 403, 403, 403, 200),
    "account/": (TO_SIGN_IN, 200, 200, 200, 200),
    "account/interests/": (TO_SIGN_IN, 403, 403, 200, 403),
    "drafts/new/": (TO_SIGN_IN, 200, 200, 403, 403),
    "drafts/<int:id>/": (TO_SIGN_IN, 404, 200, 404, 200),
    "drafts/<int:id>/submit/": (TO_SIGN_IN, 404, 200, 404, 200),
    "drafts/<int:id>/conflict/": (TO_SIGN_IN, 404, 302, 404, 302),
    "reviews/": (TO_SIGN_IN, 403, 200, 200, 200),
    "reviews/<int:id>/": (TO_SIGN_IN, 404, 200, 200, 200),
    "roles/<slug:slug>/v<int:number>/retract/": (TO_SIGN_IN, 403, 403, 403, 200),
    "roles/<slug:slug>/v<int:number>/reaffirm/": (TO_SIGN_IN, 403, 403, 200, 403),
    "retractions/": (TO_SIGN_IN, 403, 403, 403, 200),
    "desk/rebuilds/": (TO_SIGN_IN, 403, 403, 403, 200),
    "account/notifications/address/<str:token>/": (TO_SIGN_IN, 400, 400, 400, 400),
    "claims/": (TO_SIGN_IN, 200, 200, 200, 200),
    "desk/outbox/": (TO_SIGN_IN, 403, 403, 403, 200),
    "account/notifications/": (TO_SIGN_IN, 200, 200, 200, 200),
    "audit/": (TO_SIGN_IN, 403, 403, 403, 200),
    "api/schema/": EVERYBODY,
    "api/docs/": EVERYBODY,
    "^api/": (404, 404, 404, 404, 404),
}
API = {
    "api/v1/roles/": EVERYBODY,
    "api/v1/roles/<slug:slug>/": EVERYBODY,
    "api/v1/roles/<slug:slug>/assessments/": EVERYBODY,
    "api/v1/roles/<slug:slug>/assessments/<int:number>/": EVERYBODY,
    "api/v1/roles/<slug:slug>/assessments/<int:number>/explanation/": EVERYBODY,
    "api/v1/roles/<slug:slug>/peers/": EVERYBODY,
    "api/v1/roles/<slug:slug>/relations/": (401, 403, 403, 403, 200),
    "api/v1/roles/<slug:slug>/suggestions/": (401, 403, 403, 200, 200),
    "api/v1/methodologies/": EVERYBODY,
    "api/v1/methodologies/<str:version>/": EVERYBODY,
    "api/v1/methodologies/<str:version>/differences/": EVERYBODY,
    "api/v1/methodologies/<str:version>/dry-run/": (404, 404, 404, 404, 404),
    "api/v1/assessments/": (401, 200, 200, 200, 200),
    "api/v1/assessments/<int:id>/": (404, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/explanation/": (404, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/moves/": (404, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/comments/": (401, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/timeline/": (404, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/diff/": (404, 404, 400, 404, 400),
    "api/v1/assessments/<int:id>/impact/": (404, 404, 200, 404, 200),
    "api/v1/claims/": (401, 200, 200, 200, 200),
    "api/v1/reviews/": (401, 200, 200, 200, 200),
    "api/v1/retractions/": (401, 403, 403, 403, 200),
    "api/v1/audit/events/": (401, 403, 403, 403, 200),
    "api/v1/outbox/": (401, 403, 403, 403, 200),
}
# POST to something of the author's that is a draft (or, for a verdict and a recall, in review), with an empty body.
POSTS = {
    "accounts/logout/": (302, 302, 302, 302, 302),
    "data/ask/": (TO_SIGN_IN, 403, 403, 403, 302),
    "reports/<str:code>/close/": (TO_SIGN_IN, 403, 403, 404, 404),
    "drafts/figures/": (TO_SIGN_IN, 200, 200, 403, 403),
    "methodology/<str:version>/approve/": (TO_SIGN_IN, 403, 403, 403, 409),
    "methodology/<str:version>/abandon/": (TO_SIGN_IN, 403, 403, 403, 409),
    "drafts/<int:id>/working-copy/": (TO_SIGN_IN, 404, 400, 404, 403),
    "drafts/<int:id>/working-copy/discard/": (TO_SIGN_IN, 404, 409, 404, 403),
    "drafts/<int:id>/co-authors/": (TO_SIGN_IN, 404, 302, 404, 403),
    "drafts/<int:id>/co-authors/<int:invitation>/": (TO_SIGN_IN, 404, 404, 404, 404),
    "drafts/<int:id>/move/": (TO_SIGN_IN, 404, 409, 404, 403),
    "drafts/<int:id>/withdraw/": (TO_SIGN_IN, 404, 302, 404, 302),
    "drafts/<int:id>/recall/": (TO_SIGN_IN, 404, 302, 403, 403),
    "drafts/<int:id>/hand-over/": (TO_SIGN_IN, 404, 404, 404, 404),
    "drafts/<int:id>/comments/": (TO_SIGN_IN, 404, 302, 302, 302),
    "comments/<int:id>/resolve/": (TO_SIGN_IN, 404, 302, 302, 302),
    "reviews/<int:id>/claim/": (TO_SIGN_IN, 404, 403, 302, 403),
    "reviews/<int:id>/assign/": (TO_SIGN_IN, 404, 302, 302, 302),
    "account/interests/<int:id>/end/": (TO_SIGN_IN, 404, 404, 404, 404),
    "searches/": (TO_SIGN_IN, 302, 302, 302, 302),
    "searches/<int:id>/forget/": (TO_SIGN_IN, 404, 404, 404, 404),
    "account/notifications/read/": (TO_SIGN_IN, 302, 302, 302, 302),
    "claims/<int:id>/<slug:verb>/": (TO_SIGN_IN, 404, 404, 404, 404),
    "api/v1/roles/<slug:slug>/suggestions/accept/": (401, 404, 404, 404, 404),
    "api/v1/roles/<slug:slug>/suggestions/dismiss/": (401, 404, 404, 404, 404),
    "api/v1/relations/<int:id>/remove/": (401, 403, 403, 403, 400),
    "api/v1/claims/<int:id>/withdraw/": (401, 400, 400, 400, 400),
    "api/v1/claims/<int:id>/accept/": (401, 400, 400, 400, 400),
    "api/v1/claims/<int:id>/reassign/": (401, 400, 400, 400, 400),
    "retractions/<int:id>/<slug:verb>/": (TO_SIGN_IN, 403, 403, 403, 404),
    "desk/rebuilds/<int:id>/give-up/": (TO_SIGN_IN, 403, 403, 403, 404),
    "desk/outbox/retry/": (TO_SIGN_IN, 403, 403, 403, 302),
    "desk/outbox/<int:id>/retry/": (TO_SIGN_IN, 403, 403, 403, 404),
    "account/tokens/<int:id>/revoke/": (TO_SIGN_IN, 404, 404, 404, 404),
    "api/v1/score/": (400, 400, 400, 400, 400),
    "api/v1/assessments/<int:id>/withdraw/": (401, 404, 200, 404, 200),
    "api/v1/assessments/<int:id>/revise/": (401, 404, 409, 404, 403),
    "api/v1/assessments/<int:id>/submit/": (401, 404, 200, 404, 403),
    "api/v1/assessments/<int:id>/recall/": (401, 404, 200, 403, 403),
    "api/v1/assessments/<int:id>/verdicts/": (401, 400, 400, 400, 400),
    "api/v1/assessments/<int:id>/retraction/": (401, 400, 400, 400, 400),
    "api/v1/assessments/<int:id>/reaffirm/": (401, 400, 400, 400, 400),
    "api/v1/retractions/<int:id>/confirm/": (401, 400, 400, 400, 400),
    "api/v1/retractions/<int:id>/withdraw/": (401, 400, 400, 400, 400),
    "api/v1/outbox/<int:id>/retry/": (401, 403, 403, 403, 404),
    "api/v1/comments/<int:id>/resolve/": (401, 404, 200, 200, 200),
    "api/v1/comments/<int:id>/reopen/": (401, 404, 409, 409, 409),
}
IN_REVIEW = {
    "drafts/<int:id>/recall/",
    "drafts/<int:id>/comments/",
    "comments/<int:id>/resolve/",
    "reviews/<int:id>/claim/",
    "reviews/<int:id>/assign/",
    "api/v1/assessments/<int:id>/recall/",
    "api/v1/assessments/<int:id>/verdicts/",
    "api/v1/comments/<int:id>/resolve/",
    "api/v1/comments/<int:id>/reopen/",
}


def addresses(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route


@pytest.fixture(autouse=True)
def _no_worker_is_heard_of() -> None:
    """Whatever marks other tests left in the cache: here nothing runs, and `/readyz` must say so."""
    cache.delete_many([WORKER_MARK, RELAY_MARK])


@pytest.fixture
def people(
    admin: User, assessor: User, other_assessor: User, reviewer: User, signed_in: Callable[[User], Client]
) -> list[Client]:
    return [Client(), *[signed_in(person) for person in (other_assessor, assessor, reviewer, admin)]]


def filled(route: str, assessment: Assessment) -> str:
    review = Review.objects.filter(assessment=assessment).first()
    number = review.pk if route.startswith("reviews/") and review else assessment.pk
    if "comments/<int:id>/" in route:
        number = remarked(assessment).pk
    for name, value in (
        ("<slug:slug>", "bell-founder"),
        ("sitemap-<int:number>", "sitemap-99999"),
        ("<int:number>", "1"),
        ("<str:version>", "1.0"),
        ("<slug:verb>", "confirm"),
        ("<slug:name>", "tasks"),
        ("<slug:code>", "no-index"),
        ("<str:code>", "nobody-was-given-this"),
        ("<str:dump>", "2026-01-01-1"),
        ("<str:name>", "catalogue.csv.gz"),
        ("<str:token>", "nobody-signed-this"),
        ("<int:id>", str(number)),
        ("<int:invitation>", "1"),
    ):
        route = route.replace(name, value)
    return "/" + route.removeprefix("^")


def remarked(assessment: Assessment) -> Comment:
    """What its author said about an assessment."""
    by = assessment.created_by
    return actions.comment(assessment_id=assessment.pk, path="", text="So?", parent_id=None, by=by, at=timezone.now())


def test_every_address_is_named_here() -> None:
    named = {*PAGES, *API, *POSTS}
    served = {route for route in addresses(get_resolver().url_patterns) if not route.startswith("admin/")}
    assert served == named


@pytest.mark.parametrize("route", [*PAGES, *API])
def test_reading(route: str, people: list[Client], assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "Bell Founder")
    assessment = in_review(assessor) if route.startswith("reviews/") else a_draft(assessor)
    address = filled(route, assessment)
    answers = tuple(client.get(address).status_code for client in people)
    assert answers == {**PAGES, **API}[route]


@pytest.mark.parametrize("route", POSTS)
def test_writing(route: str, people: list[Client], assessor: User) -> None:
    answers = []
    for index, client in enumerate(people):
        make = in_review if route in IN_REVIEW else a_draft
        assessment = make(assessor, f"Bell Tuner {index}")
        answers.append(client.post(filled(route, assessment), {}, content_type="application/json").status_code)
    assert tuple(answers) == POSTS[route]


def test_django_admin_is_a_window_for_administrators(people: list[Client], assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    address = f"/admin/assessments/assessment/{assessment.pk}/change/"
    assert [client.get(address).status_code for client in people] == [302, 302, 302, 302, 200]
    administrator = people[-1]
    assert administrator.post(address, {"status": "draft"}).status_code == 403
    assert administrator.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert administrator.get("/admin/assessments/assessment/add/").status_code == 403


def test_a_deactivated_person_is_nobody(signed_in: Callable[[User], Client], admin: User, assessor: User) -> None:
    from assessments.actions import people as actions

    client = signed_in(assessor)
    assert client.get("/desk/").status_code == 200
    actions.deactivate(person=assessor, by=admin, at=timezone.now())
    assert client.get("/desk/").status_code == 302
