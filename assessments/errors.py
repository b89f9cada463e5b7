"""Refusals: what an action raises instead of doing half a thing. Each carries a sentence a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where an input was refused: a path into the document (`tasks[2].score`), a code, a sentence; of a text also the
    line and the section."""

    path: str
    code: str
    message: str
    line: int | None = None
    section: str = ""


class Refused(Exception):
    """An action was refused and nothing was changed. `status` is what HTTP calls it, on pages and in the API alike."""

    code = "refused"
    status = 400

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code


class Invalid(Refused):
    """The input itself is wrong (HTTP 400); `places` names every fault."""

    code = "invalid"

    def __init__(self, sentence: str, *, code: str | None = None, places: Sequence[Place] = ()) -> None:
        super().__init__(sentence, code=code)
        self.places = tuple(places)


class Forbidden(Refused):
    """This person may not do this, whatever the state (HTTP 403)."""

    code = "forbidden"
    status = 403


class Invisible(Refused):
    """To this person the thing does not exist (HTTP 404)."""

    code = "not_found"
    status = 404


class Moved(Invisible):
    """What was here is to be found at the same place of another role (HTTP 301); `slug` is that role's."""

    code = "moved"

    def __init__(self, slug: str) -> None:
        super().__init__("This role has another address now.")
        self.slug = slug


class Conflict(Refused):
    """The thing is not, or no longer, in a state that allows this (HTTP 409)."""

    code = "conflict"
    status = 409


class Stale(Refused):
    """What the person edited is not what is stored any more (HTTP 412)."""

    code = "stale"
    status = 412


class Gone(Refused):
    """What was here is retracted (HTTP 410)."""

    code = "retracted"
    status = 410


class PreconditionRequired(Refused):
    """The request must say which version it changes (HTTP 428)."""

    code = "precondition_required"
    status = 428
