"""The door for documents that go out: draft, the lists, and one with its timeline and what rests on it.

Source: M-1, S001-21.
"""

from typing import Final
from uuid import UUID, uuid5

from fastapi import Response
from pydantic import BaseModel, ConfigDict

from chassis.facts.problem import not_found
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
    InQuery,
    Page,
    Paged,
    Position,
    actions,
    asked_router,
    asks,
    tells,
)
from contracts.campaigns import Content, DocumentCorrected, OutsideRecipient, SentTo
from contracts.registry import Role
from contracts.values import DocumentKind, SigningCapacity
from services.campaigns.api.document_known import DOCUMENTS, bases
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_commands import DraftDocument, Written
from services.campaigns.domain.document_state import Known, OfficialDocument, Status
from services.campaigns.views import documents, receipts

router = asked_router(tags=["campaigns"])
WRITERS: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.DEPUTY, Role.CLERK, Role.EMULATION_DEPARTMENT})


class DraftBody(BaseModel):
    """A document of a unit; without a number yet."""

    model_config = ConfigDict(extra="forbid")

    unit_id: UUID
    content: Written


class Signature(BaseModel):
    """Who signed, in which capacity, for whom, and when; `late_entry` where it was entered late from paper."""

    capacity: SigningCapacity
    signed_by: UUID
    signed_for: UUID | None
    happened_on: str
    evidence: str
    late_entry: bool


class DocumentDetail(BaseModel):
    """A document as its facts have it now; `version` is what If-Match asks for. `resting`: what rests on it."""

    document_id: UUID
    unit_id: UUID
    version: int
    status: Status
    content: Content
    signature: Signature | None
    number: str | None
    dated: str | None
    units: list[SentTo]
    outside: list[OutsideRecipient]
    dispatched: list[str]
    corrections: list[DocumentCorrected]
    replaced_by: UUID | None
    recalled_for: str | None
    timeline: list[documents.ActRow]
    resting: list[documents.DocumentRow]
    received: int
    actions: list[Action]


@router.post("/documents", status_code=201)
@tells(may=WRITERS, where=InBody())
async def draft_document(asked: Asked, body: DraftBody) -> Answer:
    """Prepare a document of a unit. The same request again, with its Idempotency-Key, changes nothing."""
    key = uuid5(asked.command_id, "document")
    command = DraftDocument(document_id=key, unit_id=body.unit_id, content=body.content)
    return await asked.execute(DOCUMENT, key, command, Known(bases=await bases(asked, body.content)))


@router.get("/documents")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(documents.DOCUMENTS,))
async def list_documents(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    status: Status | None = None,
    kind: DocumentKind | None = None,
    after: Position | None = None,
) -> Page[documents.DocumentRow]:
    """Documents of one unit, or of all for those who hold a role at the top; the latest first."""
    found = await documents.outgoing(asked.pool, after, paging.limit + 1, unit=unit_id, status=status, kind=kind)
    return paging.page(found, lambda row: row.position)


@router.get(DOCUMENTS.one)
@asks(may=EVERY_ROLE, where=DOCUMENTS, reads=(documents.DOCUMENTS,))
async def read_document(id: UUID, asked: Asked, response: Response) -> DocumentDetail:  # noqa: A002
    """A document with all that has happened to it; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(DOCUMENT, id)
    if state.content is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    row = await documents.DocumentRow.one(asked.pool, id)
    return DocumentDetail(
        document_id=id,
        unit_id=state.unit_id,
        version=version,
        status=state.status,
        content=state.content,
        signature=_signature(state),
        number=state.numbered.number if state.numbered else None,
        dated=f"{state.numbered.dated}" if state.numbered else None,
        units=list(state.issued.units) if state.issued else [],
        outside=list(state.issued.outside) if state.issued else [],
        dispatched=sorted(state.dispatched),
        corrections=list(state.corrections),
        replaced_by=state.replaced_by,
        recalled_for=state.recalled.reason if state.recalled else None,
        timeline=await documents.acts(asked.pool, id),
        resting=await documents.resting(asked.pool, id),
        received=row.received if row else 0,
        actions=await actions(asked, DOCUMENTS, id, state),
    )


def _signature(state: OfficialDocument) -> Signature | None:
    if state.signed is None:
        return None
    said = state.signed.model_dump(exclude={"document_id", "unit_id"}, mode="json")
    return Signature.model_validate(said)


@router.get(DOCUMENTS / "receipts")
@asks(may=EVERY_ROLE, where=DOCUMENTS, reads=(receipts.RECEIPTS,))
async def list_receipts_of_document(
    id: UUID,  # noqa: A002
    asked: Asked,
    paging: Paged,
    after: UUID | None = None,
) -> Page[receipts.ReceiptRow]:
    """Who has received a document, and who has not yet, by unit. Source: M-2."""
    found = await receipts.OF_DOCUMENT.page(asked.pool, after, paging.limit + 1, document_id=id)
    return paging.page(found, lambda row: row.unit_id)
