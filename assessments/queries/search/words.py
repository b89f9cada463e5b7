"""What somebody typed, as words to look for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A query is cut here; more words than that narrow nothing any more.
LONGEST, MOST_WORDS, LONGEST_WORD = 200, 8, 60
# Left out where other words remain: they are in most names.
SMALL = {"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
CODE = re.compile(r"(?:soc|o\*?net(?:-soc)?)?[ :]*([0-9]{2}(?:-[0-9]{0,4}(?:\.[0-9]{0,2})?)?)", re.IGNORECASE)
PUBLIC_ID = re.compile(r"R([0-9]{6,12})", re.IGNORECASE)
PIECE = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Words:
    """A query: `text` as it is compared with names from their beginning; `words` without accents, in small letters;
    `code` of a classification and `role` by its public id, if it is one."""

    text: str
    words: tuple[str, ...]
    code: str = ""
    role: int | None = None

    @property
    def all_of(self) -> str:
        """A tsquery of all words, the last one perhaps still being typed."""
        return " & ".join(self._terms(""))

    @property
    def in_title(self) -> str:
        """The same in titles alone."""
        return " & ".join(self._terms("A"))

    @property
    def any_of(self) -> str:
        """A tsquery of any of the words."""
        return " | ".join(f"'{word}'" for word in self.words)

    def _terms(self, weight: str) -> list[str]:
        last = len(self.words) - 1
        # One letter alone begins a tenth of all words.
        prefixed = [index == last and len(word) > 1 for index, word in enumerate(self.words)]
        ends = ["*" + weight if prefix else weight for prefix in prefixed]
        return [f"'{word}'" + (f":{end}" if end else "") for word, end in zip(self.words, ends, strict=True)]


def read(typed: str) -> Words | None:
    """The words of a query, None for an empty one. Of one without a letter or a figure, `words` is empty: it finds
    nothing."""
    text = " ".join(_printable(typed[: LONGEST * 4]).split())[:LONGEST].strip()
    if not typed.strip():
        return None
    pieces = [piece[:LONGEST_WORD] for piece in PIECE.findall(folded(text))][:MOST_WORDS]
    large = [piece for piece in pieces if piece not in SMALL]
    code, public_id = CODE.fullmatch(text), PUBLIC_ID.fullmatch(text)
    return Words(
        text=text,
        words=tuple(dict.fromkeys(large or pieces)),
        code=code.group(1) if code else "",
        role=int(public_id.group(1)) if public_id else None,
    )


def of(words: tuple[str, ...]) -> Words:
    """Words that were found out, not typed."""
    return Words(text=" ".join(words), words=words)


def folded(text: str) -> str:
    """Small letters without accents."""
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).lower()


def _printable(text: str) -> str:
    """Without control characters, marks that turn the direction of writing, halves of characters."""
    kinds = {"Cc", "Cf", "Cs", "Co", "Cn"}
    return "".join(" " if unicodedata.category(letter) in kinds else letter for letter in text)
