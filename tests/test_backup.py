"""A backup holds everything, and what is restored from it proves itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments import audit
from assessments.models import Assessment, User
from assessments.queries import integrity
from tests.making import a_draft, published, recomputed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_restored_database_holds_what_was_backed_up_and_its_guards(
    tmp_path: Path, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    recomputed()
    call_command("backup", str(tmp_path / "all.dump"))
    a_draft(assessor, "Written afterwards")
    with pytest.raises(CommandError, match="Say --replace"):
        call_command("restore", str(tmp_path / "all.dump"))
    call_command("restore", str(tmp_path / "all.dump"), "--replace")
    assert list(Assessment.objects.values_list("role__title", flat=True)) == ["Bell Tuner"]
    assert audit.first_breach() is None
    assert [*integrity.score_breaches(), *integrity.peer_breaches()] == []
    with pytest.raises(Exception, match="never deleted"):
        Assessment.objects.all()._raw_delete("default")


def test_a_missing_or_broken_file_is_said(tmp_path: Path, assessor: User) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("restore", str(tmp_path / "nothing"))
    (tmp_path / "broken").write_text("no dump")
    with pytest.raises(CommandError, match="pg_restore failed"):
        call_command("restore", str(tmp_path / "broken"))
