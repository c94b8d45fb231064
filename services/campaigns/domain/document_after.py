"""What happens to a document once it has its number: issued, sent, corrected, replaced, recalled. Source: M-2, B13."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import assert_never
from uuid import UUID

from chassis.facts.decider import Context
from contracts.campaigns import (
    Content,
    DocumentCorrected,
    DocumentDispatched,
    DocumentEvent,
    DocumentIssued,
    DocumentRecalled,
    DocumentReplaced,
    DocumentSent,
    OutsideRecipient,
)
from services.campaigns.domain import document_commands as ask
from services.campaigns.domain import document_refusals as refuse
from services.campaigns.domain.document_state import Known, OfficialDocument


def decide(command: ask.Issuing, document: OfficialDocument, known: Known, context: Context) -> Sequence[DocumentEvent]:
    """The rules of what follows the number; raises Rejected for a step that is not open."""
    ids = {"document_id": document.document_id, "unit_id": document.unit_id}
    match command:
        case ask.IssueDocument():
            return _issue(document, known, ids)
        case ask.SendDocument():
            return _send(document, ids)
        case ask.DispatchDocument():
            return _dispatch(command, document, known, context, ids)
        case ask.CorrectDocument():
            return _correct(command, document, ids)
        case ask.ReplaceDocument():
            return _replace(command, document, known, ids)
        case ask.RecallDocument():
            return _recall(command, document, ids)
        case _:
            assert_never(command)


def late(happened_on: date, document: OfficialDocument, known: Known, context: Context) -> bool:
    """Whether an entry comes late; raises Rejected where it does, and whoever enters it has had a hand in it."""
    if happened_on >= known.on_time_since:
        return False
    if context.actor is None or context.actor in document.writers | document.entered_by:
        raise refuse.SECOND_PERSON()
    return True


def _outside(content: Content, known: Known) -> tuple[OutsideRecipient, ...]:
    """Recipients that are not on the platform, each once."""
    found = {each.name: each for each in known.bodies} | {
        each.name: OutsideRecipient(name=each.name, purpose=each.purpose)
        for each in (*content.addressees, *content.copies)
        if not (each.unit_kinds or each.unit_ids or each.as_addressed)
    }
    return tuple(found.values())


def _issue(document: OfficialDocument, known: Known, ids: Mapping[str, UUID]) -> Sequence[DocumentEvent]:
    """In force from the day that stands on it, for the units that stood then."""
    if document.numbered is None or document.content is None:
        raise refuse.NOT_NUMBERED()
    if document.issued is not None:
        return []
    others = _outside(document.content, known)
    if not known.units and not others:
        raise refuse.NO_RECIPIENT()
    return [
        DocumentIssued(
            **ids, number=document.numbered.number, subject=document.content.subject,
            issued_on=document.numbered.dated, units=known.units, outside=others, based_on=document.content.based_on,
        )
    ]  # fmt: skip


def _issued(document: OfficialDocument) -> DocumentIssued:
    """The issue of a document that holds; raises Rejected where it does not, or not any more."""
    if document.issued is None:
        raise refuse.NOT_ISSUED()
    if document.recalled is not None:
        raise refuse.WAS_RECALLED()
    if document.replaced_by is not None:
        raise refuse.WAS_REPLACED()
    return document.issued


def _send(document: OfficialDocument, ids: Mapping[str, UUID]) -> Sequence[DocumentEvent]:
    """To every unit among its recipients, once."""
    if document.sent:
        return []
    issued = _issued(document)
    return [DocumentSent(**ids, number=issued.number, recipients=len(issued.units))]


def _dispatch(
    command: ask.DispatchDocument, document: OfficialDocument, known: Known, context: Context,
    ids: Mapping[str, UUID],
) -> Sequence[DocumentEvent]:  # fmt: skip
    """To one recipient outside, as entered by hand."""
    if command.recipient in document.dispatched:
        return []
    issued = _issued(document)
    if command.recipient not in {each.name for each in issued.outside}:
        raise refuse.NOT_OUTSIDE(name=command.recipient)
    if command.happened_on > context.occurred_on:
        raise refuse.DAY_TO_COME(day=f"{command.happened_on:%d/%m/%Y}")
    if command.happened_on < issued.issued_on:
        raise refuse.DISPATCHED_BEFORE_ISSUED(
            day=f"{command.happened_on:%d/%m/%Y}", issued=f"{issued.issued_on:%d/%m/%Y}"
        )
    entered_late = late(command.happened_on, document, known, context)
    return [DocumentDispatched.model_validate({**ids, **command.model_dump(), "late_entry": entered_late})]


def _told(document: OfficialDocument, ids: Mapping[str, UUID]) -> dict[str, object]:
    """What those are told who have it: number, subject, and each of them once."""
    issued = _issued(document)
    units = tuple(dict.fromkeys(each.unit_id for each in issued.units)) if document.sent else ()
    return {**ids, "number": issued.number, "subject": issued.subject, "units": units}


def _correct(
    command: ask.CorrectDocument, document: OfficialDocument, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    """What is right instead of what is wrong."""
    told = _told(document, ids)
    if command.wrong == command.right:
        raise refuse.NOTHING_CORRECTED()
    if any((each.wrong, each.right) == (command.wrong, command.right) for each in document.corrections):
        return []
    return [DocumentCorrected.model_validate({**told, **command.model_dump()})]


def _replace(
    command: ask.ReplaceDocument, document: OfficialDocument, known: Known, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    """Another one holds in its place."""
    if document.replaced_by == command.replaced_by:
        return []
    told = _told(document, ids)
    if command.replaced_by not in known.successors:
        raise refuse.NO_SUCCESSOR()
    return [DocumentReplaced.model_validate({**told, **command.model_dump()})]


def _recall(
    command: ask.RecallDocument, document: OfficialDocument, ids: Mapping[str, UUID]
) -> Sequence[DocumentEvent]:
    """Nobody acts on it any more."""
    if document.recalled is not None:
        return []
    return [DocumentRecalled.model_validate({**_told(document, ids), **command.model_dump()})]
