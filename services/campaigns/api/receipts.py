"""The door for what units receive: the incoming book, one document in it, and its entry there. Source: B13, M-2."""

from typing import Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from chassis.facts.problem import not_found
from chassis.store.execute import Step
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InQuery,
    Page,
    Paged,
    Position,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.campaigns import Content, DocumentCorrected, DocumentReceived, ReceiptAwaited, ReceiptEntered
from contracts.registry import Role
from contracts.values import Document
from services.campaigns.api.document_known import RECEIPTS
from services.campaigns.domain.book import BOOK, INCOMING, TakeNumber, entry_id
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_state import Status
from services.campaigns.domain.receipt import RECEIPT, ConfirmReceipt, ReceiveDocument
from services.campaigns.views import receipts

router = asked_router(tags=["campaigns"])
KEEPERS: Final = frozenset({Role.CLERK, Role.OFFICER})
"""Who keeps the incoming book: the clerk, or the officer of a unit that has none."""

_SECOND: Final = KEEPERS | {Role.UNIT_HEAD, Role.DEPUTY}


class ReceiptDetail(BaseModel):
    """A document as a unit got it, and whether it stands in its incoming book.

    `replaced_by` is how the one that holds in its place is cited.
    """

    receipt_id: UUID
    version: int
    awaited: ReceiptAwaited
    entered: ReceiptEntered | None
    received: DocumentReceived | None
    status: Status
    content: Content
    corrections: list[DocumentCorrected]
    replaced_by: Document | None
    recalled_for: str | None
    actions: list[Action]


@router.get("/receipts")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(receipts.RECEIPTS,))
async def list_receipts(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    status: receipts.ReceiptStatus | None = None,
    after: Position | None = None,
) -> Page[receipts.ReceiptRow]:
    """What was sent to one unit, or to all for those who hold a role at the top; the latest first."""
    found = await receipts.incoming(asked.pool, after, paging.limit + 1, unit_id, status)
    return paging.page(found, lambda row: row.position)


@router.get(RECEIPTS.one)
@asks(may=EVERY_ROLE, where=RECEIPTS, reads=())
async def read_receipt(id: UUID, asked: Asked, response: Response) -> ReceiptDetail:  # noqa: A002
    """A document as it came to a unit; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(RECEIPT, id)
    if state.awaited is None:
        raise not_found()
    _, document = await asked.platform.executor.state(DOCUMENT, state.awaited.document_id)
    if document.content is None:
        raise not_found()
    successor = None
    if document.replaced_by is not None:
        successor = (await asked.platform.executor.state(DOCUMENT, document.replaced_by))[1].cited
    response.headers["ETag"] = f'"{version}"'
    return ReceiptDetail(
        receipt_id=id,
        version=version,
        awaited=state.awaited,
        entered=state.entered,
        received=state.received,
        status=document.status,
        content=document.content,
        corrections=list(document.corrections),
        replaced_by=successor,
        recalled_for=document.recalled.reason if document.recalled else None,
        actions=await actions(asked, RECEIPTS, id, state),
    )


@router.post(RECEIPTS / "entry", status_code=201)
@tells(may=KEEPERS, where=RECEIPTS, step=ReceiveDocument)
async def receive_document(id: UUID, command: ReceiveDocument, asked: Asked) -> Answer:  # noqa: A002
    """Enter the document in the unit's incoming book, and take that number out of the book, both or neither."""
    _, state = await asked.platform.executor.state(RECEIPT, id)
    if state.awaited is None:
        raise not_found()
    unit, year = state.awaited.unit_id, command.received_on.year
    taken = TakeNumber(
        unit_id=unit, book=INCOMING, year=year, number=command.number, document_id=state.awaited.document_id
    )
    return await asked.execute_together(
        Step(RECEIPT, id, command, await RECEIPTS.known(asked, state)),
        Step(BOOK, entry_id(unit, INCOMING, year, command.number), taken, None),
    )


command(router, RECEIPTS, "confirmation", ConfirmReceipt, may=_SECOND, name="confirm_receipt")
