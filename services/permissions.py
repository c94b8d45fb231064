"""Who may do what, as the routes declare it: the text of docs/permissions.md (`python -m services.permissions`)."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, Final, assert_never

from fastapi.routing import APIRoute

from chassis.web.api import routers
from chassis.web.rights import EVERY_ROLE, Anywhere, AtRoot, Grant, InBody, InQuery, Resource, There
from contracts.registry import Role
from services import ALL

FILE: Final = Path("docs/permissions.md")
_LINE: Final = "| --- | --- | --- | --- | --- |"

_HEAD: Final = """\
# Who may do what

Written by `make schemas` from what the routes declare; a change here is a change of rights and is to be read as one. A
role in a unit counts there and in every unit below it. *root*: a role in the organisation's root. *any*: a role in any
unit. *its*: a role in the unit of the thing; to who holds none of the roles in the last column there, it does not exist
(404). *query* and *body*: a role in the unit that this parameter or field names; a query without it asks for the root.
Pages come last: each opens for who may use the services' routes that it leads to; *its* is said by those.
"""


def declared(service: str) -> list[tuple[APIRoute, Grant]]:
    """A service's routes for programs, each with what it declares; pages ask these with the person's own token."""
    found = import_module(f"services.{service}.app").SERVICE
    routes: list[Any] = [route for router in routers(found) for route in router.routes]
    return [(route, route.grant) for route in routes if route.path.startswith("/api/v1")]


def pages() -> list[Any]:
    """The portal's pages: routes for browsers, each with its `grant`, or for whom it `opens_for` without one."""
    found = import_module("services.portal.app").SERVICE
    return [route for router in routers(found) for route in router.routes if hasattr(route, "leads_to")]


def text() -> str:
    """The whole document."""
    lines = [_HEAD]
    for service in ALL:
        lines += [f"\n## {service}\n", "| route | what | may | where | seen by |", _LINE]
        for route, grant in declared(service):
            lines.append(_row(route, _roles(grant.may), *_where(grant)))
    lines += ["\n## pages\n", "| page | what | may | where | leads to |", _LINE]
    for route in pages():
        may, where = (_roles(route.grant.may), _where(route.grant)[0]) if route.grant else (route.opens_for, "")
        lines.append(_row(route, may, where, ", ".join(f"`{each}`" for each in route.leads_to)))
    return "\n".join(lines) + "\n"


def _row(route: APIRoute, *cells: str) -> str:
    method, path = min(route.methods or {""}), route.path_format.removeprefix("/api/v1")
    what = route.description.partition("\n")[0]
    return f"| {' | '.join((f'`{method} {path}`', what, *cells))} |"


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
        case There():
            return "its", ""
        case _:
            assert_never(grant.where)


def _roles(roles: Iterable[Role]) -> str:
    return "every role" if frozenset(roles) == EVERY_ROLE else ", ".join(f"`{role}`" for role in sorted(roles))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
