"""Addresses of people, as the people directory last told them; an erased person's row is gone at once."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.people import PersonChanged


class PersonRow(Row, named="people", key=("person_id",)):
    """A person's name and addresses."""

    person_id: UUID
    full_name: str
    phone: str | None
    email: str | None


def project(recorded: Recorded[PersonChanged]) -> Iterable[Change]:
    """The row of one person: name, phone and email, nothing that a message does not need."""
    person, details = recorded.data.person_id, recorded.data.details
    if details is None:
        yield PersonRow.drop(person)
    else:
        yield PersonRow.put(person, **details.model_dump(include={"full_name", "phone", "email"}))


DIRECTORY: Final = Projection("people", 1, [PersonRow.table], project)
