"""Receipt: that a unit has received a document, under which number of its incoming book, on which day.

It is a fact of its own and decides what is late. Source: B12, B13, B14, M-2.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day
from chassis.facts.offers import offered
from contracts.campaigns import DocumentIssued, DocumentReceived, ReceiptAwaited, ReceiptEntered, ReceiptEvent
from services.campaigns.domain import document_refusals as refuse
from services.campaigns.domain.document_commands import NUMBER


def receipt_id(document: UUID, unit: UUID) -> UUID:
    """Id of a unit's receipt of a document."""
    return uuid5(document, f"receipt/{unit}")


def awaited_of(issued: DocumentIssued) -> tuple[ReceiptAwaited, ...]:
    """What each unit among the recipients of an issued document is to receive."""
    return tuple(
        ReceiptAwaited(
            receipt_id=receipt_id(issued.document_id, each.unit_id),
            document_id=issued.document_id,
            unit_id=each.unit_id,
            issuer_id=issued.unit_id,
            purpose=each.purpose,
            number=issued.number,
            subject=issued.subject,
            issued_on=issued.issued_on,
        )
        for each in issued.units
    )


class AwaitReceipt(Command):
    """Wait for a unit to receive what was sent to it."""

    awaited: ReceiptAwaited


@offered(
    vi="Vào sổ văn bản đến",
    en="Enter it in the incoming book",
    trials=lambda receipt, known: _receipts(receipt, known.today),
)
class ReceiveDocument(Command):
    """Enter the document in the unit's incoming book, under the number and day that stand there."""

    number: str = Field(pattern=NUMBER, examples=["1032"])
    received_on: Day
    evidence: str = Field(default="", pattern=r"^([0-9a-f]{64})?$")


@offered(vi="Xác nhận vào sổ chậm", en="Confirm the late entry")
class ConfirmReceipt(Command):
    """Confirm, as a second person, a receipt that was entered late. Source: B12."""


ReceiptCommand = AwaitReceipt | ReceiveDocument | ConfirmReceipt


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is awaited (None: nothing), what was entered late and by whom, and what was received."""

    awaited: ReceiptAwaited | None = None
    entered: ReceiptEntered | None = None
    entered_by: frozenset[UUID] = frozenset()
    received: DocumentReceived | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Today, and the first day of which an entry is not late today."""

    today: date = date.min
    on_time_since: date = date.min


def decide(command: ReceiptCommand, receipt: Receipt, known: Known, context: Context) -> Sequence[ReceiptEvent]:
    """A receipt is entered once; late only by two persons, with evidence."""
    if isinstance(command, AwaitReceipt):
        return [] if receipt.awaited else [command.awaited]
    if receipt.awaited is None:
        raise refuse.NOT_SENT()
    ids = receipt.awaited.model_dump(include={"receipt_id", "document_id", "unit_id"})
    match command:
        case ReceiveDocument():
            return _receive(command, receipt, receipt.awaited, known, context)
        case ConfirmReceipt():
            if receipt.entered is None or receipt.received is not None:
                raise refuse.NOTHING_TO_CONFIRM()
            if context.actor is None or context.actor in receipt.entered_by:
                raise refuse.SECOND_PERSON()
            entered = receipt.entered.model_dump(include={"number", "received_on", "evidence"})
            return [DocumentReceived(**ids, **entered, late_entry=True)]
        case _:
            assert_never(command)


def _receive(
    command: ReceiveDocument, receipt: Receipt, awaited: ReceiptAwaited, known: Known, context: Context
) -> Sequence[ReceiptEvent]:
    entry = receipt.received or receipt.entered
    if entry is not None:
        if (entry.number, entry.received_on) == (command.number, command.received_on):
            return []
        raise refuse.ALREADY_RECEIVED(number=entry.number) if receipt.received else refuse.ENTRY_WAITS()
    if command.received_on > context.occurred_on:
        raise refuse.DAY_TO_COME(day=f"{command.received_on:%d/%m/%Y}")
    if command.received_on < awaited.issued_on:
        raise refuse.RECEIVED_BEFORE_ISSUED(
            day=f"{command.received_on:%d/%m/%Y}", issued=f"{awaited.issued_on:%d/%m/%Y}"
        )
    facts = {**awaited.model_dump(include={"receipt_id", "document_id", "unit_id"}), **command.model_dump()}
    if command.received_on >= known.on_time_since:
        return [DocumentReceived.model_validate(facts)]
    if not command.evidence:
        raise refuse.EVIDENCE_MISSING()
    return [ReceiptEntered.model_validate(facts)]


def evolve(receipt: Receipt, event: ReceiptEvent) -> Receipt:
    """The receipt after an event of its stream."""
    match event:
        case ReceiptAwaited():
            return replace(receipt, awaited=event)
        case ReceiptEntered():
            return replace(receipt, entered=event)
        case DocumentReceived():
            return replace(receipt, received=event)
        case _:
            assert_never(event)


def signed(receipt: Receipt, event: ReceiptEvent, actor: UUID) -> Receipt:
    """The receipt once it is known who entered it."""
    return replace(receipt, entered_by=receipt.entered_by | {actor}) if isinstance(event, ReceiptEntered) else receipt


RECEIPT: Final[Decider[ReceiptCommand, Receipt, ReceiptEvent, Known]] = Decider(
    "receipt", Receipt(), decide, evolve, signed
)


def _receipts(receipt: Receipt, today: date) -> Iterable[ReceiveDocument]:
    if receipt.awaited is not None:
        yield ReceiveDocument(number="1", received_on=today)
