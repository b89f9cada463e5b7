"""JSON as it may come in: no text that a database cannot keep, no nesting that exhausts the reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class StrictJSONParser(JSONParser):
    """Refuses NUL characters, lone surrogates and absurd nesting with a sentence instead of a failure further in."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            value = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The JSON is nested too deeply.") from error
        except ParseError as error:
            # What is no number, or one too long to be read, is told in Python's words for programmers.
            if type(error.__context__) is not ValueError:
                raise
            raise ParseError("The JSON holds a number beyond all measure, or NaN or Infinity.") from error
        for text in _texts(value):
            if "\x00" in text:
                raise ParseError("The JSON holds a NUL character, which no text may have.")
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise ParseError("The JSON holds half of a surrogate pair, which is no character.")
        return value


class MergePatchParser(StrictJSONParser):
    """The media type of RFC 7396, which PATCH speaks."""

    media_type = "application/merge-patch+json"


def _texts(value: object) -> Iterator[str]:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, dict):
            stack.extend(item.keys())
            stack.extend(item.values())
