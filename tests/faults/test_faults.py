"""The faults that take seconds, one after another on one copy; `python -m tests.faults --all` makes all of them, each
on a copy of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.copies import Copy, running
from tests.faults.faults import SHORT, Fault, survived
from tests.faults.load import Load

pytestmark = [pytest.mark.enable_socket, pytest.mark.xdist_group("run")]


@pytest.fixture(scope="module")
def copy() -> Iterator[Copy]:
    """With short leases, so that what was lost is handed over again soon."""
    with running(OUTBOX_LEASE_SECONDS="3") as started:
        yield started


@pytest.fixture(scope="module")
def load(copy: Copy) -> Load:
    return Load.on(copy)


@pytest.mark.parametrize("fault", SHORT, ids=lambda fault: fault.__name__)
def test_nothing_acknowledged_is_lost(fault: Fault, copy: Copy, load: Load) -> None:
    outcome = survived(fault, copy, load)
    assert outcome.acknowledged >= 6
    print(f"{fault.__name__}: done again after {outcome.recovered:.1f} s; {outcome.said}")
