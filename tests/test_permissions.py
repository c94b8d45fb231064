"""Rights are declared with each route, and the document that people read says what is declared."""

import pytest

from chassis.web.api import ANYWHERE, EVERY_ROLE, THERE, Asked, asked_router, asks
from chassis.web.rights import Anywhere, AtRoot, Resource, There
from contracts.registry import Role
from services import ALL, permissions
from services.portal.shell.pages import page_router
from services.portal.shell.visit import Visit


def test_the_document_says_what_the_routes_declare() -> None:
    assert permissions.FILE.read_text(encoding="utf-8") == permissions.text(), "run `make schemas` and read the diff"


@pytest.mark.parametrize("service", ALL)
def test_every_route_declares_who_may(service: str) -> None:
    routes = permissions.declared(service)
    assert routes
    for route, grant in routes:
        assert grant.may, route.path


def test_a_route_without_a_declaration_does_not_import() -> None:
    async def undeclared(asked: Asked) -> None:
        """Declares nothing."""

    with pytest.raises(TypeError, match="/api/v1/nothing must say who may"):
        asked_router().get("/nothing")(undeclared)


def unlike() -> list[str]:
    """Pages that let in others than the services' routes to which they lead."""
    services = {
        f"{min(route.methods or {''})} {service} {route.path_format.removeprefix('/api/v1')}": grant
        for service in ALL
        for route, grant in permissions.declared(service)
    }
    found = []
    for page in permissions.pages():
        if page.grant is not None:
            behind = [services[each] for each in page.leads_to]
            places = {_PLACES.get(type(each.where), Anywhere) for each in behind}
            changes = any(each.reads is None for each in behind)
            if (
                page.grant.may != frozenset[Role]().union(*(each.may for each in behind))
                or {type(page.grant.where)} != places
                or (page.grant.reads is None and not changes)
            ):
                found.append(page.path)
    return found


_PLACES = {AtRoot: AtRoot, Resource: There}
"""Where a page asks for the role that a service asks for so; for a unit that is named in the question, in any unit."""


def test_pages_let_in_who_may_use_the_routes_to_which_they_lead() -> None:
    assert unlike() == []
    [launch] = [page for page in permissions.pages() if page.name == "launch"]
    whole = launch.grant.may
    object.__setattr__(launch.grant, "may", whole | {Role.OFFICER})
    try:
        assert unlike() == ["/campaigns/launch"]
    finally:
        object.__setattr__(launch.grant, "may", whole)


def test_a_page_without_its_services_route_does_not_import() -> None:
    async def alone(asked: Visit) -> None:
        """Leads nowhere."""

    with pytest.raises(TypeError, match="/alone must say to which routes of services it leads"):
        page_router().get("/alone")(asks(may=EVERY_ROLE, where=ANYWHERE, reads=())(alone))


def test_a_service_does_not_leave_its_own_rights_to_another() -> None:
    async def elsewhere(asked: Asked) -> None:
        """Would be checked by nobody."""

    with pytest.raises(TypeError, match="/api/v1/elsewhere must say itself where the role counts"):
        asked_router().get("/elsewhere")(asks(may=EVERY_ROLE, where=THERE, reads=())(elsewhere))
