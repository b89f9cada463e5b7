"""The pages of finding: the list, the catalogue drawn, roles side by side, searches that are kept; and bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from assessments.actions import roles, searches
from assessments.errors import Conflict
from assessments.models import Assessment, SavedSearch, User
from assessments.views import finding
from tests.making import in_review, published, recomputed, retracted

NOBODY = {"not_this_role": "It is what it is."}
SignedIn = Callable[[User], Client]
HOSTILE = (
    "'; DROP TABLE assessments_role; --",
    "a & | ! <-> b:*",
    "((((\\",
    "\x00",
    "a\x00b",
    "\u202egnp.exe",
    "😀" * 50,
    "%_%\\",
    "a" * 10_000,
    "a " * 5_000,
    "é" * 300,
    "\ud7ff\ue000\ufdd0",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "-1' OR '1'='1",
    "of the and to",
    "١٢٣ 漢字 ไทย",
    "R999999999999",
    "99-9999.99",
)


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    """Two published roles, indexed."""
    tuner = published(assessor, reviewer, "Bell Tuner", definition=NOBODY)
    maker = published(assessor, reviewer, "Harp Maker", evidence=(2, 2, 2, 2, 2), definition=NOBODY)
    recomputed()
    return tuner, maker


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_words_give_a_page_that_helps(q: str, client: Client, pair: object) -> None:
    refused = "\x00" in q
    answer = client.get("/roles/", {"q": q})
    assert answer.status_code == (400 if refused else 200)
    assert b"<script>alert" not in answer.content
    assert b"All published roles" in answer.content or refused or b"found-list" in answer.content
    said = [
        client.get("/roles/", {"q": q, "ordering": "-published_score"}).status_code,
        client.get("/api/v1/roles/", {"q": q}).status_code,
        client.get("/compare/", {"role": [q, "bell-tuner"]}).status_code,
        client.get("/explore/", {"family": q}).status_code,
    ]
    long = len(q.strip()) > 200
    assert said == ([400] * 4 if refused else [200, 400 if long else 200, 404, 200])


@pytest.mark.parametrize(
    "query",
    [
        "zone=blue&score_min=NaN&score_max=1e999&ordering=luck&evidence_min=x",
        "cursor=x&page_size=1e9",
        "cursor=W3RydWUsIFsiYSIsICJiIl1d",
        "q=bell&cursor=W3RydWUsIFsiYSIsICJiIl1d",
        "q=bell&cursor=W2ZhbHNlLCBbOTk5OTk5OTk5XV0=",
        "family=" + "x" * 5_000,
        "seniority=%ff%fe",
    ],
)
def test_nonsense_filters_are_left_out_and_said(query: str, client: Client, pair: object) -> None:
    said = page(client, f"/roles/?{query}")
    assert "/roles/bell-tuner/" in said or "No published role" in said
    assert ("was left out" in said) == ("zone=blue" in query or "x" * 999 in query)


def test_a_long_question_is_cut_and_said(client: Client, pair: object) -> None:
    assert "Only the first 200 characters" in page(client, f"/roles/?q={'bell+' * 90}")


def test_matches_are_marked_and_misspelt_words_understood(client: Client, pair: object) -> None:
    assert "Bell <mark>Tuner</mark>" in page(client, "/roles/?q=tunr")
    assert "for “tuner”; nothing is called “tunr”" in page(client, "/roles/?q=tunr")


def test_nothing_found_says_what_comes_nearest(client: Client, pair: object) -> None:
    said = page(client, "/roles/?q=harp&zone=red")
    assert "No published role fits “harp”" in said
    assert 'href="/roles/harp-maker/"' in said
    assert 'href="/roles/?q=harp"' in said
    assert "A shorter or a more common word" in page(client, "/roles/?q=zzzzzz")
    assert "There is no letter or figure" in page(client, "/roles/?q=%25")
    assert "has all of these" in page(client, "/roles/?zone=red")


def test_a_role_that_was_named_offers_what_it_is_not(
    client: Client, pair: tuple[Assessment, Assessment], admin: User
) -> None:
    tuner, maker = (each.role for each in pair)
    roles.relate(source=tuner, kind="distinct_from", target=maker, note="", by=admin, at=timezone.now())
    assert "Not this role?" in page(client, "/roles/?q=bell+tuner")
    assert "Not this role?" in page(client, "/roles/harp-maker/")
    assert "Not this role?" not in page(client, "/roles/")


def test_facets_lead_to_addresses_that_choose_and_let_go(client: Client, pair: object) -> None:
    chosen = page(client, "/roles/?q=mid-level&zone=green")
    assert 'href="/roles/?q=mid-level"' in chosen
    assert "score_min=50&amp;score_max=59.9" in chosen
    assert "score_min=90&amp;score_max=100" in chosen


def test_pages_follow_each_other_with_their_question(
    client: Client, pair: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 1)
    first = client.get("/roles/?zone=green&ordering=-published_score").context
    assert [item["title"] for item in first["items"]] == ["Harp Maker"]
    second = client.get(f"/roles/{first['next_url']}").context
    assert [item["title"] for item in second["items"]] == ["Bell Tuner"]
    assert parse_qs(urlsplit(second["previous_url"]).query)["zone"] == ["green"]


def test_counts_beyond_what_is_counted_are_honest(
    client: Client, pair: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("counting.EXACT", "EXACT"):
        monkeypatch.setattr(f"assessments.queries.search.{name}", 1)
    assert "<strong>More than 1</strong>" in page(client, "/roles/?q=mid-level")
    assert "<strong>At least 1</strong>" in page(client, "/roles/?q=mid-level&score_min=55&score_max=56")
    monkeypatch.setattr("assessments.queries.search.MOST", 1)
    assert "of which the best 1 are listed" in page(client, "/roles/?q=mid-level")


# Searches that are kept


def test_a_search_is_kept_and_let_go(assessor: User, pair: object, signed_in: SignedIn) -> None:
    browser = signed_in(assessor)
    answer = browser.post("/searches/", {"name": "Safe crafts", "zone": "green", "q": "tuner", "ordering": "luck"})
    assert answer["Location"] == "/roles/?q=tuner&zone=green"
    kept = SavedSearch.objects.get()
    assert (kept.name, kept.query, kept.person) == ("Safe crafts", "q=tuner&zone=green", assessor)
    assert 'href="/roles/?q=tuner&amp;zone=green">Safe crafts' in page(browser, "/roles/")
    assert browser.post(f"/searches/{kept.pk}/forget/").status_code == 302
    assert not SavedSearch.objects.exists()


def test_the_same_name_again_replaces_what_it_meant(assessor: User, signed_in: SignedIn) -> None:
    for zone in ("green", "red"):
        signed_in(assessor).post("/searches/", {"name": "Mine", "zone": zone})
    assert list(SavedSearch.objects.values_list("name", "query")) == [("Mine", "zone=red")]


def test_searches_are_ones_own(assessor: User, reviewer: User, signed_in: SignedIn, client: Client) -> None:
    kept = searches.keep(name="Mine", query="zone=red", by=assessor, at=timezone.now())
    assert signed_in(reviewer).post(f"/searches/{kept.pk}/forget/").status_code == 404
    assert "Mine" not in page(signed_in(reviewer), "/roles/")
    assert client.post("/searches/", {"name": "x", "zone": "red"})["Location"].startswith("/accounts/login/")
    assert "The address of this page holds the whole search" in page(client, "/roles/")


@pytest.mark.parametrize(
    "posted", [{"name": "", "zone": "red"}, {"name": "x" * 81, "zone": "red"}, {"name": "Nothing"}]
)
def test_what_cannot_be_kept_is_said(posted: dict[str, str], assessor: User, signed_in: SignedIn) -> None:
    answer = signed_in(assessor).post("/searches/", posted, follow=True)
    assert (answer.status_code, SavedSearch.objects.count()) == (200, 0)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def test_nobody_keeps_searches_without_end(assessor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searches, "MOST", 1)
    searches.keep(name="One", query="zone=red", by=assessor, at=timezone.now())
    with pytest.raises(Conflict):
        searches.keep(name="Two", query="zone=red", by=assessor, at=timezone.now())


# The catalogue drawn


def test_the_catalogue_is_drawn_with_links_and_a_table(client: Client, pair: object, assessor: User) -> None:
    in_review(assessor, "Organ Builder")
    said = page(client, "/explore/")
    assert said.count("Bell Tuner") >= 3
    assert "Organ Builder" not in said
    assert "2 published roles, each a mark of its own" in said


def test_a_large_catalogue_is_drawn_in_cells_that_lead_to_lists(
    client: Client, pair: object, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(assessor, reviewer, "Bell Hanger")
    recomputed()
    monkeypatch.setattr("assessments.queries.search.explorer.ALONE", 1)
    said = page(client, "/explore/")
    cell = "/roles/?resistance_min=3.8&amp;resistance_max=4.0&amp;evidence_min=5&amp;evidence_max=5"
    assert said.count(f'href="{cell}"') == 2
    assert "Task resistance 3.8 to 4.0, evidence +5: 2 Green" in said
    listed = client.get(cell.replace("&amp;", "&")).context
    assert [item["title"] for item in listed["items"]] == ["Bell Hanger", "Bell Tuner"]


def test_a_cell_that_holds_one_role_leads_to_it(client: Client, pair: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assessments.queries.search.explorer.ALONE", 1)
    said = page(client, "/explore/")
    assert (said.count('href="/roles/bell-tuner/"'), said.count('href="/roles/harp-maker/"')) == (2, 2)
    assert "resistance_min" not in said


def test_a_family_that_nobody_is_in_is_said(client: Client, pair: object) -> None:
    assert "No published role is in “Nobody”" in page(client, "/explore/?family=Nobody")


def test_an_empty_catalogue_is_said(client: Client, db: None) -> None:
    assert "Nothing has been published yet" in page(client, "/explore/")


def test_what_makes_no_sense_is_said_in_the_words_of_the_page(client: Client, pair: object) -> None:
    said = page(client, "/roles/?ordering=x&zone=blue&score_min=90&score_max=10")
    for words in (
        "Order was left out: One of: By title, Highest score first, Lowest score first, Latest decision first.",
        "Zone was left out: One of: Green, Yellow, Red.",
        "Score was left out: The range is upside down: it begins at 90 and ends at 10.",
    ):
        assert words in " ".join(re.sub("<[^>]*>", "", said).split())


def test_one_role_is_counted_as_one(client: Client, pair: object) -> None:
    said = page(client, "/roles/?q=harp")
    assert ">1 role<" in said
    assert ">1 roles<" not in said


# Side by side


def test_roles_stand_side_by_side_with_what_each_difference_comes_from(
    client: Client, pair: tuple[Assessment, Assessment], admin: User
) -> None:
    tuner, maker = (each.role for each in pair)
    roles.relate(source=maker, kind="peer", target=tuner, note="", by=admin, at=timezone.now())
    recomputed()
    answer = client.get("/compare/?role=harp-maker&role=bell-tuner")
    (difference,) = answer.context["differences"]
    (row,) = client.get("/api/v1/roles/harp-maker/peers/").json()["results"]
    assert (difference["difference"], difference["attribution"]) == (row["difference"], row["attribution"])
    assert [column["title"] for column in answer.context["columns"]] == ["Harp Maker", "Bell Tuner"]


def test_growth_and_principles_are_compared_too(client: Client, pair: object) -> None:
    shown = client.get("/compare/?role=harp-maker&role=bell-tuner").context
    rows = [*shown["growth"], *shown["principles"]]
    assert [row["name"] for row in rows] == [
        "AI Growth Correlation",
        "Embodied Physicality",
        "Deep Interpersonal Connection",
        "Goal-Setting & Moral Judgment",
    ]
    assert [cell["text"] for cell in rows[0]["cells"]] == ["0", "0"]
    assert [cell["title"] for cell in rows[1]["cells"]] == ["Harp Maker", "Bell Tuner"]


def test_a_role_that_is_typed_as_a_name_leads_to_its_address(client: Client, pair: object) -> None:
    answer = client.get("/compare/", {"role": ["harp-maker", "Bell Tuner"]})
    assert answer["Location"] == "/compare/?role=harp-maker&role=bell-tuner"


def test_one_role_asks_for_another_and_five_are_too_many(client: Client, pair: object) -> None:
    assert "Beside" in page(client, "/compare/?role=bell-tuner")
    assert "Two to four published roles" in page(client, "/compare/")
    query = "&".join(f"role={name}" for name in ("bell-tuner", "harp-maker", "h", "b", "c"))
    assert "Only the first 4 are shown" in page(client, f"/compare/?{query}", 404)


def test_what_is_not_published_is_not_compared(
    client: Client, pair: tuple[Assessment, Assessment], assessor: User, admin: User, other_admin: User
) -> None:
    in_review(assessor, "Organ Builder")
    retracted(pair[1], admin, other_admin)
    said = page(client, "/compare/?role=bell-tuner&role=organ-builder&role=harp-maker", 404)
    assert "No published role is called “organ-builder”" in said
    assert "The assessment of Harp Maker (Mid-level) was retracted" in said
    assert "Mid-level" not in said.replace("Bell Tuner (Mid-level)", "").replace("Harp Maker (Mid-level)", "")


def test_pages_cost_the_same_queries_for_3_and_30_roles(client: Client, assessor: User, reviewer: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    addresses = ("/roles/?q=role", "/roles/?q=mid-level&ordering=title", "/explore/")

    def cost() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as captured:
                client.get(address)
            found.append(len(captured))
        return found

    for index in range(3):
        published(assessor, reviewer, f"Role {index}", definition=NOBODY)
    recomputed()
    few = cost()
    for index in range(3, 30):
        published(assessor, reviewer, f"Role {index}", definition=NOBODY)
    recomputed()
    assert cost() == few
