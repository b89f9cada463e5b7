"""The public API: what everybody may read, exactly as the contract says, and nothing of a draft."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from assessments.actions import roles
from assessments.models import User
from tests.making import a_document, a_draft, in_review, published, recomputed, verdict

NOBODY = {"not_this_role": "It is what it is."}


def items(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/api/v1/roles/{query}")
    assert answer.status_code == 200, answer.content
    return [item["title"] for item in answer.json()["results"]]


def test_the_list_holds_published_roles_in_the_contracts_shape(client: Client, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    a_draft(assessor, "Secret Role")
    answer = client.get("/api/v1/roles/").json()
    assert answer["next"] is None
    assert answer["previous"] is None
    assert answer["results"] == [
        {
            "slug": "bell-tuner",
            "public_id": assessment.role.public_id,
            "title": "Bell Tuner",
            "seniority": "Mid-level",
            "family": "",
            "published_score": "55.3",
            "zone": "green",
            "label": "Green (Transforming)",
            "number": 1,
            "published_at": assessment.published_at.isoformat().replace("+00:00", "Z"),
        }
    ]


def test_filters_narrow_the_list(client: Client, admin: User, assessor: User, reviewer: User) -> None:
    tuner = published(assessor, reviewer, "Bell Tuner", definition=NOBODY)
    published(assessor, reviewer, "Harp Maker", evidence=(2, 2, 2, 2, 2), definition=NOBODY)
    published(assessor, reviewer, "Clerk", evidence=(-2, -2, -2, -1, -1), definition=NOBODY)
    roles.set_family(role=tuner.role, family="Crafts", by=admin, at=timezone.now())
    roles.add_alias(role=tuner.role, text="Campanologist", by=admin, at=timezone.now())
    assert items(client, "?q=TUNER") == ["Bell Tuner"]
    assert items(client, "?q=campan") == ["Bell Tuner"]
    assert items(client, "?zone=yellow") == ["Clerk"]
    assert items(client, "?family=crafts") == ["Bell Tuner"]
    assert items(client, "?sub_label=transforming&score_min=60") == ["Harp Maker"]
    assert items(client, "?score_max=55.3&ordering=-published_score") == ["Bell Tuner", "Clerk"]
    assert items(client, "?seniority=nobody") == []


def test_nonsense_filters_are_named(client: Client, db: None) -> None:
    answer = client.get("/api/v1/roles/?zone=blue&score_min=high&ordering=luck")
    assert answer.status_code == 400
    assert sorted(error["attr"] for error in answer.json()["errors"]) == ["ordering", "score_min", "zone"]


@pytest.mark.parametrize("size", ["0", "-1", "1e9", "99999999999999999999", "x", ""])
def test_absurd_page_sizes_are_survived(size: str, client: Client, db: None) -> None:
    assert client.get(f"/api/v1/roles/?page_size={size}").status_code == 200


@pytest.mark.parametrize("q", ["%", "_", "\\", "'", "a" * 10_000, "\u202e", "😀", "%00"])
def test_hostile_words_are_searched_or_refused(q: str, client: Client, db: None) -> None:
    assert client.get("/api/v1/roles/", {"q": q}).status_code in {200, 400}


def test_pages_follow_each_other_by_cursor(client: Client, assessor: User, reviewer: User) -> None:
    for name in ("A", "B", "C"):
        published(assessor, reviewer, name, definition=NOBODY)
    first = client.get("/api/v1/roles/?page_size=2").json()
    second = client.get(first["next"]).json()
    assert [item["title"] for item in first["results"] + second["results"]] == ["A", "B", "C"]
    assert first["next"].startswith("http://testserver/api/v1/roles/?page_size=2&cursor=")
    assert second["next"] is None


@pytest.mark.parametrize("ordering", ["title", "-title", "score", "-score", "published_at", "-published_at"])
def test_pages_lead_forth_and_back_through_ties(ordering: str, client: Client, assessor: User, reviewer: User) -> None:
    for name in "ABCDEFG":
        published(assessor, reviewer, name, definition=NOBODY)  # all of one score
    whole = [item["slug"] for item in client.get(f"/api/v1/roles/?ordering={ordering}").json()["results"]]
    page = client.get(f"/api/v1/roles/?ordering={ordering}&page_size=3").json()
    forth = [page]
    while page["next"]:
        page = client.get(page["next"]).json()
        forth.append(page)
    assert [item["slug"] for each in forth for item in each["results"]] == whole
    back = [page]
    while page["previous"]:
        page = client.get(page["previous"]).json()
        back.append(page)
    assert [each["results"] for each in back] == [each["results"] for each in reversed(forth)]


@pytest.mark.parametrize("cursor", ["x", "W10=", "e30=", "W3RydWUsIFsiYSJdXQ==", "W3RydWUsIFsiYSIsICJiIl1d", "é"])
def test_an_invented_cursor_leads_nowhere(cursor: str, client: Client, db: None) -> None:
    assert client.get("/api/v1/roles/", {"cursor": cursor}).status_code == 404


def test_one_role_has_figures_decision_and_document(client: Client, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    answer = client.get("/api/v1/roles/bell-tuner/").json()
    assert answer["figures"] == assessment.figures
    assert answer["document"] == assessment.document
    decision = answer["decision"]
    assert decision["statement"] == "None — formula score accepted"
    assert (decision["outcome"], decision["decided_by"]) == ("formula_accepted", "Deepa")
    assert decision["reason"] == "Checked against the sources."


def test_an_unchanged_role_is_304(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    etag = client.get("/api/v1/roles/bell-tuner/")["ETag"]
    again = client.get("/api/v1/roles/bell-tuner/", headers={"if-none-match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert not etag.startswith("W/")


def test_versions_are_listed_and_read_by_number(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    verdict(in_review(assessor, evidence=(2, 1, 1, 1, 1)), reviewer)
    listed = client.get("/api/v1/roles/bell-tuner/assessments/").json()["results"]
    assert [(each["number"], each["status"]) for each in listed] == [(2, "published"), (1, "superseded")]
    old = client.get("/api/v1/roles/bell-tuner/assessments/1/").json()
    assert (old["published_score"], old["status"]) == ("55.3", "superseded")


@pytest.mark.parametrize(
    "address",
    ["secret-role/", "secret-role/peers/", "secret-role/assessments/", "secret-role/assessments/1/", "nobody/"],
)
def test_a_draft_does_not_exist_for_strangers(address: str, client: Client, assessor: User) -> None:
    in_review(assessor, "Secret Role")
    answer = client.get(f"/api/v1/roles/{address}")
    assert answer.status_code == 404
    assert b"ecret" not in answer.content.replace(address.encode(), b"")


def test_a_revision_in_review_does_not_show(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    in_review(assessor, evidence=(2, 2, 2, 2, 2))
    assert client.get("/api/v1/roles/bell-tuner/").json()["published_score"] == "55.3"
    assert client.get("/api/v1/roles/bell-tuner/assessments/2/").status_code == 404
    assert len(client.get("/api/v1/roles/bell-tuner/assessments/").json()["results"]) == 1


def test_peers_say_standing_and_every_difference_in_parts(
    client: Client, admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    a = published(assessor, reviewer, "A", definition=NOBODY)
    b = published(assessor, reviewer, "B", evidence=(2, 1, 1, 1, 1), definition=NOBODY)
    roles.relate(source=a.role, kind="peer", target=b.role, note="", by=admin, at=now)
    recomputed()
    answer = client.get("/api/v1/roles/a/peers/").json()
    assert (answer["standing"]["rank"], answer["standing"]["of"], answer["pending"]) == (2, 2, False)
    result = answer["results"][0]
    assert (result["peer"], result["kind"]) == ({"slug": "b", "title": "B"}, "peer")
    assert (result["score"], result["peer_score"], result["difference"]) == ("55.3", "57.4", "-2.1")
    assert sum(Decimal(part) for part in result["attribution"].values()) == Decimal("-2.1")
    assert [len(part.split(".")[1]) for part in result["attribution"].values()] == [4] * 7


def test_peers_are_pending_until_the_recompute_ran(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    assert client.get("/api/v1/roles/bell-tuner/peers/").json()["pending"] is True
    recomputed()
    assert client.get("/api/v1/roles/bell-tuner/peers/").json()["pending"] is False


def test_the_list_costs_the_same_queries_for_3_and_30_roles(
    client: Client, assessor: User, reviewer: User, django_assert_num_queries: object
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(address)
        return len(captured)

    for index in range(3):
        published(assessor, reviewer, f"Role {index}", definition=NOBODY)
    few = cost("/api/v1/roles/"), cost("/roles/"), cost("/")
    for index in range(3, 30):
        published(assessor, reviewer, f"Role {index}", definition=NOBODY)
    assert (cost("/api/v1/roles/"), cost("/roles/"), cost("/")) == few


def test_a_score_is_simulated_without_login_and_without_texts(client: Client, db: None) -> None:
    document = a_document()
    for group in ("evidence", "barriers", "protective_principles"):
        document[group] = [{"code": row["code"], "score": row["score"]} for row in document[group]]
    bare = {
        "growth": {"score": 0},
        "tasks": [{key: task[key] for key in ("time_percent", "score", "involvement")} for task in document["tasks"]],
        **{group: document[group] for group in ("evidence", "barriers", "protective_principles")},
    }
    answer = client.post("/api/v1/score/", bare, content_type="application/json")
    assert answer.status_code == 200, answer.content
    assert answer.json()["figures"]["formula_score"] == "55.3"
    steps = {(step["input"], step["to"]): step["formula_score"] for step in answer.json()["sensitivity"]}
    assert steps["wage_trends", 2] == "57.4"


def test_a_score_out_of_range_is_refused_with_its_place(client: Client, db: None) -> None:
    document = a_document()
    document["evidence"][1]["score"] = 3
    document["tasks"][0]["time_percent"] = "62.51"
    answer = client.post("/api/v1/score/", document, content_type="application/json")
    assert answer.status_code == 400
    assert [error["attr"] for error in answer.json()["errors"]] == ["tasks", "evidence[1].score"]


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a": "\\u0000"}', '{"a": "\\ud800"}', "NaN", "", "[]", "null", '"x"', "{", "1e999"]
)
def test_hostile_json_is_a_400(body: str, client: Client, db: None) -> None:
    answer = client.post("/api/v1/score/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("[" * 100_000, "The JSON is nested too deeply."),
        ("9" * 5000, "The JSON holds a number beyond all measure, or NaN or Infinity."),
        ("NaN", "The JSON holds a number beyond all measure, or NaN or Infinity."),
        ("[1,]", "JSON parse error - Expecting value: line 1 column 4 (char 3)"),
    ],
)
def test_json_beyond_all_measure_is_told_in_our_words(body: str, sentence: str, client: Client, db: None) -> None:
    answer = client.post("/api/v1/score/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, sentence)


def test_methods_are_public(client: Client, db: None) -> None:
    listed = client.get("/api/v1/methodologies/").json()["results"]
    assert [(each["version"], each["status"]) for each in listed] == [("1.0", "active")]
    assert client.get("/api/v1/methodologies/1.0/").json()["definition"]["formula"]["divisor"] == "7.93"
    assert client.get("/api/v1/methodologies/9.9/").status_code == 404


def test_an_unknown_address_under_api_is_said_in_its_shape(client: Client, db: None) -> None:
    answer = client.get("/api/v1/nothing/")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "not_found")
