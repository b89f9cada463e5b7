"""What is found, in which order, and that nothing but what is published ever is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments import indexing
from assessments.actions import roles
from assessments.models import Assessment, FacetCount, SearchEntry, SearchText, SearchWord, User
from assessments.queries import integrity, search
from assessments.queries.search import Wanted, distinct, explorer, keyset, marks
from tests.making import a_draft, in_review, published, recomputed, retracted, verdict

NOBODY = {"not_this_role": "It is what it is."}
SECRET = {"primary_function": "Guards the xylophonic vault.", "not_this_role": "Nothing else."}


@pytest.fixture
def crafts(admin: User, assessor: User, reviewer: User) -> dict[str, Assessment]:
    """Three published roles of two families, indexed."""
    made = {
        "Bell Tuner": published(assessor, reviewer, "Bell Tuner", definition=NOBODY),
        "Harp Maker": published(assessor, reviewer, "Harp Maker", evidence=(2, 2, 2, 2, 2), definition=NOBODY),
        "Clerk": published(assessor, reviewer, "Clerk", evidence=(-2, -2, -2, -1, -1), definition=NOBODY),
    }
    for title in ("Bell Tuner", "Harp Maker"):
        roles.set_family(role=made[title].role, family="Crafts", by=admin, at=timezone.now())
    roles.add_alias(role=made["Bell Tuner"].role, text="Campanologist", by=admin, at=timezone.now())
    recomputed()
    return made


def titles(q: str = "", **asked: str) -> list[str]:
    wanted, problems = search.read({"q": q, **asked})
    assert problems == []
    return [hit.entry.title for hit in search.find(wanted, size=50).hits]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("bell tuner", ["Bell Tuner"]),
        ("TUNER", ["Bell Tuner"]),
        ("tuner bell", ["Bell Tuner"]),
        ("tuners", ["Bell Tuner"]),
        ("tünér", ["Bell Tuner"]),
        ("campanologist", ["Bell Tuner"]),
        ("campan", ["Bell Tuner"]),
        ("bell turner", ["Bell Tuner"]),
        ("campanolgist", ["Bell Tuner"]),
        ("belltuner", ["Bell Tuner"]),
        ("mid-level harp", ["Harp Maker"]),
        ("crafts", ["Bell Tuner", "Harp Maker"]),
        ("plumber", []),
        ("qqq", []),
        ("%", []),
    ],
)
def test_words_find_what_they_name(q: str, found: list[str], crafts: dict[str, Assessment]) -> None:
    assert sorted(titles(q)) == found


def test_a_role_is_found_by_its_public_id(crafts: dict[str, Assessment]) -> None:
    assert titles(crafts["Clerk"].role.public_id) == ["Clerk"]


def test_tasks_and_texts_are_searched_behind_names(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "Bell Tuner", definition=SECRET)
    published(assessor, reviewer, "Vault Keeper", definition=NOBODY)
    recomputed()
    assert titles("xylophonic") == ["Bell Tuner"]
    assert titles("vault") == ["Vault Keeper", "Bell Tuner"]


def test_a_role_is_listed_and_found_by_title_and_alias_at_once(assessor: User, reviewer: User, admin: User) -> None:
    role = published(assessor, reviewer, "Bell Tuner", definition=NOBODY).role
    roles.add_alias(role=role, text="Campanologist", by=admin, at=timezone.now())
    assert (titles(), titles("tuner"), titles("campan")) == (["Bell Tuner"],) * 3


def test_understood_words_are_said(crafts: dict[str, Assessment]) -> None:
    found = search.find(Wanted(q="harp makre"), size=5)
    assert found.understood is not None
    assert (found.understood.text, [hit.entry.title for hit in found.hits]) == ("harp maker", ["Harp Maker"])


def test_what_nobody_is_called_names_the_nearest(crafts: dict[str, Assessment]) -> None:
    assert titles("harp plumbing") == []
    assert [hit.entry.title for hit in search.nearest(Wanted(q="harp plumbing", zone="red"))] == ["Harp Maker"]
    assert [hit.entry.title for hit in search.nearest(Wanted(q="harp", zone="red"))] == ["Harp Maker"]
    assert search.nearest(Wanted(q="zzzzzz")) == []
    assert search.nearest(Wanted(zone="red")) == []


@pytest.mark.parametrize("make", [a_draft, in_review])
def test_no_word_of_a_draft_leads_anywhere(make: object, crafts: dict[str, Assessment], assessor: User) -> None:
    make(assessor, "Zither Warden", definition=SECRET)  # type: ignore[operator]
    recomputed()
    indexing.refresh_all()
    indexing.catch_up_whole()
    for q in ("zither", "zither warden", "zihter", "xylophonic", "warden"):
        assert (titles(q), search.nearest(Wanted(q=q))) == ([], [])
        assert search.facets(Wanted(q=q), Wanted(q=q).words).total == 0
    assert sorted(entry.title for entry in SearchEntry.objects.all()) == ["Bell Tuner", "Clerk", "Harp Maker"]
    assert not SearchWord.objects.filter(word__in=["zither", "warden", "xylophonic"]).exists()


def test_a_revision_in_review_is_not_searched(crafts: dict[str, Assessment], assessor: User) -> None:
    in_review(assessor, "Bell Tuner", definition=SECRET)
    recomputed()
    assert titles("xylophonic") == []


def test_what_is_retracted_is_gone_at_once_and_leaves_no_word(
    crafts: dict[str, Assessment], admin: User, other_admin: User
) -> None:
    retracted(crafts["Harp Maker"], admin, other_admin)
    assert (titles("harp"), titles()) == ([], ["Bell Tuner", "Clerk"])
    recomputed()
    assert not SearchWord.objects.filter(word="harp").exists()
    assert not SearchText.objects.filter(role=crafts["Harp Maker"].role).exists()
    assert sum(FacetCount.objects.values_list("roles", flat=True)) == 2


def test_a_new_version_replaces_the_old_ones_words_and_counts(
    crafts: dict[str, Assessment], assessor: User, reviewer: User
) -> None:
    verdict(in_review(assessor, "Bell Tuner", evidence=(-2, -2, -2, -1, -1), definition=SECRET), reviewer)
    recomputed()
    assert titles("xylophonic") == ["Bell Tuner"]
    assert {count.zone: count.roles for count in FacetCount.objects.order_by("roles") if count.family} == {
        "green": 1,
        "yellow": 1,
    }


def test_counting_is_the_same_again_and_from_the_beginning(crafts: dict[str, Assessment]) -> None:
    def counts() -> list[object]:
        found = [sorted(model.objects.values_list(*columns)) for model, columns in COUNTED]
        return [*found, sorted(explorer.cells())]

    before = counts()
    indexing.refresh_all()
    assert indexing.catch_up_whole() == 3
    assert counts() == before
    assert indexing.catch_up() == 0


COUNTED = ((FacetCount, ("zone", "family", "band", "roles")), (SearchWord, ("word", "roles")))


def test_nothing_to_refresh_does_nothing(db: None) -> None:
    indexing.refresh_all()
    assert indexing.catch_up_whole() == 0


def test_facets_count_as_if_each_alone_were_not_chosen(crafts: dict[str, Assessment]) -> None:
    wanted = Wanted(zone="green", family="crafts")
    found = search.facets(wanted, None)
    assert (found.total, found.more) == (2, False)
    assert [(value.text, value.roles, value.chosen) for value in found.by["zone"]] == [("Green", 2, True)]
    assert [(value.text, value.roles, value.chosen) for value in found.by["family"]] == [("Crafts", 2, True)]
    assert [band.roles for band in search.facets(Wanted(), None).bands] == [0, 0, 1, 0, 0, 1, 1, 0, 0, 0]


def test_facets_of_words_and_ranges(crafts: dict[str, Assessment]) -> None:
    def total(q: str = "", **asked: str) -> int:
        wanted, _ = search.read({"q": q, **asked})
        return search.facets(wanted, wanted.words).total

    assert total("maker") == 1
    assert total("mid-level", score_min="50", score_max="59.9") == 1
    assert total("mid-level", score_min="55.3") == 2
    assert total("15-1252") == 0
    assert total("%%%") == 0
    assert total(resistance_min="3.8", resistance_max="4", evidence_min="0", evidence_max="6") == 1


def test_what_is_chosen_stays_in_sight_though_nobody_has_it(crafts: dict[str, Assessment]) -> None:
    found = search.facets(Wanted(family="Nobody"), None)
    assert [(value.text, value.roles) for value in found.by["family"]] == [("Nobody", 0), ("Crafts", 2)]


def test_more_than_are_counted_is_said_and_kept_counts_take_over(
    crafts: dict[str, Assessment], monkeypatch: pytest.MonkeyPatch
) -> None:
    exact = search.facets(Wanted(zone="green"), None)
    monkeypatch.setattr("assessments.queries.search.counting.EXACT", 2)
    monkeypatch.setattr("assessments.queries.search.counting.SIZE", "SELECT 3")
    kept = search.facets(Wanted(zone="green"), None)
    assert (kept, kept.more) == (exact, False)
    assert search.facets(Wanted(q="mid-level"), Wanted(q="mid-level").words).more is True
    assert search.facets(Wanted(evidence_min=Decimal(-10)), None).more is True


@pytest.mark.parametrize("ordering", ["title", "-title", "score", "-published_score", "published_at", "-published_at"])
def test_pages_by_keys_lead_forth_and_back(ordering: str, crafts: dict[str, Assessment]) -> None:
    wanted = Wanted(ordering=ordering)
    whole = [hit.entry.title for hit in search.find(wanted, size=9).hits]
    first = search.find(wanted, size=2)
    second = search.find(wanted, cursor=first.next, size=2)
    back = search.find(wanted, cursor=second.previous, size=2)
    assert [hit.entry.title for page in (first, second) for hit in page.hits] == whole
    assert (back.hits, back.previous, second.next) == (first.hits, "", "")


def test_pages_by_relevance_lead_forth_and_back(crafts: dict[str, Assessment]) -> None:
    wanted = Wanted(q="mid-level")
    first = search.find(wanted, size=2)
    second = search.find(wanted, cursor=first.next, size=2)
    assert (len(first.hits), len(second.hits), second.next) == (2, 1, "")
    assert search.find(wanted, cursor=second.previous, size=2).hits == first.hits


def test_words_in_an_order_of_their_own_find_misspelt_ones_too(crafts: dict[str, Assessment]) -> None:
    assert titles("mid-level", ordering="-score") == ["Harp Maker", "Bell Tuner", "Clerk"]
    assert titles("harp makre", ordering="title") == ["Harp Maker"]
    assert titles("", ordering="relevance") == ["Bell Tuner", "Clerk", "Harp Maker"]
    assert titles("%%", ordering="title") == []
    assert titles("15-1252", ordering="title") == []


@pytest.mark.parametrize("values", [[-1], [10_000], ["a"]])
def test_an_invented_place_by_relevance_leads_nowhere(values: list[object], db: None) -> None:
    with pytest.raises(keyset.Nowhere):
        search.find(Wanted(q="a"), cursor=keyset.write(values, backwards=False), size=2)


def test_nonsense_is_named_and_left_out() -> None:
    wanted, problems = search.read(
        {
            "q": "x" * 201,
            "zone": "blue",
            "family": "f" * 121,
            "score_min": "NaN",
            "score_max": "101",
            "evidence_min": "1.23456",
            "resistance_min": "many",
            "ordering": "luck",
            "seniority": "\x00",
        }
    )
    assert wanted == Wanted()
    assert [each.path for each in problems] == [
        "q", "zone", "family", "score_min", "score_max", "resistance_min", "evidence_min", "ordering",
    ]  # fmt: skip


# What is marked


def marked(q: str) -> list[tuple[str, str, str]]:
    found = search.find(Wanted(q=q), size=5)
    by_role = marks.marked(found.hits, found.understood or found.asked)

    def said(pieces: list[marks.Piece]) -> str:
        return "".join(f"[{piece.text}]" if piece.hit else piece.text for piece in pieces)

    return [(said(each.title), said(each.also), said(each.passage)) for each in by_role.values()]


def test_words_are_marked_in_titles_names_and_passages(crafts: dict[str, Assessment]) -> None:
    assert marked("tuners") == [("Bell [Tuner]", "", "")]
    assert marked("campan") == [("Bell Tuner", "[Campanologist]", "")]
    assert marked("tunner") == [("Bell [Tuner]", "", "")]
    assert (marked(""), marked("%"), marked("plumber")) == ([], [], [])


def test_a_passage_is_cut_around_its_words(assessor: User, reviewer: User) -> None:
    long = f"{'Nothing of note happens here. ' * 12}Then companies buy a xylophone. {'And nothing again. ' * 20}"
    published(assessor, reviewer, "Bell Tuner", definition={"primary_function": long, "not_this_role": "It is."})
    recomputed()
    ((title, also, passage),) = marked("company xylophones")
    assert (title, also) == ("Bell Tuner", "")
    assert passage.startswith("… ")
    assert passage.endswith(" …")
    assert "[companies] buy a [xylophone]" in passage
    assert len(passage) < marks.LONGEST + 10


# What a role is not


def test_what_a_role_is_not_is_offered_from_either_side_once_published(
    crafts: dict[str, Assessment], admin: User, assessor: User
) -> None:
    tuner, maker = crafts["Bell Tuner"].role, crafts["Harp Maker"].role
    roles.relate(source=tuner, kind="distinct_from", target=maker, note="", by=admin, at=timezone.now())
    hidden = in_review(assessor, "Organ Builder").role
    roles.relate(source=tuner, kind="distinct_from", target=hidden, note="", by=admin, at=timezone.now())
    found = distinct.taken_for([tuner.pk, maker.pk])
    assert {role: [entry.title for entry in others] for role, others in found.items()} == {
        tuner.pk: ["Harp Maker"],
        maker.pk: ["Bell Tuner"],
    }
    assert distinct.taken_for([]) == {}


# The explorer


def test_cells_hold_every_role_once(crafts: dict[str, Assessment]) -> None:
    found = explorer.cells()
    assert sum(cell.roles for cell in found) == 3
    assert [(cell.resistance, cell.evidence, cell.zones) for cell in explorer.cells("crafts")] == [
        (38, 5, {"green": 1}),
        (38, 10, {"green": 1}),
    ]
    assert explorer.families() == [("Crafts", 2)]


def test_roles_are_drawn_one_by_one_while_they_are_few(
    crafts: dict[str, Assessment], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = explorer.points("Crafts")
    assert found is not None
    assert [point.entry.title for point in found] == ["Bell Tuner", "Harp Maker"]
    monkeypatch.setattr(explorer, "ALONE", 1)
    assert explorer.points() is None


# Proof, and what mends


def test_verify_names_what_is_listed_or_counted_wrongly_and_a_recompute_mends_it(
    crafts: dict[str, Assessment], capsys: pytest.CaptureFixture[str]
) -> None:
    assert list(integrity.search_breaches()) == []
    SearchEntry.objects.filter(title="Clerk").update(family="Nobody")
    SearchEntry.objects.filter(title="Harp Maker").delete()
    FacetCount.objects.filter(zone="yellow").update(roles=7)
    SearchWord.objects.create(word="zither", roles=1)
    assert sorted(integrity.search_breaches()) == [
        "entry missing: clerk",
        "entry missing: harp-maker",
        "entry stale: clerk",
        "facetcount missing: yellow moderate Yellow (Moderate)  Mid-level 1.0 2 1",
        "facetcount stale: yellow moderate Yellow (Moderate)  Mid-level 1.0 2 7",
        "searchword stale: zither 1",
    ]
    with pytest.raises(SystemExit):
        call_command("verify", "--search")
    call_command("recompute_peers", "--all")
    call_command("verify", "--search")
    assert capsys.readouterr().out.endswith("search: ok\n")


def test_one_role_is_listed_anew_without_the_queue(crafts: dict[str, Assessment]) -> None:
    SearchEntry.objects.filter(title="Clerk").delete()
    call_command("recompute_peers", "--role", "clerk")
    assert titles("clerk") == ["Clerk"]


@pytest.mark.parametrize(
    "q", ["ML/AI Engineer", "ml ai engineer", "ml-ai-engineer", "ML / AI Engineer", "ai/ml", "ml ai enginer"]
)
def test_words_with_a_slash_between_them_are_words(q: str, assessor: User, reviewer: User, admin: User) -> None:
    role = published(assessor, reviewer, "ML/AI Engineer", definition=NOBODY).role
    assert titles("ml ai engineer") == ["ML/AI Engineer"]
    roles.add_alias(role=role, text="Data/Model Keeper", by=admin, at=timezone.now())
    recomputed()
    assert titles(q) == ["ML/AI Engineer"]
    assert titles("model keeper") == ["ML/AI Engineer"]
