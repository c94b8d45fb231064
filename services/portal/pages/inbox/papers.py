"""Which step of a document waits after a fact, and which was taken: check, sign, number, send; receive at each unit."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from contracts.campaigns import (
    DocumentChecked,
    DocumentDrafted,
    DocumentNumbered,
    DocumentRecalled,
    DocumentReceived,
    DocumentReplaced,
    DocumentRevised,
    DocumentSent,
    DocumentSigned,
    ReceiptAwaited,
)

Writing = DocumentDrafted | DocumentRevised | DocumentChecked | DocumentSigned | DocumentNumbered | DocumentSent
Ending = DocumentReplaced | DocumentRecalled
Receiving = ReceiptAwaited | DocumentReceived
Papers = Writing | Ending | Receiving


@dataclass(frozen=True, slots=True)
class Move:
    """The step that was taken, the one that waits now, and the one that waits no longer though nobody took it."""

    page: str
    thing: UUID
    taken: str = ""
    waits: str = ""
    over: str = ""


def move(event: Papers) -> Move:
    """What a fact of a document, or of its receipt, means for who has something to do."""
    if isinstance(event, Receiving):
        receiving = isinstance(event, ReceiptAwaited)
        return Move("incoming", event.receipt_id, "" if receiving else "receive", "receive" if receiving else "")
    if isinstance(event, Ending):
        return Move("documents", event.document_id, over="send")
    return _written(event, event.document_id)


def _written(event: Writing, key: UUID) -> Move:
    match event:
        case DocumentDrafted():
            return Move("documents", key, waits="check")
        case DocumentRevised():
            return Move("documents", key, waits="check", over="sign")
        case DocumentChecked():
            return Move("documents", key, "check", "sign")
        case DocumentSigned():
            return Move("documents", key, "sign", "number")
        case DocumentNumbered():
            return Move("documents", key, "number", "send")
        case DocumentSent():
            return Move("documents", key, "send")
        case _:
            assert_never(event)
