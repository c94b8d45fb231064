"""The organisation has one root: who comes second is refused in the transaction, however many come at once."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import pytest

from chassis.facts.decider import Context, Rejected
from chassis.facts.envelope import Metadata
from chassis.service.platform import Platform, running
from chassis.store.store import Append
from contracts.registry import UnitEstablished
from contracts.values import UnitKind
from deploy.local.embedded import Embedded
from services.registry import root
from services.registry.app import SERVICE
from services.registry.domain.unit import unit_id
from services.registry.imports import import_units, try_units
from tests.registry.examples import ADMIN, established
from tests.served import Served, served

HEADER: Final = "code,name,kind,parent,established_on\n"


def a_root(code: str) -> bytes:
    return f"{HEADER}{code},Gốc {code},national,,2000-01-01\n".encode()


@pytest.fixture
async def empty(servers: Embedded, tmp_path: Path) -> AsyncIterator[Served]:
    """Registry without a unit."""
    async with served(SERVICE, servers, tmp_path) as service:
        yield service


async def roots(platform: Platform) -> list[str]:
    rows = await platform.pool.fetch(
        "select data ->> 'code' from store.events where data ->> 'parent_id' is null and type like '%UnitEstablished%'"
    )
    return [row[0] for row in rows]


async def outcome(platform: Platform, code: str) -> str:
    try:
        return str(await import_units(platform, a_root(code)))
    except Rejected as refused:
        return refused.code


async def test_a_second_root_is_refused_before_any_read_model_knows_the_first(empty: Served) -> None:
    assert [await outcome(empty.platform, code) for code in ("VN-BHXH", "AAA", "VN-BHXH")] == ["1", "second-root", "0"]
    assert await roots(empty.platform) == ["VN-BHXH"]
    [fault] = (await try_units(empty.platform, a_root("AAA"))).faults
    assert "đơn vị gốc" in fault.vi


async def test_of_many_roots_at_once_one_is_established(empty: Served) -> None:
    """Of several processes' pools; each has looked before any has written."""
    settings = empty.platform.settings
    async with running("registry", settings) as one, running("registry", settings) as other:
        codes = [f"R{number}" for number in range(8)]
        found = await asyncio.gather(*(outcome([one, other][n % 2], code) for n, code in enumerate(codes)))
    assert sorted(found) == ["1", *["second-root"] * 7]
    assert len(await roots(empty.platform)) == 1


async def test_without_the_claim_both_would_be_established(empty: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = asyncio.Barrier(2)

    async def sees_nothing(_: Platform) -> None:
        await looked.wait()

    def claims_nothing(unit: UUID, context: Context) -> Append:
        metadata = Metadata.of(context).model_dump_json(exclude_none=True)
        return Append(f"root-{unit}", 0, [], uuid4(), b"", metadata)

    with monkeypatch.context() as blind:
        blind.setattr(root, "established", sees_nothing)
        blind.setattr(root, "claim", claims_nothing)
        assert await asyncio.gather(*(outcome(empty.platform, code) for code in ("AAA", "BBB"))) == ["1", "1"]
    assert len(await roots(empty.platform)) == 2
    top = await empty.platform.organisation.top()
    for _ in range(100):
        if top is not None and len(await empty.platform.organisation.without_parent()) == 2:
            break
        await asyncio.sleep(0.05)
        top = await empty.platform.organisation.top()
    assert top == unit_id("AAA")  # the first by its code counts, everywhere
    assert await root.established(empty.platform) == unit_id("AAA")
    assert await outcome(empty.platform, "CCC") == "second-root"


async def test_a_root_of_an_earlier_version_made_no_claim_and_is_one(empty: Served) -> None:
    fact: UnitEstablished = established("OLD", UnitKind.NATIONAL, None)
    metadata = Metadata.of(Context(fact.established_on)).model_dump_json(exclude_none=True)
    await empty.platform.store.append(Append(f"unit-{fact.unit_id}", 0, [fact], uuid4(), b"", metadata))
    assert await outcome(empty.platform, "AAA") == "second-root"
    assert await roots(empty.platform) == ["OLD"]


_IMPORT: Final = """
import asyncio, sys
from chassis.facts.decider import Rejected
from chassis.facts.settings import Settings
from chassis.service.platform import running
from services.registry.imports import import_units

async def main(url, role, code):
    async with running("registry", Settings(database_url=url, database_role=role, kafka_bootstrap="127.0.0.1:1")) as it:
        sys.stdin.readline()
        file = f"code,name,kind,parent,established_on\\n{code},Gốc,national,,2000-01-01\\n".encode()
        try:
            print(await import_units(it, file))
        except Rejected as refused:
            print(refused.code)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_at_once_establish_one_root(empty: Served) -> None:
    settings = empty.platform.settings
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _IMPORT, settings.database_url, settings.database_role or "", code,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for code in ("AAA", "BBB")
    ]  # fmt: skip
    said = await asyncio.gather(*(each.communicate(b"go\n") for each in processes))
    assert sorted(out.decode().split()[-1] for out, _ in said) == ["1", "second-root"]
    assert len(await roots(empty.platform)) == 1


async def test_no_route_establishes_a_unit_below_none(registry: Served) -> None:
    body = {"code": "X1", "name": "Gốc", "kind": "national", "established_on": "2024-11-10"}
    for more in ({}, {"parent_id": None}):
        answer = await registry.ask(ADMIN, "POST", "/units", body | more)
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:thidua:problem:invalid-input")
