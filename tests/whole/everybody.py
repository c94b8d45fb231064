"""One person for each role in each of five units, and what the document says that they may.

The document, not the code, says what is expected: a route whose declaration is loosened is found.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from uuid import UUID, uuid5

from contracts.event import Event
from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import UnitKind
from services import permissions

_SPACE = UUID("6b1f4c0e-3a2d-4c5b-8e7f-a00000000001")
PLACES = ("parent", "own", "child", "sibling", "other")
"""Where a person holds the role, seen from the unit in which the thing lies. The parent is the root."""
UNITS = {place: uuid5(_SPACE, place) for place in PLACES}
OWN, SIBLING = UNITS["own"], UNITS["sibling"]
PEOPLE: list[tuple[Role | None, str]] = [*product(Role, PLACES), (None, "")]
"""Who asks: a role in a place, and somebody without any."""
SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Expected:
    """A line of the document."""

    may: frozenset[Role]
    where: str
    seen_by: frozenset[Role]

    def verdict(self, role: Role | None, place: str) -> str:
        """`not-found`, `role-missing` or an empty text: the person gets to the endpoint."""
        within = {"root": {"parent"}, "any": set(PLACES)}.get(self.where, {"parent", "own"})
        if role is None or place not in within:
            return "not-found" if self.where == "its" else "role-missing"
        if self.where == "its" and role not in self.seen_by:
            return "not-found"
        return "" if role in self.may else "role-missing"


def documented(service: str) -> dict[str, Expected]:
    """What the document says of a service, by method and path."""
    section = permissions.FILE.read_text(encoding="utf-8").split(f"\n## {service}\n")[1].split("\n## ")[0]
    found = {}
    for line in section.splitlines():
        if match := re.fullmatch(r"\| `(\w+ [^`]+)` \| .* \| (.*) \| (.*) \| (.*) \|", line):
            route, may, where, seen_by = match.groups()
            found[route] = Expected(roles(may), where.partition(" ")[0], roles(seen_by))
    return found


def roles(text: str) -> frozenset[Role]:
    return frozenset(Role) if text == "every role" else frozenset(map(Role, re.findall("`([a-z_]+)`", text)))


def person(role: Role | None, place: str) -> UUID:
    return uuid5(_SPACE, f"{role} {place}")


def organisation() -> Iterator[tuple[str, Event]]:
    """Five units and, in each, one person for each role; each with the stream it belongs to."""
    parents = {"parent": None, "own": "parent", "sibling": "parent", "child": "own", "other": "sibling"}
    kinds = {"parent": UnitKind.NATIONAL, "own": UnitKind.PROVINCIAL, "sibling": UnitKind.PROVINCIAL}
    for place, above in parents.items():
        unit = UnitEstablished(
            unit_id=UNITS[place], code=place.upper(), name=f"Đơn vị {place}", kind=kinds.get(place, UnitKind.DISTRICT),
            parent_id=UNITS[above] if above else None, established_on=SINCE,
        )  # fmt: skip
        yield f"unit-{unit.unit_id}", unit
    for role, place in product(Role, PLACES):
        someone = person(role, place)
        granted = RoleGranted(person_id=someone, role=role, unit_id=UNITS[place], since=SINCE)
        yield f"person-{someone}", granted
