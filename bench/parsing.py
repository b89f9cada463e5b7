"""Reading documents: the seed, growth with length, what is too large, and texts made to be slow."""

from __future__ import annotations

import time
from collections.abc import Iterator

from assessments.documents import Document, from_json, read
from bench.result import Result
from tests.documents.specimen import METHOD, SEED, SPECIMEN, in_markdown, rendered, specimen

SIZES = (100_000, 400_000, 990_000)
ENTRIES = 140
SENTENCES = "The bell rings, *once*, at noon, 3.5 times as loud as Bell Founder (61.5) says; this role scores 49.1. "
HOSTILE = (
    *("|", "|\n", "| a ", "\n", ":", "\\", "\\|", "Zone: x\n", "(", "[", "((", "NOT a ", "scored 1.0 ", "- a\n"),
    *("**", "** ", "*a", "_a ", "`", "#\n", "9", "1.0 AIJRI ", "this role is Red. ", "A ", "+1.0 point ", "\x00\n"),
    *("\r", " ", "- - "),
)
PLACES = ("Four years.", "None — formula", "split: 37.5%", "Raw: 3.88", "= 49.1/100", "Growth Modifier", "Nobody yet.")


def run() -> list[Result]:
    """Milliseconds for the seed (or our specimen without it), ratios of time per byte, and the slowest bad texts."""
    text = SEED.read_text("utf-8") if SEED.exists() else rendered(from_json(SPECIMEN))
    name = "seed" if SEED.exists() else "specimen"
    first, *others = (seconds(large(size)) / size for size in SIZES)
    hostile = max(seconds(each, once=True) for each in bad_texts())
    return [
        Result(f"read the {name}, plain", seconds(text) * 1000, "ms", 5),
        Result(f"read the {name}, Markdown", seconds(in_markdown(known(text))) * 1000, "ms", 5),
        Result("time per byte, 400 KB to 100 KB", others[0] / first, "ratio", 1.5),
        Result("time per byte, 1 MB to 100 KB", others[1] / first, "ratio", 1.5),
        Result("refuse 10 MB", seconds("| a | b |\n" * 1_000_000, once=True), "s", 3),
        Result(f"slowest of {len(HOSTILE) * (len(PLACES) + 1)} hostile texts of 1 MB", hostile, "s", 3),
    ]


def seconds(text: str, *, once: bool = False) -> float:
    """Processor seconds to read a text, the best of several runs."""
    runs = []
    for _ in range(1 if once else 7):
        started = time.process_time()
        read(text, METHOD)
        runs.append(time.process_time() - started)
    return min(runs)


def known(text: str) -> Document:
    """The document of a text that holds one."""
    document = read(text, METHOD).document
    assert document is not None
    return document


def large(size: int) -> str:
    """A valid document of about that many bytes, spread over tasks and bullets."""
    length = (size - len(rendered(from_json(SPECIMEN)).encode())) // ENTRIES - 50
    words = (SENTENCES * (length // len(SENTENCES) + 1))[:length]
    task = {**SPECIMEN["tasks"][0], "time_percent": "2.5", "rationale": words}
    bullets = [{"lead": "Lead", "text": words}] * (ENTRIES - 40)
    value = specimen(tasks=[task] * 40, commentary={"not_captured": bullets})
    text = rendered(from_json(value))
    assert read(text, METHOD).document is not None
    return text


def bad_texts() -> Iterator[str]:
    """Texts just below 1 MB of one thing over and over, alone and inside a document."""
    text = rendered(from_json(SPECIMEN))
    for unit in HOSTILE:
        many = unit * ((990_000 - len(text)) // len(unit))
        yield many
        yield from (text.replace(place, many.replace("\n", " "), 1) for place in PLACES)
