"""What the rules of documents and receipts want to know besides their own facts."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.offers import offers
from chassis.organisation.duties import excused
from chassis.web.api import EVERY_ROLE, Asked, Resource
from contracts.campaigns import OutsideRecipient, SentTo
from contracts.registry import Duty
from contracts.values import Document
from services.campaigns.domain import receipt as receipts
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_commands import DocumentCommand, Written
from services.campaigns.domain.document_refusals import BASIS_NOT_ISSUED
from services.campaigns.domain.document_state import Capacities, Known, OfficialDocument
from services.campaigns.domain.receipt import RECEIPT, ReceiptCommand
from services.campaigns.recipients import recipients
from services.campaigns.reference import on_time_since
from services.campaigns.signers import signers
from services.campaigns.views import documents as view


async def known(asked: Asked, document: OfficialDocument) -> Known:
    """What may be known before it is asked what is wanted: today's signers, recipients, successors."""
    return await known_on(asked, document, asked.context().occurred_on)


async def known_on(
    asked: Asked, document: OfficialDocument, on: date, bases: Mapping[UUID, Document] | None = None
) -> Known:
    """The same, with who might sign on another day, and with the documents that are cited."""
    today = asked.context().occurred_on
    if document.content is None:
        return Known(today=today, on_time_since=on_time_since(today), bases=bases or {})
    signing: Mapping[UUID, Capacities] = {}
    if document.signed is None:
        signing = await signers(asked.pool, document.unit_id, document.content.kind, on)
    units: tuple[SentTo, ...] = ()
    bodies: tuple[OutsideRecipient, ...] = ()
    if document.numbered is not None and document.issued is None:
        units, bodies = await recipients(asked.pool, document.unit_id, document.content, document.numbered.dated)
    return Known(
        today=today,
        on_time_since=on_time_since(today),
        own=signing.get(asked.person, {}),
        signers=signing,
        excused=await _excused(asked, document, today),
        units=units,
        bodies=bodies,
        bases=bases or {},
        successors=await _successors(asked, document) if document.holds else frozenset(),
    )


async def bases(asked: Asked, content: Written) -> Mapping[UUID, Document]:
    """Those documents that are cited by id and in force, as others cite them."""
    found: dict[UUID, Document] = {}
    for key in {each.document_id for each in content.based_on if each.document_id}:
        _, document = await asked.platform.executor.state(DOCUMENT, key)
        if document.cited is not None:
            found[key] = document.cited
    return found


async def succeeding(asked: Asked, by: UUID, document: OfficialDocument) -> Known:
    """What `known` says; the one named successor is asked itself, since it may have been issued a moment ago."""
    _, named = await asked.platform.executor.state(DOCUMENT, by)
    told = await known(asked, document)
    return replace(told, successors=told.successors | {by}) if _rests_on(named, document) else told


async def require_in_force(asked: Asked, document: UUID | None) -> None:
    """Go on only if a document that is referred to by id, if any, is issued and holds; raises Rejected."""
    if document is not None and not (await asked.platform.executor.state(DOCUMENT, document))[1].holds:
        raise BASIS_NOT_ISSUED(id=document)


async def _excused(asked: Asked, document: OfficialDocument, today: date) -> bool:
    if document.signed is not None or asked.person not in document.writers:
        return False
    allowed = await excused(asked.pool, asked.person, Duty.SIGN_DOCUMENT, today)
    return (document.document_id, document.unit_id) in allowed


async def _successors(asked: Asked, document: OfficialDocument) -> frozenset[UUID]:
    found: Iterable[view.DocumentRow] = await view.resting(asked.pool, document.document_id)
    states = [
        (each.document_id, (await asked.platform.executor.state(DOCUMENT, each.document_id))[1]) for each in found
    ]
    return frozenset(key for key, state in states if _rests_on(state, document))


def _rests_on(successor: OfficialDocument, document: OfficialDocument) -> bool:
    """Whether a document in force of the same unit cites the other."""
    cited = successor.content.based_on if successor.content else ()
    return (
        successor.holds
        and successor.unit_id == document.unit_id
        and any(each.document_id == document.document_id for each in cited)
    )


async def _of_receipt(asked: Asked, _: receipts.Receipt) -> receipts.Known:
    today = asked.context().occurred_on
    return receipts.Known(today=today, on_time_since=on_time_since(today))


DOCUMENTS: Final = Resource(
    "/documents",
    DOCUMENT,
    unit=lambda it: it.unit_id if it.content else None,
    seen_by=EVERY_ROLE,
    offers=offers(DocumentCommand),
    known=known,
)
RECEIPTS: Final = Resource(
    "/receipts",
    RECEIPT,
    unit=lambda it: it.awaited.unit_id if it.awaited else None,
    seen_by=EVERY_ROLE,
    offers=offers(ReceiptCommand),
    known=_of_receipt,
)
