"""Who may open which page: what the routes of pages declare, against the roles that a person holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from chassis.web.rights import AtRoot, Grant
from contracts.registry import Role

GRANTS: Final[dict[tuple[str, str], Grant | None]] = {}
"""What each page asks for, by method and path; None where no role is needed. Filled in as the routes are declared."""


@dataclass(frozen=True, slots=True)
class Rights:
    """The roles that a person holds today, each with its unit, and the unit at the top of the organisation."""

    held: Sequence[tuple[Role, UUID]] = ()
    root: UUID | None = None

    def open(self, path: str, method: str = "GET") -> bool:
        """Whether a page opens for this person; raises KeyError for one that is not there."""
        return GRANTS[method, path] is None or bool(self.units(path, method))

    @staticmethod
    def roles(path: str) -> frozenset[Role]:
        """The roles that open a page; none for one that is not there."""
        grant = GRANTS.get(("GET", path))
        return frozenset() if grant is None else grant.may

    def units(self, path: str, method: str = "GET") -> list[UUID]:
        """The units in which this person holds what a page asks for."""
        grant = GRANTS[method, path]
        if grant is None:
            return []
        at_root = isinstance(grant.where, AtRoot)
        return list(
            dict.fromkeys(unit for role, unit in self.held if role in grant.may and (not at_root or unit == self.root))
        )
