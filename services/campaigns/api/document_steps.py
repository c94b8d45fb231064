"""The steps of a document, each a route of its own. Source: B5, B12, B13."""

from functools import partial
from typing import Final
from uuid import UUID

from chassis.store.execute import Step
from chassis.web.api import Answer, Asked, asked_router, command, tells
from contracts.registry import Role
from services.campaigns.api.document_known import DOCUMENTS, bases, known, known_on, succeeding
from services.campaigns.api.documents import WRITERS
from services.campaigns.domain import receipt
from services.campaigns.domain.book import BOOK, TakeNumber, entry_id
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_commands import (
    CheckDocument,
    ConfirmPaperSigning,
    CorrectDocument,
    DispatchDocument,
    EnterPaperSigning,
    IssueDocument,
    NumberDocument,
    RecallDocument,
    ReplaceDocument,
    ReviseDocument,
    SendDocument,
    SignDocument,
)
from services.campaigns.domain.receipt import RECEIPT, AwaitReceipt, awaited_of

router = asked_router(tags=["campaigns"])
CHECKERS: Final = frozenset(
    {
        Role.OFFICER,
        Role.UNIT_HEAD,
        Role.DEPUTY,
        Role.EMULATION_DEPARTMENT,
        Role.PROFESSIONAL_DEPARTMENT,
        Role.SECTOR_LEADER,
    }
)
SIGNERS: Final = frozenset(
    {
        Role.UNIT_HEAD,
        Role.DEPUTY,
        Role.DIRECTOR_GENERAL,
        Role.SECTOR_LEADER,
        Role.EMULATION_DEPARTMENT,
        Role.OFFICER,
        Role.COUNCIL_CHAIR,
        Role.COUNCIL_VICE_CHAIR,
    }
)
"""Who may come to sign; in which capacity, if any, the unit's offices and delegations say."""

CLERKS: Final = frozenset({Role.CLERK})
HEADS: Final = frozenset({Role.UNIT_HEAD, Role.DIRECTOR_GENERAL})


@router.post(DOCUMENTS / "content", status_code=201)
@tells(may=WRITERS, where=DOCUMENTS, step=ReviseDocument)
async def revise_document(id: UUID, command: ReviseDocument, asked: Asked) -> Answer:  # noqa: A002
    """Say something else in a draft; it is then checked anew."""
    _, state = await asked.platform.executor.state(DOCUMENT, id)
    cited = await bases(asked, command.content)
    told = await known_on(asked, state, asked.context().occurred_on, cited)
    return await asked.execute(DOCUMENT, id, command, told)


command(router, DOCUMENTS, "check", CheckDocument, may=CHECKERS, name="check_document")
command(router, DOCUMENTS, "signature", SignDocument, may=SIGNERS, name="sign_document")


@router.post(DOCUMENTS / "paper-signature", status_code=201)
@tells(may=WRITERS, where=DOCUMENTS, step=EnterPaperSigning)
async def enter_paper_signing(id: UUID, command: EnterPaperSigning, asked: Asked) -> Answer:  # noqa: A002
    """Enter that somebody signed on paper; who could sign then is looked up for that day."""
    _, state = await asked.platform.executor.state(DOCUMENT, id)
    return await asked.execute(DOCUMENT, id, command, await known_on(asked, state, command.happened_on))


command(
    router,
    DOCUMENTS,
    "paper-signature-confirmation",
    ConfirmPaperSigning,
    may=CHECKERS | CLERKS,
    name="confirm_paper_signing",
)


@router.post(DOCUMENTS / "number", status_code=201)
@tells(may=CLERKS, where=DOCUMENTS, step=NumberDocument)
async def number_document(id: UUID, command: NumberDocument, asked: Asked) -> Answer:  # noqa: A002
    """Give the document its number and day, and take that number out of the book, both or neither."""
    _, state = await asked.platform.executor.state(DOCUMENT, id)
    kind = state.content.kind.value if state.content else ""
    taken = TakeNumber(unit_id=state.unit_id, book=kind, year=command.dated.year, number=command.number, document_id=id)
    entry = entry_id(taken.unit_id, taken.book, taken.year, taken.number)
    return await asked.execute_together(
        Step(DOCUMENT, id, command, await known(asked, state)), Step(BOOK, entry, taken, None)
    )


command(router, DOCUMENTS, "issue", IssueDocument, may=CLERKS, name="issue_document")


@router.post(DOCUMENTS / "sending", status_code=201)
@tells(may=CLERKS, where=DOCUMENTS, step=SendDocument)
async def send_document(id: UUID, asked: Asked) -> Answer:  # noqa: A002
    """Send the document to all its recipients on the platform, to all or to none. Source: M-2."""
    _, state = await asked.platform.executor.state(DOCUMENT, id)
    awaited = awaited_of(state.issued) if state.issued and state.holds else ()
    return await asked.execute_together(
        Step(DOCUMENT, id, SendDocument(), await known(asked, state)),
        *(Step(RECEIPT, each.receipt_id, AwaitReceipt(awaited=each), receipt.Known()) for each in awaited),
    )


command(router, DOCUMENTS, "dispatches", DispatchDocument, may=CLERKS, name="dispatch_document")
command(router, DOCUMENTS, "corrections", CorrectDocument, may=HEADS, name="correct_document")


@router.post(DOCUMENTS / "replacement", status_code=201)
@tells(may=HEADS, where=DOCUMENTS, step=ReplaceDocument)
async def replace_document(id: UUID, command: ReplaceDocument, asked: Asked) -> Answer:  # noqa: A002
    """Another document of the unit, in force and resting on this one, holds in its place."""
    return await asked.execute_looking(DOCUMENT, id, command, partial(succeeding, asked, command.replaced_by))


command(router, DOCUMENTS, "recall", RecallDocument, may=HEADS, name="recall_document")
