"""What tests ask and order: messages as JSON, the count that shows a message sent twice, faults."""

from collections.abc import Iterator
from itertools import islice
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel

from deploy.local.mail_sink.letter import read
from deploy.local.mail_sink.smtp import FaultOrder, Faults, Receiver
from deploy.local.mail_sink.store import Kept
from deploy.local.mail_sink.views import Limit, Store

router = APIRouter()


def the_receiver(request: Request) -> Receiver:
    """Return the SMTP side of this application."""
    receiver: Receiver = request.app.state.receiver
    return receiver


Smtp = Annotated[Receiver, Depends(the_receiver)]


@router.get("/messages.json")
async def list_messages(
    store: Store, to: str | None = None, subject: str | None = None, after: int = 0, limit: Limit = 100
) -> list[dict[str, Any]]:
    """List messages oldest first: to an address, with words in their subject, after a number."""
    chosen = islice(_matching(store.after(after), to, subject), limit)
    return [_described(kept, store.content(kept)) for kept in chosen]


@router.get("/count.json")
async def count_messages(store: Store) -> dict[str, int]:
    """Count messages, and the most copies of any one Message-ID: more than 1 means something was sent twice."""
    return {"messages": store.count, "by_message_id_max": store.most_copies}


@router.get("/copies.json")
async def count_copies(store: Store) -> dict[str, int]:
    """Count messages by Message-ID."""
    return store.copies


class Forgotten(BaseModel):
    """Notifications of somebody who was erased."""

    notifications: list[UUID]


@router.post("/forget")
async def forget(asked: Forgotten, store: Store) -> int:
    """Delete what was sent for some notifications; how many messages there were."""
    return store.forget(asked.notifications)


@router.delete("/messages", status_code=204)
async def delete_messages(store: Store) -> None:
    """Forget every message."""
    store.clear()


@router.get("/faults")
async def show_faults(smtp: Smtp) -> Faults:
    """Show what goes wrong at present."""
    return smtp.faults


@router.post("/faults")
async def order_faults(order: FaultOrder, smtp: Smtp) -> Faults:
    """Let something go wrong from now on."""
    smtp.faults.follow(order)
    return smtp.faults


@router.delete("/faults", status_code=204)
async def end_faults(smtp: Smtp) -> None:
    """Let everything go well again."""
    smtp.faults = Faults()


def _matching(messages: Iterator[Kept], to: str | None, subject: str | None) -> Iterator[Kept]:
    wanted_to, wanted_subject = (to or "").casefold(), (subject or "").casefold()
    for kept in messages:
        if to is not None and wanted_to not in map(str.casefold, kept.envelope.recipients):
            continue
        if wanted_subject in kept.subject.casefold():
            yield kept


def _described(kept: Kept, content: bytes) -> dict[str, Any]:
    letter = read(content)
    return {
        "seq": kept.seq,
        "to": kept.envelope.recipients,
        "from": kept.envelope.sender,
        "subject": kept.subject,
        "message_id": kept.message_id,
        "headers": letter.headers,
        "text": letter.text,
    }
