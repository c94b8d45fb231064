"""Read model of decisions."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID

import asyncpg
from pydantic import BaseModel
from sqlalchemy import JSON, Column, Date, Integer, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from contracts.awards import DecisionEvent
from contracts.values import Document

_metadata = MetaData()

DECISIONS: Final = Table(
    "decisions",
    _metadata,
    Column("decision_id", Uuid, primary_key=True),
    Column("version", Integer),
    Column("number", Text),
    Column("signed_on", Date),
    Column("authority_id", Uuid),
    Column("award", Text),
    Column("nominations", JSON),
    Column("legal_bases", JSON),
)


def project_decision(recorded: Recorded[DecisionEvent]) -> Iterable[Change]:
    """The row of a decision."""
    event = recorded.data
    columns = event.model_dump(exclude={"decision_id", "nominations", "legal_bases"})
    columns |= event.model_dump(mode="json", include={"nominations", "legal_bases"})
    yield Put(DECISIONS, (event.decision_id,), {"version": recorded.version, **columns})


DECIDED: Final = Projection("decisions", 1, [DECISIONS], project_decision)


class DecisionRow(BaseModel):
    """A decision with the nominations that it honours."""

    decision_id: UUID
    version: int
    number: str
    signed_on: date
    authority_id: UUID
    award: str
    nominations: list[UUID]
    legal_bases: list[Document]


async def decision(pool: asyncpg.Pool, decision_id: UUID) -> DecisionRow | None:
    """One decision, None when there is none of this id."""
    row = await pool.fetchrow("select to_json(d) from decisions d where decision_id = $1", decision_id)
    return None if row is None else DecisionRow.model_validate_json(row[0])
