"""Documents: the assessment as one value, from and to JSON and text. Pure Python on top of `scoring`."""

from __future__ import annotations

from assessments.documents.canonical import content_hash, from_canonical, hash_of, to_json
from assessments.documents.completeness import figures_of, inputs_of, problems
from assessments.documents.findings import Discrepancy, Finding, Quote, Reading
from assessments.documents.fit import misfit
from assessments.documents.merge import Conflict, Merged, Taken, differences, merge
from assessments.documents.quotes import distinct_titles, quotes_in, quoting_texts
from assessments.documents.reader import read, read_json_text
from assessments.documents.render import render_markdown, render_plain
from assessments.documents.shape import (
    Commentary,
    Definition,
    Dimension,
    Document,
    Growth,
    Lead,
    Override,
    Problem,
    Role,
    StructureError,
    Task,
)
from assessments.documents.slugs import slug_of
from assessments.documents.structure import from_json
from assessments.documents.typed import without_blank_rows

__all__ = [
    "Commentary",
    "Conflict",
    "Definition",
    "Dimension",
    "Discrepancy",
    "Document",
    "Finding",
    "Growth",
    "Lead",
    "Merged",
    "Override",
    "Problem",
    "Quote",
    "Reading",
    "Role",
    "StructureError",
    "Taken",
    "Task",
    "content_hash",
    "differences",
    "distinct_titles",
    "figures_of",
    "from_canonical",
    "from_json",
    "hash_of",
    "inputs_of",
    "merge",
    "misfit",
    "problems",
    "quotes_in",
    "quoting_texts",
    "read",
    "read_json_text",
    "render_markdown",
    "render_plain",
    "slug_of",
    "to_json",
    "without_blank_rows",
]
