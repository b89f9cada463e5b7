"""Archives are hostile until they are read: what is refused, with which sentence, and that nothing reaches the disk."""

from __future__ import annotations

import io
import random
import re
import zipfile
from pathlib import Path

import pytest

from assessments import archives
from assessments.archives import LARGEST, Limits, Source
from assessments.errors import Invalid

PLENTY = Limits(documents=100, total_bytes=10_000_000)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def found(content: bytes, limits: Limits = PLENTY) -> list[Source]:
    return archives.members(io.BytesIO(content), path="a.zip", limits=limits)


def said(source: Source) -> bytes | str:
    """The content of a source, or the sentence of its refusal."""
    try:
        return source.read()
    except Invalid as invalid:
        return invalid.sentence


def outcomes(content: bytes, limits: Limits = PLENTY) -> list[tuple[str, bytes | str]]:
    return [(source.path, said(source)) for source in found(content, limits)]


def without_flags(content: bytes) -> bytes:
    """The archive with the flags of every member cleared, that of names in UTF-8 among them."""
    cleared = bytearray(content)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        for found_at in re.finditer(re.escape(signature), content):
            place = found_at.start() + offset
            cleared[place : place + 2] = b"\x00\x00"
    return bytes(cleared)


def test_members_are_read_under_the_name_of_the_archive_folders_and_all() -> None:
    content = zipped(("b.md", b"two"), ("deep/er/a.TXT", b"one"), ("deep/", b""), ("c.json", b"{}"))
    assert outcomes(content) == [("a.zip/b.md", b"two"), ("a.zip/deep/er/a.TXT", b"one"), ("a.zip/c.json", b"{}")]


def test_what_nobody_put_there_as_a_document_is_passed_over() -> None:
    names = ("__MACOSX/._a.txt", ".hidden.txt", ".git/a.txt", "deep/.a.md", "picture.png", "README", "a.txt.bak")
    assert outcomes(zipped(*((name, b"x") for name in names), ("kept.txt", b"y"))) == [("a.zip/kept.txt", b"y")]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.txt", "a.zip/../../etc/a.txt"),
        ("deep/../../a.txt", "a.zip/deep/../../a.txt"),
        ("/etc/a.txt", "a.zip//etc/a.txt"),
        ("..\\..\\a.txt", "a.zip/../../a.txt"),
        ("C:\\a.txt", "a.zip/C:/a.txt"),
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_refused(name: str, shown: str) -> None:
    assert outcomes(zipped((name, b"x"))) == [(shown, "The name of this member leads out of the archive.")]


def test_a_name_is_shown_without_what_could_move_a_terminal_or_turn_a_line() -> None:
    (source,) = found(zipped(("\x1b[31m\u202egnp\n.txt", b"x")))
    assert source.path == "a.zip/\\x1b[31m\\u202egnp\\n.txt"
    (long,) = found(zipped(("x" * 5000 + ".txt", b"x")))
    assert long.path == f"a.zip/{'x' * 144}…{'x' * 146}.txt"


def test_the_second_member_of_a_name_is_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = zipped(("a.txt", b"one"), ("a.txt", b"two"))
    assert outcomes(content) == [
        ("a.zip/a.txt", b"one"),
        ("a.zip/a.txt", "A member of this name stands in the archive already."),
    ]


def test_an_archive_within_is_named_and_not_read() -> None:
    content = zipped(("inner.zip", zipped(("a.txt", b"x"))))
    assert outcomes(content) == [("a.zip/inner.zip", "An archive within an archive is not read.")]


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(zipped(("a.txt", b"x")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    assert outcomes(bytes(content)) == [("a.zip/a.txt", "This member is encrypted.")]


def test_a_member_packed_in_a_way_that_could_ask_for_much_memory_is_refused() -> None:
    info = zipfile.ZipInfo("a.txt")
    info.compress_type = zipfile.ZIP_LZMA
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(info, b"x" * 100)
    assert outcomes(made.getvalue()) == [
        ("a.zip/a.txt", "This member is compressed in a way that is not read here; deflate is.")
    ]


def test_a_name_in_other_letters_than_utf8_is_refused_and_one_in_utf8_without_saying_so_is_read() -> None:
    content = zipped(("m\u00fcller.txt", b"x"), ("b\u00e4r.txt", b"y"))
    silent = without_flags(content)
    foreign = silent.replace("m\u00fcller".encode(), b"m\xfc\xfcller")
    assert [said(source) for source in found(silent)] == [b"x", b"y"]
    assert [said(source) for source in found(foreign)] == ["The name of this member is not in UTF-8.", b"y"]
    lying = content.replace("m\u00fcller".encode(), b"m\xfc\xfcller")
    assert outcomes(lying) == [("a.zip", "This is no zip archive that can be read: it is damaged, or of another kind.")]


def test_a_member_that_declares_too_much_is_refused_unopened() -> None:
    content = zipped(("bomb.txt", b"0" * (LARGEST + 1)), ("a.txt", b"x"))
    assert outcomes(content) == [
        ("a.zip/bomb.txt", "The document is larger than 1 MB, which no assessment is."),
        ("a.zip/a.txt", b"x"),
    ]


def test_a_member_that_unpacks_to_more_than_it_declares_is_refused_without_unpacking_it() -> None:
    content = bytearray(zipped(("bomb.txt", b"0" * 50_000_000)))
    declared = (50_000_000).to_bytes(4, "little")
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.index(signature) + offset
        assert content[place : place + 4] == declared
        content[place : place + 4] = (100).to_bytes(4, "little")
    assert outcomes(bytes(content)) == [("a.zip/bomb.txt", "This member of the archive is damaged.")]


def test_an_archive_of_too_many_or_too_large_documents_is_refused_whole() -> None:
    content = zipped(*((f"{number}.txt", b"x" * 900_000) for number in range(12)))
    assert outcomes(content, Limits(11, 100_000_000)) == [
        ("a.zip", "The archive holds 12 documents; at most 11 come in at once.")
    ]
    assert outcomes(content) == [("a.zip", "The archive holds 10.8 MB unpacked; at most 10 MB come in at once.")]


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + b"\xff" * 18])
def test_what_is_no_archive_is_said(content: bytes) -> None:
    assert outcomes(content) == [
        ("a.zip", "This is no zip archive that can be read: it is damaged, or of another kind.")
    ]


def test_a_damaged_archive_ends_in_contents_or_sentences_and_never_otherwise() -> None:
    whole = zipped(*((f"deep/{number}.txt", random.Random(number).randbytes(300)) for number in range(4)))
    for seed in range(2000):
        luck = random.Random(seed)
        damaged = bytearray(whole)
        for _ in range(luck.randint(1, 6)):
            damaged[luck.randrange(len(damaged))] = luck.randrange(256)
        if luck.random() < 0.3:
            del damaged[luck.randrange(len(damaged)) :]
        assert all(isinstance(content, bytes | str) for _, content in outcomes(bytes(damaged)))


def test_nothing_of_an_archive_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    path = inside / "a.zip"
    path.write_bytes(zipped(("../out.txt", b"x"), ("in.txt", b"y")))
    assert [said(source) for source in archives.members(path, path="a.zip", limits=PLENTY)][1] == b"y"
    assert [each.name for each in tmp_path.rglob("*")] == ["inside", "a.zip"]
