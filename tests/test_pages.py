"""Pages: what they say, what they never show, and what they do with hostile input."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from assessments import documents
from assessments.actions import roles
from assessments.models import Assessment, User
from reviews.models import Review, Verdict
from tests.conftest import PASSWORD
from tests.making import a_draft, in_review, published, recomputed, verdict

SignedIn = Callable[[User], Client]


def test_a_profile_says_score_working_decision_and_maker(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    recomputed()
    page = client.get("/roles/bell-tuner/").content.decode()
    for said in (
        "Bell Tuner resists displacement well: 55.3 of 100, Green (Transforming), 7.3 above the edge at 48;",
        (
            "Because growth is 0 (not 2), 37.5\u00a0% of the time goes to tasks scored 3 or more (at least 20\u00a0%)"
            " and the score is at least 48."
        ),
        "None — formula score accepted",
        "Checked against the sources.",
        "Deepa",
        "Listen and file",
        "Rank 1 of 1 published roles",
    ):
        assert said in page
    for factor in ("3.88", "1.20", "1.06", "1.00", "4.9290"):
        assert factor in page


def test_people_read_a_true_minus(client: Client, assessor: User, reviewer: User, admin: User) -> None:
    rings = published(assessor, reviewer, "Bell Ringer", evidence=(2, 2, 2, 2, 2))
    growth = {"score": -1, "rationale": "Fewer.", "check": ""}
    tuner = published(assessor, reviewer, evidence=(-1, 1, 2, 2, 1), growth=growth)
    roles.relate(source=tuner.role, kind="peer", target=rings.role, note="", by=admin, at=timezone.now())
    recomputed()
    for address in (
        "/roles/bell-tuner/",
        "/roles/bell-ringer/",
        "/methodology/",
        "/simulate/?role=bell-tuner",
        "/compare/?role=bell-tuner&role=bell-ringer",
    ):
        page = re.sub(r"<(?:style|script|time)\b.*?</|<[^>]*>", " ", client.get(address).content.decode(), flags=re.S)
        assert (address, re.findall(r"(?<![\w/.-])-\d[\d.]*", page)) == (address, [])
        assert "−1" in page


def test_a_declined_override_is_said_without_saying_override_twice(
    client: Client, assessor: User, reviewer: User
) -> None:
    verdict(in_review(assessor, proposed="57.0"), reviewer, "override_declined")
    for address in ("/roles/bell-tuner/", "/roles/bell-tuner/history/", "/feed.xml"):
        page = " ".join(re.sub("<[^>]*>", " ", client.get(address).content.decode()).split())
        assert "Override declined — formula score stands" in page
        assert "Override: Override" not in page


def test_lists_in_any_authored_text_are_drawn_as_lists(client: Client, assessor: User, reviewer: User) -> None:
    said = "Demand is direct.\n- General models write drafts.\n- Bells stay."
    growth = {"score": 0, "rationale": "It stays.", "check": said}
    told = {"override": {"rationale": said}, "commentary": {"timeline": said}, "reinstatement": said}
    draft = in_review(assessor, proposed="57.0", growth=growth, **told)
    verdict(draft, reviewer, "override_accepted", rationale=said)
    page = " ".join(client.get("/roles/bell-tuner/").content.decode().split())
    drawn = "<p>Demand is direct.</p> <ul> <li>General models write drafts.</li> <li>Bells stay.</li> </ul>"
    assert (page.count(drawn), page.count("- Bells stay")) == (5, 0)


def test_an_accepted_override_shows_both_scores(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, proposed="57.0")
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "Adjusted to 57.0 (+1.7)" in page
    assert "55.3" in page


@pytest.mark.parametrize(
    "address",
    ["/roles/secret-role/", "/roles/secret-role.json", "/roles/secret-role.txt", "/roles/secret-role.md",
     "/roles/secret-role/history/",
     "/roles/secret-role/v1/"],
)  # fmt: skip
@pytest.mark.parametrize("make", [a_draft, in_review])
def test_what_is_not_published_is_404(
    address: str, make: Callable[..., Assessment], client: Client, assessor: User
) -> None:
    make(assessor, "Secret Role")
    assert client.get(address).status_code == 404


def test_no_public_page_names_a_role_that_is_not_published(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    in_review(assessor, "Organ Builder")  # which the published one says it is not: the relation exists
    recomputed()
    for address in ("/", "/roles/", "/roles/?q=organ", "/api/v1/roles/", "/api/v1/roles/bell-tuner/peers/"):
        assert "Organ Builder" not in client.get(address).content.decode().replace("value=&quot;organ", "")


def test_an_earlier_version_stays_at_its_address_with_a_way_to_the_current_one(
    client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    verdict(in_review(assessor, evidence=(2, 1, 1, 1, 1)), reviewer)
    page = client.get("/roles/bell-tuner/v1/").content.decode()
    assert "You are reading version 1" in page
    assert "55.3" in page
    assert 'href="/roles/bell-tuner/"' in page
    assert "57.4" in client.get("/roles/bell-tuner/").content.decode()


def test_hostile_text_is_shown_and_never_run(client: Client, assessor: User, reviewer: User) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7|add:7 }} javascript:alert(1) \u202egnp.exe"
    published(
        assessor,
        reviewer,
        definition={"primary_function": hostile, "not_this_role": f"NOT a {hostile}"},
        commentary={"timeline": hostile, "who_should_worry": f"- {hostile}\n- https://example.org/?a=1&b=<x>"},
    )
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="javascript' not in page
    assert "{{ 7|add:7 }}" in page


@pytest.mark.parametrize("address", ["/", "/roles/", "/methodology/", "/accounts/login/", "/nothing/", "/api/docs/"])
def test_every_page_is_locked_to_this_host(address: str, client: Client, db: None) -> None:
    answer = client.get(address)
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert "http://" not in answer.content.decode().replace("http://testserver", "").replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    "query",
    [
        "?zone=blue",
        "?page=-3",
        "?page=1e9",
        "?ordering=luck",
        "?score_min=NaN",
        "?q=" + "a" * 9000,
        "?zone[]=x",
    ],
)
def test_nonsense_filters_still_give_a_page(query: str, client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    assert client.get(f"/roles/{query}").status_code == 200


def test_an_unknown_address_is_a_helpful_404(client: Client, db: None) -> None:
    answer = client.get("/roles/no-such-role/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_signing_in_and_out(client: Client, assessor: User) -> None:
    answer = client.post("/accounts/login/", {"username": "maren", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/desk/")
    assert client.get("/desk/").status_code == 200
    client.post("/accounts/logout/")
    assert client.get("/desk/")["Location"] == "/accounts/login/?next=/desk/"


def test_guessing_locks_name_and_address_together(client: Client, assessor: User) -> None:
    guess = {"username": "maren", "password": "wrong"}
    answers = [client.post("/accounts/login/", guess).status_code for _ in range(11)]
    assert answers == [200] * 9 + [429] * 2
    right = {"username": "maren", "password": PASSWORD}
    assert client.post("/accounts/login/", right).status_code == 429
    assert client.post("/accounts/login/", right, REMOTE_ADDR="10.0.0.9").status_code == 302


def test_signing_in_never_leads_to_another_host(client: Client, assessor: User) -> None:
    form = {"username": "maren", "password": PASSWORD, "next": "https://example.org/"}
    assert client.post("/accounts/login/", form)["Location"] == "/desk/"


def test_a_token_is_shown_once_and_can_be_revoked(assessor: User, signed_in: SignedIn) -> None:
    client = signed_in(assessor)
    page = client.post("/account/", {"name": "script", "days": "30", "write": "1"})
    assert page["Cache-Control"] == "no-store"
    token = page.content.decode().split('id="new-token">')[1].split("<")[0]
    assert token not in client.get("/account/").content.decode()
    headers = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/assessments/", headers=headers).status_code == 200
    client.post(f"/account/tokens/{assessor.api_tokens.get().pk}/revoke/")
    assert Client().get("/api/v1/assessments/", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("name", "days"), [("", "30"), ("x", "0"), ("x", "-1"), ("x", "9999"), ("x", "many"), ("x" * 81, "1")]
)
def test_a_token_without_name_or_end_is_refused(name: str, days: str, assessor: User, signed_in: SignedIn) -> None:
    answer = signed_in(assessor).post("/account/", {"name": name, "days": days})
    assert (answer.status_code, assessor.api_tokens.count()) == (400, 0)


def test_the_audit_lists_what_happened(admin: User, assessor: User, reviewer: User, signed_in: SignedIn) -> None:
    published(assessor, reviewer)
    page = signed_in(admin).get("/audit/?actor=deepa").content.decode()
    assert "Gave the verdict “formula_accepted”" in page
    assert "Started version 1" not in page


def test_a_verdict_on_the_page_publishes(assessor: User, reviewer: User, signed_in: SignedIn) -> None:
    assessment = in_review(assessor)
    review = Review.objects.get()
    form = {"outcome": "formula_accepted", "rationale": "It fits.", "content_hash": assessment.content_hash}
    answer = signed_in(reviewer).post(f"/reviews/{review.pk}/", form)
    assert answer["Location"] == "/roles/bell-tuner/"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"rationale": " "}, 400),
        ({"outcome": "approved"}, 400),
        ({"content_hash": "0" * 64}, 409),
        ({"outcome": ""}, 400),
    ],
)
def test_a_refused_verdict_says_why_and_keeps_what_was_typed(
    change: dict[str, str], status: int, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    form = {"outcome": "formula_accepted", "rationale": "A long reason.", "content_hash": assessment.content_hash}
    answer = signed_in(reviewer).post(f"/reviews/{Review.objects.get().pk}/", {**form, **change})
    assert (answer.status_code, Verdict.objects.count()) == (status, 0)
    assert "Nothing was decided" in answer.content.decode()
    if "rationale" not in change:
        assert "A long reason." in answer.content.decode()


def test_a_request_that_is_too_large_is_said_for_what_it_is(assessor: User, signed_in: SignedIn) -> None:
    answer = signed_in(assessor).post("/desk/import/", {"text": "x" * 3_000_000})
    assert answer.status_code == 400
    assert "larger than 2.5 MB" in answer.content.decode()


def test_a_locked_sign_in_says_how_long(client: Client, assessor: User) -> None:
    for _ in range(11):
        answer = client.post("/accounts/login/", {"username": "maren", "password": "wrong"})
    assert "For a quarter of an" in answer.content.decode()


def test_a_form_that_says_not_what_it_edits_saves_nothing(assessor: User, signed_in: SignedIn) -> None:
    draft = a_draft(assessor)
    assert signed_in(assessor).post(f"/drafts/{draft.pk}/", {"then": "save"}).status_code == 412
    draft.refresh_from_db()
    assert draft.history.count() == 1


def test_every_download_reads_back_as_the_published_document(client: Client, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    method = assessment.methodology.method
    for suffix in ("txt", "md"):
        answer = client.get(f"/roles/bell-tuner.{suffix}")
        reading = documents.read(answer.content.decode(), method)
        assert (documents.to_json(reading.document), reading.discrepancies) == (assessment.document, ())
    assert client.get("/roles/bell-tuner.json").json() == assessment.document
