"""English texts that remember what they were made of, so that they can be said in another language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self


class Words(str):
    """An English sentence or phrase: `text` with `{names}` for its `values`, or the `parts` that it joins with `by`.

    Values that are `Words` themselves are said in the other language as well, all others stand as they are.
    """

    text: str
    values: dict[str, object]
    parts: tuple[str, ...]
    by: str

    def __new__(cls, text: str, /, **values: object) -> Self:
        return cls._made(text.format(**values) if values else text, text, values, (), "")

    @classmethod
    def joined(cls, parts: Iterable[str], by: str = " ") -> Self:
        """Several in a row."""
        found = tuple(parts)
        return cls._made(by.join(found), "", {}, found, by)

    def with_values(self, **values: object) -> Words:
        """The same text with other values of these names."""
        return Words(self.text, **{**self.values, **values})

    @classmethod
    def _made(cls, said: str, text: str, values: dict[str, object], parts: tuple[str, ...], by: str) -> Self:
        made = super().__new__(cls, said)
        made.text, made.values, made.parts, made.by = text, values, parts, by
        return made
