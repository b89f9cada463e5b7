"""Slugs of titles."""

from __future__ import annotations

import re
import unicodedata

OTHER = re.compile(r"[^a-z0-9]+")


def slug_of(title: str) -> str:
    """The title without accents, in lower case, every run of other characters one hyphen: "ml-ai-engineer".

    "role" where nothing of the title is left.
    """
    bare = unicodedata.normalize("NFKD", title)
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    return OTHER.sub("-", letters.lower()).strip("-") or "role"
