"""What waits of a document: each step for its own people, until it is taken, or can be taken no more."""

from typing import Any
from uuid import UUID

from chassis.testing import project_all
from contracts.campaigns import (
    DocumentChecked,
    DocumentDrafted,
    DocumentNumbered,
    DocumentRecalled,
    DocumentReceived,
    DocumentRevised,
    DocumentSent,
    DocumentSigned,
    ReceiptAwaited,
)
from contracts.event import Event
from contracts.examples import example
from services.portal.pages.inbox.rows import INBOX, ROLES

DRAFTED, CHECKED, SIGNED, NUMBERED, SENT = (
    example(kind) for kind in (DocumentDrafted, DocumentChecked, DocumentSigned, DocumentNumbered, DocumentSent)
)


def waiting(*events: Event) -> list[str]:
    rows: dict[Any, Any] = dict(project_all(INBOX, *events)["inbox_tasks"])
    return [str(key[1]) for key in rows]


def test_each_step_waits_in_its_turn() -> None:
    story = (DRAFTED, CHECKED, SIGNED, NUMBERED, SENT)
    assert [waiting(*story[: count + 1]) for count in range(5)] == [["check"], ["sign"], ["number"], ["send"], []]


def test_a_changed_draft_is_checked_anew() -> None:
    assert waiting(DRAFTED, CHECKED, example(DocumentRevised)) == ["check"]


def test_what_is_recalled_before_it_was_sent_is_not_sent_any_more() -> None:
    assert waiting(DRAFTED, CHECKED, SIGNED, NUMBERED, example(DocumentRecalled)) == []


def test_a_receipt_waits_until_it_stands_in_the_book() -> None:
    awaited = example(ReceiptAwaited)
    assert waiting(awaited) == ["receive"]
    assert waiting(awaited, example(DocumentReceived)) == []
    done = project_all(INBOX, awaited, example(DocumentReceived))["inbox_done"]
    assert [key[1] for key in done] == ["receive"]
    assert all(isinstance(key[0], UUID) for key in done)


def test_each_step_waits_for_somebody() -> None:
    assert all(ROLES[step] for step in ("check", "sign", "number", "send", "receive"))
