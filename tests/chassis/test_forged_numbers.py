"""Numbers that nobody can have sent: a record is applied with the very value that it bears, or parked."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import pytest
from pydantic import BaseModel
from sqlalchemy import Date, Numeric

from chassis.facts.projection import Projection
from chassis.stream.dead_letters import listed
from chassis.stream.intake import apply
from chassis.stream.received import receive
from chassis.stream.topics import events_topic
from chassis.views.projector import create_views
from contracts.event import Event
from contracts.examples import EXAMPLES
from contracts.people import PEOPLE, PersonChanged, PersonDetails
from services import ALL
from tests.chassis.test_intake import a_record
from tests.conftest import Database

HUGE: Final = 10**400
FORGED: Final = (
    "1e400", "1e-400", f"{HUGE}", f"{2**63}", f"{2**64}", "-1", "0", "-0.0", "1.0", "0.1234567890123456789", "NaN",
    "Infinity", "86400", "true", '"1e400"', '"1E+400"', '"1E-400"', '"1E+999999999"', f'"{HUGE}"', '"NaN"', '"inf"',
    f'"0.{"1234567890" * 9}"', '"1_000"', '" 5"', '"+5"', '"٣"', '"0x10"', '"86400"', '"2024-11-20T00:00:00"',
    '"9999-12-31"', '"0001-01-01"', '"0000-00-00"', '"٢٠٢٤-١١-٢٠"', '"ffffffffffffffffffffffffffffffff"',
)  # fmt: skip
"""JSON texts that take a value's place."""

HEADERS: Final = (
    b"1e400", str(HUGE).encode(), b"9" * 5000, b"%d" % 2**63, b"%d" % 2**64, b"-1", b"0", b"1_000", b" 5", b"5 ", b"+5",
    b"05", b"5.0", "٣".encode(), b"\x00", b"", b"NaN", b"0x10",
)  # fmt: skip

Path = tuple[str | int, ...]

MODELS: Final[dict[str, Projection]] = {
    model.place: model for name in ALL for model in import_module(f"services.{name}.app").SERVICE.read_models
}
EVENTS: Final[tuple[BaseModel, ...]] = (
    *EXAMPLES.values(),
    PersonDetails(person_id=uuid4(), full_name="Nguyễn Thị An", birth_date=date(1990, 1, 1)),
)


def exactly(text: str) -> Any:
    """JSON with every number as it is written."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=Decimal)


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where a number, a flag, a figure, a day or an id stands."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, (*path, key))
    elif isinstance(value, bool | int) or (isinstance(value, str) and _is_typed(value)):
        yield path


def _is_typed(text: str) -> bool:
    for kind in (Decimal, date.fromisoformat, UUID):
        try:
            kind(text)
        except (ValueError, InvalidOperation):
            continue
        return True
    return False


def found(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def forged(event: BaseModel) -> Iterator[tuple[Path, str, bytes]]:
    """Where, what, and the event's bytes with that in its place."""
    sound = json.loads(event.model_dump_json())
    for path in leaves(sound):
        for text in FORGED:
            value = json.loads(event.model_dump_json())
            found(value, path[:-1])[path[-1]] = "@"
            yield path, text, json.dumps(value).replace('"@"', text, 1).encode()


def record(number: int, event: BaseModel, value: bytes, **headers: bytes) -> Any:
    """A record of ours with that value, of a stream of its own."""
    about = {"ce_id": str(uuid4()).encode(), "ce_sequence": b"%d" % number, "ce_streamversion": b"1",
             "ce_time": b"2024-11-20T08:00:00.000000Z", "ce_occurredon": b"2024-11-20"}  # fmt: skip
    if not isinstance(event, Event):
        return a_record(number, str(uuid4()).encode(), value, about | headers, PEOPLE)
    about["ce_type"] = event.type_name().encode()
    key = f"stream-{number}".encode()
    return a_record(number, key, value, about | headers, events_topic(event.service()))


def is_exact(was: Any, read: Any) -> bool:
    """Whether what was read is what was written: the same text, number or id."""
    if type(was) is not type(read):
        return False
    if was == read:
        return True
    try:
        return Decimal(was) == Decimal(read) and "_" not in was and was.strip("+ ") == was and was.isascii()
    except (InvalidOperation, TypeError):
        return isinstance(was, str) and UUID(was) == UUID(read)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_a_forged_value_is_refused_or_read_as_it_was_written(event: BaseModel) -> None:
    tried = 0
    assert receive(record(1, event, event.model_dump_json().encode())).recorded is not None
    for number, (path, text, value) in enumerate(forged(event), 1):
        received = receive(record(number, event, value))
        tried += 1
        if received.recorded is None:
            assert received.error
            continue
        read: Any = received.recorded.data
        again = exactly((read if isinstance(event, Event) else read.details).model_dump_json())
        assert is_exact(exactly(text), found(again, path)), (path, text, found(again, path))
    assert tried >= len(FORGED)


def test_without_exact_types_tiny_numbers_would_become_nothing() -> None:
    class Naive(BaseModel):
        figure: Decimal
        count: int
        day: date
        flag: bool

    text = '{"figure": 1e-400, "count": 1e-400, "day": 1e-400, "flag": 1e-400}'
    read = Naive.model_validate_json(text)
    assert (read.figure, read.count, read.day, read.flag) == (Decimal(0), 0, date(1970, 1, 1), False)


@pytest.mark.parametrize("value", HEADERS, ids=lambda value: repr(value[:12]))
@pytest.mark.parametrize("header", ["ce_sequence", "ce_streamversion"])
def test_a_forged_header_is_refused(header: str, value: bytes) -> None:
    event = EVENTS[0]
    received = receive(record(1, event, event.model_dump_json().encode(), **{header: value}))
    assert received.recorded is None
    assert received.error


@pytest.mark.parametrize("value", [b"86400", b"20241120", b"2024-11-20T00:00:00Z", "٢٠٢٤-11-20".encode()])
def test_a_business_date_is_read_as_written_or_not_at_all(value: bytes) -> None:
    event = EVENTS[0]
    received = receive(record(1, event, event.model_dump_json().encode(), ce_occurredon=value))
    assert received.recorded is not None
    with pytest.raises(ValueError, match="occurred_on"):
        _ = received.recorded.metadata
    with pytest.raises(ValueError, match="pattern"):
        _ = received.recorded.occurred_on


@pytest.mark.parametrize("value", [b"2024-11-20T08:00:00", b"86400", b"2024-11-20", b"99999-01-01T00:00:00Z", b"Z"])
def test_a_time_that_could_not_be_compared_is_refused(value: bytes) -> None:
    event = EVENTS[0]
    received = receive(record(1, event, event.model_dump_json().encode(), ce_time=value))
    assert received.recorded is None


@pytest.mark.parametrize("place", MODELS)
async def test_no_forged_value_stops_a_read_model_or_changes_on_its_way(database: Database, place: str) -> None:
    model = MODELS[place]
    owner = await asyncpg.connect(database.url)
    await owner.execute("create extension if not exists pg_trgm")  # as the migrations of a service that searches do
    await owner.close()
    await create_views(database.pool, [model])
    number, parked, allowed = 0, 0, set[Any]()
    for event in EVENTS:
        if (type(event) if isinstance(event, Event) else PersonChanged) not in model.reads.classes:
            continue
        batch = [record(number := number + 1, event, event.model_dump_json().encode())]
        for _, text, value in forged(event):
            batch.append(record(number := number + 1, event, value))
            allowed.add(exactly(text))
        sound = exactly(event.model_dump_json())
        allowed |= {found(sound, path) for path in leaves(sound)}
        parked += await apply(database.pool, model, batch)
    assert len(await listed(database.pool)) == parked
    assert len(await database.pool.fetch("select from chassis.positions where last_offset >= 0")) > 0
    figures = {Decimal(each) for each in allowed if _is_a(Decimal, each)}
    figures |= {each.copy_negate() for each in figures}  # what is missing is shown as a negative margin
    days = {date.fromisoformat(each) for each in allowed if isinstance(each, str) and _is_a(date.fromisoformat, each)}
    days.add(date(2024, 11, 20))  # the business date of every record
    for table in model.tables:
        for column in table.columns:
            wanted = figures if isinstance(column.type, Numeric) else days if isinstance(column.type, Date) else None
            if wanted is days and column.name == "until":
                wanted = days | {each - timedelta(days=1) for each in days if each > date.min}  # ended on the next day
            if wanted is not None:
                kept = await database.pool.fetch(f'select "{column.name}" from "{place}"."{table.name}"')  # noqa: S608
                assert {row[0] for row in kept} - {None} <= wanted, column


def _is_a(kind: Any, value: Any) -> bool:
    try:
        return kind(value) is not None
    except (ValueError, TypeError, InvalidOperation):
        return False
