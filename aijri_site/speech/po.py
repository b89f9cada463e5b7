"""Catalogues in the formats of gettext, in Python alone: nobody needs its tools to run or to check this project."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Key(NamedTuple):
    """What a message is found by."""

    text: str
    plural: str = ""
    context: str = ""


@dataclass(frozen=True)
class Message:
    """A message with its translations (one, or one a plural form), and the places that say it."""

    key: Key
    said: tuple[str, ...] = ("",)
    places: tuple[str, ...] = ()
    fuzzy: bool = False


def read(path: Path) -> Iterator[Message]:
    """The messages of a `.po` file, its head (the empty text) among them."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        fields: dict[str, str] = {}
        places: list[str] = []
        fuzzy, name = False, ""
        for line in block.splitlines():
            if line.startswith("#:"):
                places += line[2:].split()
            elif line.startswith("#,"):
                fuzzy |= "fuzzy" in line
            elif line.startswith('"'):
                fields[name] += ast.literal_eval(line)
            elif line and not line.startswith("#"):
                name, _, text = line.partition(" ")
                fields[name] = ast.literal_eval(text)
        if "msgid" not in fields:
            continue
        key = Key(fields["msgid"], fields.get("msgid_plural", ""), fields.get("msgctxt", ""))
        said = tuple(text for name, text in fields.items() if name.startswith("msgstr"))
        yield Message(key, said, tuple(places), fuzzy)


def write(path: Path, messages: Iterable[Message]) -> None:
    """Write a `.po` file."""
    path.write_text("\n".join(_block(message) for message in messages), encoding="utf-8")


def _block(message: Message) -> str:
    key = message.key
    lines = [f"#: {place}" for place in message.places]
    if message.fuzzy:
        lines.append("#, fuzzy")
    if key.context:
        lines.append(f"msgctxt {_quoted(key.context)}")
    lines.append(f"msgid {_quoted(key.text)}")
    if key.plural:
        lines.append(f"msgid_plural {_quoted(key.plural)}")
        lines += [f"msgstr[{index}] {_quoted(text)}" for index, text in enumerate(message.said)]
    elif not key.text:
        lines.append('msgstr ""')
        lines += [_quoted(f"{line}\n") for line in message.said[0].splitlines()]
    else:
        lines.append(f"msgstr {_quoted(message.said[0])}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compiled(messages: Iterable[Message]) -> bytes:
    """The `.mo` file: what is translated and not fuzzy, sorted, without a hash table."""
    pairs = sorted(_pair(message) for message in messages if all(message.said) and not message.fuzzy)
    start = 28 + 16 * len(pairs)
    keys, texts = b"", b""
    spans: list[tuple[int, int, int, int]] = []
    for key, text in pairs:
        spans.append((len(key), len(keys), len(text), len(texts)))
        keys += key + b"\0"
        texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 28 + 16 * len(pairs))
    of_keys = b"".join(struct.pack("<2I", size, start + at) for size, at, _, _ in spans)
    of_texts = b"".join(struct.pack("<2I", size, start + len(keys) + at) for _, _, size, at in spans)
    return head + of_keys + of_texts + keys + texts


def _pair(message: Message) -> tuple[bytes, bytes]:
    key = message.key
    name = f"{key.context}\x04{key.text}" if key.context else key.text
    whole = f"{name}\0{key.plural}" if key.plural else name
    return whole.encode(), "\0".join(message.said).encode()
