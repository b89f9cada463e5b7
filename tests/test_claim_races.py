"""Claims while others declare, withdraw, accept and publish: nothing is claimed twice, no breach is lost or left."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from assessments import peers
from assessments.actions import claims as actions
from assessments.models import Assessment, CalibrationClaim, ClaimBreach, Role, User
from assessments.queries import integrity
from tests.making import in_review, published, recomputed, verdict
from tests.test_claims import ONE, claimed, moved
from tests.test_races import at_once, one_winner

pytestmark = pytest.mark.django_db(transaction=True)


def declare(a: Role, b: Role, by: User) -> CalibrationClaim:
    return actions.declare(kind="within", a=a, b=b, distance="1.0", reason="Mine.", by=by, at=timezone.now())


def rework(*ids: int) -> None:
    """What the worker does for these roles, in a transaction of its own."""
    with transaction.atomic():
        peers.recompute(list(ids))


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    both = published(assessor, reviewer, "Bell Smith"), published(assessor, reviewer, "Harp Maker")
    recomputed()
    return both


def test_of_two_who_claim_the_same_from_both_sides_one_is_told_so(
    pair: tuple[Assessment, Assessment], reviewer: User, other_reviewer: User
) -> None:
    a, b = pair[0].role, pair[1].role
    for _ in range(10):
        refused = one_winner(at_once(lambda: declare(a, b, reviewer), lambda: declare(b, a, other_reviewer)))
        assert getattr(refused, "code", "") == "claimed_already"
        claim = CalibrationClaim.objects.get(state="standing")
        actions.withdraw(claim_id=claim.pk, reason="Again.", by=claim.by, at=timezone.now())


def test_a_withdrawn_claim_and_accepted_scores_stay_so_whatever_is_recomputed_meanwhile(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    moved(assessor, reviewer, "Harp Maker", ONE)
    a, b = pair[0].role, pair[1].role
    for _ in range(10):
        claim, now = claimed(reviewer, a, b, "1.0"), timezone.now()
        mine = partial(actions.accept, claim_id=claim.pk, scores=("55.3", "57.4"), reason="Fair.", by=reviewer, at=now)
        done = at_once(mine, lambda: rework(a.pk), lambda: rework(b.pk))
        assert [each for each in done if isinstance(each, Exception)] == []
        assert ClaimBreach.objects.filter(cleared_at__isnull=True).count() == 0
        mine = partial(actions.withdraw, claim_id=claim.pk, reason="Moot.", by=reviewer, at=now)
        done = at_once(mine, lambda: rework(a.pk), lambda: rework(b.pk))
        assert [each for each in done if isinstance(each, Exception)] == []
    assert list(integrity.claim_breaches()) == []
    assert ClaimBreach.objects.count() == 10


def test_a_claim_declared_while_one_of_its_roles_is_published_is_checked_against_what_was_published(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, other_reviewer: User
) -> None:
    a, b = pair[0].role, pair[1].role
    for index in range(6):
        evidence = ONE if index % 2 == 0 else (1, 1, 1, 1, 1)
        waiting = in_review(assessor, "Harp Maker", evidence=evidence)
        done = at_once(partial(verdict, waiting, other_reviewer), lambda: declare(a, b, reviewer))
        assert [each for each in done if isinstance(each, Exception)] == []
        recomputed()
        assert list(integrity.claim_breaches()) == []
        claim = CalibrationClaim.objects.get(state="standing")
        assert ClaimBreach.objects.filter(claim=claim).count() == (1 if index % 2 == 0 else 0)
        actions.withdraw(claim_id=claim.pk, reason="Again.", by=reviewer, at=timezone.now())
