"""The people directory's language: a person's details, on a compacted and restricted topic, erasable by a tombstone.

These never stand in an event store; every other contract names a person by id alone.
"""

from typing import ClassVar, Final
from uuid import UUID

from contracts.event import Event, Fact
from contracts.exact import Day

PEOPLE: Final = "thidua.people"
"""The compacted topic of the people directory, whose records are no events and have no type."""


class PersonDetails(Fact):
    """How a person is called and reached. Phones are written 84…, without plus sign or spaces.

    `staff_code` is the office's own number of the person, by which a file of persons finds who is known.
    """

    person_id: UUID
    full_name: str
    birth_date: Day | None = None
    phone: str | None = None
    email: str | None = None
    staff_code: str | None = None


class PersonChanged(Event, service="people"):
    """The details of a person as they now stand; None when they were erased. Received, never stored."""

    takes_away: ClassVar[bool] = True
    person_id: UUID
    details: PersonDetails | None
