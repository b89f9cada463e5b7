"""What programs read of a page: schema.org as JSON-LD, and the card that other sites show beside a link."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments.enums import Status
from assessments.models import Assessment, Role
from assessments.queries import ended, published
from assessments.queries.citing import PUBLISHER
from assessments.views import addresses

CONTEXT = "https://schema.org"
SCHEMES = {"onet-soc": "O*NET-SOC"}
# Inside a script element HTML knows neither entities nor quotes: what could end it is written as JSON's own escape.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


class _Escaped(str):
    """Text in which nothing is left that HTML could read as markup."""

    def __html__(self) -> str:
        return str(self)


def embedded(value: Any) -> SafeString:
    """A JSON-LD value as an element of a page: data, which no browser runs and no text inside can end."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', _Escaped(text))


def of_profile(assessment: Assessment) -> dict[str, Any]:
    """An occupation, what was published of it, and where its page stands. (Why no ClaimReview: docs/adr/0020.)"""
    role = assessment.role
    way = [("Roles", addresses.absolute("role_list")), (role.title, addresses.absolute("role_profile", role.slug))]
    if assessment.status != Status.PUBLISHED:
        way.append((f"Version {assessment.number}", addresses.of_version(assessment)))
    return {"@context": CONTEXT, "@graph": [_occupation(assessment), trail(way)]}


def trail(way: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page: names and addresses, from the top."""
    steps = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(way, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": steps}


def _occupation(assessment: Assessment) -> dict[str, Any]:
    role, definition = assessment.role, assessment.document["definition"]
    return {
        "@type": "Occupation",
        "@id": f"{addresses.absolute('role_profile', role.slug)}#occupation",
        "identifier": role.public_id,
        "name": role.title,
        "description": definition["primary_function"],
        "experienceRequirements": definition["typical_experience"],
        **_categories(role),
        "subjectOf": {
            "@type": "Report",
            "@id": addresses.of_version(assessment),
            "url": addresses.of_version(assessment),
            "name": f"{assessment.own_name}: AIJRI {assessment.published_score} of 100, {assessment.published_label}",
            "creativeWorkStatus": ended.state(assessment).capitalize(),
            "version": str(assessment.number),
            "datePublished": assessment.published_at.isoformat() if assessment.published_at else None,
            **({"expires": assessment.superseded_at.isoformat()} if assessment.superseded_at else {}),
            "publisher": {"@type": "Organization", "name": PUBLISHER, "url": addresses.site() + "/"},
            "inLanguage": "en-GB",
        },
    }


def _categories(role: Role) -> dict[str, Any]:
    found = [
        {"@type": "CategoryCode", "codeValue": each["code"], "inCodeSet": SCHEMES.get(each["scheme"], each["scheme"])}
        for each in published.codes(role)
    ]
    return {"occupationalCategory": found} if found else {}
