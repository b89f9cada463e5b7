"""The data folder: whether it can be used, by how many, and the secret in it."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from aijri_site.embedded import folder
from aijri_site.embedded.addresses import CHECKOUT, secret_key
from aijri_site.embedded.processes import enter_user_namespace
from aijri_site.embedded.refusal import Refusal


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def without_rights_of_root() -> None:
    if os.geteuid() == 0:
        enter_user_namespace()


def check_elsewhere(path: Path) -> "subprocess.CompletedProcess[str]":
    """Check a folder in a process that is not root even when we are."""
    program = "import sys, pathlib; from aijri_site.embedded import folder; folder.check(pathlib.Path(sys.argv[1]))"
    try:
        return subprocess.run(
            [sys.executable, "-c", program, str(path)],
            check=False,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            preexec_fn=without_rights_of_root,
        )
    except subprocess.SubprocessError:
        pytest.skip("root may write everywhere, and user namespaces, to be less than root in, are not permitted here")


def test_a_socket_path_of_107_bytes_is_the_longest_that_is_taken(place: Path) -> None:
    name = "x" * (107 - len(os.fsencode(place)) - len("//postgres/.s.PGSQL.5432"))
    folder.check(place / name)
    with pytest.raises(Refusal, match="would have a path of 108 bytes, but 107 is the most"):
        folder.check(place / f"{name}x")


def test_a_folder_that_cannot_be_made_is_refused_with_the_reason() -> None:
    with pytest.raises(Refusal) as refused:
        folder.check(Path("/proc/aijri"))
    assert str(refused.value) == (
        "The data folder /proc/aijri cannot be used (No such file or directory): give another in AIJRI_DATA."
    )


def test_a_file_in_place_of_the_folder_is_refused(place: Path) -> None:
    (place / "file").write_text("")
    with pytest.raises(Refusal, match=r"cannot be used \(Not a directory\)"):
        folder.check(place / "file")


def test_a_folder_that_may_only_be_read_is_refused(place: Path) -> None:
    place.chmod(0o555)
    done = check_elsewhere(place)
    assert done.stderr.splitlines()[-1] == (
        f"aijri_site.embedded.refusal.Refusal: The data folder {place} cannot be used (Permission denied): "
        "give another in AIJRI_DATA."
    )


def test_a_full_disk_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "ROOM_MB", 10**12)
    with pytest.raises(Refusal, match=rf"The disk of {place} has \d+ MB left, but {10**12} MB are needed"):
        folder.check(place)


def test_a_new_folder_lets_others_pass_and_an_old_one_keeps_its_mode(place: Path) -> None:
    (place / "old").mkdir(mode=0o700)
    folder.check(place / "old")
    folder.check(place / "new")
    assert (mode(place / "old"), mode(place / "new"), mode(place / "new" / "log")) == (0o700, 0o711, 0o700)


def test_two_cannot_hold_the_lock_of_a_folder_at_once(data: Path) -> None:
    with folder.locked(data) as first, folder.locked(data) as second:
        assert (first, second) == (True, False)


def test_the_lock_is_free_again_once_let_go(data: Path) -> None:
    with folder.locked(data):
        pass
    with folder.locked(data) as again:
        assert again


def test_the_secret_key_is_made_once_and_for_its_owner_only(data: Path) -> None:
    made = folder.kept_secret_key(data)
    assert len(made) == 96
    assert folder.kept_secret_key(data) == secret_key(data) == made
    assert mode(data / "secret_key") == 0o600
