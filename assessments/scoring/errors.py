"""What scoring refuses, each with sentences a person can act on."""

from __future__ import annotations

from dataclasses import dataclass


class MethodError(ValueError):
    """A definition that is no whole method, or a version that does not exist; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One illegal input: `path` as "evidence.wage_trends" or "tasks[2].score", and a sentence."""

    path: str
    message: str


class InputError(ValueError):
    """Illegal inputs, every one of them listed in `faults`."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(" ".join(fault.message for fault in faults))
        self.faults = faults
