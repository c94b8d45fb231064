"""Read model of nominations with their dossiers, and of the awards granted to them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from pydantic import BaseModel, Field

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection, Put
from chassis.facts.rows import Row
from chassis.organisation.organisation import BELOW
from contracts.awards import (
    AwardGranted,
    DossierDocument,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.event import Event
from services.awards.domain.nomination import Status


class NominationRow(
    Row,
    named="nominations",
    key=("nomination_id",),
    by=(("position",), ("granted_position",)),
    joined=("campaign_code", "unit_code", "unit_name"),
):
    """A nomination as it stands; codes and names are None until they have arrived from the other services.

    `papers` counts the dossier's papers, `attained` the targets that had been met when it was submitted, `flags` the
    corrections of the unit's reports since.
    """

    nomination_id: UUID
    version: int
    position: int
    campaign_id: UUID
    campaign_code: str | None
    unit_id: UUID
    unit_code: str | None
    unit_name: str | None
    award: str
    year: int | None
    status: Status
    papers: int
    drafted_on: date
    submitted_on: date | None
    rule: str | None
    attained: int | None
    decision_id: UUID | None
    decision_number: str | None
    granted_on: date | None
    granted_position: int | None
    flags: int = 0


class FlagRow(Row, named="nomination_flags", key=("nomination_id", "report_id", "revision")):
    """A report of the unit that was corrected after the nomination was sent in: as which revision, and when."""

    nomination_id: UUID = Field(exclude=True)
    report_id: UUID
    revision: int
    review_id: UUID
    flagged_on: date


class PaperRow(Row, named="papers", key=("nomination_id", "kind", "sha256")):
    """A paper of a nomination's dossier."""

    nomination_id: UUID
    kind: str
    sha256: str
    title: str


def project(recorded: Recorded[NominationEvent]) -> Iterable[Change]:
    """The row of one nomination after one of its events."""
    match event := recorded.data:
        case NominationDrafted():
            drafted = event.model_dump(include={"campaign_id", "unit_id", "award", "year"})
            drafted |= {"position": recorded.position, "drafted_on": recorded.occurred_on, "papers": 0}
            yield _put(recorded, event.nomination_id, status=Status.DRAFT, **drafted)
        case DossierDocumentAdded(nomination_id=nomination, document=paper):
            yield PaperRow.put(nomination, paper.kind, paper.sha256, title=paper.title)
            yield NominationRow.add(nomination, papers=1)
            yield _put(recorded, nomination)
        case NominationSubmitted():
            submitted = event.model_dump(include={"rule", "attained"})
            submitted |= {"status": Status.SUBMITTED, "submitted_on": recorded.occurred_on}
            yield _put(recorded, event.nomination_id, **submitted)
        case NominationFlagged(nomination_id=nomination):
            about = {"review_id": event.review_id, "flagged_on": recorded.occurred_on}
            yield FlagRow.put(nomination, event.report_id, event.revision, **about)
            yield NominationRow.add(nomination, flags=1)
            yield _put(recorded, nomination)
        case AwardGranted():
            granted = event.model_dump(include={"decision_id", "decision_number"})
            granted |= {"granted_on": recorded.occurred_on, "granted_position": recorded.position}
            yield _put(recorded, event.nomination_id, status=Status.GRANTED, **granted)
        case _:
            assert_never(event)


def _put(recorded: Recorded[Event], nomination: UUID, **values: object) -> Put:
    return NominationRow.put(nomination, version=recorded.version, **values)


NOMINATED: Final = Projection("nominations", 2, [NominationRow.table, FlagRow.table, PaperRow.table], project)


class Filter(BaseModel):
    """What a list is to hold; None does not narrow it. `under`: a unit and all units below it; `among`: these ids."""

    under: UUID | None = None
    campaign_id: UUID | None = None
    award: str | None = None
    status: Status | None = None
    among: tuple[UUID, ...] | None = None


_NAMED = f"""
    select {NominationRow.columns("n")}, u.code as unit_code, u.name as unit_name, c.code as campaign_code
    from nominations n
    left join organisation_units u on u.unit_id = n.unit_id
    left join campaigns c on c.campaign_id = n.campaign_id
"""  # noqa: S608 - our own column names
_WANTED = """
    ($1::uuid is null or n.unit_id in (select unit_id from below))
    and ($2::uuid is null or n.campaign_id = $2) and ($3::text is null or n.award = $3)
    and ($4::text is null or n.status = $4) and ($5::uuid[] is null or n.nomination_id = any($5))
"""
_LIST = f"{BELOW} {_NAMED} where {_WANTED} and n.position > $6 order by n.position limit $7"
_GRANTED = f"{BELOW} {_NAMED} where {_WANTED} and n.granted_position > $6 order by n.granted_position limit $7"
_WITHIN = f"{BELOW} select unit_id from below where unit_id = any($2)"  # noqa: S608 - our own text


async def nominations(
    pool: asyncpg.Pool, wanted: Filter, after: int, limit: int, *, granted: bool = False
) -> list[NominationRow]:
    """Up to `limit` nominations in the order of drafting, or those `granted` in the order of granting."""
    status = wanted.status and wanted.status.value
    statement = _GRANTED if granted else _LIST
    narrowed = (wanted.under, wanted.campaign_id, wanted.award, status, wanted.among)
    rows = await pool.fetch(statement, *narrowed, after, limit)
    return [NominationRow.of(row) for row in rows]


async def nomination(pool: asyncpg.Pool, nomination_id: UUID) -> NominationRow | None:
    """One nomination, None when there is none of this id."""
    row = await pool.fetchrow(f"{_NAMED} where n.nomination_id = $1", nomination_id)
    return None if row is None else NominationRow.of(row)


async def papers(pool: asyncpg.Pool, nomination_id: UUID) -> list[DossierDocument]:
    """The papers of a nomination's dossier."""
    rows = await pool.fetch(
        "select kind, title, sha256 from papers where nomination_id = $1 order by kind, sha256", nomination_id
    )
    return [DossierDocument(**row) for row in rows]


async def flags(pool: asyncpg.Pool, nomination_id: UUID) -> list[FlagRow]:
    """The corrected reports for which a nomination is flagged, the first one first."""
    rows = await pool.fetch(
        f"select {FlagRow.columns()} from nomination_flags where nomination_id = $1"  # noqa: S608 - our own columns
        " order by flagged_on, report_id, revision",
        nomination_id,
    )
    return [FlagRow.of(row) for row in rows]


async def sent_in(pool: asyncpg.Pool, campaign_id: UUID, unit_id: UUID) -> list[UUID]:
    """The nominations of a unit in a campaign that were sent in, those that were granted among them."""
    rows = await pool.fetch(
        "select nomination_id from nominations where campaign_id = $1 and unit_id = $2 and status <> $3"
        " order by nomination_id",
        campaign_id,
        unit_id,
        Status.DRAFT.value,
    )
    return [row["nomination_id"] for row in rows]


async def within(pool: asyncpg.Pool, authority: UUID, units: Sequence[UUID]) -> set[UUID]:
    """Which of the units are the authority itself or below it."""
    return {row["unit_id"] for row in await pool.fetch(_WITHIN, authority, units)}
