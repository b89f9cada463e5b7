"""The simulator's state: a document-shaped value without reasons, and the address that holds it whole.

`?method=1.0&role=bell-tuner&version=2&p=1.1.0&g=2&e=2.2.-1.0.1&b=1.0.2.0.0&t=25~2~a~Curate+examples&t=…`: scores in the
order of the method, of each task its share, score, first letter of involvement and name; nothing where nothing is
given. `&share=parts` takes the shares as parts of their own sum. Whatever else stands there is kept as it came, for
`documents.from_json` to refuse with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from assessments import documents
from assessments.documents.shape import INVOLVEMENT_CODES
from assessments.queries.spoken import say, spoken
from assessments.scoring import Method, Scale, plain, shares

Value = dict[str, Any]
NAME_LIMIT = 80
LONGEST_QUERY = 16 * 1024
LONGEST_TASK = 200
INPUTS = ("p", "g", "e", "b", "t")
GROUPS = (("p", "protective_principles"), ("e", "evidence"), ("b", "barriers"))
# What a share may be counted in before it is one: hours, days, parts of anything.
PART = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,6})?")
LETTERS = {code[0]: code for code in INVOLVEMENT_CODES}


def longer_than_any(query: str) -> bool:
    """Whether a query is longer than any that is read."""
    return len(query) > LONGEST_QUERY


def holds_inputs(address: QueryDict) -> bool:
    """Whether an address says anything of the inputs themselves."""
    return any(name in address for name in INPUTS)


def value_from_address(address: QueryDict, method: Method) -> tuple[Value, list[str]]:
    """The value an address holds, and a sentence for each list in it that is longer than the method allows."""
    value, faults = blank(method), []
    for letter, group in GROUPS:
        given = address.get(letter, "")[:400].split(".")
        if len(given) > len(value[group]):
            told = {"number": len(given), "group": spoken(group.replace("_", " ")), "most": len(value[group])}
            faults.append(say("The address gives {number} scores for {group}; there are {most}.", **told))
        for row, text in zip(value[group], given, strict=False):
            row["score"] = number(text)
    value["growth"]["score"] = number(address.get("g", ""))
    rows = address.getlist("t")
    if len(rows) > method.tasks.maximum_count:
        told = {"number": len(rows), "most": method.tasks.maximum_count}
        faults.append(say("The address gives {number} tasks; {most} are the most.", **told))
    value["tasks"] = [_task(text[:LONGEST_TASK]) for text in rows[: most_tasks(method)]]
    return value, faults


def address_of(value: Value, *, method: str, start: tuple[str, int] | None) -> str:
    """The query that holds a value, and where it started from, whole."""
    query: list[tuple[str, str]] = [("method", method)]
    if start is not None:
        query += [("role", start[0]), ("version", str(start[1]))]
    for letter, group in GROUPS:
        query.append((letter, ".".join(_text(row["score"]) for row in value[group])))
    query.append(("g", _text(value["growth"]["score"])))
    query += [("t", _task_text(task)) for task in value["tasks"]]
    return urlencode(query)


def most_tasks(method: Method) -> int:
    """How many tasks are kept: one more than there may be, so that the rule itself refuses them."""
    return method.tasks.maximum_count + 1


def blank(method: Method) -> Value:
    """The value with nothing given."""
    return {
        "schema": "aijri/assessment/1",
        "protective_principles": _rows(method.protective),
        "growth": {"score": None},
        "tasks": [],
        "evidence": _rows(method.evidence),
        "barriers": _rows(method.barriers),
    }


def scores_alone(value: Mapping[str, Any], method: Method) -> Value:
    """What the simulator keeps of a document or of a posted form: its scores, and the tasks by name."""
    kept = blank(method)
    for _, group in GROUPS:
        given = {row["code"]: row["score"] for row in value[group]}
        for row in kept[group]:
            row["score"] = given.get(row["code"])
    kept["growth"]["score"] = value["growth"]["score"]
    kept["tasks"] = [
        {
            "name": task["name"][:NAME_LIMIT],
            "time_percent": task["time_percent"],
            "score": task["score"],
            "involvement": task["involvement"],
        }
        for task in value["tasks"][: most_tasks(method)]
    ]
    return kept


def in_proportion(value: Value, method: Method) -> Value | None:
    """The value with the tasks' shares of time as parts of their sum, whatever they were counted in; None where one of
    them is no number or less than nothing, or where they come to nothing."""
    given = [task for task in value["tasks"] if task["time_percent"]]
    if not all(PART.fullmatch(task["time_percent"]) for task in given):
        return None
    parts = [Decimal(task["time_percent"]) for task in given]
    if not any(parts):
        return None
    found = map(plain, shares(parts, whole=method.tasks.total, places=method.tasks.places))
    for task, share in zip(given, found, strict=True):
        task["time_percent"] = share
    return value


def scores_of(document: documents.Document, method: Method) -> Value:
    """The same of a document."""
    return scores_alone(documents.to_json(document), method)


def without(value: Value, paths: Iterable[str]) -> Value:
    """A copy of the value in which nothing was entered at these paths: `tasks[1].time_percent`, `growth.score`."""
    kept: Value = deepcopy(value)
    for path in paths:
        steps = [int(step) if step.isdecimal() else step for step in re.findall(r"\w+", path)]
        target: Any = kept
        for step in steps[:-1]:
            target = target[step]
        target[steps[-1]] = None if steps[-1] == "score" else ""
    return kept


def number(text: str) -> int | str | None:
    """A whole number, None for nothing; anything else as it came, for the document's own rules to refuse."""
    words = text.strip()
    if not words:
        return None
    return int(words) if re.fullmatch(r"-?[0-9]{1,5}", words) else words[:20]


def _rows(scales: Sequence[Scale]) -> list[Value]:
    return [{"code": scale.code, "score": None} for scale in scales]


def _task(text: str) -> Value:
    parts = text.split("~", 3)
    share, score, letter, name = parts + [""] * (4 - len(parts))
    return {
        "name": name[:NAME_LIMIT],
        "time_percent": share.strip()[:20],
        "score": number(score),
        "involvement": LETTERS.get(letter, letter[:20]),
    }


def _task_text(task: Value) -> str:
    involvement = task["involvement"]
    letter = involvement[:1] if involvement in INVOLVEMENT_CODES else involvement
    return "~".join([*_without_marks((task["time_percent"], _text(task["score"]), letter)), task["name"]])


def _without_marks(texts: Iterable[object]) -> list[str]:
    return [str(text)[:20].replace("~", "") for text in texts]


def _text(score: object) -> str:
    return "" if score is None else str(score)[:20].replace(".", ",")
