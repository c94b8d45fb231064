"""Where one can go: the pages' own entries, in one order, and what waits behind them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import asyncpg

from contracts.registry import Role
from services.portal.shell.rights import Rights

GROUPS: Final = ("mine", "campaigns", "awards", "organisation", "help")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the menu; `name` is that of its words, `group` one of GROUPS, `waits` the kinds of work behind it."""

    path: str
    name: str
    group: str
    order: int = 0
    waits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """An entry as one person sees it on one page: whether it is the current one, and how much waits there."""

    entry: Entry
    current: bool
    waiting: int


ENTRIES: Final[list[Entry]] = []
"""Filled in by the pages as they are declared."""


Count = Callable[[asyncpg.Pool, Sequence[tuple[Role, UUID]]], Awaitable[Mapping[str, int]]]
"""Gives how much of each kind of work waits for who holds these roles."""

COUNTS: Final[list[Count]] = []
"""Filled in by the pages as they are declared."""


def menu(path: str, rights: Rights, waits: Mapping[str, int]) -> list[tuple[str, list[Place]]]:
    """Groups with the places that this person may open."""
    current = max((entry.path for entry in ENTRIES if _covers(entry.path, path)), key=len, default="")
    places = [
        Place(entry, entry.path == current, sum(waits.get(step, 0) for step in entry.waits))
        for entry in sorted(ENTRIES, key=_order)
        if rights.open(entry.path)
    ]
    groups = [(group, [place for place in places if place.entry.group == group]) for group in GROUPS]
    return [(group, found) for group, found in groups if found]


def _order(entry: Entry) -> tuple[int, str]:
    return entry.order, entry.path


def _covers(entry: str, path: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(f"{entry}/"))
