"""`python -m tests.fuzz.parser [--seconds N]`: a coverage-guided fuzzer on the reader of documents.

It starts from our own specimens (and the seed, where it is present), mutates them with a sense of their shape, and
stops at the first text that breaks the claim; that text is left in the folder it names.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["assessments.documents"]):
    from tests.fuzz.claim import check
    from tests.fuzz.mutation import CORPUS, mutated

from tests.documents.specimen import SEED

LONGEST = 60_000
HANG_SECONDS = 10


def main() -> None:
    arguments = argparse.ArgumentParser(prog="python -m tests.fuzz.parser")
    arguments.add_argument("--seconds", type=int, default=600)
    seconds = arguments.parse_args().seconds
    folder = Path(tempfile.mkdtemp(prefix="aijri-fuzz-"))
    (folder / "corpus").mkdir()
    texts = [*CORPUS, *([SEED.read_text("utf-8")] if SEED.exists() else [])]
    for index, text in enumerate(texts):
        (folder / "corpus" / str(index)).write_bytes(_bytes(text))
    print(f"Fuzzing for {seconds} s from {len(texts)} documents; a text that breaks the claim is left in {folder}.")
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-timeout={HANG_SECONDS}",
        f"-artifact_prefix={folder}/",
        "-print_final_stats=1",
        "-reload=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], one_input, custom_mutator=mutate)
    atheris.Fuzz()


def one_input(data: bytes) -> None:
    """One text under the claim."""
    check(_text(data))


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Mostly a mutation of the document's shape, now and then one of bytes."""
    chance = random.Random(seed)
    if chance.random() < 0.1:
        return bytes(atheris.Mutate(data, max_size))
    return _bytes(mutated(_text(data), chance))[:max_size]


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


if __name__ == "__main__":
    main()
