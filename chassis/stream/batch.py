"""A batch of records, and what it makes of read models, folded for all of them in one pass.

A record is decoded and folded into every read model that reads it while it is in the processor's cache, before anybody
has asked who of them has it already. What was folded ahead counts for a read model that has nothing of the batch yet,
where no record is strange: `Ahead.holds` tells. Otherwise the batch goes through the gate, record by record.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

from chassis.facts.envelope import Recorded, UnknownFact
from chassis.facts.projection import Change, Fold, Projection
from chassis.facts.reads import Reads
from chassis.stream.gate import NOWHERE, Gate, Known
from chassis.stream.logs import UNNAMED
from chassis.stream.received import STORE, NoRecord, Raw, Received, kind_in, offset_of, place_of, receive
from contracts.event import Event

_SLICE: Final = 50
"""After so many records others may go on."""

Place = tuple[str, int]
"""Topic and partition."""


@dataclass(slots=True)
class Run:
    """The records of a batch that come from one place, as far as they are alike; of a store, the positions."""

    first: int
    last: int
    plain: bool = True
    """Each comes behind the one before, all are of one log that the first names, and none is strange."""
    unsure: bool = False
    """A place at its end is no record's."""
    log: bytes | None = None
    begins: int = 0
    """The position of the first event; 0 for none."""
    position: int = 0
    """The position of the last one."""

    def goes_on(self, offset: int) -> None:
        """Note that a record comes next."""
        self.plain = self.plain and offset > self.last
        self.last = offset

    def holds(self, event: Recorded[Event]) -> None:
        """Note the event in a record."""
        headers = event.envelope
        if not isinstance(headers, str):
            log = headers.get("ce_logid", UNNAMED)
            if self.log is None:
                self.log = log
            if log != self.log or "ce_loghistory" in headers:
                self.plain = False
        position = event.position
        if position <= self.position or type(event.data) is UnknownFact:
            self.plain = False
        self.begins = self.begins or position
        self.position = position

    def is_next(self, gate: Gate, place: Place, *, read: bool) -> bool:
        """Tell whether the gate would let by all, and let in whatever is `read` of it."""
        offset, position = gate.reached.get(place, NOWHERE)
        if not self.plain or self.first <= offset:
            return False
        if place[0] == STORE:
            return self.begins > position
        known, logs = gate.known.get(place), gate.logs.get(place[0])
        if known is None or known.awaits:
            return False
        if not read:
            return True
        if known.log == UNNAMED:  # nothing of a log with a name was read here yet
            return self.begins > position and logs is not None and logs.one and logs.held == self.log
        return self.begins > position and known.log == self.log and (logs is None or logs.one)


@dataclass(slots=True)
class Ahead:
    """What a batch makes of one read model, if nothing of it is known already, held back or strange."""

    fold: Fold
    project: Callable[[Recorded[Any]], Iterable[Change]]
    runs: Mapping[Place, Run]
    last: dict[Place, Recorded[Event]] = field(default_factory=dict)
    """The last event that was read, by place."""
    failed: bool = False

    def take(self, place: Place, event: Recorded[Event]) -> None:
        """Fold an event; what a projection raises is looked at in its turn."""
        try:
            self.fold.apply(self.project(event))
        except Exception:  # noqa: BLE001 - it is raised again, and parked, where the batch goes through the gate
            self.failed = True
        self.last[place] = event

    def holds(self, gate: Gate) -> bool:
        """Tell whether the gate would let in every record that is read."""
        return not (self.failed or gate.blocked or gate.discarded) and all(
            run.is_next(gate, place, read=place in self.last) for place, run in self.runs.items()
        )

    def move(self, gate: Gate) -> None:
        """Leave the gate as it is when all have passed."""
        for place, run in self.runs.items():
            _, position = gate.reached.get(place, NOWHERE)
            last = self.last.get(place)
            if place[0] == STORE:
                position = run.position
            elif last is not None:
                headers: Mapping[str, bytes] = last.envelope  # type: ignore[assignment]  # of one from Kafka
                known = gate.known.setdefault(place, Known())
                known.log, known.hash = run.log or UNNAMED, headers.get("ce_hash", UNNAMED)
                position = last.position
            gate.reached[place] = (run.last, position)


class Batch(list[Raw]):
    """The records that one reader takes, with their places, and what they make of it if it is a read model."""

    def __init__(self, records: Iterable[Raw], runs: Mapping[Place, Run], ahead: Ahead | None = None) -> None:
        super().__init__(records)
        self.runs, self.ahead = runs, ahead


def runs_of(batch: Sequence[Raw]) -> Mapping[Place, Run]:
    """Where the records of a batch come from."""
    if isinstance(batch, Batch):
        return batch.runs
    runs: dict[Place, Run] = {}
    for raw in batch:
        _go_on(runs, raw)
    return runs


def _go_on(runs: dict[Place, Run], raw: Raw) -> Run:
    place, offset = place_of(raw), offset_of(raw)
    run = runs.get(place)
    if run is None:
        run = runs[place] = Run(offset, offset)
    else:
        run.goes_on(offset)
    if type(raw) is NoRecord:
        run.unsure = True
    return run


async def read_ahead(
    batch: Sequence[Raw], readers: Sequence[tuple[Projection | Reads, Collection[str]]]
) -> list[Batch]:
    """For each reader the records of its topics: whatever any of them wants is decoded once, and folded for them.

    A reader that is no projection is said by what it reads.
    """
    runs: dict[Place, Run] = {}
    wanted = frozenset[type | None]([None]).union(*(_reads(reader).classes for reader, _ in readers))
    aheads = [
        Ahead(Fold(reader.place, live=True), reader.project, runs) if isinstance(reader, Projection) else None
        for reader, _ in readers
    ]
    takers: dict[tuple[str, type[Event]], list[Ahead]] = {}
    for ahead, (reader, topics) in zip(aheads, readers, strict=True):
        if ahead is not None:
            for each in product(topics, _reads(reader).classes):
                takers.setdefault(each, []).append(ahead)
    read: list[Raw] = []
    for number, raw in enumerate(batch):
        if number % _SLICE == _SLICE - 1:
            await asyncio.sleep(0)  # others are writing meanwhile
        kind = kind_in(raw)
        record = receive(raw) if kind in wanted else raw
        read.append(record)
        run, place = _go_on(runs, record), place_of(record)
        event = record.recorded if isinstance(record, Received) else record
        if isinstance(event, Recorded):
            run.holds(event)
            for taker in takers.get((place[0], type(event.data)), ()):
                taker.take(place, event)
        elif event is None or kind is UnknownFact:
            run.plain = False
    return [_of(topics, read, runs, ahead) for ahead, (_, topics) in zip(aheads, readers, strict=True)]


def _reads(reader: Projection | Reads) -> Reads:
    return reader.reads if isinstance(reader, Projection) else reader


def _of(topics: Collection[str], read: Sequence[Raw], runs: Mapping[Place, Run], ahead: Ahead | None) -> Batch:
    """Of the records of a batch those of some topics."""
    mine = {place: run for place, run in runs.items() if place[0] in topics}
    if ahead is not None:
        ahead.runs = mine
    return Batch(read if len(mine) == len(runs) else [raw for raw in read if place_of(raw) in mine], mine, ahead)
