"""The text release of O*NET: four tab-separated files with their columns in any order, read whole or refused whole."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from assessments.actions.onet.release import Occupation, Related, Release
from assessments.documents.texts import forbidden_in, line
from assessments.enums import Tier
from assessments.errors import Invalid, Place

INCOMPLETE = "release_incomplete"
REFUSED = "release_refused"
CODE = re.compile(r"[0-9]{2}-[0-9]{4}\.[0-9]{2}")
# A title takes its code behind where another role bears it, in a column of 200.
LONGEST_TITLE, LONGEST_ALIAS = 180, 200
INDEXES, ZONES = range(1, 21), range(1, 6)

OCCUPATIONS, ALTERNATES = "Occupation Data", "Alternate Titles"
JOB_ZONES, RELATED = "Job Zones", "Related Occupations"
FILES = {
    OCCUPATIONS: ("O*NET-SOC Code", "Title", "Description"),
    ALTERNATES: ("O*NET-SOC Code", "Alternate Title"),
    JOB_ZONES: ("O*NET-SOC Code", "Job Zone"),
    RELATED: ("O*NET-SOC Code", "Related O*NET-SOC Code", "Relatedness Tier", "Index"),
}


def read(folder: Path, name: str = "") -> Release:
    """The release in a folder; `name` is taken from the folder's ("db_30_2_text" is 30.2) where none is given.

    Invalid of code INCOMPLETE when a file or a column is missing, with a sentence that names them all; else, with the
    place of every fault, when a line is not what it should be. Tolerated: `.txt` or `.tsv`, any order of columns, more
    columns, their names in another case or with other punctuation, CRLF, a BOM, blank lines.
    """
    tables = _tables(folder)
    faults: list[Place] = []
    occupations = _occupations(tables[OCCUPATIONS], faults)
    _alternates(tables[ALTERNATES], occupations, faults)
    _job_zones(tables[JOB_ZONES], occupations, faults)
    relations = _relations(tables[RELATED], occupations, faults)
    if faults:
        raise Invalid(
            f"The release was refused: nothing of it was saved. Errors: {len(faults)}.", code=REFUSED, places=faults
        )
    digest = hashlib.sha256(b"\0".join(tables[each].content for each in FILES)).hexdigest()
    return Release(name or _name_of(folder), digest, occupations, relations)


@dataclass(frozen=True, slots=True)
class Table:
    """One file: its columns by their bare names, and its bytes."""

    name: str
    content: bytes
    columns: dict[str, int] = field(default_factory=dict)

    def rows(self, wanted: tuple[str, ...], faults: list[Place]) -> Iterator[tuple[int, list[str]]]:
        """The number and the wanted cells of every line that has as many cells as the header."""
        places = [self.columns[_bare(name)] for name in wanted]
        for number, raw in enumerate(self.content.split(b"\n")[1:], 2):
            if not raw.strip():
                continue
            cells = _decoded(raw)
            if cells is None:
                faults.append(self.fault(number, "This line is not UTF-8 text, or has characters no text may hold."))
            elif len(cells) != len(self.columns):
                said = f"This line has {len(cells)} cells, the header has {len(self.columns)}."
                faults.append(self.fault(number, said))
            else:
                yield number, [line(cells[place]) for place in places]

    def fault(self, number: int, sentence: str) -> Place:
        return Place(self.name, REFUSED, sentence, number)


def _decoded(raw: bytes) -> list[str] | None:
    try:
        cells = raw.removesuffix(b"\r").decode("utf-8").split("\t")
    except UnicodeDecodeError:
        return None
    return None if any(forbidden_in(cell) for cell in cells) else cells


def _bare(name: str) -> str:
    """What of a column's name must agree: its letters and digits, whatever their case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _name_of(folder: Path) -> str:
    numbers = re.search(r"([0-9]+)[._]([0-9]+)", folder.resolve().name)
    return f"{numbers[1]}.{numbers[2]}" if numbers else folder.resolve().name[:80]


def _tables(folder: Path) -> dict[str, Table]:
    missing: list[str] = []
    tables: dict[str, Table] = {}
    for name, columns in FILES.items():
        path = next((path for end in ("txt", "tsv") if (path := folder / f"{name}.{end}").is_file()), None)
        if path is None:
            missing.append(f"The file {name}.txt is missing.")
            continue
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
        header = content.split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r").split("\t")
        table = Table(path.name, content, {_bare(each): place for place, each in enumerate(header)})
        missing += [f"{path.name} has no column “{each}”." for each in columns if _bare(each) not in table.columns]
        tables[name] = table
    if missing:
        raise Invalid(" ".join(missing), code=INCOMPLETE)
    return tables


def _occupations(table: Table, faults: list[Place]) -> dict[str, Occupation]:
    found: dict[str, Occupation] = {}
    for number, (code, title, description) in table.rows(FILES[OCCUPATIONS], faults):
        if not CODE.fullmatch(code):
            faults.append(table.fault(number, f"“{code}” is no O*NET-SOC code such as 15-2051.00."))
        elif code in found:
            faults.append(table.fault(number, f"The code {code} stands here a second time."))
        elif not 0 < len(title) <= LONGEST_TITLE:
            faults.append(
                table.fault(number, f"The title of {code} has {len(title)} characters, not 1 to {LONGEST_TITLE}.")
            )
        else:
            found[code] = Occupation(code, title, description)
    if not found:
        # It would retire every occupation there is.
        faults.append(table.fault(1, "This file holds no occupation."))
    return found


def _alternates(table: Table, occupations: dict[str, Occupation], faults: list[Place]) -> None:
    for number, (code, title) in table.rows(FILES[ALTERNATES], faults):
        if code not in occupations:
            faults.append(table.fault(number, _unknown(code)))
        elif not 0 < len(title) <= LONGEST_ALIAS:
            said = f"The alternate title has {len(title)} characters, not 1 to {LONGEST_ALIAS}."
            faults.append(table.fault(number, said))
        else:
            occupations[code].alternates.append(title)


def _job_zones(table: Table, occupations: dict[str, Occupation], faults: list[Place]) -> None:
    for number, (code, zone) in table.rows(FILES[JOB_ZONES], faults):
        if code not in occupations:
            faults.append(table.fault(number, _unknown(code)))
        elif _number(zone) not in ZONES:
            faults.append(table.fault(number, f"The job zone “{zone}” is not a number from 1 to 5."))
        elif occupations[code].job_zone is not None:
            faults.append(table.fault(number, f"The code {code} stands here a second time."))
        else:
            occupations[code].job_zone = _number(zone)


def _relations(table: Table, occupations: dict[str, Occupation], faults: list[Place]) -> list[Related]:
    found: dict[tuple[str, str], Related] = {}
    for number, (source, target, tier, index) in table.rows(FILES[RELATED], faults):
        said = _unrelatable(source, target, tier, index, occupations)
        if not said and (source, target) in found:
            said = f"That {source} is related to {target} stands here a second time."
        if said:
            faults.append(table.fault(number, said))
        else:
            found[source, target] = Related(source, target, Tier(tier), int(index))
    return list(found.values())


def _unrelatable(source: str, target: str, tier: str, index: str, occupations: dict[str, Occupation]) -> str:
    """Why a line relates nothing; "" when it does."""
    unknown = [code for code in (source, target) if code not in occupations]
    if unknown:
        return _unknown(unknown[0])
    if source == target:
        return f"{source} cannot be related to itself."
    if tier not in Tier.values:
        return f"The tier “{tier}” is none of {', '.join(Tier)}."
    if _number(index) not in INDEXES:
        return f"The index “{index}” is not a number from 1 to 20."
    return ""


def _unknown(code: str) -> str:
    return f"The code “{code}” is none of the release's Occupation Data."


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else None
