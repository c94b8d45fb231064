"""The permission table is whole: every route of every service has its row, and no row is without its route."""

from importlib import import_module

import pytest
from fastapi.routing import APIRoute

from chassis.web import routers
from services.permissions import PERMISSIONS


@pytest.mark.parametrize("name", PERMISSIONS)
def test_routes_and_rows_are_the_same(name: str) -> None:
    service = import_module(f"services.{name}.app").SERVICE
    routes = {route.name for router in routers(service) for route in router.routes if isinstance(route, APIRoute)}
    assert routes == set(PERMISSIONS[name])
