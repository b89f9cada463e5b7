"""The ledger proves itself, and names the first link that does not hold."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.utils import timezone

from assessments import audit, rows
from assessments.models import AuditEvent, AuditLink, Role, User
from tests.making import a_draft, published, recomputed


def linked() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def tampered(table: str, change: str, number: int) -> None:
    """What an attacker who owns the table can do: take the guard off, change a row, put it back."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [number])
        cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")


def test_an_untouched_ledger_holds(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    linked()
    assert audit.first_breach() is None


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("verb = 'assessment.withdrawn'", "its text and its columns differ"),
        ("actor_id = NULL", "its text and its columns differ"),
        ("text = text || ' '", "its text and its columns differ"),
    ],
)
def test_a_changed_event_is_named(change: str, what: str, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    linked()
    number = AuditEvent.objects.order_by("id")[3].pk
    tampered("assessments_auditevent", change, number)
    assert audit.first_breach() == audit.Breach(number, what)


def test_an_event_rewritten_together_with_its_text_breaks_the_hash(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    linked()
    event = AuditEvent.objects.order_by("id")[3]
    event.verb = "assessment.withdrawn"
    text = audit.canonical_text(event).replace("'", "''")
    tampered("assessments_auditevent", f"verb = 'assessment.withdrawn', text = '{text}'", event.pk)
    assert audit.first_breach() == audit.Breach(event.pk, "its hash is not that of its text")


def test_a_link_rewritten_breaks_the_one_after_it(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    linked()
    link = AuditLink.objects.order_by("id")[3]
    tampered("assessments_auditlink", "hash = repeat('a', 64)", link.pk)
    assert audit.first_breach() == audit.Breach(link.event_id, "its hash is not that of its text")


def test_verify_exits_1_and_names_the_event(assessor: User, capsys: pytest.CaptureFixture[str]) -> None:
    a_draft(assessor)
    linked()
    number = AuditEvent.objects.order_by("id")[2].pk
    tampered("assessments_auditevent", "role_held = 'king'", number)
    with pytest.raises(SystemExit) as ended:
        call_command("verify", "--audit")
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"audit: 1 breach(es)\n  event {number}: its text and its columns differ\n"


def test_verify_says_a_line_a_check(assessor: User, reviewer: User, capsys: pytest.CaptureFixture[str]) -> None:
    published(assessor, reviewer)
    recomputed()
    linked()
    call_command("verify", "--all")
    assert capsys.readouterr().out == "scores: ok\naudit: ok\npeers: ok\nsearch: ok\n"


def test_an_unknown_verb_is_refused(assessor: User) -> None:
    with pytest.raises(ValueError, match=r"unknown verb 'assessment\.eaten'"):
        audit.record("assessment.eaten", by=assessor, at=timezone.now(), role_held="", about=assessor)


def test_events_appended_together_are_linked_in_their_order(assessor: User) -> None:
    said = {"by": assessor, "at": timezone.now(), "role_held": "", "about": assessor}
    audit.append([audit.event(verb, **said) for verb in ("token.revoked", "token.issued")])
    linked()
    events = AuditEvent.objects.order_by("-link__id").values_list("verb", flat=True)
    assert list(events[:2]) == ["token.issued", "token.revoked"]
    assert audit.first_breach() is None


def test_a_row_that_is_gone_is_not_saved(assessor: User) -> None:
    role = a_draft(assessor).role
    role.pk = 0
    with pytest.raises(DatabaseError, match="is no row any more"):
        audit.save(role, by=assessor, at=timezone.now(), reason="Too late")
    assert Role.history.filter(id=0).count() == 0


def test_tracked_models_are_not_inserted_round_the_audited_door(assessor: User) -> None:
    with pytest.raises(TypeError, match="Role is tracked"):
        rows.insert([Role(title="Clerk", slug="clerk", created_at=timezone.now(), created_by=assessor)])
    assert Role.objects.count() == 0


def test_every_event_can_be_said(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    said = [audit.sentence(event) for event in AuditEvent.objects.order_by("id")]
    assert said[-2:] == ["gave the verdict “formula_accepted”", "published version 1 at 55.3"]
