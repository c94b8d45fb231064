"""What a batch makes of read models ahead of the gate is what the gate makes of it, or it does not count."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from aiokafka import ConsumerRecord
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.facts.envelope import Recorded, UnknownFact, encode
from chassis.facts.projection import Fold
from chassis.stream.batch import Ahead, Batch, read_ahead
from chassis.stream.gate import Astray, Diverged, Gate, Known
from chassis.stream.intake import fold_in
from chassis.stream.logs import Log, Logs
from chassis.stream.received import STORE, NoRecord
from chassis.stream.topics import events_topic
from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.registry import TargetRegistered
from tests.chassis.streams import BROKEN, UNITS_SEEN, established

TOPIC: Final = events_topic("registry")
LOG, OTHER_LOG = (str(UUID(int=number)).encode() for number in (1, 2))
HEARD: Final = datetime(2024, 11, 20, tzinfo=UTC)
ONE: Final = Logs((Log(LOG, 0, HEARD),))
TWO: Final = Logs((Log(LOG, 0, HEARD), Log(OTHER_LOG, 40, HEARD)))
STRANGE: Final = (
    "unknown", "broken", "no json", "no type", "no log", "other log", "history", "same offset", "same position",
    "lower position",
)  # fmt: skip


@dataclass
class Topic:
    """Records of one partition, as they come."""

    partition: int
    offset: int = 0
    position: int = 0
    records: list[Any] = field(default_factory=list)

    def add(self, what: str) -> None:
        self.offset += what != "same offset"
        if what == "none":
            self.records.append(NoRecord.at(TOPIC, self.partition, self.offset))
            return
        self.position += {"same position": 0, "lower position": -1}.get(what, 1)
        name = "broken" if what == "broken" else f"unit {self.position}"
        event: Event = established(UUID(int=self.position % 3), name)
        if what == "other type":
            event = EXAMPLES[TargetRegistered]
        headers = {
            "ce_id": str(UUID(int=self.position)).encode(),
            "ce_type": b"thidua.registry.Tomorrow.v1" if what == "unknown" else event.type_name().encode(),
            "ce_time": b"2024-11-20T00:00:00.000000Z",
            "ce_sequence": b"%d" % self.position,
            "ce_streamversion": b"1",
            "ce_logid": OTHER_LOG if what == "other log" else LOG,
            "ce_logafter": b"0",
            "ce_hash": b"%d" % (self.position * 7),
        }
        if what == "history":
            headers["ce_loghistory"] = LOG + b"@0"
        for header in {"no type": ["ce_type"], "no log": ["ce_logid", "ce_hash"]}.get(what, ()):
            del headers[header]
        value = b"{" if what == "no json" else encode(event).encode()
        self.records.append(
            ConsumerRecord(TOPIC, self.partition, self.offset, 0, 0, b"unit", value, None, 0, 0, tuple(headers.items()))
        )


def records(*whats: str, partition: int = 0, offset: int = 9, position: int = 20) -> list[Any]:
    """Records of one partition, from behind an offset and a position."""
    topic = Topic(partition, offset, position)
    for what in whats:
        topic.add(what)
    return topic.records


def a_gate(known: Known | None = None, logs: Mapping[str, Logs] | None = None, **more: Any) -> Gate:
    """The gate of one who has read all until before the first record."""
    at = known or Known(LOG, b"140")
    reached = {(TOPIC, 0): (9, 20), (TOPIC, 1): (9, 20), (STORE, 0): (20, 20)}
    places = {(TOPIC, 0): deepcopy(at), (TOPIC, 1): deepcopy(at)}
    heard = dict({TOPIC: ONE} if logs is None else logs)
    return Gate(**{"reached": reached, "logs": heard, "known": places, **more})


def read(batch: Sequence[Any], topic: str = TOPIC) -> Ahead:
    """The batch, read for one read model."""
    [mine] = asyncio.run(read_ahead(batch, [(UNITS_SEEN, (topic,))]))
    assert isinstance(mine, Batch)
    assert list(mine) == list(batch) or len(mine) == len(batch)
    assert mine.ahead is not None
    return mine.ahead


def one_by_one(batch: Sequence[Any], gate: Gate) -> Fold:
    """The same through the gate."""
    fold = Fold(UNITS_SEEN.place, live=True)
    fold_in(fold, UNITS_SEEN, batch, gate)
    return fold


def same_by_the_gate(batch: Sequence[Any], gate: Gate, topic: str = TOPIC) -> bool:
    """Whether the batch counts as it was read ahead; then it must be what the gate makes of it."""
    ahead, by_gate = read(batch, topic), deepcopy(gate)
    if not ahead.holds(gate):
        return False
    ahead.move(gate)
    fold = one_by_one(batch, by_gate)
    assert gate == by_gate
    assert (gate.failures, gate.unread, gate.repeated, gate.unknown, gate.lost) == ([], [], 0, 0, 0)
    assert ahead.fold._rows == fold._rows
    return True


@pytest.fixture(autouse=True)
def _broken() -> Any:
    BROKEN.add("broken")
    yield
    BROKEN.discard("broken")


def test_a_plain_batch_counts_as_it_was_read() -> None:
    batch = [*records("unit", "none", "other type", "unit"), *records("unit", "unit", partition=1)]
    assert same_by_the_gate(batch, a_gate())
    assert same_by_the_gate(batch, a_gate(Known()))  # the first of this log here
    assert same_by_the_gate(batch, a_gate(logs={}))
    assert same_by_the_gate(records("other type", "none"), a_gate(Known(OTHER_LOG)))  # nothing of it is read


def test_the_own_store_counts_as_it_was_read() -> None:
    stored: list[Recorded[Any]] = [
        Recorded(n, "unit", n, UUID(int=n), established(UUID(int=n % 2), "x"), "{}", HEARD) for n in (21, 22, 23)
    ]
    assert same_by_the_gate(stored, a_gate(), STORE)
    assert not same_by_the_gate(stored, Gate({(STORE, 0): (21, 21)}), STORE)
    stored.append(Recorded(24, "unit", 24, UUID(int=24), UnknownFact(type="thidua.registry.X.v1"), "{}", HEARD))
    assert not same_by_the_gate(stored, a_gate(), STORE)


@pytest.mark.parametrize("what", STRANGE)
def test_a_batch_with_a_strange_record_goes_through_the_gate(what: str) -> None:
    assert not same_by_the_gate(records("unit", "unit", what, "unit"), a_gate())


def test_a_log_that_nobody_heard_of_goes_through_the_gate() -> None:
    assert not same_by_the_gate(records("other log", "other log"), a_gate(Known()))
    assert not same_by_the_gate(records("no log", "no log"), a_gate(Known()))
    assert not same_by_the_gate(records("no log", "no log"), a_gate(Known(), {}))


@pytest.mark.parametrize(
    "gate",
    [
        lambda: a_gate(Known(LOG, awaits=True)),
        lambda: a_gate(Known(OTHER_LOG)),
        lambda: a_gate(Known(), {}),
        lambda: a_gate(logs={TOPIC: TWO}),
        lambda: a_gate(blocked={"unit"}),
        lambda: a_gate(reached={(TOPIC, 0): (10, 20)}),
        lambda: a_gate(reached={(TOPIC, 0): (9, 21)}),
    ],
    ids=["waits", "of another log", "never heard of it", "carried on", "held back", "has it", "has its position"],
)
def test_who_is_not_just_before_a_batch_takes_it_through_the_gate(gate: Callable[[], Gate]) -> None:
    assert not same_by_the_gate(records("unit", "unit"), gate())


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(["unit", "unit", "unit", "other type", "none", *STRANGE]), min_size=1, max_size=6),
    st.lists(st.sampled_from(["unit", "other type", "none"]), max_size=3),
    st.builds(Known, st.sampled_from([LOG, LOG, LOG, b"", OTHER_LOG]), st.sampled_from([b"", b"140"]), st.booleans()),
    st.sampled_from([{TOPIC: ONE}, {TOPIC: ONE}, {TOPIC: TWO}, {}]),
    st.sampled_from([set(), set(), {"unit"}, {"another"}]),
    st.tuples(st.integers(8, 12), st.integers(19, 23)),
)
def test_what_counts_ahead_is_what_the_gate_makes_of_it(  # noqa: PLR0917 - so much a gate knows
    here: list[str], there: list[str], known: Known, logs: dict[str, Logs], blocked: set[str], reached: tuple[int, int]
) -> None:
    BROKEN.add("broken")
    batch = [*records(*here), *records(*there, partition=1)]
    gate = a_gate(known, logs, blocked=set(blocked))
    gate.reached[TOPIC, 0] = reached
    same_by_the_gate(batch, gate)


def test_what_the_gate_stops_at_does_not_count() -> None:
    for gate, stops in ((a_gate(Known(LOG, awaits=True)), Diverged), (a_gate(Known(LOG)), Astray)):
        batch = records("unit", "unit")
        if stops is Astray:
            batch[0] = records("history", position=5)[0]
            gate.reached[TOPIC, 0] = (9, 60)
            gate.logs[TOPIC] = TWO
            batch = records("other log", "other log", position=60)
        assert not read(batch).holds(gate)
        with pytest.raises(stops):
            one_by_one(batch, gate)
