"""Who has died, as registry has said: no message goes to them any more. Source: B3."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.registry import LeavingCancelled, LeavingReason, PersonLeft


class DepartedRow(Row, named="departed", key=("person_id",)):
    """Somebody who has died."""

    person_id: UUID


def project(recorded: Recorded[PersonLeft | LeavingCancelled]) -> Iterable[Change]:
    """A row for a death; none once it turns out to have been entered wrong."""
    match event := recorded.data:
        case PersonLeft() if event.reason is LeavingReason.DIED:
            yield DepartedRow.put(event.person_id)
        case PersonLeft():
            return
        case LeavingCancelled():
            yield DepartedRow.drop(event.person_id)


DEPARTED: Final = Projection("departed", 1, [DepartedRow.table], project)
