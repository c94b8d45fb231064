"""What docs/permissions.md says of pages: for each address whom it opens for, and to which routes it leads."""

import re
from dataclasses import dataclass

from contracts.registry import Role
from services import ALL, permissions
from tests.whole.everybody import Expected, documented, roles


@dataclass(frozen=True)
class Address:
    """A page's line of the document."""

    method: str
    path: str
    whom: str
    expected: Expected
    leads_to: tuple[str, ...]

    def verdict(self, role: Role | None, place: str) -> str:
        """`not-found`, `role-missing` or an empty text; what lies in a unit is its service's to say."""
        if self.whom in {"everybody", "signed in"}:
            return ""
        if self.expected.where == "its":
            return verdict(self.leads_to[0], role, place)
        return self.expected.verdict(role, place)


@dataclass(frozen=True)
class Press:
    """A form of a page as it may be sent, and the service's route that it leads to."""

    path: str
    fields: dict[str, str]
    route: str
    files: dict[str, tuple[str, bytes]] | None = None


SERVICES = {f"{name} {route}": known for name in ALL for route, known in documented(name).items()}


def verdict(route: str, role: Role | None, place: str) -> str:
    """What a service answers, as its document has it: `POST awards /nominations`."""
    method, service, path = route.split(" ")
    return SERVICES[f"{service} {method} {path}"].verdict(role, place)


def addresses() -> dict[str, Address]:
    """What the document says of pages, by method and path."""
    section = permissions.FILE.read_text(encoding="utf-8").split("\n## pages\n")[1]
    found = {}
    for match in re.finditer(r"^\| `(\w+) ([^`]+)` \| .* \| (.*) \| (.*) \| (.*) \|$", section, re.MULTILINE):
        method, path, may, where, leads = match.groups()
        expected = Expected(roles(may), where, frozenset())
        found[f"{method} {path}"] = Address(method, path, may, expected, tuple(re.findall("`([^`]+)`", leads)))
    return found


PAGES = addresses()
