"""The whole organisation from one file: every row is good, or nothing is established."""

import asyncio
from uuid import uuid5

from chassis.clock import business_date
from chassis.decider import Context
from chassis.envelope import Metadata
from chassis.service import Platform
from chassis.store import Append
from contracts.registry import UnitEstablished
from services.registry.domain.unit import UNIT, EstablishUnit, unit_id
from services.registry.domain.unit_import import parse_units_bytes

_ATTEMPTS = 5


async def import_units(platform: Platform, data: bytes, context: Context | None = None) -> int:
    """Establish the units that are new, in one transaction; gives their number.

    Raises ImportRefused with every fault and its line and column, Rejected when a code belongs to another unit.
    """
    rows = await asyncio.to_thread(parse_units_bytes, data)
    context = context or Context(occurred_on=business_date(platform.clock()))
    for _ in range(_ATTEMPTS):
        established = {
            row["stream"]: UnitEstablished.model_validate_json(row["data"])
            for row in await platform.pool.fetch(
                "select stream, data from store.events where type = $1 and stream = any($2::text[])",
                UnitEstablished.type_name(),
                [UNIT.stream(unit_id(row.code)) for row in rows],
            )
        }
        appends: list[Append] = []
        for row in rows:
            key = unit_id(row.code)
            command = EstablishUnit(
                code=row.code,
                name=row.name,
                kind=row.kind,
                parent_id=None if row.parent is None else unit_id(row.parent),
                established_on=row.established_on,
            )
            known = established.get(UNIT.stream(key))
            state = UNIT.fold(() if known is None else (known,))
            if events := UNIT.decide(command, state, context):
                metadata = Metadata.of(context).model_dump_json(exclude_none=True)
                own_id = uuid5(context.command_id, row.code)
                appends.append(Append(UNIT.stream(key), 0, events, own_id, b"", metadata, platform.clock()))
        answers = await platform.store.append_all(appends) if appends else []
        if all(answer is not None for answer in answers):
            return len(appends)
    raise RuntimeError("another import is running")
