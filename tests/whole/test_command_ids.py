"""No header reaches the ids under which reactions give their commands, jobs are kept, or others' commands stand."""

import re
from collections.abc import AsyncIterator
from importlib import import_module
from inspect import getsource
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from fastapi.routing import APIRoute

from chassis.facts.decider import Decider
from chassis.web import routes
from chassis.web.api import routers
from contracts import SERVICES
from deploy.local.embedded import Embedded
from services import ALL
from services.campaigns.consumers import POLICY
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import PACK
from tests.whole.house import ADMIN, DIRECTOR, HEAD, OFFICER, House, a_house

CAMPAIGN, UNITS = campaign_id(PACK["code"]), [unit_id("P01"), unit_id("P02")]
TARGET = {"indicator": "cover", "year": 2024}


@pytest.fixture
async def house(servers: Embedded, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(servers, tmp_path, 2) as house:
        yield house


async def told(house: House, person: UUID, does: str, body: object = None, key: UUID | None = None) -> Any:
    """Tell `registry /people/…`, under a key."""
    service, _, path = does.partition(" ")
    headers = {} if key is None else {"Idempotency-Key": str(key)}
    answer = await house.services[service].ask(person, "POST", path, body, **headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def newest(house: House, service: str, kind: str) -> UUID:
    query = "select id from store.events where type like $1 order by position desc limit 1"
    found = await house.services[service].platform.pool.fetchval(query, f"%.{kind}.%")
    return UUID(int=found.int)


async def pledged(house: House, unit: UUID) -> None:
    path = f"/registrations/{registration_id(CAMPAIGN, unit)}"
    await told(house, OFFICER, f"registry {path}/targets", TARGET | {"value": "91"})
    await told(house, HEAD, f"registry {path}/submit")
    await told(house, DIRECTOR, f"registry {path}/confirm")


async def claim_the_reactions_ids(house: House) -> None:
    """Each time before the reaction comes, somebody gives a command of his own under the id that it will take."""
    await told(house, DIRECTOR, "campaigns /campaigns", PACK)
    launched = await newest(house, "campaigns", "CampaignLaunched")
    for unit in UNITS:
        key = uuid5(launched, f"open_registrations/{registration_id(CAMPAIGN, unit)}")
        await told(house, ADMIN, f"registry /people/{uuid4()}/enrol", key=key)
    await house.settle()
    if house.parked:
        return
    await pledged(house, UNITS[0])
    await house.settle()
    await pledged(house, UNITS[1])
    confirmed, card = await newest(house, "registry", "RegistrationConfirmed"), scorecard_id(CAMPAIGN, UNITS[1])
    own = f"/scorecards/{scorecard_id(CAMPAIGN, UNITS[0])}/results"
    await told(house, OFFICER, f"campaigns {own}", TARGET | {"value": "92"}, uuid5(confirmed, f"{POLICY}/{card}"))
    await house.settle()


async def test_a_reaction_finds_its_id_free_whatever_key_somebody_has_sent(house: House) -> None:
    await claim_the_reactions_ids(house)
    assert house.parked == []
    for unit in UNITS:
        path = f"/scorecards/{scorecard_id(CAMPAIGN, unit)}"
        assert (await house.ask(OFFICER, "GET", "campaigns", path)).status_code == 200


async def test_keys_that_were_ids_would_take_the_reactions_place(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "command_id", lambda _, key: key)
    await claim_the_reactions_ids(house)
    assert any("CommandIdReused" in each for each in house.parked)


async def test_ones_job_is_not_found_by_anothers_key_and_leaves_it_free(house: House) -> None:
    key, registry = {"Idempotency-Key": str(uuid4())}, house.services["registry"]
    jobs = []
    for person in (ADMIN, DIRECTOR):
        await registry.ask(person, "GET", "/nowhere")
        headers = {"Authorization": f"Bearer {registry.tokens[person]}", "Content-Type": "text/csv", **key}
        answer = await registry.client.post("/api/v1/units/import/trials", content=b"code\n", headers=headers)
        assert answer.status_code == 202, answer.text
        jobs.append(answer.json()["id"])
    assert len({*jobs, *key.values()}) == 3


async def test_no_key_stands_as_an_id_in_any_store(house: House) -> None:
    """Whatever service it was: what was sent as a key is nowhere the id of a command."""
    keys = [uuid4() for _ in range(4)]
    await told(house, DIRECTOR, "campaigns /campaigns", PACK, keys[0])
    await house.settle()
    path = f"/registrations/{registration_id(CAMPAIGN, UNITS[0])}/targets"
    await told(house, OFFICER, f"registry {path}", TARGET | {"value": "91"}, keys[1])
    nomination = {"campaign_id": str(CAMPAIGN), "unit_id": str(UNITS[0]), "award": "merit_letter"}
    await told(house, OFFICER, "awards /nominations", nomination, keys[2])
    details = await house.services["registry"].ask(
        ADMIN, "PUT", f"/people/{HEAD}/details", {"full_name": "Nguyễn Thị Thử"}, **{"Idempotency-Key": str(keys[3])}
    )
    assert details.status_code == 200
    for running in house.services.values():
        assert await running.platform.pool.fetch("select id from store.commands where id = any($1)", keys) == []


def names_of_derived_ids(module: ModuleType) -> set[str]:
    """How the names begin from which a module makes ids, such as `open_registrations`."""
    return set(re.findall(r'uuid5\([^,]+, f?"([^"]*)"', getsource(module)))


def test_every_command_route_takes_its_id_from_key_and_person_and_no_reaction_makes_one_that_begins_so() -> None:
    for name in ALL:
        for router in routers(import_module(f"services.{name}.app").SERVICE):
            known = [each for each in router.routes if isinstance(each, APIRoute) and each.path.startswith("/api/")]
            assert all(isinstance(each, routes._AskedRoute) for each in known)
    modules = [import_module(f"services.{name}.consumers") for name in ("registry", "campaigns", "notify", "awards")]
    names = {name for module in modules for name in names_of_derived_ids(module)}
    assert names
    assert not any(name.startswith("key/") for name in names)


def test_no_stream_of_one_kind_has_the_name_of_another_kind_s() -> None:
    """Whoever chooses an id, such as a person's who is enrolled: the kind stands before it, and has no hyphen."""
    for name in SERVICES:
        folder = Path(str(import_module(f"services.{name}.domain").__path__[0]))
        modules = [import_module(f"services.{name}.domain.{file.stem}") for file in folder.glob("[a-z]*.py")]
        kinds = {each.name for module in modules for each in vars(module).values() if isinstance(each, Decider)}
        assert kinds
        assert all(re.fullmatch("[a-z_]+", kind) for kind in kinds)
