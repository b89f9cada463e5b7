"""The simulator: everything in the address, nothing stored, and no address that breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import documents, scoring
from assessments.models import Assessment, User
from assessments.views import simulation
from tests.documents.specimen import METHOD, rendered
from tests.making import a_document, a_draft, published, retracted
from tests.methods import drafted, in_force

SignedIn = Callable[[User], Client]
TASKS = "t=62.5~1~n~Listen&t=37.5~4~a~Write+it+up"
WHOLE = f"method=1.0&p=2.1.1&g=0&e=1.1.1.1.1&b=0.2.0.0.1&{TASKS}"


def page(client: Client, query: str, status: int = 200) -> str:
    answer = client.get(f"/simulate/?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def form_of(value: dict[str, Any], **more: str) -> dict[str, str]:
    """What a browser sends of a document's scores."""
    sent = {"form": "1", "growth.score": str(value["growth"]["score"]), **more}
    for group in ("protective_principles", "evidence", "barriers"):
        sent |= {f"{group}.{row['code']}.score": str(row["score"]) for row in value[group]}
    for index, task in enumerate(value["tasks"]):
        sent |= {f"tasks.{index}.{key}": str(task[key]) for key in ("name", "time_percent", "score", "involvement")}
    return sent


def test_an_address_is_scored_and_explained(client: Client, db: None) -> None:
    shown = page(client, WHOLE)
    for said in (
        "<strong>55.3</strong>",
        "Green (Transforming), because growth is 0 (not 2),",
        "above the edge of Green at 48",
        "would make it",
        "One step would give",
        "Listen",
    ):
        assert said in shown


def test_what_is_multiplied_has_all_its_decimals(client: Client, db: None) -> None:
    shown = page(client, "p=0.0.0&e=0.0.0.0.0&b=0.0.0.0.0&g=0&t=33.33~1~n~Listen&t=66.67~2~a~File")
    assert "4.3333 × 1.00 × 1.00 × 1.00 = 4.3333" in shown


def test_nothing_at_all_is_an_empty_form(client: Client, db: None) -> None:
    shown = page(client, "")
    assert "It appears once every input has its score" in shown
    assert "Still missing" in shown


def test_a_published_role_is_a_start_and_the_same_score(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    shown = page(client, "role=bell-tuner")
    assert "<strong>55.3</strong>" in shown
    assert "Against Bell Tuner, published at 55.3" in shown
    assert "The same as version 1." in shown
    assert "The same as version 1." in page(client, "role=Bell+Tuner&version=1")


def test_a_change_is_attributed_against_the_start(client: Client, assessor: User, reviewer: User) -> None:
    before = published(assessor, reviewer)
    value = simulation.scores_alone(before.document, METHOD)
    value["evidence"][0]["score"] = 2
    query = simulation.address_of(value, method="1.0", start=("bell-tuner", 1))
    assert "+2.1 since version 1, all from evidence." in page(client, query)


@pytest.mark.parametrize("role", ["role=secret-role", "role=nobody", "role=bell-tuner&version=9", "role=~%00~"])
def test_what_nobody_may_see_is_no_start(role: str, client: Client, assessor: User, reviewer: User) -> None:
    a_draft(assessor, "Secret Role")
    published(assessor, reviewer)
    answer = client.get(f"/simulate/?{role}")
    assert answer.status_code == 400
    assert "Bell Tuner" not in answer.content.decode()


def test_a_retracted_assessment_is_no_start(
    client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    assert "That assessment was retracted" in page(client, "role=bell-tuner", status=400)


def test_a_form_without_script_becomes_an_address(client: Client, assessor: User, reviewer: User) -> None:
    before = published(assessor, reviewer)
    answer = client.get("/simulate/", form_of(before.document, role="bell-tuner", version="1"))
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["e"] == ["1.1.1.1.1"]
    assert asked["role"] == ["bell-tuner"]
    assert "<strong>55.3</strong>" in client.get(answer["Location"]).content.decode()


def test_a_change_with_script_is_answered_with_the_result_alone(client: Client, db: None) -> None:
    answer = client.get("/simulate/", form_of(a_document()), headers={"HX-Request": "true"})
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "<strong>55.3</strong>" in shown
    assert "<html" not in shown
    assert "Shares of time add up to exactly <strong>100 %</strong>." in shown
    assert answer["HX-Replace-Url"].startswith("/simulate/?method=1.0&")


def test_what_is_missing_to_the_hundred_is_said(client: Client, db: None) -> None:
    document = a_document()
    document["tasks"][0]["time_percent"] = "50"
    answer = client.get("/simulate/", form_of(document), headers={"HX-Request": "true"})
    assert '<strong class="off">12.5 % missing to 100</strong>' in answer.content.decode()


def test_hours_of_ones_own_job_become_shares_that_add_up(client: Client, db: None) -> None:
    hours = WHOLE.replace(TASKS, "t=12~1~n~Listen&t=20~4~a~Write+it+up&t=7~2~n~Travel&t=~~~Later")
    answer = client.get(f"/simulate/?{hours}&share=parts")
    assert answer.status_code == 302
    told = parse_qs(urlsplit(answer["Location"]).query)
    assert [task.split("~")[0] for task in told["t"]] == ["30.77", "51.28", "17.95", ""]
    assert "share" not in told
    assert "<strong>100 %</strong>" in client.get(answer["Location"].replace("&t=~~~Later", "")).content.decode()


def test_the_button_sends_the_form_and_leads_to_the_shares(client: Client, assessor: User, reviewer: User) -> None:
    version = published(assessor, reviewer)
    sent = form_of(version.document, role="bell-tuner", version="1", share="parts")
    sent["tasks.0.time_percent"] = "3"
    shares = {name: sent[name] for name in sent if name.endswith("time_percent")}
    total = sum(map(float, shares.values()))
    answer = client.get("/simulate/", sent)
    told = [task.split("~")[0] for task in parse_qs(urlsplit(answer["Location"]).query)["t"]]
    assert told[0] == str(round(300 / total, 2))
    assert re.search(r'name="share"\s+value="parts"', client.get(answer["Location"]).content.decode())


@pytest.mark.parametrize("share", ["-3", "a+few", "0", "1e9", "NaN", "٣"])
def test_shares_are_not_worked_out_of_what_is_no_part_of_anything(share: str, client: Client, db: None) -> None:
    shown = page(client, f"{WHOLE.replace(TASKS, f't={share}~1~n~Listen')}&share=parts", status=400)
    assert "Shares can only be worked out from numbers" in shown


def test_a_document_is_scored_and_forgotten(client: Client, db: None) -> None:
    text = rendered(documents.from_json(a_document()))
    answer = client.post("/simulate/", {"text": text})
    assert answer.status_code == 200
    assert "<strong>55.3</strong>" in answer.content.decode()
    assert Assessment.objects.count() == 0


def test_an_uploaded_document_too_with_what_it_states_wrongly(client: Client, db: None) -> None:
    text = rendered(documents.from_json(a_document())).replace("55.3", "55.4")
    shown = client.post("/simulate/", {"file": SimpleUploadedFile("a.txt", text.encode())}).content.decode()
    assert "What the document states and what follows from it" in shown
    assert "55.4" in shown


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"text": "No document"},
        {"text": "{"},
        {"text": "{}" * 600_000},
        {"text": '{"tasks": 5}'},
        {"text": "\udc80".encode("utf-8", "surrogateescape")},
    ],
)
def test_what_is_no_document_is_said_to_be_none(posted: dict[str, Any], client: Client, db: None) -> None:
    answer = client.post("/simulate/", posted)
    assert answer.status_code == 400
    assert "Not all of it could be read" in answer.content.decode()


def test_a_file_that_is_no_text_is_refused(client: Client, db: None) -> None:
    answer = client.post("/simulate/", {"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")})
    assert answer.status_code == 400
    assert "not UTF-8" in answer.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "g=9&e=1.1.1.1.1",
        "g=" + "9" * 5000,
        "e=" + "1." * 5000,
        "e=x.y.z&b=-&p=%F0%9F%92%A5",
        "t=~~~",
        "t=1e400~3~a~x",
        "t=-5~3~a~x&t=105~3~a~y",
        "&".join(["t=1~1~a~x"] * 500),
        "t=" + "x" * 20_000,
        "method=9.9",
        "method=" + "9" * 5000,
        "t=10~3~zz~<script>alert(1)</script>",
        "form=1&tasks.999999999999.name=x",
        "form=1&growth.score=" + "9" * 500,
        "form=1&tasks.0.name=%EF%BF%BE&tasks.0.time_percent=NaN",
        "role=" + "a" * 3000,
        "version=" + "9" * 400 + "&role=x",
        "p=1.1.1.1.1.1&g=&e=&b=",
    ],
)
def test_a_forged_address_is_answered_in_words_and_asks_no_more_than_an_honest_one(
    query: str, client: Client, db: None
) -> None:
    with CaptureQueriesContext(connection) as honest:
        client.get("/simulate/?g=1")
    with CaptureQueriesContext(connection) as forged:
        answer = client.get(f"/simulate/?{query}")
    # A method or a role that is named is looked for: by its slug, and by the slugs it may have had.
    assert len(forged) <= len(honest) + 3
    answer = client.get(f"/simulate/?{query}", follow=True)
    assert answer.status_code in {200, 400}
    shown = answer.content.decode()
    assert "<script>alert" not in shown
    assert "Keep or share" in shown


def test_an_address_beyond_all_measure_is_not_read_and_says_what_helps(client: Client, db: None) -> None:
    assert "Listen" in page(client, WHOLE + "&x=" + "a" * (16_384 - len(WHOLE) - 3))
    shown = page(client, WHOLE + "&x=" + "a" * (16_385 - len(WHOLE) - 3), status=400)
    assert "This address is longer than 16 KB, which no simulation needs: nothing of it was read." in shown
    assert "Listen" not in shown


def test_of_too_many_tasks_no_more_are_read_than_the_rule_needs(client: Client, db: None) -> None:
    value, faults = simulation.value_from_address(QueryDict("&".join(["t=1~1~a~x"] * 500)), METHOD)
    assert (len(value["tasks"]), faults) == (41, ["The address gives 500 tasks; 40 are the most."])
    page(client, "&".join(["t=1~1~a~x"] * 500), status=400)


def test_a_task_in_an_address_is_cut_before_it_is_taken_apart() -> None:
    value, _ = simulation.value_from_address(QueryDict("t=" + "1" * 195 + "~2~a~Listen"), METHOD)
    assert value["tasks"] == [{"name": "", "time_percent": "1" * 20, "score": 2, "involvement": "augmentation"}]


@pytest.mark.parametrize("version", ["-1", "²", "٣", "0", "1.0", "x", "123456", "9" * 400])
def test_what_is_no_number_of_a_version_is_said_and_not_passed_over(
    version: str, client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    answer = client.get("/simulate/", {"role": "bell-tuner", "version": version})
    assert answer.status_code == 400
    assert "versions are numbered 1, 2, 3 and so on." in answer.content.decode()


@pytest.mark.parametrize("query", ["g=9", "e=x.1.1.1.1", "method=9.9", "p=1.1.1.1", "t=abc~3~a~x"])
def test_what_is_wrong_and_not_merely_missing_is_a_400(query: str, client: Client, db: None) -> None:
    page(client, query, status=400)


def test_another_method_gives_another_score(client: Client, admin: User, other_admin: User) -> None:
    in_force(admin, other_admin, "2.0", formula__evidence_step="0.05")
    shown = page(client, WHOLE.replace("method=1.0", "method=2.0"))
    assert "Simulated score, method 2.0" in shown
    assert "<strong>55.3</strong>" not in shown


def test_a_method_in_the_making_is_for_administrators(
    client: Client, signed_in: SignedIn, admin: User, assessor: User, now: Any
) -> None:
    drafted(admin, "2.0")
    query = WHOLE.replace("method=1.0", "method=2.0")
    answers = [each.get(f"/simulate/?{query}").status_code for each in (client, signed_in(assessor), signed_in(admin))]
    assert answers == [400, 400, 200]


def test_the_api_scores_under_a_named_method(client: Client, admin: User, other_admin: User) -> None:
    in_force(admin, other_admin, "2.0", formula__evidence_step="0.05")

    def scored(body: dict[str, Any]) -> Any:
        return client.post("/api/v1/score/", body, content_type="application/json")

    document = a_document()
    assert scored({"document": document, "methodology": "2.0"}).json()["figures"]["methodology"] == "2.0"
    assert scored(document | {"methodology": "2.0"}).json()["figures"]["methodology"] == "2.0"
    for version in ("9.9", 2, ["2.0"], "x" * 300):
        answer = scored({"document": document, "methodology": version})
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "methodology")


def test_an_address_comes_back_as_what_it_was_made_of() -> None:
    value = simulation.scores_alone(a_document(), METHOD)
    value["tasks"][0]["name"] = "Listen ~ and “file” & more"
    value["evidence"][1]["score"] = -2
    address = QueryDict(simulation.address_of(value, method="1.0", start=None))
    assert simulation.value_from_address(address, METHOD) == (value, [])


def test_a_role_costs_few_queries(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    with CaptureQueriesContext(connection) as queries:
        page(client, "role=bell-tuner")
    assert len(queries) < 6


def test_the_simulator_scores_as_the_formula_does(client: Client, db: None) -> None:
    inputs = documents.inputs_of(documents.from_json(a_document()))
    assert inputs is not None
    query = simulation.address_of(simulation.scores_alone(a_document(), METHOD), method="1.0", start=None)
    assert f"<strong>{scoring.compute(METHOD, inputs).formula_score}</strong>" in page(client, query)


def test_every_wrong_input_is_named_at_once(client: Client, db: None) -> None:
    query = "p=9.1.1&e=5.0.0.0.0&b=7.0.0.0.0&g=7&t=150~9~n~A&t=x~8~q~B"
    shown = client.get(f"/simulate/?{query}").context
    assert {each["path"] for each in shown["wrong"]} == {
        "protective_principles[0].score",
        "growth.score",
        "tasks[0].time_percent",
        "tasks[0].score",
        "tasks[1].time_percent",
        "tasks[1].score",
        "tasks[1].involvement",
        "evidence[0].score",
        "barriers[0].score",
    }
