"""Sentences to start a reason from. None is a reason by itself: each asks for what follows its "because"."""

from __future__ import annotations

import re

from assessments.enums import Outcome

OPENINGS: dict[Outcome, tuple[str, ...]] = {
    Outcome.FORMULA_ACCEPTED: (
        "I read every task against its rubric, and the scores hold because",
        "I followed the evidence to its sources, and it stands because",
        "The change since the last version is right because",
    ),
    Outcome.OVERRIDE_ACCEPTED: (
        "The formula misses something about this role, and the proposed score is nearer because",
        "The size of the override fits what it answers for because",
    ),
    Outcome.OVERRIDE_DECLINED: (
        "The reason given for the override is already in the inputs, because",
        "The override is not carried by its reason, because",
    ),
    Outcome.RETURNED: (
        "This task cannot be scored as it stands because",
        "The evidence named does not carry its score because",
        "A barrier is counted that does not hold for this role, because",
    ),
}


def is_only_an_opening(rationale: str) -> bool:
    """Whether a reason says nothing beyond the sentences it was started from."""
    rest = _plain(rationale)
    found = [_plain(each) for group in OPENINGS.values() for each in group]
    while True:
        begun = next((each for each in found if rest.startswith(each)), None)
        if begun is None:
            return not rest
        rest = rest[len(begun) :].strip()


def _plain(text: str) -> str:
    """Words alone, in one case, with one space between them."""
    return " ".join(re.findall(r"\w+", text.casefold()))
