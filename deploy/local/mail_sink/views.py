"""What a person sees: the list of messages and one message."""

from itertools import islice
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from deploy.local.mail_sink.letter import read
from deploy.local.mail_sink.store import Kept, MailStore
from deploy.local.pages import SAFE_HEADERS, Pages, foreign

PAGE_SIZE = 50
PAGES = Pages(Path(__file__).parent)

router = APIRouter()


def the_store(request: Request) -> MailStore:
    """Return the store of this application."""
    store: MailStore = request.app.state.store
    return store


Store = Annotated[MailStore, Depends(the_store)]
Limit = Annotated[int, Query(ge=1, le=1000)]


def the_message(seq: int, store: Store) -> Kept:
    """Return the message that a path names, or answer 404."""
    if (kept := store.find(seq)) is None:
        raise HTTPException(404, f"Không còn thư số {seq}; hãy mở lại danh sách. / There is no message {seq}.")
    return kept


@router.get("/")
async def show_list(store: Store, before: int | None = None, limit: Limit = PAGE_SIZE) -> Response:
    """Show the newest messages, or those before one."""
    found = list(islice(store.before(before), limit + 1))
    older = found[limit - 1].seq if len(found) > limit else None
    messages = found[:limit]
    return PAGES.show(
        "list.html", messages=messages, older=older, count=store.count, newest=before is None, limit=limit
    )


@router.get("/messages/{seq}")
async def show_message(kept: Annotated[Kept, Depends(the_message)], store: Store) -> Response:
    """Show one message."""
    return PAGES.show("message.html", kept=kept, letter=read(store.content(kept)))


@router.get("/messages/{seq}/body.html")
async def show_body(kept: Annotated[Kept, Depends(the_message)], store: Store) -> Response:
    """Answer a message's HTML part, for the frame on its page."""
    return foreign(read(store.content(kept)).html)


@router.get("/messages/{seq}/source.eml")
async def download(kept: Annotated[Kept, Depends(the_message)], store: Store) -> Response:
    """Answer a message's bytes as they came."""
    disposition = {"Content-Disposition": f'attachment; filename="{kept.name}.eml"'}
    return Response(store.content(kept), media_type="message/rfc822", headers={**SAFE_HEADERS, **disposition})
