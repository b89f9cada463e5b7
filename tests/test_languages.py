"""Pages in the reader's language: everything that is said is said in it, and what is for programs stays English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from aijri_site.speech import faults, po
from assessments.actions import drafts, reports
from assessments.enums import ChangeReason, Kind
from assessments.models import Assessment, ProblemReport, User
from assessments.queries import aftermath, sentences
from assessments.queries.spoken import spoken
from assessments.scoring.words import Words
from reviews import actions
from tests.making import a_document, published, recomputed, retracted, verdict
from tests.pseudo import Unspoken
from tests.pseudo import spoken as pseudo_spoken

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de"}
# Content of the documents and names of people, which are in no language of ours.
KNOWN = (
    "Bell Tuner",
    "Bell Founder",
    "Bell Hanger",
    "Mid-level",
    "assessor",
    "reviewer",
    "admin2",
    "admin",
    "Crafts",
    "Listen and file",
    "Write reports",
)
PAGES = (
    "/", "/roles/", "/roles/?q=bell", "/roles/?q=bel+tunr", "/roles/?q=nothing+of+it", "/roles/?zone=green&score_min=x",
    "/explore/", "/explore/?family=None", "/compare/", "/compare/?role=bell-tuner&role=bell-founder&role=nobody",
    "/roles/bell-tuner/", "/roles/bell-tuner/v1/", "/roles/bell-tuner/history/", "/roles/bell-tuner/neighbours/",
    "/roles/bell-tuner/cite/", "/roles/bell-tuner/embed/", "/roles/bell-tuner/v2/report/", "/roles/bell-hanger/",
    "/api/docs/", "/data/", "/data/exposure/",
    "/methodology/", "/simulate/", "/simulate/?role=bell-tuner", "/accounts/login/",
    "/no-such-page/", "/roles/no-such-role/",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    """A request leaves its language active in its thread, which the next test has as well."""
    translation.activate("en-gb")
    yield
    translation.activate("en-gb")


@pytest.fixture
def catalogue(assessor: User, reviewer: User, admin: User, make_person: Callable[..., User], now: Any) -> Assessment:
    """A role with two versions and a neighbour, and a retracted one."""
    published(assessor, reviewer, "Bell Founder", evidence=(2, 2, 2, 2, 2))
    first = published(assessor, reviewer, definition=_beside("Bell Founder"))
    revised = drafts.revise(
        role=first.role, kind=Kind.REVISION, change_reason=ChangeReason.NEW_EVIDENCE, by=assessor, at=now
    ).assessment
    _again(revised, assessor, reviewer, now)
    retracted(published(assessor, reviewer, "Bell Hanger"), admin, make_person("admin2", "admin"))
    recomputed()
    return revised


def _beside(title: str) -> dict[str, str]:
    return {**a_document()["definition"], "not_this_role": f"A {title}."}


def _again(revised: Assessment, assessor: User, reviewer: User, now: Any) -> None:
    actions.submit(assessment_id=revised.pk, by=assessor, at=now)
    revised.refresh_from_db()
    verdict(revised, reviewer)


@pytest.mark.parametrize("address", PAGES)
def test_every_text_of_a_public_page_is_said_in_the_readers_language(
    address: str, client: Client, catalogue: Assessment
) -> None:
    with pseudo_spoken():
        page = client.get(address, **GERMAN).content.decode()
    assert Unspoken(page, KNOWN).found == []


def test_a_report_and_its_answer_are_said_in_the_readers_language(
    client: Client, catalogue: Assessment, now: Any
) -> None:
    made: ProblemReport = reports.make(assessment=catalogue, place="", text="The wages are of 2019.", at=now)
    with pseudo_spoken():
        page = client.get(f"/reports/{made.code}/", **GERMAN).content.decode()
    assert Unspoken(page, KNOWN).found == []


def test_a_text_without_its_mark_stands_out() -> None:
    page = '<p lang="en">Content</p><p>⟦Sáid ·⟧ 69.2</p><p>Forgotten</p><img alt="Too">'
    assert Unspoken(page, KNOWN).found == ["Forgotten", "Too"]


def test_a_profile_is_german_for_whom_german_is_chosen_and_marks_what_is_not(
    client: Client, catalogue: Assessment
) -> None:
    page = client.get("/roles/bell-tuner/", **GERMAN)
    text = page.content.decode()
    assert '<html lang="de">' in text
    assert "Bell Tuner widersteht der Verdrängung gut: 55.3 von 100" in text
    assert '<h1 lang="en">Bell Tuner' in text
    assert page["Content-Language"] == "de"
    assert "Accept-Language" in page["Vary"]


def test_the_language_is_chosen_without_scripts_and_kept(client: Client, catalogue: Assessment) -> None:
    chosen = client.post("/language/", {"language": "de"}, headers={"referer": "http://testserver/roles/?q=bell"})
    assert (chosen.status_code, chosen["Location"]) == (302, "http://testserver/roles/?q=bell")
    assert '<html lang="de">' in client.get("/roles/").content.decode()
    client.post("/language/", {"language": "en-gb"})
    assert '<html lang="en-GB">' in client.get("/roles/", **GERMAN).content.decode()


def test_choosing_a_language_leads_to_no_other_host(client: Client) -> None:
    chosen = client.post("/language/", {"language": "de", "next": "https://elsewhere.example/"})
    assert chosen["Location"] == "/"


def test_rooms_behind_sign_in_are_english_for_everybody(
    catalogue: Assessment, assessor: User, signed_in: Callable[[User], Client]
) -> None:
    page = signed_in(assessor).get("/desk/", **GERMAN)
    assert '<html lang="en-GB">' in page.content.decode()
    assert page["Content-Language"] == "en-gb"


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/roles/bell-tuner/", "/api/v1/roles/bell-tuner/peers/", "/api/v1/roles/bell-tuner/assessments/",
        "/api/v1/roles/bell-tuner/assessments/2/explanation/", "/api/v1/roles/nobody/", "/roles/bell-tuner.txt",
        "/roles/bell-tuner.md", "/roles/bell-tuner.json", "/roles/bell-hanger.txt", "/feed.xml",
        "/badge/bell-tuner.svg", "/roles/bell-tuner/v2/tasks.csv", "/roles/bell-tuner/v2/cite.bib",
    ],
)  # fmt: skip
def test_programs_read_the_same_bytes_whatever_language_is_asked_for(
    address: str, client: Client, catalogue: Assessment
) -> None:
    english, german = client.get(address), client.get(address, **GERMAN)
    assert _lasting(english.content) == _lasting(german.content)


def _lasting(body: bytes) -> bytes:
    return re.sub(rb"[0-9a-f]{32}", b"", body)


def test_the_catalogues_are_whole_and_public_templates_are_marked() -> None:
    said = StringIO()
    call_command("messages", "--check", stdout=said)
    assert said.getvalue().endswith("all of them translated.\n")


def test_a_catalogue_is_read_as_it_was_written(tmp_path: Any) -> None:
    given = [
        po.Message(po.Key(""), ("Language: de\n",)),
        po.Message(po.Key('a "quoted" text\nof two lines', context="there"), ("ein Text",), ("a.py", "b.py")),
        po.Message(po.Key("one", "many"), ("eins", "viele"), fuzzy=True),
    ]
    po.write(tmp_path / "x.po", given)
    assert list(po.read(tmp_path / "x.po")) == given


def test_every_fault_of_a_catalogue_is_named() -> None:
    wanted = {po.Key(text): ("here",) for text in ("missing", "empty", "doubtful", "{hole}")} | {
        po.Key("%(n)s one", "%(n)s many"): ("here",)
    }
    found = [
        po.Message(po.Key("empty"), ("",)),
        po.Message(po.Key("doubtful"), ("fraglich",), fuzzy=True),
        po.Message(po.Key("{hole}"), ("Loch",)),
        po.Message(po.Key("%(n)s one", "%(n)s many"), ("eins", "viele")),
        po.Message(po.Key("gone"), ("weg",)),
    ]
    assert list(faults.of_catalogue(wanted, found)) == [
        "“missing” (here) is not in the catalogue",
        "“empty” (here) is not translated",
        "“doubtful” (here) is fuzzy",
        "“{hole}” (here) has other placeholders or elements than its translation",
        "“%(n)s one” (here) has other placeholders than its plural",
        "“gone” is said nowhere any more",
    ]


def test_an_unmarked_text_and_label_of_a_template_are_found() -> None:
    source = '<p aria-label="Too">{% translate "Marked" %} Forgotten {{ name }}</p>{# Not shown #}'
    assert list(faults.unmarked(source)) == ["Too", "Forgotten"]


def test_words_are_english_text_that_can_be_said_otherwise() -> None:
    words = Words.joined([Words("{title}: {score}, {zone}.", title="A {b}", score="1.0", zone=Words("Green")), "!"])
    assert words == "A {b}: 1.0, Green. !"
    with translation.override("de"):
        assert spoken(words) == "A {b}: 1.0, Grün. !"
        assert (spoken("Yellow"), spoken(""), spoken(Words("Red"))) == ("Gelb", "", "Rot")


def test_a_method_that_gives_no_score_is_said_and_ranks_name_family_and_zone() -> None:
    detail = {"was": "55.3", "label_was": "Green (Stable)", "now": None}
    flag: Any = SimpleNamespace(detail=detail, methodology=SimpleNamespace(version="2.0"), peer=None, cause="method")
    ranked = {"rank": 1, "of": 2, "family": {"rank": 1, "of": 1}, "zone": {"rank": 2, "of": 2}}
    assert aftermath.because(flag) == "method 2.0 would give no score in place of 55.3, Green (Stable)"
    said = "Rank 1 of 2 published roles; 1 of 1 in its family; 2 of 2 in its zone."
    assert sentences.standing_sentence(ranked) == said
