"""How many documents a second an import brings in, and whether the ten thousandth thousand is as quick as the first."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assessments.documents import figures_of, from_json, render_plain
from assessments.documents.shape import BARRIER_CODES, EVIDENCE_CODES, INVOLVEMENT_CODES, PROTECTIVE_CODES
from assessments.scoring import Method, definition
from bench.result import Result
from bench.startup import ROOT, served

DOCUMENTS = 10_000
CHUNK = 1_000
TASKS = 12
WORDS = tuple(
    word
    for clause in (
        "the work of this role is planned, measured, agreed, written, checked, repeated, taught, handed over,",
        "archived, priced, priced again, questioned by clients, delayed by weather, moved to other sites, staffed,",
        "and signed off; tools draft, sort, compare, transcribe and remind, while people decide, persuade, repair",
    )
    for word in clause.split()
)
KINDS = ("Planner", "Inspector", "Fitter", "Analyst", "Clerk", "Surveyor", "Trainer", "Buyer", "Estimator", "Curator")


def run() -> list[Result]:
    """Import 10,000 distinct documents of the seed's size into a running copy of its own, durable as in earnest; one
    more is for counting its statements."""
    with tempfile.TemporaryDirectory(prefix="aijri-") as place:
        os.chmod(place, 0o711)
        data = Path(place) / "data"
        texts = Path(place) / "texts"
        texts.mkdir()
        for index, text in enumerate(generated(DOCUMENTS + 1)):
            (texts / f"{index:05}.txt").write_text(text)
        with served(data):
            environ = {**os.environ, "AIJRI_DATA": str(data)}
            command = [sys.executable, "-m", "bench.importing_timed", str(texts), str(CHUNK)]
            said = subprocess.run(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True).stdout
    measured = json.loads(said)
    rates = [CHUNK / seconds for seconds in measured["seconds"]]
    return [
        Result(f"import, thousand no. {number}", rates[number - 1], "doc/s", at_least=60)
        for number in sorted({1, len(rates) // 2, len(rates)})
    ] + [
        Result("import, last thousand against the first", rates[-1] / rates[0], "", at_least=0.8),
        Result("import, statements a document, savepoints apart", measured["statements"], "", below=17),
    ]


def generated(count: int) -> Iterator[str]:
    """Distinct documents of about 18 KB with twelve tasks, each quoting eight other roles of the same lot."""
    method = Method.from_definition(definition("1.0"))
    for index in range(count):
        document = from_json(value(index, random.Random(index)))
        figures = figures_of(document, method)
        assert figures is not None, "made whole"
        yield render_plain(document, method, figures)


def value(index: int, luck: random.Random) -> dict[str, Any]:
    def prose(words: int) -> str:
        return " ".join(luck.choices(WORDS, k=words)).capitalize() + "."

    def scored(codes: tuple[str, ...], low: int, high: int) -> list[dict[str, Any]]:
        return [{"code": code, "score": luck.randint(low, high), "rationale": prose(45)} for code in codes]

    def quote() -> str:
        return f"{title(luck.randrange(DOCUMENTS))} ({luck.randint(0, 999) / 10})"

    def bullets() -> list[dict[str, str]]:
        return [{"lead": prose(4).rstrip("."), "text": f"{prose(40)} Close to {quote()}."} for _ in range(4)]

    return {
        "schema": "aijri/assessment/1",
        "role": {"title": title(index), "seniority": "Mid-level"},
        "definition": {
            "primary_function": prose(70),
            "not_this_role": f"NOT a {title(luck.randrange(DOCUMENTS))} (who does less, scored 49.4 Green Stable).",
            "typical_experience": prose(40),
            "seniority_note": prose(60),
        },
        "protective_principles": scored(PROTECTIVE_CODES, 0, 3),
        "growth": {
            "score": luck.randint(-2, 2),
            "rationale": prose(40),
            "check": "\n".join(prose(30) for _ in "12345"),
        },
        "quick_screen": "Proceed to confirm.",
        "tasks": [
            {
                "name": prose(6).rstrip("."),
                "time_percent": str(8 if number else 100 - 8 * (TASKS - 1)),
                "score": luck.randint(1, 5),
                "involvement": luck.choice(INVOLVEMENT_CODES),
                "rationale": prose(45),
            }
            for number in range(TASKS)
        ],
        "reinstatement": prose(70),
        "evidence": scored(EVIDENCE_CODES, -2, 2),
        "barriers": scored(BARRIER_CODES, 0, 2),
        "override": {"proposed_score": None, "reason_code": None, "rationale": f"It sits by {quote()}."},
        "commentary": {
            "score_vs_reality": f"{prose(150)} It is within reach of {quote()}.",
            "not_captured": bullets(),
            "who_should_worry": prose(150),
            "single_biggest_factor": prose(50),
            "outlook_year": "2028",
            "outlook": prose(100),
            "survival_strategy": bullets(),
            "timeline": prose(40),
        },
    }


def title(index: int) -> str:
    """A title of its own for every number, three words of it capitalised as titles are."""
    letters = "".join(chr(ord("a") + digit) for digit in (index // 676 % 26, index // 26 % 26, index % 26))
    return f"{letters.capitalize()}on Works {KINDS[index % len(KINDS)]}"
