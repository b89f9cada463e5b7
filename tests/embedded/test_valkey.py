"""The embedded Valkey, started for real."""

import stat
from pathlib import Path

import pytest
import redis

from aijri_site.embedded import valkey
from aijri_site.embedded.addresses import redis_url, valkey_dir, valkey_socket
from aijri_site.embedded.parts import Part, valkey_part
from aijri_site.embedded.processes import left_behind
from aijri_site.embedded.refusal import Refusal
from tests.embedded.rig import eventually

pytestmark = pytest.mark.enable_socket


def started(data: Path, environ: dict[str, str]) -> Part:
    part = valkey_part(data, environ)
    part.start()
    assert eventually(part.is_ready), part.last_words()
    return part


def test_it_answers_on_its_socket_only_and_keeps_nothing(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    with redis.from_url(redis_url(data)) as client:
        settings = client.config_get("port", "save", "appendonly", "maxmemory-policy")
    assert settings == {"port": "0", "save": "", "appendonly": "no", "maxmemory-policy": "noeviction"}
    part.stop()


def test_only_its_owner_reaches_the_socket(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (valkey_dir(data), valkey_socket(data))]
    assert modes == [0o700, 0o700]
    part.stop()


def test_it_starts_again_after_it_was_killed(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    assert part.process is not None
    part.process.kill()
    assert eventually(lambda: part.ended() == -9)
    started(data, environ).stop()


def test_it_is_found_though_it_hides_its_environment(data: Path, environ: dict[str, str]) -> None:
    part = started(data, environ)
    assert part.process is not None
    assert left_behind(data) == [part.process.pid]
    part.stop()


def test_a_missing_program_is_refused(place: Path) -> None:
    with pytest.raises(Refusal) as refused:
        valkey.find_binary({"VALKEY_BIN": str(place / "none")})
    assert str(refused.value) == (f"There is no Valkey server at {place}/none; correct VALKEY_BIN or leave it unset.")
