"""The fuzzer's claim over a fixed corpus: our own specimens, what was found before, and a fixed set of mutations."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.claim import check
from tests.fuzz.mutation import CORPUS, mutated
from tests.fuzz.regressions import REGRESSIONS

MUTATIONS_A_SEED = 30


@pytest.mark.parametrize("text", CORPUS)
def test_every_specimen_is_read_and_renders_back(text: str) -> None:
    assert check(text).document is not None


@pytest.mark.parametrize("seed", range(8))
def test_whatever_becomes_of_a_specimen_is_read_or_refused_with_sentences(seed: int) -> None:
    chance = random.Random(seed)
    readings = [check(mutated(chance.choice(CORPUS), chance)) for _ in range(MUTATIONS_A_SEED)]

    assert {reading.document is None for reading in readings} == {True, False}


@pytest.mark.parametrize("text", REGRESSIONS)
def test_what_the_fuzzer_found_once_is_not_found_again(text: str) -> None:
    check(text)
