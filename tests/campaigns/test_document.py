"""Rules of Document."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from chassis.testing import Given, Signed, folded, given
from contracts.campaigns import (
    DispatchWay,
    DocumentCorrected,
    DocumentDispatched,
    DocumentDrafted,
    DocumentEvent,
    DocumentIssued,
    DocumentNumbered,
    DocumentRecalled,
    DocumentReplaced,
    DocumentRevised,
    DocumentSigned,
    PaperSigningEntered,
    RecipientPurpose,
)
from contracts.event import Event
from contracts.values import Document, DocumentKind, SigningCapacity
from services.campaigns.domain import document_commands as ask
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_content import content
from services.campaigns.domain.document_state import Known, OfficialDocument, Status
from tests.campaigns.documents import (
    CHECKED,
    CHECKER,
    CLERK,
    CONTENT,
    DIRECTLY,
    DOCUMENT_ID,
    DRAFTED,
    HEAD,
    IDS,
    IN_FORCE,
    ISSUED,
    ISSUER,
    NUMBERED,
    OTHER,
    PROVINCE,
    SCAN,
    SENT,
    SIGNED,
    SUNDAY,
    TO_MINISTRY,
    UNITS,
    WRITER,
    known,
    written,
)

PAPER = ask.EnterPaperSigning(signed_by=HEAD, capacity=SigningCapacity.DIRECT, happened_on=SUNDAY, evidence=SCAN)
DIRECT = ask.SignDocument(capacity=SigningCapacity.DIRECT)
RECALL = ask.RecallDocument(reason="Sai thẩm quyền")
CORRECT = ask.CorrectDocument(wrong="trước ngày 30/11", right="trước ngày 01/12")
RECALLED = DocumentRecalled(
    **IDS, number=ISSUED.number, subject=ISSUED.subject, reason="Sai thẩm quyền", units=(PROVINCE,)
)


def after(
    *history: Event | Signed, **changes: Any
) -> Given[ask.DocumentCommand, OfficialDocument, DocumentEvent, Known]:
    return given(DOCUMENT, *history).knowing(known(**changes))


@pytest.mark.requirement("M-1")
def test_a_draft_has_all_parts_of_a_paper_but_no_number_yet() -> None:
    command = ask.DraftDocument(document_id=DOCUMENT_ID, unit_id=ISSUER, content=written())
    after().when(command, by=WRITER).then(DRAFTED)
    assert (CONTENT.archive, CONTENT.archive_copies) == ("VT, TĐKT", 2)
    assert CONTENT.copies[0].purpose is RecipientPurpose.FOR_REPORT
    after(DRAFTED).when(ask.IssueDocument()).rejected("document-not-numbered")


def test_nothing_is_done_with_what_was_never_drafted() -> None:
    after().when(ask.CheckDocument(), by=CHECKER).rejected("document-unknown")


@pytest.mark.parametrize("symbol", ["kh-BHXH", "KH-BHXH/1", "KH BHXH", "=1", ""])
def test_a_symbol_is_made_of_kind_and_issuer(symbol: str) -> None:
    with pytest.raises(ValidationError):
        written(symbol=symbol)


@pytest.mark.requirement("M-3")
def test_a_document_rests_on_others_by_id_or_by_number_and_day() -> None:
    basis, paper = uuid4(), ask.Cited(number="1/KH-HĐTĐKT", issued_on=date(2024, 1, 5))
    cited = Document(number="39/CT-TTg", issued_on=date(2024, 10, 15))
    said = written(based_on=(ask.Basis(document_id=basis), ask.Basis(document=paper)))
    drafted = content(said, {basis: cited})
    assert [(each.document.number, each.document_id) for each in drafted.based_on] == [
        ("39/CT-TTg", basis), ("1/KH-HĐTĐKT", None),
    ]  # fmt: skip
    draft = ask.DraftDocument(document_id=DOCUMENT_ID, unit_id=ISSUER, content=said)
    after().when(draft, by=WRITER).rejected("document-basis-not-issued")
    nameless = written(based_on=(ask.Basis(),))
    after(DRAFTED).when(ask.ReviseDocument(content=nameless), by=WRITER).rejected("document-basis-unsaid")


def test_as_addressed_stands_among_the_copies_of_what_has_addressees() -> None:
    above = ask.Named(name="Như trên", purpose=RecipientPurpose.FOR_INFORMATION, as_addressed=True)
    for said in (written(addressees=(above,)), written(addressees=(), copies=(above,))):
        command = ask.ReviseDocument(content=said)
        after(DRAFTED).when(command, by=WRITER).rejected("document-as-addressed-alone")


def test_a_change_takes_the_check_away() -> None:
    said = written(subject="V/v phát động")
    revised = DocumentRevised(**IDS, content=content(said, {}))
    after(DRAFTED, CHECKED).when(ask.ReviseDocument(content=said), by=WRITER).then(revised)
    after(DRAFTED, CHECKED, revised).when(DIRECT, by=HEAD).rejected("document-not-checked")
    after(DRAFTED).when(ask.ReviseDocument(content=written()), by=WRITER).nothing()
    after(DRAFTED, CHECKED, SIGNED).when(ask.ReviseDocument(content=said), by=WRITER).rejected(
        "document-already-signed"
    )


def test_another_hand_checks_it() -> None:
    after(DRAFTED).when(ask.CheckDocument(), by=WRITER).rejected("drafter-may-not-check")
    after(DRAFTED).when(ask.CheckDocument()).rejected("drafter-may-not-check")
    after(DRAFTED).when(ask.CheckDocument(), by=CHECKER).then(CHECKED)
    revised = Signed(DocumentRevised(**IDS, content=CONTENT), CHECKER)
    after(DRAFTED, revised).when(ask.CheckDocument(), by=CHECKER).rejected("drafter-may-not-check")
    after(DRAFTED, CHECKED).when(ask.CheckDocument(), by=CHECKER).nothing()


def test_a_paper_is_signed_once_it_was_checked_by_who_has_the_capacity() -> None:
    after(DRAFTED).when(DIRECT, by=HEAD).rejected("document-not-checked")
    signed = DocumentSigned(**IDS, capacity=SigningCapacity.DIRECT, signed_by=HEAD, happened_on=date(2024, 11, 20))
    after(DRAFTED, CHECKED).when(DIRECT, by=HEAD).then(signed)


@pytest.mark.requirement("B5")
def test_who_signs_for_another_says_in_which_capacity_and_for_whom() -> None:
    deputy = ask.SignDocument(capacity=SigningCapacity.DEPUTY)
    signed = DocumentSigned(
        **IDS, capacity=SigningCapacity.DEPUTY, signed_by=OTHER, signed_for=HEAD, happened_on=date(2024, 11, 20)
    )
    after(DRAFTED, CHECKED, own={SigningCapacity.DEPUTY: HEAD}).when(deputy, by=OTHER).then(signed)
    for own in ({}, {SigningCapacity.BY_ORDER: HEAD}, DIRECTLY):
        after(DRAFTED, CHECKED, own=own).when(deputy, by=OTHER).rejected("signing-without-capacity")


def test_who_drafted_it_does_not_sign_unless_a_head_above_allows_it() -> None:
    after(DRAFTED, CHECKED).when(DIRECT, by=WRITER).rejected("drafter-may-not-sign")
    outcome = after(DRAFTED, CHECKED, excused=True).when(DIRECT, by=WRITER)
    assert [type(each) for each in outcome.events] == [DocumentSigned]


def test_nobody_signs_twice_nor_an_empty_paper() -> None:
    after(DRAFTED, CHECKED, SIGNED).when(DIRECT, by=OTHER).rejected("document-already-signed")
    empty = DocumentDrafted(**IDS, content=content(written(body=""), {}), drafted_by=WRITER)
    after(empty, CHECKED).when(DIRECT, by=HEAD).rejected("document-empty")


def test_what_was_signed_on_paper_is_entered_with_its_day_and_its_scan() -> None:
    in_time = PAPER.model_copy(update={"happened_on": date(2024, 11, 15)})
    signed = DocumentSigned(
        **IDS, capacity=SigningCapacity.DIRECT, signed_by=HEAD, happened_on=date(2024, 11, 15), evidence=SCAN
    )
    after(DRAFTED, CHECKED).when(in_time, by=CLERK).then(signed)
    tomorrow = PAPER.model_copy(update={"happened_on": date(2024, 11, 21)})
    after(DRAFTED, CHECKED).when(tomorrow, by=CLERK).rejected("day-to-come")
    after(DRAFTED, CHECKED, signers={}).when(in_time, by=CLERK).rejected("signing-without-capacity")
    own = PAPER.model_copy(update={"signed_by": WRITER})
    after(DRAFTED, CHECKED, signers={WRITER: DIRECTLY}).when(own, by=CLERK).rejected("drafter-may-not-sign")


@pytest.mark.requirement("B12")
def test_an_entry_that_comes_late_needs_a_second_person_and_says_so() -> None:
    entered = PaperSigningEntered(
        **IDS, capacity=SigningCapacity.DIRECT, signed_by=HEAD, happened_on=SUNDAY, evidence=SCAN
    )
    after(DRAFTED, CHECKED).when(PAPER, by=CLERK).then(entered)
    waiting = after(DRAFTED, CHECKED, Signed(entered, CLERK))
    waiting.when(PAPER, by=CLERK).rejected("late-entry-waits")
    waiting.when(DIRECT, by=HEAD).rejected("late-entry-waits")
    waiting.when(ask.NumberDocument(number="1", dated=SUNDAY), by=CLERK).rejected("document-not-signed")
    for one in (CLERK, WRITER, None):
        waiting.when(ask.ConfirmPaperSigning(), by=one).rejected("late-entry-needs-second-person")
    signed = DocumentSigned.model_validate({**entered.model_dump(), "late_entry": True})
    waiting.when(ask.ConfirmPaperSigning(), by=CHECKER).then(signed)
    after(DRAFTED, CHECKED).when(ask.ConfirmPaperSigning(), by=CHECKER).rejected("late-entry-none")


@pytest.mark.requirement("A20")
def test_the_clerk_gives_number_and_day_and_a_sunday_is_a_day_of_issue() -> None:
    assert SUNDAY.weekday() == 6
    number = ask.NumberDocument(number="4225", dated=SUNDAY)
    late = DocumentNumbered.model_validate({**NUMBERED.model_dump(), "late_entry": True})
    after(DRAFTED, CHECKED, SIGNED).when(number, by=CLERK).then(late)
    after(DRAFTED, CHECKED, SIGNED, on_time_since=SUNDAY).when(number, by=WRITER).then(NUMBERED)
    after(DRAFTED, CHECKED, SIGNED).when(number, by=WRITER).rejected("late-entry-needs-second-person")
    after(DRAFTED, CHECKED, SIGNED, NUMBERED).when(ask.IssueDocument()).then(ISSUED)


def test_a_number_comes_after_the_signature_and_stays() -> None:
    number = ask.NumberDocument(number="5", dated=date(2024, 11, 9))
    after(DRAFTED, CHECKED).when(number, by=CLERK).rejected("document-not-signed")
    after(DRAFTED, CHECKED, SIGNED).when(number, by=CLERK).rejected("document-dated-before-signed")
    to_come = ask.NumberDocument(number="5", dated=date(2024, 11, 21))
    after(DRAFTED, CHECKED, SIGNED).when(to_come, by=CLERK).rejected("day-to-come")
    today = ask.NumberDocument(number="5", dated=date(2024, 11, 20))
    outcome = after(DRAFTED, CHECKED, SIGNED).when(today, by=CLERK)
    assert [each.number for each in outcome.events if isinstance(each, DocumentNumbered)] == ["05/BHXH-TĐKT"]
    after(DRAFTED, CHECKED, SIGNED, NUMBERED).when(today, by=CLERK).rejected("document-already-numbered")
    same = ask.NumberDocument(number="4225", dated=SUNDAY)
    after(DRAFTED, CHECKED, SIGNED, NUMBERED).when(same, by=CLERK).nothing()


def test_it_is_issued_to_who_stood_on_that_day_and_to_those_outside() -> None:
    after(*IN_FORCE[:-1]).when(ask.IssueDocument()).nothing()
    nobody = DocumentDrafted(**IDS, content=content(written(copies=()), {}), drafted_by=WRITER)
    after(nobody, CHECKED, SIGNED, NUMBERED, units=()).when(ask.IssueDocument()).rejected("document-without-recipient")
    outcome = after(DRAFTED, CHECKED, SIGNED, NUMBERED, units=()).when(ask.IssueDocument())
    [issued] = outcome.events
    assert isinstance(issued, DocumentIssued)
    assert (issued.units, [each.name for each in issued.outside]) == ((), [TO_MINISTRY.name])


def test_it_is_sent_once_and_not_before_it_is_issued() -> None:
    after(DRAFTED, CHECKED, SIGNED, NUMBERED).when(ask.SendDocument()).rejected("document-not-issued")
    after(*IN_FORCE[:-1]).when(ask.SendDocument()).then(SENT)
    after(*IN_FORCE).when(ask.SendDocument()).nothing()


def test_a_dispatch_goes_to_who_is_outside_from_the_issue_on() -> None:
    post = ask.DispatchDocument(recipient="Bộ Tài chính", way=DispatchWay.POST, happened_on=date(2024, 11, 18))
    dispatched = DocumentDispatched.model_validate({**IDS, **post.model_dump()})
    after(*IN_FORCE).when(post, by=CLERK).then(dispatched)
    after(*IN_FORCE, dispatched).when(post, by=CLERK).nothing()
    stranger = post.model_copy(update={"recipient": "Bộ Y tế"})
    after(*IN_FORCE).when(stranger, by=CLERK).rejected("recipient-not-outside")
    for day, code in ((date(2024, 11, 9), "dispatched-before-issued"), (date(2024, 11, 21), "day-to-come")):
        after(*IN_FORCE).when(post.model_copy(update={"happened_on": day}), by=CLERK).rejected(code)
    after(DRAFTED).when(post, by=CLERK).rejected("document-not-issued")


def test_a_mistake_is_put_right_for_all_who_have_it() -> None:
    told = {**IDS, "number": ISSUED.number, "subject": ISSUED.subject, "units": (PROVINCE,)}
    corrected = DocumentCorrected.model_validate({**told, **CORRECT.model_dump()})
    after(*IN_FORCE).when(CORRECT, by=HEAD).then(corrected)
    after(*IN_FORCE, corrected).when(CORRECT, by=HEAD).nothing()
    after(DRAFTED).when(CORRECT, by=HEAD).rejected("document-not-issued")
    same = ask.CorrectDocument(wrong="a", right="a")
    after(*IN_FORCE).when(same, by=HEAD).rejected("correction-changes-nothing")


def test_another_one_holds_in_its_place_that_rests_on_it() -> None:
    new = uuid4()
    replace = ask.ReplaceDocument(replaced_by=new)
    replaced = DocumentReplaced(**IDS, number=ISSUED.number, subject=ISSUED.subject, units=(PROVINCE,), replaced_by=new)
    after(*IN_FORCE, successors=frozenset({new})).when(replace, by=HEAD).then(replaced)
    after(*IN_FORCE).when(replace, by=HEAD).rejected("successor-not-issued")
    after(*IN_FORCE, replaced).when(replace, by=HEAD).nothing()
    after(*IN_FORCE, replaced).when(RECALL, by=HEAD).rejected("document-replaced")
    after(*IN_FORCE, replaced).when(CORRECT, by=HEAD).rejected("document-replaced")


def test_what_is_recalled_holds_no_more() -> None:
    after(DRAFTED).when(RECALL, by=HEAD).rejected("document-not-issued")
    after(*IN_FORCE).when(RECALL, by=HEAD).then(RECALLED)
    after(*IN_FORCE, RECALLED).when(RECALL, by=HEAD).nothing()
    after(*IN_FORCE, RECALLED).when(CORRECT, by=HEAD).rejected("document-recalled")
    after(*IN_FORCE[:-1], RECALLED).when(ask.SendDocument()).rejected("document-recalled")


def test_who_was_not_sent_it_is_not_told() -> None:
    [recalled] = after(*IN_FORCE[:-1]).when(RECALL, by=HEAD).events
    assert isinstance(recalled, DocumentRecalled)
    assert recalled.units == ()


def test_its_status_is_the_furthest_that_it_has_come_to() -> None:
    reached = [folded(DOCUMENT, *IN_FORCE[:count]).status for count in range(len(IN_FORCE) + 1)]
    assert reached == [
        Status.DRAFT, Status.DRAFT, Status.CHECKED, Status.SIGNED, Status.NUMBERED, Status.ISSUED, Status.SENT,
    ]  # fmt: skip
    state = folded(DOCUMENT, *IN_FORCE)
    assert state.holds
    assert state.cited == Document(number=ISSUED.number, issued_on=SUNDAY, title=ISSUED.subject)
    gone = folded(DOCUMENT, *IN_FORCE, RECALLED)
    assert (gone.status, gone.holds) == (Status.RECALLED, False)


def test_another_unit_of_the_same_kind_is_no_matter_of_the_document() -> None:
    """Only what stood on its day counts: what the rule is told is what is stored."""
    [issued] = after(DRAFTED, CHECKED, SIGNED, NUMBERED).when(ask.IssueDocument()).events
    assert isinstance(issued, DocumentIssued)
    assert issued.units == UNITS
    assert DocumentKind.OFFICIAL_LETTER is CONTENT.kind
    assert UUID(int=0) not in {each.unit_id for each in issued.units}
