"""Persons from a file into the store and the erasable directory, some at a time, so that others' commands go on.

Who has the file's staff code already is not made known again. A file is tried whole before its first row is written; an
import that was interrupted goes on where it stopped: its parts have commands of their own, made of the job's id.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from chassis.facts.decider import Context, Rejected
from chassis.facts.envelope import Metadata, decode
from chassis.service.platform import Platform
from chassis.store.execute import Contended
from chassis.store.store import Append
from contracts.event import Event
from services.registry import people
from services.registry.domain.people_import import PersonRow, parse_people
from services.registry.domain.person import PERSON, AssignPerson, EnrolPerson, Known, Person
from services.registry.domain.unit_import_faults import Fault

_AT_ONCE: Final = 100
"""Persons of one transaction: it keeps other commands waiting for some hundredths of a second."""

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.01
_UNITS: Final = "select code, unit_id from units"
_KNOWN: Final = """
    select person_id, details ->> 'staff_code' as staff_code, details::text as details from people
    where details ->> 'staff_code' = any($1::text[])
"""
_STORED: Final = """
    select stream, type, data from store.events where stream = any($1::text[]) order by stream, version
"""


@dataclass(slots=True)
class Trial:
    """What a file would do: who is new, whose work or details change, who stays as is; every fault."""

    new: int = 0
    changed: int = 0
    same: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Part:
    """What some rows change: appends to the store, and details that are to be kept."""

    new: int
    appends: list[Append]
    details: list[tuple[UUID, people.Details]]
    faults: list[Fault]


async def read(platform: Platform, data: bytes) -> tuple[list[PersonRow], list[Fault], Mapping[str, UUID]]:
    """The rows of a file, its faults, and the units that there are by their codes."""
    units = {row["code"]: UUID(int=row["unit_id"].int) for row in await platform.pool.fetch(_UNITS)}
    rows, faults = await asyncio.to_thread(parse_people, data, units)
    return rows, faults, units


async def try_people(
    platform: Platform, data: bytes, context: Context, told: Callable[[int, int], object] = lambda *_: None
) -> Trial:
    """Say what the import of a file would do, with every fault; nothing is stored."""
    rows, faults, units = await read(platform, data)
    trial = Trial(faults=faults)
    for start in range(0, len(rows), _AT_ONCE):
        part = await _part(platform, rows[start : start + _AT_ONCE], units, context)
        touched = {UUID(each.stream.removeprefix("person-")) for each in part.appends} | {
            key for key, _ in part.details
        }
        trial.new += part.new
        trial.changed += len(touched) - part.new
        trial.faults += part.faults
        told(min(start + _AT_ONCE, len(rows)), len(rows))
    trial.same = len(rows) - trial.new - trial.changed
    trial.faults.sort(key=lambda each: each.line)
    return trial


async def import_people(
    platform: Platform, data: bytes, context: Context, told: Callable[[int, int], object] = lambda *_: None
) -> Trial:
    """Write a file's persons; with a fault in any row nothing is written, and the faults come back.

    Raises Contended where others keep changing the same persons meanwhile.
    """
    trial = await try_people(platform, data, context)
    if trial.faults:
        return trial
    rows, _, units = await read(platform, data)
    for start in range(0, len(rows), _AT_ONCE):
        await _write(platform, rows[start : start + _AT_ONCE], units, context)
        told(min(start + _AT_ONCE, len(rows)), len(rows))
        await asyncio.sleep(_PAUSE)  # others' commands come first
    return trial


async def _write(platform: Platform, rows: Sequence[PersonRow], units: Mapping[str, UUID], context: Context) -> None:
    for _ in range(_ATTEMPTS):
        part = await _part(platform, rows, units, context)
        answers = await platform.store.append_all(part.appends) if part.appends else []
        if answers is None:
            continue  # somebody changed one of them meanwhile
        await people.keep_all(platform.store, part.details, context)
        return
    raise Contended("people")


async def _part(platform: Platform, rows: Sequence[PersonRow], units: Mapping[str, UUID], context: Context) -> _Part:
    codes = [row.details.staff_code for row in rows]
    known = {row["staff_code"]: row for row in await platform.pool.fetch(_KNOWN, codes)}
    keys = {
        code: UUID(int=known[code]["person_id"].int) if code in known else uuid5(context.command_id, code)
        for code in codes
    }
    states = await _states(platform, list(keys.values()))
    part, metadata = _Part(0, [], [], []), Metadata.of(context).model_dump_json(exclude_none=True)
    new = 0
    for row in rows:
        code, key = row.details.staff_code, keys[row.details.staff_code]
        version, state = states.get(key, (0, PERSON.initial))
        try:
            events = _events(row, key, state, units[row.unit], context)
        except Rejected as refused:
            part.faults.append(Fault(row.line, "since", refused.code, refused.vi, refused.en))
            continue
        new += code not in known
        if events:
            own = uuid5(context.command_id, f"{code}/{version}")
            fingerprint = sha256(repr((key, row.unit, row.category, row.works_directly, row.since)).encode()).digest()
            part.appends.append(Append(PERSON.stream(key), version, events, own, fingerprint, metadata))
        details = people.Details(**row.details.model_dump())
        if code not in known or people.as_kept(key, details) != known[code]["details"]:
            part.details.append((key, details))
    return _Part(new, part.appends, part.details, part.faults)


def _events(row: PersonRow, key: UUID, state: Person, unit: UUID, context: Context) -> list[Event]:
    enrolled = PERSON.decide(EnrolPerson(person_id=key), state, Known(), context)
    assign = AssignPerson(
        person_id=key, unit_id=unit, category=row.category, works_directly=row.works_directly, since=row.since
    )
    return [*enrolled, *PERSON.decide(assign, PERSON.fold(enrolled, state), Known(unit=True), context)]


async def _states(platform: Platform, keys: Sequence[UUID]) -> dict[UUID, tuple[int, Person]]:
    """Version and state of the persons that the store knows: a read model may still be behind."""
    found: dict[UUID, tuple[int, Person]] = {}
    for stream, kind, data in await platform.pool.fetch(_STORED, [PERSON.stream(key) for key in keys]):
        key = UUID(stream.removeprefix("person-"))
        version, state = found.get(key, (0, PERSON.initial))
        found[key] = version + 1, PERSON.fold([decode(kind, data)], state)
    return found
