"""Where documents come from: files and zip archives, read one by one in memory and never written anywhere.

An archive is hostile until it is read: sizes are checked before anything is unpacked, nothing unpacks to more than it
declares, and a name is only ever shown.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from assessments.documents.reader import LARGEST
from assessments.errors import Invalid

KINDS = (".txt", ".md", ".json")
ARCHIVE = ".zip"
LONGEST_NAME = 300
LOOKS_LIKE_A_DRIVE = 2
ENCRYPTED, NAMED_IN_UTF8 = 0x1, 0x800
UNPACKED_HERE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# All that `zipfile` was seen to raise on damaged archives; ValueError includes letters that are no UTF-8.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)


@dataclass(frozen=True)
class Limits:
    """How much may come in at once: documents, and bytes of all of them unpacked."""

    documents: int
    total_bytes: int


ANY_ARCHIVE = Limits(documents=20_000, total_bytes=400_000_000)


@dataclass(frozen=True)
class Source:
    """One document to come in: its place as people are shown it, its size in bytes as declared, and its content.

    `read` gives the content, of an overlong one as much as shows that it is, or raises Invalid with a sentence, or
    OSError.
    """

    path: str
    size: int
    read: Callable[[], bytes]


def refused(path: str, sentence: str) -> Source:
    """A source that cannot be read, and why."""
    return Source(shown(path), 0, partial(_refuse, sentence))


def file(path: Path) -> Source:
    """A file on disk."""
    return Source(shown(str(path)), 0, partial(_read_file, path))


def members(archive: Path | IO[bytes], *, path: str, limits: Limits) -> list[Source]:
    """The documents of a zip in its own order, or one refused source that says why the whole of it is not read.

    Folders inside are read, dot files and `__MACOSX` passed over as in a folder, other kinds of files too; an archive
    within is named as not read.
    """
    try:
        opened = zipfile.ZipFile(archive)
        found = list(_members(opened, path))
        require_within(found, limits, what="The archive")
    except Invalid as invalid:
        return [refused(path, invalid.sentence)]
    except DAMAGED:
        return [refused(path, "This is no zip archive that can be read: it is damaged, or of another kind.")]
    return found


def require_within(sources: Sequence[Source], limits: Limits, *, what: str) -> None:
    """Invalid when the sources are too many or too large together, judged by their declared sizes."""
    total = sum(source.size for source in sources)
    if len(sources) > limits.documents:
        raise Invalid(
            f"{what} holds {len(sources):,} documents; at most {limits.documents:,} come in at once.", code="too_many"
        )
    if total > limits.total_bytes:
        raise Invalid(
            f"{what} holds {total / 1e6:,.1f} MB unpacked;"
            f" at most {limits.total_bytes // 1_000_000} MB come in at once.",
            code="too_large",
        )


def is_passed_over(parts: Sequence[str]) -> bool:
    """Whether a file below a folder or in an archive is nobody's document: hidden, or left there by macOS."""
    return any((part.startswith(".") and part not in {".", ".."}) or part == "__MACOSX" for part in parts)


def shown(name: str) -> str:
    """A name as it may be shown: what is not printable is spelt out, and a very long one cut short in its middle, so
    that its end still says of which kind it is."""
    spelt = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)
    return spelt if len(spelt) <= LONGEST_NAME else f"{spelt[: LONGEST_NAME // 2]}…{spelt[-LONGEST_NAME // 2 :]}"


def _members(archive: zipfile.ZipFile, path: str) -> Iterator[Source]:
    seen: set[str] = set()
    for info in archive.infolist():
        name = _name_of(info)
        known = (name or info.filename).replace("\\", "/")
        inner = PurePosixPath(known)
        if info.is_dir() or is_passed_over(inner.parts) or inner.suffix.lower() not in (*KINDS, ARCHIVE):
            continue
        place = f"{path}/{known}"
        sentence = _refusal(info, inner, named=name is not None, twice=known in seen)
        seen.add(known)
        if sentence:
            yield refused(place, sentence)
        else:
            yield Source(shown(place), info.file_size, partial(_read, archive, info))


def _name_of(info: zipfile.ZipInfo) -> str | None:
    """The member's name, None where its letters are not UTF-8. Old archives do not say which letters they use, and
    `zipfile` then takes them for those of code page 437."""
    if info.flag_bits & NAMED_IN_UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return None


def _refusal(info: zipfile.ZipInfo, inner: PurePosixPath, *, named: bool, twice: bool) -> str:
    """Why a member is not read, or ""."""
    if not named:
        return "The name of this member is not in UTF-8."
    if inner.is_absolute() or ".." in inner.parts or inner.parts[0][1:LOOKS_LIKE_A_DRIVE] == ":":
        return "The name of this member leads out of the archive."
    if twice:
        return "A member of this name stands in the archive already."
    if inner.suffix.lower() == ARCHIVE:
        return "An archive within an archive is not read."
    if info.flag_bits & ENCRYPTED:
        return "This member is encrypted."
    if info.compress_type not in UNPACKED_HERE:
        return "This member is compressed in a way that is not read here; deflate is."
    if info.file_size > LARGEST:
        return "The document is larger than 1 MB, which no assessment is."
    return ""


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """A member's content. `zipfile` stops at the declared size and compares the checksum, so that a member which
    unpacks to more than it declares is damaged, not large."""
    try:
        with archive.open(info) as member:
            return member.read(LARGEST + 1)
    except DAMAGED as error:
        raise Invalid("This member of the archive is damaged.", code="damaged") from error


def _read_file(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST + 1)


def _refuse(sentence: str) -> bytes:
    raise Invalid(sentence, code="not_read")
