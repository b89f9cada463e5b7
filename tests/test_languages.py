"""Pages in the reader's language: everything that is said is said in it, and what is for programs stays English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.template import Context, Template
from django.test import Client
from django.utils import translation

from aijri_site.speech import faults, po
from assessments.actions import drafts, reports
from assessments.enums import ChangeReason, Kind
from assessments.models import Assessment, ProblemReport, Role, User
from assessments.queries import aftermath, sentences
from assessments.queries.spoken import spoken
from assessments.scoring.words import Words
from reviews import actions
from tests.browser.rooms import ROOMS, furnished
from tests.documents.specimen import specimen_text
from tests.making import a_document, published, recomputed, retracted, verdict
from tests.methods import in_force
from tests.pseudo import Unmarked, Unspoken
from tests.pseudo import spoken as pseudo_spoken

TEXT = specimen_text()
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

GONE = (
    "/roles/bell-hanger/v1/", "/roles/bell-hanger/v1/report/", "/roles/bell-hanger/neighbours/",
    "/roles/bell-hanger/cite/", "/roles/bell-hanger/history/", "/roles/bell-hanger/embed/",
)  # fmt: skip
TITLED = (
    "/simulate/?role=bell-tuner&version=1&g=2",
    "/roles/bell-tuner/v2/cite/",
    "/roles/bell-tunner/",
    "/roles/?family=None&q=bell+hanger",
)


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


METHODS = (
    "/methodology/", "/methodology/1.0/", "/methodology/1.1/", "/methodology/1.1/changes/",
    "/methodology/1.1/changes/?against=1.1", "/methodology/1.1/dry-run/", "/methodology/1.0/dry-run/", "/simulate/",
)  # fmt: skip


@pytest.mark.parametrize("address", METHODS)
def test_versions_of_the_method_are_told_in_the_readers_language(
    address: str, client: Client, catalogue: Assessment, admin: User, make_person: Callable[..., User]
) -> None:
    changed = {
        "formula__evidence_step": "0.05",
        "zones__green__from": "50.0",
        "approval__weighty_when_zone_moves": "false",
        "growth__rubric__0": "Nothing to do with AI.",
        "override__reasons[0]__name": "Late",
    }
    in_force(admin, make_person("admin3", "admin"), **changed)
    with pseudo_spoken():
        page = client.get(address, **GERMAN).content.decode()
    assert Unspoken(page, (*KNOWN, "admin3")).found == []


@pytest.mark.parametrize(
    "query",
    [
        "g=9&t=x~9~z~~&p=1.1.1.1&method=9.9",
        "role=nobody&version=x",
        "share=parts&t=x~1~a~x",
        "role=nobody",
        "role=bell-hanger",
        "&".join(["t=1~1~a~x"] * 50),
        "t=" + "x" * 20_000,
        "t=-5~3~a~x&t=105~~a~y&t=0~1~~z",
    ],
)
def test_what_is_wrong_in_an_address_is_said_in_the_readers_language(
    query: str, client: Client, catalogue: Assessment
) -> None:
    with pseudo_spoken():
        page = client.get(f"/simulate/?{query}", **GERMAN).content.decode()
    assert Unspoken(page, (*KNOWN, "bell-hanger", "nobody")).found == []


WRONG_DOCUMENTS = {
    "nothing": "",
    "too large": "x" * 1_000_001,
    "stray": "# A title\n\nHello.\n| a |\nRole Definition\nRole Definition\n# Hobbies\nNo\x01body.\n",
    "no json": "{",
    "odd json": '{"x": ' + "9" * 5000 + "}",
    "json": '{"tasks": 1, "role": [], "growth": {"score": "x"}, "override": {"proposed_score": "x"}, "schema": "z",'
    ' "evidence": [{}, {"code": "wage_trends"}, {"code": "wage_trends", "score": 10000000000000000000}],'
    ' "definition": {"not_this_role": 5, "hobby": 1, "seniority_note": "\\u0000"},'
    ' "commentary": {"outlook_year": "soon", "timeline": "' + "x" * 20_001 + '"}}',
}
# Each changes a whole document: what stood there, and what stands there instead.
CHANGES = {
    "Job Title": "Hobbies",
    "| Seniority Level | Mid-level": "| Seniority Level | ",
    "| Field | Value |": "| Field | Fold |",
    "62.5%": "much",
    "37.5% | 4": "37.5% | 9",
    "not involved": "perhaps",
    "Needs an ear.": "Needs | an ear.",
    "| Total | 2 |": "| Total | 2 |\n| Total | 2 |",
    "| Wage Trends |": "| Vibes |",
    "| Cultural/Ethical |": "| Physical Presence |",
    "| Embodied Physicality |": "| Humour |",
    "None — formula score accepted.": "Perhaps.",
    "Nobody yet.": "| a |",
    "Timeline: Decades.": "Timeline: Decades.\nTimeline: Years.",
}
NOTED = {
    "| Total | 2 |": "| Total | 3 |",
    "Zone: ": "Zone: Red, ",
    "- No link to AI.": "No link to AI. This role scores 12.3. AIJRI is Red (Imminent).",
    "Confirmed at 0.": "Confirmed at 2.",
    "Raw: ": "Raw: about ",
}


@pytest.mark.parametrize("text", WRONG_DOCUMENTS.values(), ids=WRONG_DOCUMENTS.keys())
def test_what_is_no_document_is_refused_in_the_readers_language(text: str, client: Client, db: None) -> None:
    assert _unspoken_of_reading(client, text) == []


@pytest.mark.parametrize("old", CHANGES)
def test_an_error_of_a_document_is_said_in_the_readers_language(old: str, client: Client, db: None) -> None:
    assert old in TEXT
    assert _unspoken_of_reading(client, TEXT.replace(old, CHANGES[old], 1)) == []


@pytest.mark.parametrize("old", NOTED)
def test_a_remark_on_a_document_is_said_in_the_readers_language(old: str, client: Client, db: None) -> None:
    assert old in TEXT
    assert _unspoken_of_reading(client, TEXT.replace(old, NOTED[old], 1)) == []


def _unspoken_of_reading(client: Client, text: str) -> list[str]:
    with pseudo_spoken():
        page = client.post("/simulate/", {"text": text}, **GERMAN).content.decode()
    assert "⟦" in page
    return Unspoken(page, KNOWN).found


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"homepage": "x"},
        {"stamp": "forged"},
        {"place": "tasks[99]"},
        {"text": "Short"},
        {"text": "https://a.example https://b.example https://c.example"},
    ],
    ids=str,
)
def test_why_a_report_was_not_sent_is_said_in_the_readers_language(
    sent: dict[str, str], client: Client, catalogue: Assessment, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = client.get("/roles/bell-tuner/v2/report/").content.decode()
    stamp = re.search('name="stamp" value="([^"]+)"', opened)
    assert stamp is not None
    if sent:
        monkeypatch.setattr("assessments.views.reports.FASTEST", 0)
    form = {"stamp": stamp[1], "place": "", "text": "The wages are of 2019.", **sent}
    with pseudo_spoken():
        answer = client.post("/roles/bell-tuner/v2/report/", form, **GERMAN)
    assert answer.status_code == 400
    assert Unspoken(answer.content.decode(), KNOWN).found == []


@pytest.mark.parametrize(
    ("address", "sent", "status"),
    [
        ("/roles/?q=%00", None, 400),
        ("/simulate/", {"text": "\x00"}, 400),
        ("/roles/bell-hanger/v1/report/", None, 410),
        ("/roles/bell-hanger/neighbours/", None, 410),
        ("/roles/bell-hanger/v1/", None, 410),
        ("/roles/bell-hanger/embed/", None, 410),
        ("/methodology/1.0/dry-run/", {}, 403),
    ],
)
def test_a_refusal_is_said_in_the_readers_language(
    address: str, sent: dict[str, str] | None, status: int, client: Client, catalogue: Assessment
) -> None:
    with pseudo_spoken():
        headers = {**GERMAN, "HTTP_REFERER": "http://testserver/roles/"}
        answer = client.get(address, **headers) if sent is None else client.post(address, sent, **headers)
    assert answer.status_code == status
    assert Unspoken(answer.content.decode(), (*KNOWN, "Wrong source.", "Agreed.")).found == []


def _too_much(client: Client, _: pytest.MonkeyPatch) -> Any:
    return client.post("/simulate/", {f"x{number}": "" for number in range(2001)}, **GERMAN)


def _forbidden(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("assessments.queries.methods.comparison", _raising(PermissionDenied()))
    return client.get("/methodology/1.0/changes/", **GERMAN)


def _forged(_: Client, __: pytest.MonkeyPatch) -> Any:
    return Client(enforce_csrf_checks=True).post("/simulate/", {"text": "x"}, **GERMAN)


def _not_there(client: Client, _: pytest.MonkeyPatch) -> Any:
    return client.get("/no/such/page/", **GERMAN)


def _too_often(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("assessments.views.reports.Reports.THROTTLE_RATES", {"report": "1/hour"})
    monkeypatch.setattr("assessments.views.reports._require_a_person", lambda *given: None)
    form = {"place": "", "text": "The wages are of 2019."}
    client.post("/roles/bell-tuner/v2/report/", form, **GERMAN)
    return client.post("/roles/bell-tuner/v2/report/", form, **GERMAN)


def _locked(client: Client, _: pytest.MonkeyPatch) -> Any:
    guess = {"username": "assessor", "password": "wrong"}
    return [client.post("/accounts/login/", guess, **GERMAN) for _ in range(12)][-1]


def _guessed(client: Client, _: pytest.MonkeyPatch) -> Any:
    return client.post("/accounts/login/", {"username": "assessor", "password": "wrong"}, **GERMAN)


def _broken(client: Client, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("assessments.queries.methods.comparison", _raising(ZeroDivisionError()))
    client.raise_request_exception = False
    return client.get("/methodology/1.0/changes/", **GERMAN)


def _raising(error: Exception) -> Callable[..., None]:
    def raising(*given: Any, **named: Any) -> None:
        raise error

    return raising


@pytest.mark.parametrize(
    ("fail", "status"),
    [
        (_too_much, 400),
        (_forbidden, 403),
        (_forged, 403),
        (_not_there, 404),
        (_too_often, 429),
        (_locked, 429),
        (_guessed, 200),
        (_broken, 500),
    ],
)
def test_what_went_wrong_is_said_in_the_readers_language(
    fail: Callable[[Client, pytest.MonkeyPatch], Any],
    status: int,
    client: Client,
    catalogue: Assessment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pseudo_spoken():
        answer = fail(client, monkeypatch)
    assert answer.status_code == status
    assert Unspoken(answer.content.decode(), KNOWN).found == []


@pytest.mark.parametrize(
    "address",
    [
        "/roles/nobody/cite/",
        "/roles/bell-tunner/",
        "/roles/bell-tuner/v9/",
        "/roles/bell-tuner/v9/report/",
        "/roles/nobody/history/",
        "/data/exposure/none/",
        "/reports/none/",
        "/methodology/9.9/",
        "/methodology/1.0/changes/?against=9",
        "/methodology/9.9/dry-run/",
        "/compare/?role=nobody",
        "/explore/?family=nobody",
        "/roles/?cursor=x",
    ],
)
def test_what_is_not_there_is_said_in_the_readers_language(address: str, client: Client, catalogue: Assessment) -> None:
    with pseudo_spoken():
        page = client.get(address, **GERMAN).content.decode()
    assert Unspoken(page, (*KNOWN, "nobody")).found == []


@pytest.mark.parametrize("address", [*PAGES, *GONE, *TITLED])
def test_every_title_of_a_role_is_english_in_a_german_page(address: str, client: Client, catalogue: Assessment) -> None:
    page = client.get(address, **GERMAN).content.decode()
    assert '<html lang="de">' in page
    assert Unmarked(page, ("Bell Tuner", "Bell Founder", "Bell Hanger")).found == []


def test_no_room_of_everybodys_is_forgotten(
    client: Client, admin: User, assessor: User, reviewer: User, now: Any
) -> None:
    places = furnished({"admin": admin, "assessor": assessor, "reviewer": reviewer}, now)
    people = tuple(str(each) for each in (admin, assessor, reviewer))
    rooms = [path.format(**places) for who, path in ROOMS if not who]
    titles = tuple(Role.objects.values_list("title", flat=True))
    pages = {room: client.get(room, **GERMAN).content.decode() for room in rooms}
    assert {room: found for room, page in pages.items() if (found := Unmarked(page, titles).found)} == {}
    with pseudo_spoken():
        pages = {room: client.get(room, **GERMAN).content.decode() for room in rooms}
    known = (*KNOWN, *titles, *people, "An index")
    assert {room: found for room, page in pages.items() if (found := Unspoken(page, known).found)} == {}


def test_a_wording_that_nobody_has_translated_is_marked_as_english(
    client: Client, admin: User, other_admin: User
) -> None:
    in_force(admin, other_admin, growth__rubric__0="Nothing to do with AI.", formula__offset="0.50")
    page = client.get("/methodology/1.1/changes/", **GERMAN).content.decode()
    assert '<ins><span lang="en">Nothing to do with AI.</span></ins>' in page
    assert "<ins>0.50</ins>" in page
    assert "<del>Die Nachfrage nach der Rolle" in page


def test_a_sentence_that_names_a_role_marks_its_title_on_a_page_in_another_language() -> None:
    template = Template("{{ said|naming:title }} {{ title|in_english }}")
    context = Context({"said": "A<B>: 1, A<B>.", "title": "A<B>"})
    assert template.render(context) == "A&lt;B&gt;: 1, A&lt;B&gt;. A&lt;B&gt;"
    marked = '<span lang="en">A&lt;B&gt;</span>'
    with translation.override("de"):
        assert template.render(context) == f"{marked}: 1, {marked}. {marked}"


def test_a_title_outside_its_mark_stands_out() -> None:
    page = '<title>Role</title><p lang="en">Role<br>Role</p><p>A <b>Role</b> <span lang="en">Role</span></p><p>Role</p>'
    assert Unmarked(page, ("Role",)).found == ["Role", "Role"]


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
