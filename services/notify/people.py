"""Addresses of people, as the people directory last told them; an erased person's row is gone at once."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.people import PersonChanged

_TAKEN_AT_ONCE: Final = {"autovacuum_vacuum_threshold": 0, "autovacuum_vacuum_scale_factor": 0}
"""An erased person's row leaves the table's file as soon as PostgreSQL comes by."""


class PersonRow(Row, named="people", key=("person_id",), stored=_TAKEN_AT_ONCE):
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


DIRECTORY: Final = Projection("people", 2, [PersonRow.table], project)
