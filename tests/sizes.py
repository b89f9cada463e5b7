"""`python -m tests.sizes`: holds files, functions and forbidden shapes to the house limits; exits 1 on any breach."""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, TESTS = ("assessments", "reviews", "aijri_site", "bench"), ("tests",)
FILE_LIMIT, TEST_FILE_LIMIT, FUNCTION_LIMIT, MEDIAN_LIMIT = 400, 600, 60, 10
FORBIDDEN_NAMES = {"utils", "common", "core", "helpers"}
# Tables that are derived, or that no history follows, may be written in bulk; tracked ones only through `audit`.
TRACKED = (
    "Assessment", "Role", "RoleAlias", "RoleCode", "RoleRelation", "Methodology", "Decision", "Review", "Verdict",
    "AuditEvent",
)  # fmt: skip
BULK = re.compile(rf"\b({'|'.join(TRACKED)})\.objects\.[^\n]*?\.(update|bulk_create|bulk_update|delete)\(")


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted((ROOT / folder).rglob("*.py")) if path.name != "0001_initial.py")


def breaches() -> Iterator[str]:
    lengths: list[int] = []
    for path in [*files(*SOURCE), *files(*TESTS)]:
        text = path.read_text()
        name = path.relative_to(ROOT)
        is_test = name.parts[0] == "tests"
        limit = TEST_FILE_LIMIT if is_test else FILE_LIMIT
        if text.count("\n") > limit:
            yield f"{name}: {text.count(chr(10))} lines, {limit} are the most"
        if FORBIDDEN_NAMES & {path.stem, *name.parent.parts}:
            yield f"{name}: a module that is named for nothing"
        if is_test:
            continue
        tree = ast.parse(text)
        yield from (f"{name}:{line}: {what}" for line, what in shapes(tree, text))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths.append(length)
                if length > FUNCTION_LIMIT:
                    yield f"{name}:{node.lineno}: {node.name} has {length} lines, {FUNCTION_LIMIT} are the most"
    if statistics.median(lengths) > MEDIAN_LIMIT:
        yield f"the median function has {statistics.median(lengths)} lines, {MEDIAN_LIMIT} are the most"


def shapes(tree: ast.Module, text: str) -> Iterator[tuple[int, str]]:
    """What must not be written at all."""
    for number, line in enumerate(text.splitlines(), 1):
        if "mark_safe" in line or "|safe" in line:
            yield number, "marks text as safe"
        if "@receiver" in line or re.search(r"\.connect\(.*(post_save|pre_save|post_delete)", line):
            yield number, "receives a signal"
        if "select_for_update(" in line and "no_key=True" not in line:
            # Whoever refers to the row checks it at commit, after taking the ledger's lock, for which we then wait.
            yield number, "locks a row against those who refer to it: say no_key=True"
        if BULK.search(line):
            yield number, "writes a tracked model round the audited door"
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any(
            isinstance(part, ast.FunctionDef) and part.name == "save" for part in node.body
        ):
            yield node.lineno, f"{node.name} overrides save()"
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(part, ast.Import | ast.ImportFrom) for part in ast.walk(node)
        ):
            yield node.lineno, f"{node.name} imports inside a function"


def templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = path.read_text()
        for word, what in (
            ("|safe", "marks text as safe"),
            (" style=", "styles inline"),
            ("<script>", "scripts inline"),
        ):
            if word in text:
                yield f"{path.relative_to(ROOT)}: {what}"
        if re.search(r"\son[a-z]+=", text):
            yield f"{path.relative_to(ROOT)}: handles an event inline"


def main() -> int:
    found = [*breaches(), *templates()]
    for breach in found:
        print(breach, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
