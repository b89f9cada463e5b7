"""How examples choose what to do: of all cells of an act, mostly one that the model says will succeed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.machine import model as rules
from tests.machine.model import OK, ROLES, Content, Model, Version

# What an example does with a rule is drawn as numbers, whatever the catalogue is like by then; `LUCKY` ones make the
# act succeed where any can, so that examples get far.
NUMBER = st.integers(0, 10_000)
LUCKY = (True, True, True, True, False)
OTHER = Content("clear", 9)  # what is stored nowhere


DEEDS: list[tuple[Callable[[Any], bool], Callable[..., None], dict[str, Sequence[Any]]]] = []


def deed(
    cells: Callable[[Any], Iterable[tuple[Any, ...]]],
    can: Callable[..., str],
    *,
    when: Callable[[Any], bool] = lambda self: True,
    **drawn: Sequence[Any],
) -> Any:
    """A rule: of all cells, which are what `can` of the model asks about, one is chosen and handed on with the answer.

    It is worth a step while some cell would succeed (and `when`); every fourth step is for acts that nobody could do,
    too. What else the act needs is `drawn` from these.
    """

    def decorate(do: Callable[..., None]) -> Any:
        def told(self: Any) -> list[tuple[tuple[Any, ...], str]]:
            if do.__name__ not in self.told:
                self.told[do.__name__] = [(cell, can(self.model, *cell)) for cell in cells(self)]
            return self.told[do.__name__]

        def worth(self: Any) -> bool:
            fits = any(may == OK for _, may in told(self))
            return when(self) and (fits or (self.steps % 4 == 0 and bool(told(self))))

        def run(self: Any, number: int, lucky: bool, **more: Any) -> None:
            fitting = [each for each in told(self) if each[1] == OK] if lucky else []
            cell, may = (fitting or told(self))[number % len(fitting or told(self))]
            do(self, *cell, may, **more)

        run.__name__ = do.__name__
        DEEDS.append((worth, run, drawn))
        strategies = {name: st.sampled_from(options) for name, options in drawn.items()}
        return precondition(worth)(rule(number=NUMBER, lucky=st.sampled_from(LUCKY), **strategies)(run))

    return decorate


def after_a_change(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """What was refused left every row as it was, so there is nothing new to look at."""

    @functools.wraps(check)
    def run(self: Any) -> None:
        if self.changed:
            check(self)

    return run


def people_by(things: Callable[[Any], Iterable[Any]], *more: Sequence[Any]) -> Any:
    """Everybody with every thing, and with each of `more`."""
    return lambda self: [(who, *rest) for rest in product(things(self), *more) for who in ROLES]


def versions(self: Any) -> list[Version]:
    return self.model.versions


def writers(version: Version) -> list[str]:
    return sorted(version.contributors)


def submitted(self: Any) -> list[Version]:
    return [each for each in self.model.versions if each.reviews]


def invitations(self: Any) -> list[tuple[str, Version, rules.Invitation]]:
    return [(who, each, asked) for each in self.model.versions for asked in each.invitations for who in ROLES]


def proposals(self: Any) -> list[tuple[str, Version, rules.Proposal]]:
    return [(who, each, made) for each in self.model.versions for made in each.proposals for who in ROLES]


def seldom(self: Any) -> bool:
    """What undoes or goes back would otherwise do so at once."""
    return self.steps % 3 == 0


def now_and_then(self: Any) -> bool:
    """What bars people for the rest of an example, and never leaves it without enough of them."""
    return self.steps % 6 == 0 and len(self.model.inactive) < 2


def titles(self: Any) -> list[str]:
    """Of the roles that have a version."""
    return list(dict.fromkeys(each.title for each in self.model.versions))


def beside(self: Any) -> bool:
    """What stands beside a decision takes a third of the steps, or examples would never get to one."""
    return self.steps % 3 == 1


def has_met(model: Model, who: str, version: Version) -> str:
    """Kept text that somebody else's save came before."""
    return OK if model.can_settle(who, version) == rules.STALE else "not of these"


def has_decided(model: Model, who: str, version: Version) -> str:
    """A second verdict of one person on one submission."""
    given = {person for person, _ in version.review.verdicts}
    return OK if version.review.state == "open" and who in given else "not of these"


def has_errors(model: Model, who: str, version: Version) -> str:
    """Submissions that fail on the document alone."""
    return OK if model.can_submit(who, version) == rules.INVALID else "not of these"


def verdicts(*outcomes: str) -> Any:
    """Every verdict that anybody could give on what is stored, or on what they read before."""
    return lambda self: [
        (who, each, outcome, read)
        for each in self.model.versions
        for outcome in outcomes
        for read in (each.content, OTHER)
        for who in ROLES
    ]
