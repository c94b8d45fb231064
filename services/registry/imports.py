"""The whole organisation from one file: every row is good, or nothing is established."""

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from chassis.facts.clock import business_date
from chassis.facts.decider import Context, Rejected
from chassis.facts.envelope import Metadata, decode
from chassis.service.platform import Platform
from chassis.store.execute import CommandIdReused, Contended
from chassis.store.store import Append
from contracts.registry import UnitEstablished, UnitRenamed
from contracts.values import UnitKind
from services.registry import root
from services.registry.domain.unit import UNIT, EstablishUnit, unit_id
from services.registry.domain.unit_import import Fault, ImportRefused, UnitRow, read_units
from services.registry.domain.unit_import_faults import MAX_FAULTS
from services.registry.domain.unit_state import Known, Other, Unit

_ATTEMPTS = 5
_STORED: Final = "select stream, type, data from store.events where stream = any($1::text[]) order by stream, version"
_RENAMED: Final = """
    select distinct stream from store.events where type = $1 and data ->> 'code' = any($2::text[])
"""


@dataclass(slots=True)
class Trial:
    """What a file would do: how many units are new, by kind, and how many are known already; what is wrong with it."""

    new: Counter[UnitKind] = field(default_factory=Counter)
    known: int = 0
    faults: tuple[Fault, ...] = ()


async def import_units(
    platform: Platform,
    data: bytes,
    context: Context | None = None,
    *,
    names_are_meant: bool = False,
    told: Callable[[int, int], object] = lambda *_: None,
) -> int:
    """Establish the units that are new, in one transaction; gives their number, for the same file again the first one.

    With `names_are_meant`, names that look like a wrong code page are taken as they stand. How many of how many units
    are written is `told` on the way.
    Raises CommandIdReused when the command's id came with another file, ImportRefused with every fault and its line and
    column, Rejected when a code belongs to another unit or the organisation has another root, Contended when others
    keep establishing the same units meanwhile.
    """
    rows = await _read(platform, data, names_are_meant=names_are_meant)
    context = context or Context(occurred_on=business_date(platform.clock()), policy="registry/import")
    file = _accepted(data, context)
    for _ in range(_ATTEMPTS):
        known = await _established(platform, rows)
        appends = await asyncio.to_thread(_appends, rows, known, await _root(platform, rows, known), context)
        claims = [root.claim(UUID(each.stream.removeprefix("unit-")), context) for each in appends if _is_root(each)]
        of = len(appends)
        told(0, of)
        answers = await platform.store.append_all([file, *claims, *appends], lambda done: told(min(done - 1, of), of))  # noqa: B023 - called before the next
        if answers is None:
            continue
        if not answers[0].repeated:
            return of
        if (first := await platform.store.answer(context.command_id)) is not None:  # else another root came in between
            if first.fingerprint != file.fingerprint:
                raise CommandIdReused(str(context.command_id))
            return await _established_by(platform, rows, context)
    raise Contended("units")


async def try_units(platform: Platform, data: bytes, *, names_are_meant: bool = False) -> Trial:
    """Say what the import of a file would do, with every fault; nothing is stored."""
    try:
        rows = await _read(platform, data, names_are_meant=names_are_meant)
    except ImportRefused as refused:
        return Trial(faults=refused.faults)
    known = await _established(platform, rows)
    return await asyncio.to_thread(_tried, rows, known, await _root(platform, rows, known))


async def _read(platform: Platform, data: bytes, *, names_are_meant: bool) -> tuple[UnitRow, ...]:
    """The units of a file, which may stand below units that there are already."""
    reading = await asyncio.to_thread(read_units, data, names_are_meant=names_are_meant)
    stored = await _stored(platform, reading.outside) if reading.outside else {}
    found = [(code, unit.now) for code, unit in stored.items()]
    there = {code: now.kind for code, now in found if now.code == code and now.until is None}
    return await asyncio.to_thread(reading.units, there)


async def _root(platform: Platform, rows: tuple[UnitRow, ...], known: dict[str, Unit]) -> UUID | None:
    """The root that there is, looked up where the file would establish one."""
    new = any(row.parent is None and row.code not in known for row in rows)
    return await root.established(platform) if new else None


def _is_root(append: Append) -> bool:
    return any(isinstance(event, UnitEstablished) and event.parent_id is None for event in append.events)


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
    """The units of the file and those above them, as far as they are there."""
    return await _stored(platform, {row.code for row in rows} | {row.parent for row in rows if row.parent is not None})


async def _stored(platform: Platform, wanted: Collection[str]) -> dict[str, Unit]:
    """What the store knows of units, by their codes: a read model may still be behind.

    One whose code has changed is found by the code that it has now.
    """
    codes = {UNIT.stream(unit_id(code)): code for code in wanted}
    renamed = await platform.pool.fetch(_RENAMED, UnitRenamed.type_name(), list(codes.values()))
    states: dict[str, Unit] = {}
    for stream, kind, data in await platform.pool.fetch(_STORED, [*codes, *(row[0] for row in renamed)]):
        states[stream] = UNIT.fold([decode(kind, data)], states.get(stream))
    known = {code: states[stream] for stream, code in codes.items() if stream in states}
    for (stream,) in renamed:
        now = states[stream].now
        if now.until is None:
            known[now.code] = states[stream]
    return known


def _id(code: str, established: dict[str, Unit]) -> UUID:
    there = established[code].established if code in established else None
    return unit_id(code) if there is None else there.unit_id


def _commands(
    rows: tuple[UnitRow, ...], top: UUID | None, established: dict[str, Unit]
) -> Iterator[tuple[UnitRow, EstablishUnit, Known]]:
    """What each row asks for that is not so already, and what is to be known for it."""
    above = {code: Other(unit.now.name, unit.now.kind, unit.now.until) for code, unit in established.items()}
    above = {row.code: Other(row.name, row.kind) for row in rows} | above
    for row in rows:
        command = EstablishUnit(
            code=row.code,
            name=row.name,
            kind=row.kind,
            parent_id=None if row.parent is None else _id(row.parent, established),
            established_on=row.established_on,
        )
        if row.code in established and _is_so(command, established[row.code]):
            continue
        parent = None if row.parent is None else above.get(row.parent)
        yield row, command, Known(parent_kind=None if parent is None else parent.kind, parent=parent, root_id=top)


def _is_so(command: EstablishUnit, unit: Unit) -> bool:
    """Whether a unit is by now as a row has it: what was exported is imported again without a change."""
    now, first = unit.now, unit.established
    return (
        first is not None
        and now.until is None
        and (now.code, now.name, now.kind, now.parent_id, first.established_on)
        == (command.code, command.name, command.kind, command.parent_id, command.established_on)
    )


def _tried(rows: tuple[UnitRow, ...], established: dict[str, Unit], top: UUID | None) -> Trial:
    trial, context, faults = Trial(), Context(occurred_on=rows[0].established_on), list[Fault]()
    for row, command, known in _commands(rows, top, established):
        try:
            events = UNIT.decide(command, established.get(row.code, UNIT.initial), known, context)
        except Rejected as refused:
            faults.append(Fault(row.line, "code", refused.code, refused.vi, refused.en))
        else:
            trial.new.update([row.kind] if events else [])
    trial.known = len(rows) - trial.new.total() - len(faults)
    trial.faults = tuple(sorted(faults, key=lambda fault: fault.line)[:MAX_FAULTS])
    return trial


def _appends(
    rows: tuple[UnitRow, ...],
    established: dict[str, Unit],
    top: UUID | None,
    context: Context,
) -> list[Append]:
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    appends: list[Append] = []
    for row, command, known in _commands(rows, top, established):
        stream = UNIT.stream(unit_id(row.code))
        if events := UNIT.decide(command, established.get(row.code, UNIT.initial), known, context):
            own = uuid5(context.command_id, row.code)
            fingerprint = sha256(f"{stream}\n{command.model_dump_json()}".encode()).digest()
            appends.append(Append(stream, 0, events, own, fingerprint, metadata))
    return appends
