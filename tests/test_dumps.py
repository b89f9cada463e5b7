"""Dumps of the catalogue: what is published and nothing else, whole or not there, provable, kept by a stated rule."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from assessments import audit, dispatch, dumps, outbox, parquet
from assessments.actions import dumping
from assessments.errors import Conflict, Forbidden
from assessments.models import AuditEvent, CatalogueDump, OutboxMessage, RoleCode, User
from assessments.queries import dumped
from tests.making import a_draft, in_review, published, retracted
from tests.test_taking import published_again


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> Path:
    settings.DUMP_DIR = tmp_path
    return tmp_path


def made(admin: User, now: datetime) -> CatalogueDump:
    dump = dumping.ask(by=admin, at=now)
    [message] = outbox.claim(lease_seconds=1)[dispatch.DUMP]
    assert dumps.fulfil(message)
    dump.refresh_from_db()
    return dump


def lines(dump: CatalogueDump) -> list[dict[str, Any]]:
    with gzip.open(dumps.folder_of(dump) / dumps.LINES, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def table(dump: CatalogueDump) -> list[dict[str, str]]:
    with gzip.open(dumps.folder_of(dump) / dumps.TABLE, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(io.StringIO(file.read())))


def test_a_dump_has_every_published_version_and_nothing_else(
    admin: User, other_admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    published(assessor, reviewer)
    published_again(assessor, reviewer)
    retracted(published(assessor, reviewer, "Gone Role"), admin, other_admin)
    a_draft(assessor, "Secret Draft")
    in_review(assessor, "Secret Review")
    dump = made(admin, now)
    assert [(row["slug"], row["number"]) for row in lines(dump)] == [("bell-tuner", 2)]
    assert [(row["slug"], row["number"]) for row in table(dump)] == [("bell-tuner", "2")]
    for path in dumps.folder_of(dump).iterdir():
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        # Numbers of a binary file may look like anything that is a letter long.
        words = (b"Secret", b"Gone Role") + (() if path.name == dumps.COLUMNS else (b"@",))
        assert [word for word in words if word in text] == []


def test_both_files_have_what_the_dictionary_says(admin: User, assessor: User, reviewer: User, now: datetime) -> None:
    assessment = published(assessor, reviewer, proposed="57.0")
    code = RoleCode(role=assessment.role, scheme="onet-soc", code="49-9063.00", title="Tuners")
    audit.save(code, by=admin, at=now, reason="test")
    dump = made(admin, now)
    [row], [line] = table(dump), lines(dump)
    assert list(row) == list(dumped.DICTIONARY)
    assert set(line) == set(dumped.DICTIONARY) | set(dumped.ONLY_JSON)
    assert (row["published_score"], row["formula_score"], row["outcome"]) == ("57.0", "55.3", "override_accepted")
    assert (row["codes"], row["decided_by"]) == ("onet-soc:49-9063.00", "Deepa")
    assert line["document"] == assessment.document
    assert row["published_at"] == line["published_at"]
    at = datetime.fromisoformat(row["published_at"])
    assert assessment.published_at is not None
    assert (row["published_at"][-1], assessment.published_at - at < timedelta(milliseconds=1)) == ("Z", True)


def test_every_file_is_what_its_checksum_says(admin: User, assessor: User, reviewer: User, now: datetime) -> None:
    published(assessor, reviewer)
    dump = made(admin, now)
    folder = dumps.folder_of(dump)
    for file in dump.files:
        content = (folder / file["name"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["bytes"], file["sha256"])
    told = dict(reversed(line.split("  ")) for line in (folder / dumps.SUMS).read_text().splitlines())
    assert set(told) == {dumps.LINES, dumps.TABLE, dumps.MANIFEST} | ({dumps.COLUMNS} if parquet.installed() else set())


def test_the_table_comes_as_parquet_with_types_where_the_extra_is_installed(
    client: Client, admin: User, assessor: User, reviewer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed: the extra `parquet`")
    monkeypatch.setattr(parquet, "GROUP", 2)
    versions = [published(assessor, reviewer, title) for title in ("Bell Founder", "Bell Hanger", "Bell Tuner")]
    dumps_made = [made(admin, now), made(admin, now)]
    file = dumps.folder_of(dumps_made[0]) / dumps.COLUMNS
    rows = reading.read_table(file).to_pylist()
    assert [list(row) for row in rows] == [list(dumped.DICTIONARY)] * 3
    assert [(row["published_score"], row["published_at"]) for row in rows] == [
        (each.published_score, each.published_at) for each in versions
    ]
    assert [(row["slug"], row["number"], row["codes"]) for row in rows] == [
        (each.role.slug, 1, "") for each in versions
    ]
    again = dumps.folder_of(dumps_made[1]) / dumps.COLUMNS
    assert again.read_bytes() == file.read_bytes()
    assert "catalogue.parquet has the rows of the table with types" in client.get("/data/").content.decode()
    answer = client.get(f"/data/{dumps_made[0].name}/{dumps.COLUMNS}")
    assert answer.headers["Content-Type"] == "application/vnd.apache.parquet"


def test_without_the_extra_there_is_no_parquet_and_the_page_says_so(
    client: Client, admin: User, assessor: User, reviewer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "installed", lambda: False)
    published(assessor, reviewer)
    dump = made(admin, now)
    assert dumps.COLUMNS not in {file["name"] for file in dump.files}
    assert "There is no Parquet file among them" in client.get("/data/").content.decode()


def test_a_manifest_names_the_ledger_the_licence_and_the_fields(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    published(assessor, reviewer)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    dump = made(admin, now)
    manifest = json.loads((dumps.folder_of(dump) / dumps.MANIFEST).read_text())
    assert manifest["ledger"] == {"event": AuditEvent.objects.latest("id").pk, "hash": dump.hash}
    assert (manifest["dump"], manifest["roles"], manifest["licence"]["name"]) == (dump.name, 1, "CC BY 4.0")
    assert manifest["fields"] == dumped.DICTIONARY


def test_an_empty_catalogue_is_a_dump_without_rows(admin: User, now: datetime) -> None:
    dump = made(admin, now)
    assert (dump.roles, lines(dump), table(dump)) == (0, [], [])


def test_the_same_rows_give_the_same_bytes(admin: User, assessor: User, reviewer: User, now: datetime) -> None:
    published(assessor, reviewer)
    first, second = made(admin, now), made(admin, now)
    assert [dump.number for dump in (first, second)] == [1, 2]
    sums = [{file["name"]: file["sha256"] for file in dump.files} for dump in (first, second)]
    assert [sums[0][name] for name in (dumps.LINES, dumps.TABLE)] == [
        sums[1][name] for name in (dumps.LINES, dumps.TABLE)
    ]


def test_a_dump_is_one_query_however_many_rows_it_has(
    admin: User, assessor: User, reviewer: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for title in ("Bell Founder", "Bell Hanger", "Bell Tuner"):
        published(assessor, reviewer, title)
    with django_assert_num_queries(1):
        assert len(list(dumped.rows())) == 3


def test_a_lease_is_kept_while_rows_are_written(
    admin: User, assessor: User, reviewer: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(assessor, reviewer)
    monkeypatch.setattr(dumps, "EVERY", 1)
    extended: list[int] = []
    monkeypatch.setattr(outbox, "extend_lease", lambda message, seconds: extended.append(message))
    made(admin, now)
    assert extended == [OutboxMessage.objects.get(topic=dispatch.DUMP).pk]


def test_what_a_dead_worker_left_is_written_anew(
    admin: User, assessor: User, reviewer: User, now: datetime, place: Path
) -> None:
    published(assessor, reviewer)
    dump = dumping.ask(by=admin, at=now)
    (place / f"{dump.name}.part").mkdir()
    (place / f"{dump.name}.part" / "half").write_text("…")
    assert dumps.make(dump)
    assert sorted(path.name for path in place.iterdir()) == [dump.name]
    assert not (place / dump.name / "half").exists()


def test_what_is_made_is_never_made_again(admin: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = made(admin, now)
    monkeypatch.setattr(dumped, "rows", lambda: pytest.fail("written again"))
    assert dumps.make(dump)
    assert not dumps.fulfil(OutboxMessage.objects.get(topic=dispatch.DUMP).pk)


def test_one_dump_is_made_at_a_time(admin: User, now: datetime) -> None:
    dump = dumping.ask(by=admin, at=now)
    with pytest.raises(Conflict, match="being made already"):
        dumping.ask(by=admin, at=now)
    [message] = outbox.claim(lease_seconds=1)[dispatch.DUMP]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [dumps.LOCK])
    assert not dumps.fulfil(message)
    other.close()
    assert OutboxMessage.objects.get(pk=message).last_error == "Another dump is being made."
    dump.refresh_from_db()
    assert dump.made_at is None


def test_two_relays_ask_for_one_dump_of_the_day(db: None, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 11, 27, 12, tzinfo=UTC)

    def overtaken() -> None:
        CatalogueDump.objects.create(day=noon.date(), number=1, asked_at=now)

    monkeypatch.setattr(dumping, "_in_turn", overtaken)
    assert dumping.ask_daily(at=noon) is None
    assert CatalogueDump.objects.count() == 1


def test_only_administrators_ask(assessor: User, reviewer: User, now: datetime) -> None:
    for person in (assessor, reviewer):
        with pytest.raises(Forbidden):
            dumping.ask(by=person, at=now)
    assert CatalogueDump.objects.count() == 0


def test_a_day_has_one_dump_of_its_own(admin: User) -> None:
    early, late = datetime(2026, 11, 27, 1, 59, tzinfo=UTC), datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    assert dumping.ask_daily(at=early) is None
    asked = dumping.ask(by=admin, at=late)
    dumps.make(asked)
    daily = dumping.ask_daily(at=late)
    assert daily is not None
    assert (asked.name, daily.name) == ("2026-11-27-1", "2026-11-27-2")
    assert dumping.ask_daily(at=late + timedelta(hours=20)) is None
    assert dumping.ask_daily(at=late + timedelta(days=1)) is not None


def test_old_dumps_go_but_the_first_of_a_month_stays_for_a_year(place: Path, now: datetime, db: None) -> None:
    today = date(2026, 11, 27)
    days = [date(2025, 10, 1), date(2026, 9, 1), date(2026, 9, 2), date(2026, 11, 12), date(2026, 11, 13), today]
    for day in days:
        dump = CatalogueDump.objects.create(day=day, number=1, asked_at=now, made_at=now)
        dumps.folder_of(dump).mkdir()
    dumps.prune(at=datetime(2026, 11, 27, 3, tzinfo=UTC))
    kept = ["2026-09-01-1", "2026-11-12-1", "2026-11-13-1", "2026-11-27-1"]
    assert sorted(path.name for path in place.iterdir()) == kept
    assert sorted(dump.name for dump in dumped.kept()) == kept


def test_the_data_page_lists_files_that_can_be_had(
    client: Client, admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    assert "There is no dump yet" in client.get("/data/").content.decode()
    published(assessor, reviewer)
    dump = made(admin, now)
    page = client.get("/data/").content.decode()
    for file in dump.files:
        address = f"/data/{dump.name}/{file['name']}"
        assert f'href="{address}"' in page
        answer = client.get(address)
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert hashlib.sha256(content).hexdigest() == file["sha256"]
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{file["name"]}"'
        assert client.get(address, headers={"if-none-match": answer.headers["ETag"]}).status_code == 304
    assert '"@type":"Dataset"' in page


@pytest.mark.parametrize(
    "address",
    ["x/catalogue.csv.gz", "{name}/secret", "{name}/..%2Fsecret", "..%2F{name}/catalogue.csv.gz", "{name}/.."],
)
def test_no_other_file_is_served(address: str, client: Client, admin: User, now: datetime, place: Path) -> None:
    (place / "secret").write_text("…")
    dump = made(admin, now)
    assert client.get(f"/data/{address.format(name=dump.name)}").status_code == 404


def test_a_file_that_is_gone_is_404(client: Client, admin: User, now: datetime) -> None:
    dump = made(admin, now)
    (dumps.folder_of(dump) / dumps.LINES).unlink()
    assert client.get(f"/data/{dump.name}/{dumps.LINES}").status_code == 404


def test_an_administrator_asks_on_the_page(admin: User, signed_in: Callable[[User], Client]) -> None:
    client = signed_in(admin)
    for said in ("The catalogue is being dumped", "A dump is being made already"):
        assert said in client.post("/data/ask/", follow=True).content.decode()


def test_the_command_makes_a_dump_here_and_now(
    admin: User, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    published(assessor, reviewer)
    call_command("dump_catalogue", "--as", admin.username)
    [dump] = dumped.kept()
    assert capsys.readouterr().out == f"{dumps.folder_of(dump)}\n"
    for user, said in ((assessor.username, "administrator"), ("nobody", "no active account")):
        with pytest.raises(CommandError, match=said):
            call_command("dump_catalogue", "--as", user)
    monkeypatch.setattr(dumps, "make", lambda dump: False)
    with pytest.raises(CommandError, match="follows it by itself"):
        call_command("dump_catalogue", "--as", admin.username)
