"""A number of a book: whoever takes it first has it, and nobody after. Source: B13.

Each number is a stream of its own, so that two documents that want one meet in it, whoever entered them where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, assert_never
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Command, Context, Decider
from contracts.campaigns import BookEvent, NumberTaken
from services.campaigns.domain import document_refusals as refuse

INCOMING: Final = "incoming"
"""The book of what a unit receives; those of what it issues are called after the kind of document."""

_BOOKS: Final = uuid5(NAMESPACE_URL, "urn:thidua:books")


class TakeNumber(Command):
    """Take a number of a unit's book of a year for a document."""

    unit_id: UUID
    book: str
    year: int
    number: str
    document_id: UUID


@dataclass(frozen=True, slots=True)
class Number:
    """Which document has it, None as long as it is free."""

    document_id: UUID | None = None


def entry_id(unit: UUID, book: str, year: int, number: str) -> UUID:
    """Id of a number: a book begins anew each year."""
    return uuid5(_BOOKS, f"{unit}/{book}/{year}/{number}")


def decide(command: TakeNumber, number: Number, _: None, __: Context) -> Sequence[BookEvent]:
    """A number is used once."""
    if number.document_id == command.document_id:
        return []
    if number.document_id is not None:
        raise refuse.NUMBER_TAKEN(number=command.number, year=command.year)
    key = entry_id(command.unit_id, command.book, command.year, command.number)
    return [NumberTaken(entry_id=key, **command.model_dump())]


def evolve(_: Number, event: BookEvent) -> Number:
    """The number after an event of its stream."""
    match event:
        case NumberTaken(document_id=document):
            return Number(document)
        case _:
            assert_never(event)


BOOK: Final[Decider[TakeNumber, Number, BookEvent, None]] = Decider("book", Number(), decide, evolve)
