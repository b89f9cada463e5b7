"""The page of calibration claims, and where else they are shown: on the desk and beside a decision."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from assessments.models import Assessment, CalibrationClaim, ClaimBreach, Role, User
from reviews.models import Review
from tests.making import a_draft, in_review, published, recomputed
from tests.test_claims import ONE, TWO, claimed, moved

SignedIn = Callable[[User], Client]
FORM = {"kind": "at_least", "a": "Bell Smith", "b": "harp-maker", "distance": "", "reason": "By common sense."}


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    both = published(assessor, reviewer, "Bell Smith"), published(assessor, reviewer, "Harp Maker")
    recomputed()
    return both


def text(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def test_a_claim_is_declared_by_titles_or_addresses_and_shown_with_its_state(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    client = signed_in(reviewer)
    assert "Nothing is claimed yet." in text(client, "/claims/")
    assert client.post("/claims/", FORM).status_code == 302
    assert '<span class="badge">held</span>' in text(client, "/claims/")
    moved(assessor, reviewer, "Harp Maker", ONE)
    assert "broken by 2.1" in text(signed_in(assessor), "/claims/?show=broken")
    assert "No claim fits." in text(client, "/claims/?show=held")
    assert "broken by 2.1" in text(client, "/claims/?role=harp-maker&mine=1&show=nonsense")


def test_a_role_that_is_not_published_is_said_to_break_nothing(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    claimed(reviewer, pair[0], in_review(assessor, "Organ Builder"))
    page = text(signed_in(reviewer), "/claims/")
    assert "not comparable yet" in page
    assert "Organ Builder (Mid-level) has no published version, and so breaks nothing." in page


def test_an_unclear_name_is_answered_with_roles_to_choose_from_and_nothing_typed_is_lost(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    a_draft(assessor, "Bell Secret")
    client = signed_in(reviewer)
    refused = client.post("/claims/", FORM | {"a": "bell"})
    page = refused.content.decode()
    assert (refused.status_code, refused.context["refusal"].sentence) == (400, "No role is called “bell”.")
    assert [role.slug for role in refused.context["offered"]["a"]] == ["bell-smith"]
    assert "By common sense." in page
    assert client.post("/claims/", FORM | {"a": "bell", "a_offered": "bell-smith"}).status_code == 302
    assert str(CalibrationClaim.objects.get()) == "Bell Smith (Mid-level) ≥ Harp Maker (Mid-level)"
    assert client.post("/claims/", FORM | {"a": ""}).context["refusal"].sentence == "Name the role."


def test_a_broken_claim_is_on_the_desk_of_its_owner_and_answered_there(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    signed_in: SignedIn,
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    client = signed_in(reviewer)
    heading = "Broken claims that are yours"
    shown = {
        person.username: heading in text(signed_in(person), "/desk/") for person in (reviewer, other_reviewer, admin)
    }
    assert shown == {"deepa": True, "jonas": False, "ada": False}
    assert "Accept 55.3 against 57.4" in text(client, "/desk/")
    address = f"/claims/{claim.pk}/accept/"
    form = {"a_score": "55.3", "b_score": "57.4", "reason": " "}
    refused = client.post(address, form)
    assert (refused.status_code, refused.context["refused_entry"]) == (400, claim.pk)
    assert client.post(address, form | {"reason": "Fair."}).status_code == 302
    assert "Deepa accepts 55.3 against 57.4: Fair." in text(client, "/claims/")
    assert heading not in text(client, "/desk/")


def test_an_administrator_gives_a_breach_to_another_and_withdraws_the_claim(
    pair: tuple[Assessment, Assessment],
    assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    signed_in: SignedIn,
) -> None:
    claim = claimed(reviewer, *pair)
    moved(assessor, reviewer, "Harp Maker", ONE)
    client = signed_in(admin)
    assert "Accept" not in text(client, "/claims/")
    assert client.post(f"/claims/{claim.pk}/reassign/", {"to": "nobody"}).status_code == 400
    assert client.post(f"/claims/{claim.pk}/reassign/", {"to": "jonas"}).status_code == 302
    assert ClaimBreach.objects.get().owner == other_reviewer
    assert client.post(f"/claims/{claim.pk}/withdraw/", {"reason": "Moot."}).status_code == 302
    assert "Withdrawn by Ada on" in text(client, "/claims/?show=withdrawn")
    assert client.post(f"/claims/{claim.pk}/bless/").status_code == 404


def test_beside_a_decision_stands_what_each_outcome_would_do_to_the_claims(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    claim = claimed(reviewer, *pair)
    in_review(assessor, "Harp Maker", evidence=TWO)
    page = text(signed_in(reviewer), f"/reviews/{Review.objects.latest('pk').pk}/")
    assert f'?role=harp-maker#claim-{claim.pk}">claim</a> {claim} <strong>would be broken by 4.2</strong>' in page


def test_the_public_profile_says_nothing_of_claims(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, client: Client, signed_in: SignedIn
) -> None:
    claimed(reviewer, pair[0], pair[1], "0.1", reason="Nobody knows this reason.")
    moved(assessor, reviewer, "Harp Maker", ONE)
    pages = [
        text(each, f"/roles/{slug}/") for each in (client, signed_in(reviewer)) for slug in ("bell-smith", "harp-maker")
    ]
    assert ["Nobody knows" in page or "within 0.1" in page or "broken" in page for page in pages] == [False] * 4


def test_a_long_list_has_pages_that_keep_what_was_asked(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    roles = [published(assessor, reviewer, f"Bell Hanger {index}").role for index in range(6)]
    recomputed()
    made = 0
    for a in roles:
        for b in roles:
            if a.pk != b.pk and made < 26:
                claimed(reviewer, a, b)
                made += 1
    client = signed_in(reviewer)
    first = client.get("/claims/?mine=1")
    assert (first.context["next_url"], first.context["previous_url"]) == ("?mine=1&page=2", None)
    second = client.get("/claims/?mine=1&page=2")
    assert (len(second.context["claims"]), second.context["previous_url"]) == (1, "?mine=1&page=1")
    assert Role.objects.count() == 8
