"""Reading an index of exposure that somebody else published: by occupation, whole, in place of what was read before."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction

from assessments import access, audit
from assessments.enums import Access
from assessments.errors import Invalid
from assessments.models import ExposureIndex, ExposureValue, User

SOC = re.compile(r"\d\d-\d{4}(\.\d\d)?")
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MOST, PLACES, LARGEST = 20_000, 24, Decimal(10) ** 12


@dataclass(frozen=True)
class Described:
    """What is told of an index: its short name, its name, where it was published and under which licence, and where it
    went into what is published here ("" where it did not)."""

    code: str
    name: str
    source: str
    licence: str
    input_note: str = ""


def read(lines: Iterable[str], *, code_column: str, value_column: str) -> dict[str, Decimal]:
    """The values of a CSV file with a heading, by O*NET-SOC code; six-digit codes mean their `.00`. Rows without a
    value are left out. Invalid, with its line, for what is no code, no number, or stands twice."""
    reader = csv.DictReader(lines)
    missing = [name for name in (code_column, value_column) if name not in (reader.fieldnames or ())]
    if missing:
        raise Invalid(f"The file has no column {missing[0]}; it has {', '.join(reader.fieldnames or ['none'])}.")
    found: dict[str, Decimal] = {}
    for row in reader:
        code, text = (row[code_column] or "").strip(), (row[value_column] or "").strip()
        if not text:
            continue
        if not SOC.fullmatch(code):
            raise Invalid(f"Line {reader.line_num}: {code[:40] or 'nothing'} is no SOC code.")
        whole = code if "." in code else f"{code}.00"
        if whole in found:
            raise Invalid(f"Line {reader.line_num}: {whole} has a value already.")
        found[whole] = _number(text, reader.line_num)
        if len(found) > MOST:
            raise Invalid(f"The file has more than {MOST:,} occupations.")
    if not found:
        raise Invalid("The file has no value.")
    return found


@transaction.atomic
def replace(described: Described, values: dict[str, Decimal], *, by: User, at: datetime) -> ExposureIndex:
    """Keep an index with these values in place of what was read under its short name before."""
    access.require(access.may_administer(by))
    if not NAME.fullmatch(described.code):
        raise Invalid("The short name has small letters, digits and hyphens, 60 at most.")
    if not (described.name and described.source and described.licence):
        raise Invalid("Say the name of the index, where it was published and under which licence.")
    ExposureIndex.objects.filter(code=described.code).delete()
    index = ExposureIndex.objects.create(**vars(described), read_at=at, read_by=by)
    ExposureValue.objects.bulk_create(
        [ExposureValue(index=index, code=code, value=value) for code, value in values.items()], batch_size=2000
    )
    told = {"index": described.name, "values": len(values)}
    audit.record("exposure.read", by=by, at=at, role_held=Access.ADMIN, about=index, data=told)
    return index


def _number(text: str, line: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(f"Line {line}: {text[:40]} is no number.") from error
    if not value.is_finite() or abs(value) >= LARGEST or int(value.as_tuple().exponent) < -PLACES:
        raise Invalid(f"Line {line}: {text[:40]} is beyond what is kept: 12 digits before the point, 24 after it.")
    return value
