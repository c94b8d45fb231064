"""Registrations from a file into the store: tried whole, then written unit by unit under the rules of registering.

Only units below the one that was asked for are read. With a fault in any row nothing is written. An import that was
interrupted goes on where it stopped: what is pledged already is not pledged again. Source: S002-15, S002-17.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid5

from chassis.facts.decider import Context, Rejected
from chassis.facts.envelope import Metadata
from chassis.organisation.organisation import BELOW
from chassis.service.platform import Platform
from chassis.store.execute import Contended
from chassis.store.store import Append
from contracts.registry import RegistrationEvent
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.domain.registration_filing import EnterAsHistory
from services.registry.domain.registration_import import TargetRow, commands, fault, parse_registrations
from services.registry.domain.registration_state import Registration
from services.registry.domain.unit_import_faults import Fault

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.01
_UNITS: Final = (
    f"{BELOW} select u.code, u.unit_id from below join organisation_units u using (unit_id) where u.code is not null"  # noqa: S608 - our own text
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose registrations a file is about: those of a campaign, of a unit and all below it.

    With `history` it says what was registered on a day that is past: each goes in, and waits for a second person.
    """

    campaign: UUID
    unit: UUID
    history: EnterAsHistory | None = None


@dataclass(slots=True)
class Trial:
    """What a file would do: rows with a new target, another one, the same as stands; units; every fault."""

    new: int = 0
    changed: int = 0
    same: int = 0
    units: int = 0
    faults: list[Fault] = field(default_factory=list)


async def units_below(platform: Platform, unit: UUID) -> dict[str, UUID]:
    """A unit and all below it, by their codes."""
    return {row["code"]: UUID(int=row["unit_id"].int) for row in await platform.pool.fetch(_UNITS, unit)}


async def try_registrations(platform: Platform, data: bytes, scope: Scope, context: Context) -> Trial:
    """Say what the import of a file would do, with every fault; nothing is stored."""
    by_unit, trial = await _read(platform, data, scope)
    for key, rows in by_unit.items():
        _, state = await platform.executor.state(REGISTRATION, key)
        _decided(rows, state, context, trial, scope.history)
    trial.faults.sort(key=lambda each: each.line)
    return trial


async def import_registrations(
    platform: Platform, data: bytes, scope: Scope, context: Context, told: Callable[[int, int], object]
) -> Trial:
    """Pledge what a file says; with a fault in any row nothing is written, and the faults come back.

    Raises Contended where others keep changing the same registration, Rejected where one was sent in meanwhile.
    """
    trial = await try_registrations(platform, data, scope, context)
    if trial.faults:
        return trial
    by_unit, _ = await _read(platform, data, scope)
    for done, (key, rows) in enumerate(by_unit.items(), start=1):
        await _write(platform, key, rows, context, scope.history)
        told(done, len(by_unit))
        await asyncio.sleep(_PAUSE)  # others' commands come first
    return trial


async def _read(platform: Platform, data: bytes, scope: Scope) -> tuple[Mapping[UUID, list[TargetRow]], Trial]:
    """The rows by their units' registrations, and the faults so far."""
    rows, faults = await asyncio.to_thread(parse_registrations, data)
    units, found, trial = await units_below(platform, scope.unit), dict[UUID, list[TargetRow]](), Trial(faults=faults)
    for row in rows:
        unit = units.get(row.unit)
        key = None if unit is None else registration_id(scope.campaign, unit)
        if key is None or (key not in found and (await platform.executor.state(REGISTRATION, key))[1].terms is None):
            faults.append(fault(row.line, "unit", "unit"))
        else:
            found.setdefault(key, []).append(row)
    trial.units = len(found)
    return found, trial


async def _write(
    platform: Platform, key: UUID, rows: Sequence[TargetRow], context: Context, history: EnterAsHistory | None
) -> None:
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    fingerprint = sha256(repr((key, rows, history)).encode()).digest()
    for _ in range(_ATTEMPTS):
        version, state = await platform.executor.state(REGISTRATION, key)
        trial = Trial()
        events = _decided(rows, state, context, trial, history)
        if trial.faults:
            first = trial.faults[0]
            raise Rejected(first.code, first.vi, first.en)
        own = uuid5(context.command_id, f"{key}/{version}")
        append = Append(REGISTRATION.stream(key), version, events, own, fingerprint, metadata)
        if not events or await platform.store.append_all([append]) is not None:
            return
    raise Contended(REGISTRATION.stream(key))


def _decided(
    rows: Sequence[TargetRow], state: Registration, context: Context, trial: Trial, history: EnterAsHistory | None
) -> list[RegistrationEvent]:
    """What the rows of one registration bring, each on what those before have left; what is wrong goes to the trial."""
    events, seen, before = list[RegistrationEvent](), set[tuple[str, int]](), len(trial.faults)
    for row in rows:
        asked = commands(row, state)
        if isinstance(asked, Fault):
            trial.faults.append(asked)
            continue
        place, stood = (asked[0].indicator, row.year), (asked[0].indicator, row.year) in state.pledges
        if place in seen:
            trial.faults.append(fault(row.line, "indicator", "row-twice"))
            continue
        seen.add(place)
        try:
            brought = list[RegistrationEvent]()
            for command in asked:
                found = REGISTRATION.decide(command, state, None, context)
                state = REGISTRATION.fold(found, state, [context.actor] * len(found))
                brought += found
        except Rejected as refused:
            trial.faults.append(Fault(row.line, "value", refused.code, refused.vi, refused.en))
            continue
        events += brought
        trial.new += bool(brought) and not stood
        trial.changed += bool(brought) and stood
        trial.same += not brought
    if history is not None and len(trial.faults) == before:
        try:
            events += REGISTRATION.decide(history, state, None, context)
        except Rejected as refused:  # about the unit's whole, so with its last row
            trial.faults.append(Fault(rows[-1].line, "unit", refused.code, refused.vi, refused.en))
    return events
