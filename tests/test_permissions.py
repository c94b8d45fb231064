"""Rights are declared with each route, and the document that people read says what is declared."""

import pytest

from chassis.web.api import Asked, asked_router
from services import ALL, permissions


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
