"""The whole organisation from one file: every row is good, or nothing is established."""

import asyncio
from hashlib import sha256
from uuid import UUID, uuid5

from chassis.facts.clock import business_date
from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata, decode
from chassis.service.platform import Platform
from chassis.store.execute import CommandIdReused, Contended
from chassis.store.store import Append
from services.registry.domain.unit import UNIT, EstablishUnit, Known, Unit, unit_id
from services.registry.domain.unit_import import UnitRow, parse_units_bytes

_ATTEMPTS = 5


async def import_units(
    platform: Platform, data: bytes, context: Context | None = None, *, names_are_meant: bool = False
) -> int:
    """Establish the units that are new, in one transaction; gives their number, for the same file again the first one.

    With `names_are_meant`, names that look like a wrong code page are taken as they stand.
    Raises CommandIdReused when the command's id came with another file, ImportRefused with every fault and its line and
    column, Rejected when a code belongs to another unit or the organisation has another root, Contended when others
    keep establishing the same units meanwhile.
    """
    rows = await asyncio.to_thread(parse_units_bytes, data, names_are_meant=names_are_meant)
    context = context or Context(occurred_on=business_date(platform.clock()))
    root = await platform.organisation.top()
    file = _accepted(data, context)
    for _ in range(_ATTEMPTS):
        appends = await asyncio.to_thread(_appends, rows, await _established(platform, rows), root, context)
        answers = await platform.store.append_all([file, *appends])
        if answers is None:
            continue
        if answers[0].fingerprint != file.fingerprint:
            raise CommandIdReused(str(context.command_id))
        return await _established_by(platform, rows, context) if answers[0].repeated else len(appends)
    raise Contended("units")


def _accepted(data: bytes, context: Context) -> Append:
    """That this file was accepted, under the command's own id and without an event."""
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    return Append(f"unit_import-{context.command_id}", 0, [], context.command_id, sha256(data).digest(), metadata)


async def _established_by(platform: Platform, rows: tuple[UnitRow, ...], context: Context) -> int:
    streams = [UNIT.stream(unit_id(row.code)) for row in rows]
    found: int = await platform.pool.fetchval(
        "select count(*) from store.events where stream = any($1::text[]) and metadata ->> 'command_id' = $2",
        streams,
        str(context.command_id),
    )
    return found


async def _established(platform: Platform, rows: tuple[UnitRow, ...]) -> dict[str, Unit]:
    """What the store knows of the file's units, by stream: a read model may still be behind."""
    found = await platform.pool.fetch(
        "select stream, type, data from store.events where stream = any($1::text[]) order by stream, version",
        [UNIT.stream(unit_id(row.code)) for row in rows],
    )
    known: dict[str, Unit] = {}
    for stream, kind, data in found:
        known[stream] = UNIT.fold([decode(kind, data)], known.get(stream))
    return known


def _appends(
    rows: tuple[UnitRow, ...],
    established: dict[str, Unit],
    root: UUID | None,
    context: Context,
) -> list[Append]:
    kinds = {row.code: row.kind for row in rows}
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    appends: list[Append] = []
    for row in rows:
        command = EstablishUnit(
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent_id=None if row.parent is None else unit_id(row.parent),
            established_on=row.established_on,
        )
        stream = UNIT.stream(unit_id(row.code))
        known = Known(parent_kind=None if row.parent is None else kinds[row.parent], root_id=root)
        if events := UNIT.decide(command, established.get(stream, UNIT.initial), known, context):
            own = uuid5(context.command_id, row.code)
            fingerprint = sha256(f"{stream}\n{command.model_dump_json()}".encode()).digest()
            appends.append(Append(stream, 0, events, own, fingerprint, metadata))
    return appends
