"""Results of earlier years from a file into the store: tried whole, then written card by card under the usual rules.

With a fault in any row nothing is written. An import that was interrupted goes on where it stopped: what is reported
already is not reported again. Source: A1, B12
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
from contracts.campaigns import CampaignCancelled, ScorecardEvent
from services.campaigns.domain.campaign import CAMPAIGN
from services.campaigns.domain.pack_rules import Fault
from services.campaigns.domain.result_import import ResultLine, command, fault, parse_results
from services.campaigns.domain.scorecard import SCORECARD, Known, Scorecard, scorecard_id
from services.campaigns.domain.scorecard_commands import History
from services.campaigns.views import official

_ATTEMPTS: Final = 5
_PAUSE: Final = 0.01
_UNITS: Final = (
    f"{BELOW} select u.code, u.unit_id from below join organisation_units u using (unit_id) where u.code is not null"  # noqa: S608 - our own text
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose results a file is about: those of a campaign, of a unit and all below it; by which papers."""

    campaign: UUID
    unit: UUID
    history: History


@dataclass(slots=True)
class Trial:
    """What a file would do: rows with a result that is new, the same as stands; units; every fault."""

    new: int = 0
    same: int = 0
    units: int = 0
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Read:
    by_card: Mapping[UUID, list[ResultLine]]
    known: Mapping[UUID, Known]


async def try_results(platform: Platform, data: bytes, scope: Scope, context: Context) -> Trial:
    """Say what the import of a file would do, with every fault; nothing is stored."""
    read, trial = await _read(platform, data, scope)
    for key, rows in read.by_card.items():
        _, card = await platform.executor.state(SCORECARD, key)
        _decided(rows, card, read.known[key], scope.history, context, trial)
    trial.faults.sort(key=lambda each: each.line or 0)
    return trial


async def import_results(
    platform: Platform, data: bytes, scope: Scope, context: Context, told: Callable[[int, int], object]
) -> Trial:
    """Report what a file says; with a fault in any row nothing is written, and the faults come back.

    Raises Contended where others keep changing the same card, Rejected where a rule broke meanwhile.
    """
    trial = await try_results(platform, data, scope, context)
    if trial.faults:
        return trial
    read, _ = await _read(platform, data, scope)
    for done, (key, rows) in enumerate(read.by_card.items(), start=1):
        await _write(platform, key, rows, read.known[key], scope.history, context)
        told(done, len(read.by_card))
        await asyncio.sleep(_PAUSE)  # others' commands come first
    return trial


async def _read(platform: Platform, data: bytes, scope: Scope) -> tuple[_Read, Trial]:
    """The rows by their units' cards with what is known for each, and the faults so far."""
    rows, faults = await asyncio.to_thread(parse_results, data)
    units = {row["code"]: UUID(int=row["unit_id"].int) for row in await platform.pool.fetch(_UNITS, scope.unit)}
    _, campaign = await platform.executor.state(CAMPAIGN, scope.campaign)
    names = {goal.indicator: goal.name for goal in campaign.terms.goals} if campaign.terms else {}
    cancelled = isinstance(campaign.closed, CampaignCancelled)
    found, known, trial = dict[UUID, list[ResultLine]](), dict[UUID, Known](), Trial(faults=faults)
    for row in rows:
        unit = units.get(row.unit)
        key = None if unit is None else scorecard_id(scope.campaign, unit)
        if unit is None or key is None:
            faults.append(fault(row.line, "unit", "unit"))
            continue
        if key not in known:
            if (await platform.executor.state(SCORECARD, key))[1].opened is None:
                faults.append(fault(row.line, "unit", "unit"))
                continue
            plans = await official.in_force(platform.pool, [unit])
            known[key] = Known(
                bases=await official.bases_of(platform.pool, unit),
                plans={(indicator, year): figure for (_, indicator, year), figure in plans.items()},
                names=names,
                cancelled=cancelled,
            )
        found.setdefault(key, []).append(row)
    trial.units = len(found)
    return _Read(found, known), trial


async def _write(  # noqa: PLR0917
    platform: Platform, key: UUID, rows: Sequence[ResultLine], known: Known, history: History, context: Context
) -> None:
    metadata = Metadata.of(context).model_dump_json(exclude_none=True)
    fingerprint = sha256(repr((key, rows, history)).encode()).digest()
    for _ in range(_ATTEMPTS):
        version, card = await platform.executor.state(SCORECARD, key)
        trial = Trial()
        events = _decided(rows, card, known, history, context, trial)
        if trial.faults:
            first = trial.faults[0]
            raise Rejected(first.code, first.vi, first.en)
        own = uuid5(context.command_id, f"{key}/{version}")
        append = Append(SCORECARD.stream(key), version, events, own, fingerprint, metadata)
        if not events or await platform.store.append_all([append]) is not None:
            return
    raise Contended(SCORECARD.stream(key))


def _decided(  # noqa: PLR0917
    rows: Sequence[ResultLine], card: Scorecard, known: Known, history: History, context: Context, trial: Trial
) -> list[ScorecardEvent]:
    """What the rows of one card bring, each on what those before have left; what is wrong goes to the trial."""
    events, seen = list[ScorecardEvent](), set[tuple[str, int]]()
    names = {indicator: known.names.get(indicator, indicator) for indicator, _ in card.targets}
    for row in rows:
        asked = command(row, names, history)
        if isinstance(asked, Fault):
            trial.faults.append(asked)
            continue
        if (asked.indicator, asked.year) in seen:
            trial.faults.append(fault(row.line, "indicator", "row-twice"))
            continue
        seen.add((asked.indicator, asked.year))
        try:
            brought = list(SCORECARD.decide(asked, card, known, context))
        except Rejected as refused:
            trial.faults.append(Fault(refused.code, "value", refused.vi, refused.en, line=row.line))
            continue
        card = SCORECARD.fold(brought, card, [context.actor] * len(brought))
        events += brought
        trial.new += bool(brought)
        trial.same += not brought
    return events
