"""Comparisons and standing: the set-based statements against the plain Python of `scoring`."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments import peers, scoring
from assessments.actions import roles
from assessments.models import Assessment, PeerComparison, Role, ScoreCount, Standing, User
from assessments.queries import integrity
from assessments.queries import published as reads
from tests.making import a_draft, in_review, published, recomputed, verdict
from tests.methods import in_force

PARTS = ("task", "evidence", "barriers", "growth", "override", "method", "rounding")
NOBODY = {"not_this_role": "It is what it is."}


def scored(assessment: Assessment) -> scoring.Scored:
    return scoring.Scored(
        method=assessment.methodology.method,
        task_resistance=assessment.task_resistance,
        evidence_total=assessment.evidence_total,
        barrier_total=assessment.barrier_total,
        growth=assessment.growth,
        weighted_total=assessment.weighted_total,
        formula_score=assessment.formula_score,
        published_score=assessment.published_score,
    )


def row(role: Role, peer: Role) -> PeerComparison:
    return PeerComparison.objects.get(role=role, peer=peer)


def related(admin: User, source: Assessment, kind: str, target: Assessment) -> None:
    roles.relate(source=source.role, kind=kind, target=target.role, note="", by=admin, at=timezone.now())


def make(assessor: User, reviewer: User, title: str, evidence: int = 5, **changes: Any) -> Assessment:
    spread = [2] * (evidence // 2) + [1] * (evidence % 2)
    scores = tuple((spread + [0] * 5)[:5])
    return published(assessor, reviewer, title, evidence=scores, definition=NOBODY, **changes)


def test_a_comparison_is_read_from_both_sides(admin: User, assessor: User, reviewer: User) -> None:
    a, b = make(assessor, reviewer, "A", 5), make(assessor, reviewer, "B", 8)
    related(admin, a, "junior_of", b)
    recomputed()
    there, back = row(a.role, b.role), row(b.role, a.role)
    assert (there.kind, back.kind) == ("junior_of", "senior_of")
    assert (there.score, there.peer_score, there.difference) == (a.published_score, b.published_score, -back.difference)
    assert [getattr(there, part) for part in PARTS] == [-getattr(back, part) for part in PARTS]


def test_the_parts_equal_those_of_scoring_and_add_up_exactly(admin: User, assessor: User, reviewer: User) -> None:
    a = make(assessor, reviewer, "A", 5, proposed="57.0")
    b = make(assessor, reviewer, "B", 10, barriers=(2, 2, 1, 0, 0))
    related(admin, a, "peer", b)
    recomputed()
    found = row(a.role, b.role)
    expected = scoring.attribute(scored(a), scored(b))
    assert [getattr(found, part) for part in PARTS] == [getattr(expected, part) for part in PARTS]
    assert sum(getattr(found, part) for part in PARTS) == found.difference


def test_two_methods_are_compared_as_scoring_compares_them(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    a = make(assessor, reviewer, "A", 5)
    in_force(admin, other_admin, formula__evidence_step="0.05", formula__divisor="8.11")
    b = make(assessor, reviewer, "B", 9)
    related(admin, a, "peer", b)
    recomputed()
    found, expected = row(a.role, b.role), scoring.attribute(scored(a), scored(b))
    assert expected.method != 0
    assert [getattr(found, part) for part in PARTS] == [getattr(expected, part) for part in PARTS]


def test_a_change_touches_one_hop_and_nothing_further(admin: User, assessor: User, reviewer: User) -> None:
    a, b, c = (make(assessor, reviewer, title) for title in "ABC")
    related(admin, a, "peer", b)
    related(admin, b, "peer", c)
    recomputed()
    before = {(each.role_id, each.peer_id): each.computed_at for each in PeerComparison.objects.all()}
    peers.recompute([a.role_id])
    after = {(each.role_id, each.peer_id): each.computed_at for each in PeerComparison.objects.all()}
    moved = {key for key in before if before[key] != after[key]}
    assert moved == {(a.role_id, b.role_id), (b.role_id, a.role_id)}


def test_publishing_a_new_version_moves_the_neighbours_rows(admin: User, assessor: User, reviewer: User) -> None:
    a, b = make(assessor, reviewer, "A", 5), make(assessor, reviewer, "B", 5)
    related(admin, a, "peer", b)
    recomputed()
    assert row(b.role, a.role).difference == 0
    verdict(in_review(assessor, "A", evidence=(2, 1, 1, 1, 1), definition=NOBODY), reviewer)
    recomputed()
    assert (row(b.role, a.role).difference, row(a.role, b.role).difference) == (Decimal("-2.1"), Decimal("2.1"))


def test_recomputing_twice_changes_nothing(admin: User, assessor: User, reviewer: User) -> None:
    a, b = make(assessor, reviewer, "A"), make(assessor, reviewer, "B", 8)
    related(admin, a, "peer", b)
    recomputed()
    peers.recompute([a.role_id, b.role_id])
    peers.recompute([b.role_id])
    assert list(integrity.peer_breaches()) == []
    assert PeerComparison.objects.count() == 2


def test_a_relation_to_a_role_without_published_version_shows_nothing(
    admin: User, assessor: User, reviewer: User
) -> None:
    a, draft = make(assessor, reviewer, "A"), a_draft(assessor, "Secret Role")
    related(admin, a, "peer", draft)
    recomputed()
    assert reads.peers(a.role)["results"] == []


def test_what_a_higher_input_and_a_lower_score_contradict_is_an_inversion(
    admin: User, assessor: User, reviewer: User
) -> None:
    a = make(assessor, reviewer, "A", 5, proposed="53.0")
    b = make(assessor, reviewer, "B", 5)
    c = make(assessor, reviewer, "C", 8)
    related(admin, a, "peer", b)
    related(admin, b, "peer", c)
    recomputed()
    assert (row(a.role, b.role).inversion, row(b.role, a.role).inversion) == (True, True)
    assert (row(b.role, c.role).inversion, row(c.role, b.role).inversion) == (False, False)


def test_standing_equals_a_count_over_all_published_scores(admin: User, assessor: User, reviewer: User) -> None:
    chance = random.Random(7)
    made = [make(assessor, reviewer, f"Role {i}", chance.choice([5, 6, 6, 7, 8, 9])) for i in range(14)]
    for index, assessment in enumerate(made):
        family = "Odd" if index % 2 else "Even"
        roles.set_family(role=assessment.role, family=family, by=admin, at=timezone.now())
    recomputed()
    for index, assessment in enumerate(made):
        standing = reads.peers(assessment.role)["standing"]
        rivals = [each for each in made if each.published_score > assessment.published_score]
        assert (standing["rank"], standing["of"]) == (len(rivals) + 1, 14)
        kin = [each for i, each in enumerate(made) if i % 2 == index % 2]
        above = [each for each in kin if each.published_score > assessment.published_score]
        assert (standing["family"]["rank"], standing["family"]["of"]) == (len(above) + 1, len(kin))


def test_moving_to_another_family_moves_its_counts(admin: User, assessor: User, reviewer: User) -> None:
    a = make(assessor, reviewer, "A")
    for family in ("Crafts", "Music", ""):
        roles.set_family(role=a.role, family=family, by=admin, at=timezone.now())
        recomputed()
    counts = ScoreCount.objects.filter(scope="family").order_by("key").values_list("key", "roles")
    assert list(counts) == [("", 1), ("Crafts", 0), ("Music", 0)]
    assert Standing.objects.get().family == ""


def test_verify_names_a_comparison_that_was_tampered_with(admin: User, assessor: User, reviewer: User) -> None:
    a, b = make(assessor, reviewer, "A"), make(assessor, reviewer, "B", 8)
    related(admin, a, "peer", b)
    recomputed()
    PeerComparison.objects.filter(role=a.role).update(difference=0)
    assert list(integrity.peer_breaches()) == ["comparison stale: a b peer 55.3", "comparison missing: a b peer 55.3"]


def test_verify_names_standing_and_counts_that_were_tampered_with(
    admin: User, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "ROLES_AT_ONCE", 1)
    a, b = make(assessor, reviewer, "A"), make(assessor, reviewer, "B")
    recomputed()
    assert list(integrity.peer_breaches()) == []
    Standing.objects.filter(role=a.role).update(family="Crafts")
    Standing.objects.filter(role=b.role).delete()
    ScoreCount.objects.filter(scope="zone").update(roles=7)
    assert list(integrity.peer_breaches()) == [
        "standing missing: a 55.3  green",
        "standing stale: a 55.3 Crafts green",
        "standing missing: b 55.3  green",
        "count missing: zone green 55.3 2",
        "count stale: zone green 55.3 7",
    ]
    with pytest.raises(SystemExit):
        call_command("verify", "--peers")


def test_a_quote_goes_stale_when_the_quoted_score_moves(assessor: User, reviewer: User) -> None:
    quoted = make(assessor, reviewer, "Bell Founder")
    text = {
        "not_this_role": f"NOT a Bell Founder (who casts them, scored {quoted.published_score} Green Transforming)."
    }
    a = published(assessor, reviewer, "A", definition=text, override={"rationale": "It fits."})
    assert [(quote["quoted_score"], quote["stale"]) for quote in reads.peers(a.role)["quotes"]] == [("55.3", False)]
    verdict(in_review(assessor, "Bell Founder", evidence=(2, 1, 1, 1, 1), definition=NOBODY), reviewer)
    quotes = reads.peers(a.role)["quotes"]
    assert [(quote["current_score"], quote["stale"]) for quote in quotes] == [("57.4", True)]


@pytest.mark.parametrize(
    ("above", "of", "share"), [(0, 1, "100.0"), (2, 3, "33.3"), (1, 3, "66.7"), (0, 1000, "100.0")]
)
def test_the_percentile_is_the_share_that_scores_the_same_or_lower(above: int, of: int, share: str) -> None:
    assert str(peers.percentile(above=above, of=of)) == share


def test_a_neighbours_pending_recompute_is_said_too(admin: User, assessor: User, reviewer: User) -> None:
    a, b, c = (make(assessor, reviewer, title) for title in "ABC")
    related(admin, a, "peer", b)
    recomputed()
    assert [reads.peers(each.role)["pending"] for each in (a, b, c)] == [False, False, False]
    verdict(in_review(assessor, "A", evidence=(2, 1, 1, 1, 1), definition=NOBODY), reviewer)
    assert [reads.peers(each.role)["pending"] for each in (a, b, c)] == [True, True, False]
