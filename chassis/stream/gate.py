"""Which records pass into a batch's transaction: new ones, of the log that their topic holds, that wait for none."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, cast

from aiokafka import ConsumerRecord

from chassis.facts.envelope import Recorded, UnknownFact
from chassis.facts.reads import Reads
from chassis.stream.dead_letters import Discarded
from chassis.stream.logs import UNNAMED, Logs, carried_on, claimed
from chassis.stream.received import NoRecord, Raw, Received, kind_in, offset_of, place_of
from contracts.event import Event

BEHIND = "waits behind a parked record of its stream"

NEWER = "needs a newer version, which knows what has happened since"

LOST = "was lost when its store was restored to before"

OTHER = "says something else than the record of the same position that was applied before"

FOREIGN = "comes from another log than the one that this topic holds: a restored or foreign store"

Reached = dict[tuple[str, int], tuple[int, int]]
"""Last offset and position by topic and partition."""

NOWHERE: Final = (-1, 0)


class Astray(Exception):
    """The consumer has applied what was then lost with a store, as `logs` tell; see `chassis.stream.astray`."""

    def __init__(self, logs: Mapping[str, Logs]) -> None:
        super().__init__(*logs)
        self.logs = logs


class Diverged(Exception):
    """A topic made again does not hold what the consumer last applied: its store is not the one that it was."""


class MadeAgain(Exception):
    """The batch and the consumer's offsets do not belong to the same topic of that name."""


@dataclass(slots=True)
class Known:
    """Where a consumer stands at a place beside offset and position: in whose log, at which record, in which topic."""

    log: bytes = UNNAMED
    hash: bytes = b""
    awaits: bool = False
    """The topic was made again and has not come to that record yet."""
    topic_id: str = ""


def kept(position: int, link: bytes) -> str:
    """How the hash of the record at a position is kept: with it, as a version before moves positions and knows none."""
    return f"{position}@{link.decode()}" if link else ""


def link_at(position: int, text: str) -> bytes:
    """The hash that was kept for a position; nothing when it was kept for another one."""
    at, _, link = text.partition("@")
    return link.encode() if at == str(position) else UNNAMED


@dataclass(slots=True)
class Gate:
    """Who may pass: records that are new and wait behind nothing. Keeps what failed, each with its reason."""

    reached: Reached = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    failures: list[tuple[Received, str]] = field(default_factory=list)
    repeated: int = 0
    """Records at a new offset whose position is known: copies, or hidden by one that claimed too high a position."""
    unknown: int = 0
    """Records of types that this process does not know, which passed by."""
    lost: int = 0
    """Records of a log that was carried on by another one before them."""
    unread: list[ConsumerRecord[bytes, bytes]] = field(default_factory=list)
    """Those that a reaction leaves to a newer version."""
    logs: dict[str, Logs] = field(default_factory=dict)
    """Whose logs each topic has held; what is heard of is put here."""
    known: dict[tuple[str, int], Known] = field(default_factory=dict)
    discarded: Discarded = field(default_factory=Discarded)
    """What somebody dropped before."""
    left_out: int = 0
    """Records that stayed out for it."""

    def pass_by(self, raw: Raw, reads: Reads, *, note: bool = False) -> bool:
        """Tell whether a record does not concern the reader, and move on then; `note` keeps those of unknown types.

        One from Kafka moves the offset alone: which position it claims is not looked at.
        """
        kind = kind_in(raw)
        if kind is None or kind in reads.classes:
            return False
        place, offset = place_of(raw), offset_of(raw)
        last_offset, position = self.reached.get(place, NOWHERE)
        if offset <= last_offset:
            return True
        record = raw.raw or raw.recorded if isinstance(raw, Received) else raw
        if isinstance(record, Recorded):
            position = max(position, record.position)
        elif kind is not NoRecord and record is not None:
            if (known := self.known.get(place)) is not None and known.awaits:
                known.awaits = dict(record.headers).get("ce_sequence") != b"%d" % position
            if kind is UnknownFact and note:
                self.unread.append(record)
        self.reached[place] = (offset, position)
        self.unknown += kind is UnknownFact
        return True

    def admit(self, record: Received) -> Recorded[Event] | None:
        """The event of a record that may be applied; a batch itself may hold a record twice.

        Raises Astray or Diverged.
        """
        place = record.place
        last_offset, position = self.reached.get(place, NOWHERE)
        if record.offset <= last_offset:
            return None
        event = record.recorded
        if event is not None and not isinstance(event.envelope, str) and (why := self._strange(place, event, position)):
            if why == LOST:
                self.reached[place] = (record.offset, position)
                self.lost += 1
                return None
            alone = f"{record.topic}/{record.partition}/{record.offset}"  # nothing of ours waits behind it
            record, event = replace(record, stream=alone, recorded=None, error=why), None
        if self.discarded and self.discarded.holds(record):
            self.reached[place] = (record.offset, max(position, event.position if event else 0))
            self.left_out += 1
            return None
        if event is None or event.position <= position:
            self.reached[place] = (record.offset, position)
            if event is None:
                self.fail(record, BEHIND if record.stream in self.blocked else record.error)
            else:
                self.repeated += 1
            return None
        self.reached[place] = (record.offset, event.position)
        if self.blocked and record.stream in self.blocked:
            self.failures.append((record, BEHIND))
            return None
        return event

    def _strange(self, place: tuple[str, int], event: Recorded[Event], position: int) -> str:
        """Why a record from Kafka is none that may be looked at further; nothing when it is one of ours that holds."""
        headers: Mapping[str, bytes] = event.envelope  # type: ignore[assignment]  # of one from Kafka
        known = self.known.get(place)
        if known is None:
            known = self.known[place] = Known()
        log, link = headers.get("ce_logid", UNNAMED), headers.get("ce_hash", UNNAMED)
        if log != known.log or log == UNNAMED or "ce_loghistory" in headers or self._several(place[0]):
            try:
                holds = self._turn(place, known, log, event)
            except (LookupError, ValueError):
                return FOREIGN
            if not holds:
                return LOST
        if event.position == position and known.hash and link and link != known.hash:
            return OTHER
        if known.awaits:
            _await(known, event, position)
        if event.position > position:
            known.hash = link
        return ""

    def _turn(self, place: tuple[str, int], known: Known, log: bytes, event: Recorded[Event]) -> bool:
        """Look at the log of a record, if it is not simply the one before's; tell whether what it says holds still.

        Raises LookupError or ValueError for one of another log, Astray when the consumer has applied what was lost.
        """
        topic, headers = place[0], cast("Mapping[str, bytes]", event.envelope)
        logs = self.logs.get(topic, Logs())
        if log != UNNAMED or "ce_loghistory" in headers:
            logs = Logs(carried_on(logs.known, claimed(headers, datetime.now(UTC))))
        elif not logs.known:
            return True
        if not logs.of(log, event.position, event.recorded_at):
            raise ValueError(FOREIGN)
        self.logs[topic] = logs
        if event.position > logs.until(log):
            return False
        if self.reached.get(place, NOWHERE)[1] > logs.until(known.log):
            raise Astray({topic: logs})
        if log != UNNAMED:
            known.log = log
        return True

    def _several(self, topic: str) -> bool:
        logs = self.logs.get(topic)
        return logs is not None and len(logs.known) > 1

    def leave(self, record: Received) -> None:
        """Leave a record to a newer version; one that did not come from Kafka cannot be kept and fails."""
        if record.raw is None:
            self.fail(record, NEWER)
        else:
            self.unread.append(record.raw)

    def fail(self, record: Received, reason: str) -> None:
        """Note a failure; later records of the stream wait behind it."""
        storable = reason.encode("utf-8", "replace").decode().replace("\x00", "")  # it may quote the record
        self.failures.append((record, storable))
        self.blocked.add(record.stream)


def _await(known: Known, event: Recorded[Event], position: int) -> None:
    """Wait for the record that was applied last, in a topic that was made again; raises Diverged when it has passed."""
    if event.position > position > 0:
        raise Diverged(f"holds {event.position}, and not {position} before it, which was applied")
    known.awaits = event.position < position
