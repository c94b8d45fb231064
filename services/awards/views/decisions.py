"""Read model of decisions."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.awards import DecisionEvent
from contracts.values import Document


class DecisionRow(Row, named="decisions", key=("decision_id",)):
    """A decision with the nominations that it honours."""

    decision_id: UUID
    version: int
    number: str
    signed_on: date
    authority_id: UUID
    award: str
    nominations: list[UUID]
    legal_bases: list[Document]


def project_decision(recorded: Recorded[DecisionEvent]) -> Iterable[Change]:
    """The row of a decision."""
    event = recorded.data
    columns = event.model_dump(exclude={"decision_id", "nominations", "legal_bases"})
    columns |= event.model_dump(mode="json", include={"nominations", "legal_bases"})
    yield DecisionRow.put(event.decision_id, version=recorded.version, **columns)


DECIDED: Final = Projection("decisions", 1, [DecisionRow.table], project_decision)
