"""How far words are apart."""

import pytest

from assessments.queries.search import spelling, words


@pytest.mark.parametrize(
    ("a", "b", "apart"),
    [
        ("nurse", "nurse", 0),
        ("nurse", "nrse", 2),
        ("nurse", "nursse", 2),
        ("nurse", "nusre", 2),
        ("nurse", "nurze", 3),
        ("", "abc", 6),
        ("ab", "ba", 2),
    ],
)
def test_slips_are_weighed(a: str, b: str, apart: int) -> None:
    assert (spelling.distance(a, b), spelling.distance(b, a)) == (apart, apart)


@pytest.mark.parametrize(("word", "most"), [("nrse", 3), ("nursse", 5), ("accountint", 7)])
def test_longer_words_may_be_further_away(word: str, most: int) -> None:
    assert spelling.allowed(word) == most


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Software   Developer ", ("software", "developer")),
        ("C++ / C#", ("c",)),
        ("director of nursing", ("director", "nursing")),
        ("of the", ("of", "the")),
        ("Café\x00Münster\u202e", ("cafe", "munster")),
        ("a' & b | !c:* <-> \\", ("b", "c")),
        ("%_%", ()),
        ("😀", ()),
        (
            "one two three four five six seven eight nine",
            ("one", "two", "three", "four", "five", "six", "seven", "eight"),
        ),
    ],
)
def test_words_are_read_from_whatever_is_typed(typed: str, read: tuple[str, ...]) -> None:
    found = words.read(typed)
    assert found is not None
    assert found.words == read


def test_nothing_typed_is_no_question() -> None:
    assert words.read("   ") is None


@pytest.mark.parametrize(
    ("typed", "code", "role"),
    [("15-1252", "15-1252", None), ("SOC 15-1252.00", "15-1252.00", None), ("R000012", "", 12), ("nurse", "", None)],
)
def test_codes_and_public_ids_are_known(typed: str, code: str, role: int | None) -> None:
    found = words.read(typed)
    assert found is not None
    assert (found.code, found.role) == (code, role)


def test_the_last_word_is_perhaps_still_being_typed() -> None:
    found = words.of(("data", "engin"))
    assert (found.all_of, found.in_title) == ("'data' & 'engin':*", "'data':A & 'engin':*A")
    assert (words.of(("c",)).all_of, found.any_of) == ("'c'", "'data' | 'engin'")
