"""Read model of campaigns: what units are to receive, and what stands in their incoming books. Source: M-2, B13."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

import asyncpg

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from contracts.campaigns import DocumentReceived, ReceiptAwaited, ReceiptEntered, ReceiptEvent, RecipientPurpose


class ReceiptStatus(StrEnum):
    """Whether a document stands in the incoming book: `entered` where a second person has yet to confirm it."""

    AWAITED = "awaited"
    ENTERED = "entered"
    RECEIVED = "received"


class ReceiptRow(Row, named="receipts", key=("receipt_id",), by=(("unit_id", "position"), ("document_id", "unit_id"))):
    """A document that was sent to a unit, under its number and, once received, that of the incoming book."""

    receipt_id: UUID
    document_id: UUID
    unit_id: UUID
    issuer_id: UUID
    position: int
    purpose: RecipientPurpose
    number: str
    subject: str
    issued_on: date
    sent_on: date
    status: ReceiptStatus
    incoming_number: str | None
    received_on: date | None
    late_entry: bool | None


def project(recorded: Recorded[ReceiptEvent]) -> Iterable[Change]:
    """The row of a unit's receipt."""
    match event := recorded.data:
        case ReceiptAwaited(receipt_id=key):
            said = event.model_dump(exclude={"receipt_id"})
            yield ReceiptRow.put(
                key, **said, position=recorded.position, sent_on=recorded.occurred_on, status=ReceiptStatus.AWAITED
            )
        case ReceiptEntered(receipt_id=key):
            yield ReceiptRow.put(key, status=ReceiptStatus.ENTERED)
        case DocumentReceived(receipt_id=key, number=number, received_on=day, late_entry=late):
            yield ReceiptRow.put(
                key, status=ReceiptStatus.RECEIVED, incoming_number=number, received_on=day, late_entry=late
            )
        case _:
            assert_never(event)


RECEIPTS: Final = Projection("receipts", 1, [ReceiptRow.table], project)
OF_DOCUMENT: Final = ReceiptRow.listing("document_id", by="unit_id")

_PAGE: Final = f"""
    select {ReceiptRow.columns()} from receipts
    where ($1::bigint is null or position < $1) and ($2::uuid is null or unit_id = $2)
    and ($3::text is null or status = $3) order by position desc limit $4
"""  # noqa: S608 - our own text


async def incoming(
    pool: asyncpg.Pool, after: int | None, limit: int, unit: UUID | None, status: ReceiptStatus | None
) -> list[ReceiptRow]:
    """What was sent to a unit, or to all, the latest first."""
    return [ReceiptRow.of(row) for row in await pool.fetch(_PAGE, after, unit, status, limit)]
