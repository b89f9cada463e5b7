"""The reason of a verdict: sentences to start from, none of which is a reason by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from assessments.enums import Outcome
from assessments.errors import Invalid
from assessments.models import User
from reviews.models import Review, Verdict
from reviews.openings import OPENINGS, is_only_an_opening
from tests.making import in_review, verdict

SignedIn = Callable[[User], Client]
EVERY = [sentence for group in OPENINGS.values() for sentence in group]


def test_every_outcome_has_sentences_and_each_asks_for_its_end() -> None:
    assert {outcome: bool(group) for outcome, group in OPENINGS.items()} == dict.fromkeys(Outcome, True)
    assert {sentence.rsplit(" ", 1)[1] for sentence in EVERY} == {"because"}


@pytest.mark.parametrize("sentence", EVERY)
@pytest.mark.parametrize("said", ["{}", " {} … ", "{}\n{}", "{}:", "{}.\n\n-"])
def test_a_sentence_alone_is_no_reason(sentence: str, said: str, assessor: User) -> None:
    assert is_only_an_opening(said.format(sentence, sentence.upper())) is True
    assert is_only_an_opening(said.format(sentence, sentence) + " it does.") is False


def test_a_verdict_with_an_unfinished_sentence_is_refused_and_a_finished_one_counts(
    assessor: User, reviewer: User
) -> None:
    assessment = in_review(assessor)
    with pytest.raises(Invalid, match="say what follows its “because”"):
        verdict(assessment, reviewer, rationale=EVERY[0])
    verdict(assessment, reviewer, rationale=f"{EVERY[0]} I asked two tuners.")
    assert Verdict.objects.get().rationale.endswith("because I asked two tuners.")


def test_the_page_offers_the_sentences_of_the_outcomes_that_may_be_given(
    assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    in_review(assessor)
    client, address = signed_in(reviewer), f"/reviews/{Review.objects.get().pk}/"
    offered = client.get(address).context["openings"]
    assert offered == [*OPENINGS[Outcome.FORMULA_ACCEPTED], *OPENINGS[Outcome.RETURNED]]
    assert f"{offered[1]} </textarea>" in client.get(f"{address}?opening=1").content.decode()
    assert [client.get(f"{address}?opening={wrong}").context["started"] for wrong in ("-1", "99", "x")] == ["", "", ""]
