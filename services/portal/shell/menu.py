"""Where one can go: the pages' own entries, in one order."""

from dataclasses import dataclass
from typing import Final

GROUPS: Final = ("mine", "campaigns", "awards", "organisation", "help")


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the menu; `name` is that of its words, `group` one of GROUPS."""

    path: str
    name: str
    group: str
    order: int = 0


ENTRIES: Final[list[Entry]] = []
"""Filled in by the pages as they are declared."""


def menu(path: str) -> list[tuple[str, list[tuple[Entry, bool]]]]:
    """Groups with their entries, each with whether it is the current one."""
    current = max((entry.path for entry in ENTRIES if _covers(entry.path, path)), key=len, default="")
    return [
        (group, [(entry, entry.path == current) for entry in sorted(ENTRIES, key=_order) if entry.group == group])
        for group in GROUPS
        if any(entry.group == group for entry in ENTRIES)
    ]


def _order(entry: Entry) -> tuple[int, str]:
    return entry.order, entry.path


def _covers(entry: str, path: str) -> bool:
    return path == entry or (entry != "/" and path.startswith(f"{entry}/"))
