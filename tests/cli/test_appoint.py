"""Administrators by the owner's hand: who does it is named; an installation of an earlier version gets its second."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid5

import pytest
import typer

from chassis.facts.clock import business_date
from chassis.facts.decider import Context, Rejected
from chassis.facts.envelope import Metadata
from chassis.organisation.organisation import ORGANISATION
from chassis.store.store import Append
from cli.appoint import _hand, _name
from contracts.registry import AppointmentReason, PersonEnrolled, Role, RoleGranted
from deploy.local.embedded import Embedded
from services.registry import people
from services.registry.administrators import administrators
from services.registry.app import SERVICE
from services.registry.bootstrap import Appointment, appoint_administrator, appoint_first_administrators
from services.registry.imports import import_units
from tests.registry.examples import ADMIN, HEAD, OWNER, ROOT, SECOND, SMALL_FILE, STRANGER
from tests.served import Served, served


@pytest.fixture
async def empty(servers: Embedded, tmp_path: Path) -> AsyncIterator[Served]:
    """Registry with units and without people."""
    async with served(SERVICE, servers, tmp_path) as service:
        await import_units(service.platform, SMALL_FILE)
        await service.platform.at_least(SERVICE.projections[0], await service.platform.store.head())
        yield service


async def test_who_appoints_is_named_and_the_name_can_be_erased(empty: Served) -> None:
    platform = empty.platform
    hand, name = await _hand(platform, "Nguyễn Thị Máy Chủ")
    assert await people.read(platform.pool, hand, hand) is None  # nothing is done yet
    await _name(platform, hand, name)
    found = await people.read(platform.pool, hand, hand)
    assert found is not None
    assert found[0].full_name == "Nguyễn Thị Máy Chủ"
    assert await _hand(platform, str(hand)) == (hand, None)
    await people.change(platform.store, hand, None, Context(business_date(platform.clock()), hand))
    for wrong in (str(hand), str(STRANGER), "", "=1", "a\x1b[2J"):
        with pytest.raises(typer.Exit):
            await _hand(platform, wrong)
    rows = await platform.pool.fetch("select data::text || metadata::text as all from store.events")
    assert not any("Máy Chủ" in row["all"] for row in rows)


async def test_an_installation_of_an_earlier_version_gets_its_second_administrator(empty: Served) -> None:
    """There one person was made the first, under the command's ids of that time."""
    platform, today = empty.platform, business_date(empty.platform.clock())
    command = uuid5(ADMIN, "first-administrator/emulation_department")
    facts = [
        PersonEnrolled(person_id=ADMIN),
        RoleGranted(person_id=ADMIN, role=Role.EMULATION_DEPARTMENT, unit_id=ROOT, since=today),
    ]
    metadata = Metadata.of(Context(today, ADMIN, command)).model_dump_json(exclude_none=True)
    await platform.store.append(Append(f"person-{ADMIN}", 0, facts, command, b"", metadata))
    with pytest.raises(Rejected, match="administrator-exists"):
        await appoint_first_administrators(platform, [STRANGER, HEAD], ROOT, OWNER)
    await appoint_first_administrators(platform, [ADMIN, SECOND], ROOT, OWNER)
    assert await holders(empty) == {ADMIN, SECOND}
    head = await platform.store.head()
    await appoint_first_administrators(platform, [ADMIN, SECOND], ROOT, OWNER)
    assert await platform.store.head() == head
    with pytest.raises(Rejected, match="second-administrator-exists"):
        await appoint_administrator(platform, Appointment(HEAD, ROOT, OWNER, AppointmentReason.NO_SECOND_PERSON))


async def holders(registry: Served) -> set[UUID]:
    platform = registry.platform
    await platform.at_least(ORGANISATION, await platform.store.head())
    told = await administrators(platform, ROOT, business_date(platform.clock()))
    return {each.person_id for each in told.administrators}
