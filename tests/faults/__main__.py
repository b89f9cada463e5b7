"""`python -m tests.faults NAME…` or `--all`: each fault on a fresh copy of its own, on this machine's loopback only; a
line for what is certain about it, and what it cost. Exit 1 when one was not survived."""

from __future__ import annotations

import argparse
import signal
import sys
import time

from tests.faults.copies import running
from tests.faults.faults import FAULTS, survived
from tests.faults.load import Load


def main(names: list[str]) -> int:
    """How many of these faults were not survived."""
    lost = 0
    for name in names:
        began = time.monotonic()
        try:
            with running() as copy:
                outcome = survived(FAULTS[name], copy, Load.on(copy))
        except AssertionError as error:
            lost += 1
            print(f"{name}: NOT survived: {error}", flush=True)
            continue
        print(
            f"{name}: done again after {outcome.recovered:.1f} s, ready after {outcome.ready:.1f} s;"
            f" {outcome.acknowledged} publications acknowledged and reflected, {outcome.unanswered} not answered"
            f" ({time.monotonic() - began:.0f} s in all)\n  {outcome.said}",
            flush=True,
        )
    return lost


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *FAULTS], metavar="NAME", help=", ".join(FAULTS))
    parser.add_argument("--all", action="store_true", help="every fault, one after another")
    given = parser.parse_args()
    # Told to end, it ends its copy first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before the end"))
    if not (given.names or given.all):
        parser.error("name a fault, or say --all")
    sys.exit(1 if main(list(FAULTS) if given.all else given.names) else 0)
