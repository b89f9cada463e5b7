"""JSON-LD in a page under the content security policy: data, of which no browser complains."""

from __future__ import annotations

import json

import pytest

from assessments.models import User
from tests.browser.conftest import Visit
from tests.making import published


@pytest.mark.parametrize("title", ["Bell Tuner", "</script><script>window.broken = 1</script>"])
def test_a_browser_reads_it_and_reports_nothing(
    visit: Visit, transactional_db: None, admin: User, assessor: User, reviewer: User, title: str
) -> None:
    role = published(assessor, reviewer, title).role
    page = visit(f"/roles/{role.slug}/")
    text = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(text or "")["@graph"][0]["name"] == title
    assert page.evaluate("window.broken") is None
