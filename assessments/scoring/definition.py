"""Method definitions as data: where they are kept, and a strict reader of their values."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any

from assessments.scoring.errors import MethodError

NUMBER = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")


def versions() -> tuple[str, ...]:
    """The versions whose definitions come with the program, oldest first."""
    folder = resources.files("assessments.scoring") / "methods"
    return tuple(sorted(entry.name.removesuffix(".json") for entry in folder.iterdir()))


def definition(version: str) -> dict[str, Any]:
    """The whole definition of a version as JSON data. Raises MethodError for a version that is not there."""
    if version not in versions():
        raise MethodError(f"There is no method {version}.")
    text = (resources.files("assessments.scoring") / "methods" / f"{version}.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@dataclass(frozen=True, slots=True)
class Node:
    """A value inside a definition with the path that leads to it; every reader raises MethodError."""

    path: str
    value: object

    def at(self, key: str) -> Node:
        """The value under a key, which must be there."""
        place = f"{self.path}.{key}" if self.path else key
        if not isinstance(self.value, Mapping) or key not in self.value:
            raise MethodError(f"The definition lacks {place}.")
        return Node(place, self.value[key])

    def each(self, key: str) -> tuple[Node, ...]:
        """The entries of a list."""
        node = self.at(key)
        if not isinstance(node.value, (list, tuple)):
            raise MethodError(f"{node.path} must be a list.")
        return tuple(Node(f"{node.path}[{index}]", entry) for index, entry in enumerate(node.value))

    def text(self, key: str) -> str:
        """A text that is not empty."""
        node = self.at(key)
        if not isinstance(node.value, str) or not node.value.strip():
            raise MethodError(f"{node.path} must be a text.")
        return node.value

    def text_or_none(self, key: str) -> str | None:
        """A text, or None where the definition says null."""
        return None if self.at(key).value is None else self.text(key)

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of the given texts."""
        text = self.text(key)
        if text not in choices:
            raise MethodError(f"{self.path}.{key} must be one of {', '.join(choices)}, not {text}.")
        return text

    def integer(self, key: str) -> int:
        """A whole number."""
        node = self.at(key)
        if type(node.value) is not int:
            raise MethodError(f"{node.path} must be a whole number.")
        return node.value

    def decimal(self, key: str) -> Decimal:
        """A decimal written as a text, so that no binary float touches it."""
        text = self.text(key)
        if not NUMBER.fullmatch(text):
            raise MethodError(f"{self.at(key).path} must be a decimal number in quotes, not {text}.")
        return Decimal(text)

    def decimal_or(self, key: str, default: str) -> Decimal:
        """A decimal, or the default where the definition says nothing."""
        return self.decimal(key) if isinstance(self.value, Mapping) and key in self.value else Decimal(default)

    def flag(self, key: str) -> bool:
        """True or false."""
        node = self.at(key)
        if not isinstance(node.value, bool):
            raise MethodError(f"{node.path} must be true or false.")
        return node.value
