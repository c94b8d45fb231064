"""Read model of campaigns: documents that go out, what happened to each, and what rests on what. Source: M-2, M-3."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import (
    DocumentChecked,
    DocumentCorrected,
    DocumentDispatched,
    DocumentDrafted,
    DocumentEvent,
    DocumentIssued,
    DocumentNumbered,
    DocumentRecalled,
    DocumentReceived,
    DocumentReplaced,
    DocumentRevised,
    DocumentSent,
    DocumentSigned,
    PaperSigningEntered,
)
from contracts.values import DocumentKind
from services.campaigns.domain.document_state import Status


class DocumentRow(Row, named="documents", key=("document_id",), by=(("position",), ("unit_id", "position"))):
    """A document in a list: how far it has come, and how many of its recipients have received it."""

    document_id: UUID
    unit_id: UUID
    position: int
    kind: DocumentKind
    symbol: str
    subject: str
    status: Status
    number: str | None
    dated: date | None
    drafted_on: date
    recipients: int = 0
    received: int = 0
    outside: int = 0
    dispatched: int = 0
    corrections: int = 0


class LinkRow(Row, named="document_links", key=("document_id", "number", "issued_on"), by=(("basis_id",),)):
    """An issued document rests on another one, which is known by number and day, and by its id where it is here."""

    document_id: UUID
    number: str
    issued_on: date
    title: str
    basis_id: UUID | None


class ActRow(Row, named="document_acts", key=("document_id", "version")):
    """What happened to a document, on which day, and when that was entered; `late` where it was entered late."""

    document_id: UUID
    version: int
    act: str
    happened_on: date
    entered_on: date
    late: bool = False
    detail: str = ""


_ISSUING = DocumentIssued | DocumentSent | DocumentDispatched | DocumentCorrected | DocumentReplaced | DocumentRecalled


def project(recorded: Recorded[DocumentEvent | DocumentReceived]) -> Iterable[Change]:
    """Rows of a document after one of its events, or a receipt of it."""
    event = recorded.data
    if isinstance(event, DocumentReceived):
        yield DocumentRow.add(event.document_id, received=1)
        return
    yield ActRow.put(
        event.document_id,
        recorded.version,
        act=_name(event),
        happened_on=_day(event) or recorded.occurred_on,
        entered_on=recorded.occurred_on,
        late=getattr(event, "late_entry", False),
        detail=_detail(event),
    )
    if isinstance(event, _ISSUING):
        yield from _after(event)
    else:
        yield from _before(event, recorded)


def _before(
    event: DocumentDrafted
    | DocumentRevised
    | DocumentChecked
    | PaperSigningEntered
    | DocumentSigned
    | DocumentNumbered,
    recorded: Recorded[Any],
) -> Iterable[Change]:
    key = event.document_id
    match event:
        case DocumentDrafted(content=content, unit_id=unit):
            said = content.model_dump(include={"kind", "symbol", "subject"})
            yield DocumentRow.put(
                key,
                unit_id=unit,
                position=recorded.position,
                drafted_on=recorded.occurred_on,
                status=Status.DRAFT,
                **said,
            )
        case DocumentRevised(content=content):
            said = content.model_dump(include={"kind", "symbol", "subject"})
            yield DocumentRow.put(key, status=Status.DRAFT, **said)
        case DocumentChecked():
            yield DocumentRow.put(key, status=Status.CHECKED)
        case PaperSigningEntered():
            return
        case DocumentSigned():
            yield DocumentRow.put(key, status=Status.SIGNED)
        case DocumentNumbered(number=number, dated=dated):
            yield DocumentRow.put(key, status=Status.NUMBERED, number=number, dated=dated)
        case _:
            assert_never(event)


def _after(event: _ISSUING) -> Iterable[Change]:
    key = event.document_id
    match event:
        case DocumentIssued():
            counts = {"recipients": len(event.units), "outside": len(event.outside)}
            yield DocumentRow.put(key, status=Status.ISSUED, **counts)
            for basis in event.based_on:
                place = (key, basis.document.number, basis.document.issued_on)
                yield LinkRow.put(*place, title=basis.document.title, basis_id=basis.document_id)
        case DocumentSent():
            yield DocumentRow.put(key, status=Status.SENT)
        case DocumentDispatched():
            yield DocumentRow.add(key, dispatched=1)
        case DocumentCorrected():
            yield DocumentRow.add(key, corrections=1)
        case DocumentReplaced():
            yield DocumentRow.put(key, status=Status.REPLACED)
        case DocumentRecalled():
            yield DocumentRow.put(key, status=Status.RECALLED)
        case _:
            assert_never(event)


def _name(event: DocumentEvent) -> str:
    return {
        DocumentDrafted: "drafted",
        DocumentRevised: "revised",
        DocumentChecked: "checked",
        PaperSigningEntered: "signing_entered",
        DocumentSigned: "signed",
        DocumentNumbered: "numbered",
        DocumentIssued: "issued",
        DocumentSent: "sent",
        DocumentDispatched: "dispatched",
        DocumentCorrected: "corrected",
        DocumentReplaced: "replaced",
        DocumentRecalled: "recalled",
    }[type(event)]


def _day(event: DocumentEvent) -> date | None:
    match event:
        case PaperSigningEntered(happened_on=day) | DocumentSigned(happened_on=day):
            return day
        case DocumentDispatched(happened_on=day) | DocumentNumbered(dated=day) | DocumentIssued(issued_on=day):
            return day
        case _:
            return None


def _detail(event: DocumentEvent) -> str:
    match event:
        case DocumentNumbered(number=number):
            return number
        case DocumentDispatched(recipient=recipient, reference=reference):
            return f"{recipient} {reference}".strip()
        case DocumentCorrected(wrong=wrong, right=right):
            return f"“{wrong}” → “{right}”"
        case DocumentRecalled(reason=reason):
            return reason
        case _:
            return ""


DOCUMENTS: Final = Projection("documents", 1, [DocumentRow.table, LinkRow.table, ActRow.table], project)

_PAGE: Final = f"""
    select {DocumentRow.columns()} from documents
    where ($1::bigint is null or position < $1) and ($2::uuid is null or unit_id = $2)
    and ($3::text is null or status = $3) and ($4::text is null or kind = $4)
    order by position desc limit $5
"""  # noqa: S608 - our own text
_RESTING: Final = f"""
    select {DocumentRow.columns("d")} from document_links l join documents d using (document_id)
    where l.basis_id = $1 order by d.position limit 200
"""  # noqa: S608 - our own text
_ACTS: Final = f"select {ActRow.columns()} from document_acts where document_id = $1 order by version limit 500"  # noqa: S608


async def outgoing(
    pool: asyncpg.Pool,
    after: int | None,
    limit: int,
    *,
    unit: UUID | None,
    status: Status | None,
    kind: DocumentKind | None,
) -> list[DocumentRow]:
    """Documents of a unit, or of all, the latest first."""
    return [DocumentRow.of(row) for row in await pool.fetch(_PAGE, after, unit, status, kind, limit)]


async def resting(pool: asyncpg.Pool, document_id: UUID) -> list[DocumentRow]:
    """Issued documents that rest on this one."""
    return [DocumentRow.of(row) for row in await pool.fetch(_RESTING, document_id)]


async def acts(pool: asyncpg.Pool, document_id: UUID) -> list[ActRow]:
    """What has happened to a document, in its order."""
    return [ActRow.of(row) for row in await pool.fetch(_ACTS, document_id)]
