"""Whoever holds no role sees nothing: every query of every service refuses a known person without one."""

from importlib import import_module
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from chassis.web import routers
from deploy.local.embedded import Embedded
from services.permissions import PERMISSIONS
from tests.served import served


@pytest.mark.parametrize("name", PERMISSIONS)
async def test_a_person_without_a_role_reads_nothing(name: str, servers: Embedded, tmp_path: Path) -> None:
    service = import_module(f"services.{name}.app").SERVICE
    paths = [
        route.path.removeprefix("/api/v1")
        for router in routers(service)
        for route in router.routes
        if isinstance(route, APIRoute) and "GET" in (route.methods or ())
    ]
    assert paths
    async with served(service, servers, tmp_path) as api:
        for path in paths:
            filled = path.replace("{", "").replace("}", "")
            for parameter in ("nomination_id", "decision_id", "notification_id", "id"):
                filled = filled.replace(f"/{parameter}", f"/{uuid4()}")
            answer = await api.ask(uuid4(), "GET", filled)
            nothing_there = answer.json()["type"].endswith(("units-not-there-yet", "unit-unknown"))
            assert answer.status_code in (403, 404) or nothing_there, (path, answer.text)
