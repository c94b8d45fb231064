"""Document: an official paper from its draft to its recipients, and its correction, replacement or recall.

Whoever wrote a draft neither checks nor signs it. What happened on paper is entered with its day and its evidence; an
entry that comes later than it may needs a second person. Any day of the week is one of issue.

Source: M-1, A20, B5, B12, B13.
"""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.decider import Context, Decider
from contracts.campaigns import (
    DocumentChecked,
    DocumentDrafted,
    DocumentEvent,
    DocumentNumbered,
    DocumentRevised,
    DocumentSigned,
    PaperSigningEntered,
)
from contracts.values import SigningCapacity
from services.campaigns.domain import document_after
from services.campaigns.domain import document_commands as ask
from services.campaigns.domain import document_refusals as refuse
from services.campaigns.domain.document_content import content
from services.campaigns.domain.document_state import Capacities, Known, OfficialDocument, evolve, signed


def decide(
    command: ask.DocumentCommand, document: OfficialDocument, known: Known, context: Context
) -> Sequence[DocumentEvent]:
    """The document's rules, one step after the other; raises Rejected for one that is not open."""
    if isinstance(command, ask.DraftDocument):
        return _draft(command, document, known, context)
    if document.content is None:
        raise refuse.UNKNOWN()
    if isinstance(command, ask.Issuing):
        return document_after.decide(command, document, known, context)
    return _prepare(command, document, known, context)


def _prepare(
    command: ask.Preparing, document: OfficialDocument, known: Known, context: Context
) -> Sequence[DocumentEvent]:
    ids = {"document_id": document.document_id, "unit_id": document.unit_id}
    match command:
        case ask.ReviseDocument():
            return _revise(command, document, known, ids)
        case ask.CheckDocument():
            return _check(document, context, ids)
        case ask.SignDocument(capacity=capacity):
            return _sign(document, capacity, known, context, ids)
        case ask.EnterPaperSigning():
            return _enter(command, document, known, context, ids)
        case ask.ConfirmPaperSigning():
            return _confirm(document, context, ids)
        case ask.NumberDocument():
            return _number(command, document, known, context, ids)
        case _:
            assert_never(command)


def _draft(
    command: ask.DraftDocument, document: OfficialDocument, known: Known, context: Context
) -> Sequence[DocumentEvent]:
    if document.content is not None:
        return []
    said = content(command.content, known.bases)
    return [
        DocumentDrafted(
            document_id=command.document_id, unit_id=command.unit_id, content=said, drafted_by=context.actor
        )
    ]


def _revise(
    command: ask.ReviseDocument, document: OfficialDocument, known: Known, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    said = content(command.content, known.bases)
    if said == document.content:
        return []
    _unsigned(document)
    return [DocumentRevised(**ids, content=said)]


def _unsigned(document: OfficialDocument) -> None:
    if document.signed:
        raise refuse.ALREADY_SIGNED()
    if document.entered:
        raise refuse.ENTRY_WAITS()


def _check(document: OfficialDocument, context: Context, ids: Mapping[str, UUID]) -> Sequence[DocumentEvent]:
    _unsigned(document)
    if document.checked:
        return []
    if context.actor is None or context.actor in document.writers:
        raise refuse.OWN_DRAFT_NOT_CHECKED()
    return [DocumentChecked(**ids)]


def _may_sign(
    document: OfficialDocument, signer: UUID | None, capacity: SigningCapacity, mine: Capacities, *, excused: bool
) -> UUID:
    _unsigned(document)
    if not document.checked:
        raise refuse.NOT_CHECKED()
    if signer is None or capacity not in mine:
        raise refuse.NO_CAPACITY()
    if signer in document.writers and not excused:
        raise refuse.OWN_DRAFT_NOT_SIGNED()
    return signer


def _sign(
    document: OfficialDocument, capacity: SigningCapacity, known: Known, context: Context, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    signer = _may_sign(document, context.actor, capacity, known.own, excused=known.excused)
    if document.content is None or not document.content.body:
        raise refuse.EMPTY()
    return [
        DocumentSigned(
            document_id=ids["document_id"], unit_id=ids["unit_id"], capacity=capacity, signed_by=signer,
            signed_for=known.own[capacity], happened_on=context.occurred_on,
        )
    ]  # fmt: skip


def _enter(
    command: ask.EnterPaperSigning, document: OfficialDocument, known: Known, context: Context, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    mine = known.signers.get(command.signed_by, {})
    _may_sign(document, command.signed_by, command.capacity, mine, excused=known.excused)
    if command.happened_on > context.occurred_on:
        raise refuse.DAY_TO_COME(day=f"{command.happened_on:%d/%m/%Y}")
    facts = {**ids, **command.model_dump(), "signed_for": mine[command.capacity]}
    if command.happened_on < known.on_time_since:
        return [PaperSigningEntered.model_validate(facts)]
    return [DocumentSigned.model_validate(facts)]


def _confirm(document: OfficialDocument, context: Context, ids: Mapping[str, UUID]) -> Sequence[DocumentEvent]:
    if document.entered is None or document.signed is not None:
        raise refuse.NOTHING_TO_CONFIRM()
    if context.actor is None or context.actor in document.writers | document.entered_by:
        raise refuse.SECOND_PERSON()
    entered = document.entered.model_dump(exclude={"document_id", "unit_id"})
    return [DocumentSigned.model_validate({**ids, **entered, "late_entry": True})]


def _number(
    command: ask.NumberDocument, document: OfficialDocument, known: Known, context: Context, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    if document.signed is None or document.content is None:
        raise refuse.NOT_SIGNED()
    figure = command.number if len(command.number) > 1 else f"0{command.number}"
    number = f"{figure}/{document.content.symbol}"
    if document.numbered is not None:
        if (document.numbered.number, document.numbered.dated) == (number, command.dated):
            return []
        raise refuse.ALREADY_NUMBERED(number=document.numbered.number)
    if command.dated > context.occurred_on:
        raise refuse.DAY_TO_COME(day=f"{command.dated:%d/%m/%Y}")
    if command.dated < document.signed.happened_on:
        signed = f"{document.signed.happened_on:%d/%m/%Y}"
        raise refuse.NUMBERED_BEFORE_SIGNED(day=f"{command.dated:%d/%m/%Y}", signed=signed)
    late = document_after.late(command.dated, document, known, context)
    return [DocumentNumbered(**ids, kind=document.content.kind, number=number, dated=command.dated, late_entry=late)]


DOCUMENT: Final[Decider[ask.DocumentCommand, OfficialDocument, DocumentEvent, Known]] = Decider(
    "document", OfficialDocument(), decide, evolve, signed
)
