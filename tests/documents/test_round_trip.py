"""Rendering and reading are each other's inverse."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import rfc8785
from hypothesis import HealthCheck, given, settings

from assessments.documents import Document, content_hash, from_canonical, from_json, read, to_json
from tests.documents.specimen import METHOD, SEED, SPECIMEN, documents, in_markdown, rendered

seed_needed = pytest.mark.skipif(not SEED.exists(), reason=f"{SEED} is absent: set AIJRI_SHARED to the shared folder")


def bare(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_reading_a_rendered_document_gives_that_document(document: Document) -> None:
    reading = read(rendered(document), METHOD)

    assert reading.errors == ()
    assert reading.document == document
    assert reading.discrepancies == ()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_reading_a_document_rendered_in_markdown_gives_that_document(document: Document) -> None:
    reading = read(in_markdown(document), METHOD)

    assert reading.errors == ()
    assert reading.document == document
    assert reading.discrepancies == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_json_of_a_document_gives_that_document(document: Document) -> None:
    assert from_json(to_json(document)) == document
    assert from_canonical(to_json(document)) == document
    assert content_hash(from_json(to_json(document))) == content_hash(document)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_the_content_hash_is_that_of_the_rfc_8785_json(document: Document) -> None:
    assert content_hash(document) == hashlib.sha256(rfc8785.dumps(to_json(document))).hexdigest()


def test_the_specimen_is_already_canonical() -> None:
    assert to_json(from_json(SPECIMEN)) == {"schema": "aijri/assessment/1", **SPECIMEN}


@seed_needed
def test_the_seed_is_rendered_as_it_was_written() -> None:
    text = Path(SEED).read_text("utf-8")
    document = read(text, METHOD).document

    assert document is not None
    assert bare(rendered(document)) == bare(text)


@seed_needed
def test_the_seed_has_no_discrepancy_and_no_note() -> None:
    reading = read(Path(SEED).read_text("utf-8"), METHOD)

    assert (reading.errors, reading.discrepancies, reading.notes) == ((), (), ())


@seed_needed
@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "  \n"),
        lambda text: text.replace(" x ", " × ").replace("- 0.54", "− 0.54"),
        lambda text: text.replace("Evidence Score\n", "EVIDENCE SCORE\n").replace("What This Means", "what this means"),
        lambda text: text.replace("Don't Capture", "Don’t Capture").replace("Shouldn't)", "Shouldn’t)"),
        lambda text: text.replace("Green (Accelerated) —", "Green (Accelerated) -"),
        lambda text: text.replace("| Total | 9 |", "| Total | 9 | |"),
        lambda text: text.replace("| Total | 9 |", "| Total | 9"),
        lambda text: text.replace("None — formula", "None – formula"),
    ],
)
def test_small_variations_of_the_seed_read_the_same(change: object) -> None:
    text = Path(SEED).read_text("utf-8")
    assert callable(change)
    varied = change(text)

    assert varied != text
    assert read(varied, METHOD) == read(text, METHOD)
