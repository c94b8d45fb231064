"""Who may do what, as the routes declare it: the text of docs/permissions.md (`python -m services.permissions`)."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, assert_never

from fastapi.routing import APIRoute

from chassis.web.api import routers
from chassis.web.rights import EVERY_ROLE, Anywhere, AtRoot, Grant, InBody, InQuery, Resource
from contracts.registry import Role
from services import ALL

FILE: Final = Path("docs/permissions.md")

_HEAD: Final = """\
# Who may do what

Written by `make schemas` from what the routes declare; a change here is a change of rights and is to be read as one. A
role in a unit counts there and in every unit below it. *root*: a role in the organisation's root. *any*: a role in any
unit. *its*: a role in the unit of the thing; to who holds none of the roles in the last column there, it does not exist
(404). *query* and *body*: a role in the unit that this parameter or field names; a query without it asks for the root.
"""


def declared(service: str) -> list[tuple[APIRoute, Grant]]:
    """A service's routes for programs, each with what it declares; pages ask these with the person's own token."""
    found = import_module(f"services.{service}.app").SERVICE
    routes: list[Any] = [route for router in routers(found) for route in router.routes]
    return [(route, route.grant) for route in routes if route.path.startswith("/api/v1")]


def text() -> str:
    """The whole document."""
    lines = [_HEAD]
    for service in ALL:
        lines += [f"\n## {service}\n", "| route | what | may | where | seen by |", "| --- | --- | --- | --- | --- |"]
        for route, grant in declared(service):
            where, seen = _where(grant)
            method = min(route.methods or {""})
            what = route.description.partition("\n")[0]
            path = route.path_format.removeprefix("/api/v1")
            lines.append(f"| `{method} {path}` | {what} | {_roles(grant.may)} | {where} | {seen} |")
    return "\n".join(lines) + "\n"


def _where(grant: Grant) -> tuple[str, str]:
    match grant.where:
        case InQuery(name=name):
            return f"query `{name}`", ""
        case InBody(name=name):
            return f"body `{name}`", ""
        case AtRoot():
            return "root", ""
        case Anywhere():
            return "any", ""
        case Resource(seen_by=seen_by):
            return "its", _roles(seen_by)
        case _:
            assert_never(grant.where)


def _roles(roles: Iterable[Role]) -> str:
    return "every role" if frozenset(roles) == EVERY_ROLE else ", ".join(f"`{role}`" for role in sorted(roles))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
