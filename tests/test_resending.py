"""A form that is older than the sign-in: what was typed is held, and received once somebody signed in again."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from assessments.models import Assessment, User
from tests.making import a_draft

OURS = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def browser(assessor: User) -> Client:
    """A browser whose forms are looked at for the mark against forged requests."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(assessor, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def draft(assessor: User) -> Assessment:
    return a_draft(assessor)


def form_of(page: str, form: str = "<form") -> dict[str, str]:
    """The fields that a page's hidden inputs and texts send."""
    inside = page[page.index(form) :]
    fields = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', inside)
    fields += re.findall(r'<textarea name="([^"]+)" hidden>([^<]*)</textarea>', inside)
    return {name: unescape(text) for name, text in fields}


def test_what_nobody_sends_any_more_is_received_after_signing_in_again(
    browser: Client, draft: Assessment, assessor: User
) -> None:
    address = f"/drafts/{draft.pk}/"
    form = form_of(browser.get(address).content.decode(), '<form method="post"\n        class="desk"')
    typed = form | {"quick_screen": "Said <otherwise>.", "then": "save"}
    browser.session.flush()
    held = browser.post(address, typed, **OURS)
    assert (held.status_code, "You are signed out" in held.content.decode()) == (403, True)
    browser.force_login(assessor, backend="django.contrib.auth.backends.ModelBackend")
    browser.cookies["csrftoken"] = "n" * 32
    older = browser.post(address, form_of(held.content.decode(), '<p class="actions'), **OURS)
    assert (older.status_code, "You are signed in as Maren" in older.content.decode()) == (403, True)
    assert browser.post(address, form_of(older.content.decode(), '<p class="actions'), **OURS).status_code == 302
    assert Assessment.objects.get().document["quick_screen"] == "Said <otherwise>."


@pytest.mark.parametrize("origin", ["http://elsewhere.example", "null", ""])
def test_the_form_of_another_site_is_not_offered_again(origin: str, browser: Client, draft: Assessment) -> None:
    sent = {"csrfmiddlewaretoken": "n" * 32, "quick_screen": "Forged."}
    answer = browser.post(f"/drafts/{draft.pk}/", sent, **({"HTTP_ORIGIN": origin} if origin else {}))
    assert (answer.status_code, "Forged." in answer.content.decode()) == (403, False)


def test_a_password_is_never_held(browser: Client) -> None:
    sent = {"csrfmiddlewaretoken": "n" * 32, "username": "maren", "password": "a secret word"}
    answer = browser.post("/accounts/login/", sent, **OURS)
    assert (answer.status_code, "a secret word" in answer.content.decode()) == (403, False)


def test_who_sends_no_form_of_ours_is_led_to_the_sign_in(client: Client, draft: Assessment) -> None:
    assert client.post(f"/drafts/{draft.pk}/", {"quick_screen": "x"}).status_code == 302


def test_who_sends_a_form_without_any_cookie_is_told_so_and_not_that_they_are_signed_out(db: None) -> None:
    nobody = Client(enforce_csrf_checks=True)
    page = nobody.post("/simulate/", {"text": "What I typed"}, **OURS)
    shown = page.content.decode()
    assert (page.status_code, "Your browser sent no cookie" in shown, "You are signed out" in shown) == (
        403,
        True,
        False,
    )
    assert form_of(shown, '<form method="post"')["text"] == "What I typed"
    again = nobody.post("/simulate/", form_of(shown, '<form method="post"'), **OURS)
    assert again.status_code == 400
