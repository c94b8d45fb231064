"""Addresses of people, as the people directory last told them; an erased person's row is gone at once."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Column, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Drop, Projection, Put
from contracts.people import PersonChanged

PEOPLE: Final = Table(
    "people",
    MetaData(),
    Column("person_id", Uuid, primary_key=True),
    Column("full_name", Text),
    Column("phone", Text),
    Column("email", Text),
)


def project(recorded: Recorded[PersonChanged]) -> Iterable[Change]:
    """The row of one person: name, phone and email, nothing that a message does not need."""
    person, details = recorded.data.person_id, recorded.data.details
    if details is None:
        yield Drop(PEOPLE, (person,))
    else:
        yield Put(PEOPLE, (person,), details.model_dump(include={"full_name", "phone", "email"}))


DIRECTORY: Final = Projection("people", 1, [PEOPLE], project)
