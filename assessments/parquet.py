"""The table of a dump as Parquet, with types: written where pyarrow is installed, which is an extra (`parquet`)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assessments.queries import dumped
from assessments.queries.dumped import Row

# A group of rows is in memory until it is full.
GROUP = 1000
WHOLE = ("number", "evidence_total", "barrier_total", "growth")
# Digits in all and behind the point, as the database has them.
DECIMALS = {"published_score": (4, 1), "formula_score": (4, 1), "task_resistance": (6, 4)}


def installed() -> bool:
    """Whether the extra is there."""
    return find_spec("pyarrow") is not None


class Columns:
    """Rows of `dumped.rows`, gathered into groups and handed to `write`, in the columns of the dictionary."""

    def __init__(self, write: Any) -> None:
        self.write = write
        self.rows: list[dict[str, object]] = []

    def add(self, row: Row) -> None:
        """One row more."""
        flat = dict(zip(dumped.DICTIONARY, dumped.flat(row), strict=True))
        exact = {name: Decimal(str(row[name])) for name in DECIMALS}
        self.rows.append({**flat, **exact, "published_at": row["published_at"]})
        if len(self.rows) == GROUP:
            self.end()

    def end(self) -> None:
        """The last group, however small."""
        if self.rows:
            self.write(self.rows)
            self.rows = []


@contextmanager
def columns(path: Path) -> Iterator[Columns]:
    """A file that rows are added to; whole at the end. The same rows give the same bytes."""
    # When it is used, and not before: web processes know this module, and need not hold what the worker writes with.
    pyarrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")

    types = {
        **dict.fromkeys(dumped.DICTIONARY, pyarrow.string()),
        **dict.fromkeys(WHOLE, pyarrow.int32()),
        **{name: pyarrow.decimal128(*digits) for name, digits in DECIMALS.items()},
        "published_at": pyarrow.timestamp("us", tz="UTC"),
    }
    schema = pyarrow.schema(list(types.items()))
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        gathered = Columns(lambda rows: writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema)))
        yield gathered
        gathered.end()
