"""Rules of a unit's receipt, and of the numbers of a book."""

from datetime import date
from uuid import uuid4

import pytest

from chassis.testing import Signed, given
from contracts.campaigns import DocumentReceived, NumberTaken, ReceiptAwaited, ReceiptEntered, RecipientPurpose
from services.campaigns.domain.book import BOOK, INCOMING, TakeNumber, entry_id
from services.campaigns.domain.receipt import (
    RECEIPT,
    AwaitReceipt,
    ConfirmReceipt,
    Known,
    ReceiveDocument,
    receipt_id,
)
from tests.campaigns.documents import CLERK, DOCUMENT_ID, ISSUED, ISSUER, OTHER, PROVINCE, SCAN, SUNDAY, TODAY

KEY = receipt_id(DOCUMENT_ID, PROVINCE)
AWAITED = ReceiptAwaited(
    receipt_id=KEY, document_id=DOCUMENT_ID, unit_id=PROVINCE, issuer_id=ISSUER, purpose=RecipientPurpose.FOR_ACTION,
    number=ISSUED.number, subject=ISSUED.subject, issued_on=SUNDAY,
)  # fmt: skip
RECEIVE = ReceiveDocument(number="1032", received_on=date(2024, 11, 18))
RECEIVED = DocumentReceived(
    receipt_id=KEY, document_id=DOCUMENT_ID, unit_id=PROVINCE, number="1032", received_on=date(2024, 11, 18)
)
KNOWN = Known(today=TODAY, on_time_since=date(2024, 11, 15))
LATE = ReceiveDocument(number="1032", received_on=date(2024, 11, 12), evidence=SCAN)


def test_a_receipt_is_awaited_once() -> None:
    given(RECEIPT).when(AwaitReceipt(awaited=AWAITED)).then(AWAITED)
    given(RECEIPT, AWAITED).when(AwaitReceipt(awaited=AWAITED)).nothing()


@pytest.mark.requirement("B14")
def test_a_receipt_is_a_fact_of_its_own_with_number_and_day_of_the_incoming_book() -> None:
    given(RECEIPT, AWAITED).knowing(KNOWN).when(RECEIVE, by=CLERK).then(RECEIVED)
    given(RECEIPT, AWAITED, RECEIVED).knowing(KNOWN).when(RECEIVE, by=CLERK).nothing()
    other = RECEIVE.model_copy(update={"number": "1033"})
    given(RECEIPT, AWAITED, RECEIVED).knowing(KNOWN).when(other, by=CLERK).rejected("document-already-received")


def test_nothing_is_received_that_was_not_sent_or_not_issued_yet() -> None:
    given(RECEIPT).knowing(KNOWN).when(RECEIVE, by=CLERK).rejected("document-not-sent-here")
    for day, code in ((date(2024, 11, 9), "received-before-issued"), (date(2024, 11, 21), "day-to-come")):
        command = RECEIVE.model_copy(update={"received_on": day})
        given(RECEIPT, AWAITED).knowing(KNOWN).when(command, by=CLERK).rejected(code)


def test_a_late_entry_has_evidence_and_a_second_person_and_is_flagged() -> None:
    bare = LATE.model_copy(update={"evidence": ""})
    given(RECEIPT, AWAITED).knowing(KNOWN).when(bare, by=CLERK).rejected("late-entry-without-evidence")
    entered = ReceiptEntered(
        receipt_id=KEY, document_id=DOCUMENT_ID, unit_id=PROVINCE, number="1032", received_on=date(2024, 11, 12),
        evidence=SCAN,
    )  # fmt: skip
    given(RECEIPT, AWAITED).knowing(KNOWN).when(LATE, by=CLERK).then(entered)
    waiting = given(RECEIPT, AWAITED, Signed(entered, CLERK)).knowing(KNOWN)
    waiting.when(LATE, by=CLERK).nothing()
    waiting.when(RECEIVE, by=CLERK).rejected("late-entry-waits")
    for one in (CLERK, None):
        waiting.when(ConfirmReceipt(), by=one).rejected("late-entry-needs-second-person")
    received = DocumentReceived.model_validate({**entered.model_dump(), "late_entry": True})
    waiting.when(ConfirmReceipt(), by=OTHER).then(received)
    given(RECEIPT, AWAITED).knowing(KNOWN).when(ConfirmReceipt(), by=OTHER).rejected("late-entry-none")


def test_a_number_of_a_book_is_used_once() -> None:
    take = TakeNumber(unit_id=PROVINCE, book=INCOMING, year=2024, number="1032", document_id=DOCUMENT_ID)
    key = entry_id(PROVINCE, INCOMING, 2024, "1032")
    taken = NumberTaken(entry_id=key, **take.model_dump())
    given(BOOK).when(take).then(taken)
    given(BOOK, taken).when(take).nothing()
    given(BOOK, taken).when(take.model_copy(update={"document_id": uuid4()})).rejected("number-taken")
    others = {entry_id(ISSUER, INCOMING, 2024, "1032"), entry_id(PROVINCE, "plan", 2024, "1032"),
              entry_id(PROVINCE, INCOMING, 2025, "1032"), entry_id(PROVINCE, INCOMING, 2024, "1033")}  # fmt: skip
    assert len(others | {key}) == 5
