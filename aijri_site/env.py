"""Typed readers of environment variables that fail loudly, all at once."""

from __future__ import annotations

from collections.abc import Mapping

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


class EnvironmentRefused(Exception):
    """The environment cannot be served from; the message names every variable at fault."""


class Environment:
    """Reads variables, remembers what is missing or malformed, and says all of it in one go."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        self.faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """The value of `name`; a missing one without default is remembered as a fault."""
        value = self.variables.get(name, "")
        if value:
            return value
        if default is None:
            self.faults.append(f"{name} is not set")
            return ""
        return default

    def flag(self, name: str, default: bool) -> bool:
        """`1 true yes on` or `0 false no off`, in any case."""
        value = self.variables.get(name)
        if value is None:
            return default
        word = value.strip().lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            self.faults.append(f"{name} must be 1 or 0, not {value!r}")
        return word in TRUE_WORDS

    def integer(self, name: str, default: int) -> int:
        """A whole number, 1 or more."""
        value = self.variables.get(name, str(default))
        if not (value.isascii() and value.isdigit() and int(value) > 0):
            self.faults.append(f"{name} must be a whole number above 0, not {value!r}")
            return default
        return int(value)

    def names(self, name: str, default: list[str] | None = None) -> list[str]:
        """A comma-separated list; blanks are dropped."""
        value = self.text(name, None if default is None else ",".join(default))
        return [part.strip() for part in value.split(",") if part.strip()]

    def refuse_if_faulty(self) -> None:
        """Raises EnvironmentRefused naming every fault found so far."""
        if self.faults:
            raise EnvironmentRefused("Cannot start: " + "; ".join(self.faults) + ".")
