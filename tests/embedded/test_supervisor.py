"""The supervisor over small scripts: what dies comes back, and nothing is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aijri_site.embedded.addresses import CHECKOUT
from aijri_site.embedded.processes import end_left_behind, left_behind
from aijri_site.embedded.refusal import Refusal
from aijri_site.embedded.supervisor import Restarts, Supervisor
from tests.embedded.rig import alive, eventually, script_part


def script(place: Path, name: str, text: str) -> Path:
    path = place / f"{name}.sh"
    path.write_text(text)
    return path


def numbers(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with Supervisor(said.append) as entered:
        yield entered
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.fixture
def rig(place: Path) -> Iterator["subprocess.Popen[str]"]:
    """A supervisor in a process of its own, over a first and a second part that note their end in ``order``."""
    for name in ("1-first", "2-second"):
        text = f"trap 'echo {name} >> order; exit 0' TERM\necho $$ > {name}.pid\nwhile :; do sleep 0.05; done\n"
        script(place, name, text)
    command = [sys.executable, "-m", "tests.embedded.rig", str(place)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as process:
        assert eventually(lambda: all(numbers(place / f"{name}.pid") for name in ("1-first", "2-second")))
        yield process
        process.kill()
    end_left_behind(place)


def test_a_part_that_was_killed_is_started_again(place: Path, supervisor: Supervisor, said: list[str]) -> None:
    part = script_part(place, script(place, "part", "echo $$ >> pids\nexec sleep 60\n"))
    supervisor.start(part)
    assert eventually(lambda: len(numbers(place / "pids")) == 1)
    os.kill(numbers(place / "pids")[0], signal.SIGKILL)
    supervisor.watch(until=lambda: len(numbers(place / "pids")) == 2, every=0.05)
    assert said == [f"part ended (SIGKILL); again in 0.5 s. See {place}/part.log"]
    assert alive(numbers(place / "pids")[1])


def test_each_restart_waits_longer_but_never_more_than_four_seconds() -> None:
    restarts = Restarts()
    restarts.note_start(0.0)
    assert [restarts.plan(1.0) for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 4.0, 4.0]


def test_a_part_that_lived_for_a_while_waits_only_briefly_again() -> None:
    restarts = Restarts(delay=4.0)
    restarts.note_start(100.0)
    assert restarts.plan(111.0) == 0.5


def test_parts_are_waited_for_until_they_serve(place: Path, supervisor: Supervisor) -> None:
    part = script_part(place, script(place, "part", "sleep 0.2\ntouch serves\nexec sleep 60\n"))
    part.ready = lambda pid: (place / "serves").exists()
    supervisor.start(part)
    supervisor.wait_ready(part, seconds=5)
    assert part.is_ready()


def test_a_part_that_fails_once_while_starting_gets_another_chance(place: Path, supervisor: Supervisor) -> None:
    part = script_part(
        place, script(place, "part", "test -e tried || { touch tried; exit 1; }\ntouch serves\nsleep 60\n")
    )
    part.ready = lambda pid: (place / "serves").exists()
    supervisor.start(part)
    supervisor.wait_ready(part, seconds=5)
    assert part.is_ready()


def test_a_part_that_does_not_serve_in_time_is_refused_with_its_last_words(place: Path, supervisor: Supervisor) -> None:
    part = script_part(place, script(place, "part", "echo no licence\nexec sleep 60\n"))
    part.ready = lambda pid: False
    supervisor.start(part)
    with pytest.raises(Refusal) as refused:
        supervisor.wait_ready(part, seconds=0.3)
    assert str(refused.value) == f"part did not start within 0.3 s; {place}/part.log ends:\nno licence"


def test_a_command_that_is_not_there_is_refused(place: Path, supervisor: Supervisor) -> None:
    part = script_part(place, place / "part.sh")
    part.command = [str(place / "nothing")]
    with pytest.raises(Refusal, match="part cannot be started"):
        supervisor.start(part)


def test_a_task_is_run_to_its_end_while_the_parts_are_kept_running(place: Path, supervisor: Supervisor) -> None:
    supervisor.start(
        script_part(place, script(place, "part", "echo $$ >> pids\ntest -e tried && exec sleep 60\ntouch tried\n"))
    )
    task = script_part(place, script(place, "task", "while [ $(wc -l < pids) -lt 2 ]; do sleep 0.05; done\nexit 3\n"))
    assert supervisor.run(task) == 3
    assert len(numbers(place / "pids")) == 2


def test_a_part_that_will_not_stop_is_killed_when_patience_is_over(place: Path) -> None:
    part = script_part(
        place, script(place, "part", "trap '' TERM\ntouch deaf\nwhile :; do sleep 0.05; done\n"), patience=0.2
    )
    part.start()
    assert eventually((place / "deaf").exists)
    part.stop()
    assert eventually(lambda: left_behind(place) == [])


def test_what_a_part_started_itself_ends_with_it(place: Path) -> None:
    part = script_part(place, script(place, "part", "sleep 60 &\necho $! > child\nwait\n"))
    part.start()
    assert eventually(lambda: bool(numbers(place / "child")))
    assert part.process is not None
    part.process.kill()
    assert eventually(lambda: part.ended() == -9)
    assert eventually(lambda: not alive(numbers(place / "child")[0]))


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_all_parts_the_last_one_first(
    place: Path, rig: "subprocess.Popen[str]", told: signal.Signals
) -> None:
    rig.send_signal(told)
    output, _ = rig.communicate(timeout=10)
    assert (output, rig.returncode) == ("told\n", 0)
    assert (place / "order").read_text().split() == ["2-second", "1-first"]
    assert left_behind(place) == []


def test_a_killed_supervisor_takes_its_parts_along(place: Path, rig: "subprocess.Popen[str]") -> None:
    assert len(left_behind(place)) >= 2
    rig.kill()
    assert eventually(lambda: not any(alive(numbers(place / f"{name}.pid")[0]) for name in ("1-first", "2-second")))


def test_processes_of_another_data_folder_are_not_taken_for_ones_own(place: Path, rig: "subprocess.Popen[str]") -> None:
    assert left_behind(place / "other") == []
    assert left_behind(place) != []
