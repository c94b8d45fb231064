"""Rules of Report: written for a unit's own kind, signed and sent, judged by who receives it, corrected afterwards."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from chassis.facts.offers import offers
from chassis.testing import Signed, given
from contracts.campaigns import (
    AnnexFilled,
    Covers,
    ReportAccepted,
    ReportCorrected,
    ReportFileAttached,
    ReportFileDetached,
    ReportOpened,
    ReportOutdated,
    ReportRecalled,
    ReportReturned,
    ReportsBelowAsked,
    ReportSubmitted,
    ReportUrged,
    ReturnedPlace,
    SectionWritten,
    UnitBelowAsked,
    UrgingChannel,
    UsedReport,
)
from contracts.values import FileKind, SigningCapacity, StoredFile, UnitKind
from services.campaigns.domain import report_commands as ask
from services.campaigns.domain.report import REPORT as RULES
from services.campaigns.domain.report import digest
from services.campaigns.domain.report_state import Below, Known, Report, report_id
from tests.campaigns.reviews import (
    ABOUT,
    ASKED,
    BEFORE,
    DISTRICT,
    HEAD,
    KNOWN,
    OFFICER,
    OPENED,
    OTHER,
    PROVINCE,
    RECEIVER,
    RECEIVES,
    REPORT,
    REPORT_OPENED,
    REVIEW,
    ROOT,
    SECOND,
    STEP,
    row,
    sent,
)

TEXT = "Được cấp ủy quan tâm"
WRITTEN = SectionWritten(**ABOUT, section="I.1", digest=digest(REPORT, TEXT), characters=len(TEXT))
FILLED = AnnexFilled(**ABOUT, row=row(100))
FILE = StoredFile(sha256="a" * 64, kind=FileKind.PDF, size=10)
IN_TIME = date(2020, 8, 26)
DRAFT = (REPORT_OPENED, WRITTEN, FILLED)
RETURNED = ReportReturned(**STEP, reason="Thiếu", returned_by=RECEIVER)
ACCEPTED = ReportAccepted(**STEP, revision=1, whole=(row(100),), accepted_by=RECEIVER)


def fill(cards: int = 100, year: int = 2019, **more: Any) -> ask.FillAnnex:
    cells = (ask.Cell.model_validate({"column": "cards", "number": cards}),)
    return ask.FillAnnex(table="support", year=year, cells=cells, **more)


def corrected(cards: int, revision: int = 2, **more: Any) -> ReportCorrected:
    said = {"whole": (row(cards),), "reason": "Nhập nhầm", "corrected_by": OFFICER, **more}
    return ReportCorrected(**STEP, revision=revision, row=row(cards), **said)


@pytest.mark.requirement("S003-10")
def test_a_unit_is_asked_once() -> None:
    wanted = ask.OpenReport(
        review=OPENED, unit_id=PROVINCE, unit_kind=UnitKind.PROVINCIAL, to_unit_id=ROOT, before=BEFORE
    )
    given(RULES).when(wanted, on=ASKED).then(REPORT_OPENED)
    given(RULES, REPORT_OPENED).when(wanted, on=ASKED).nothing()
    given(RULES).when(ask.AcceptReport()).rejected("report-not-asked")


@pytest.mark.requirement("E21")
def test_where_the_review_asks_units_below_itself_a_report_holds_its_own_figures() -> None:
    own = REPORT_OPENED.model_copy(update={"own_only": True})
    wanted = ask.OpenReport(
        review=OPENED, unit_id=PROVINCE, unit_kind=UnitKind.PROVINCIAL, to_unit_id=ROOT, before=BEFORE, own_only=True
    )
    given(RULES).when(wanted, on=ASKED).then(own)
    given(RULES, own).knowing(KNOWN).when(fill(covers=Covers.WHOLE)).rejected("report-would-count-twice")
    given(RULES, own).knowing(KNOWN).when(fill(covers=Covers.OWN)).then(FILLED)
    noted = UnitBelowAsked(**ABOUT, below_id=DISTRICT)
    note = ask.NoteUnitBelow(review=OPENED, unit_id=PROVINCE, below_id=DISTRICT)
    typed = (REPORT_OPENED, AnnexFilled(**ABOUT, row=row(100), covers=Covers.WHOLE))
    given(RULES, *typed).when(note).then(noted)
    given(RULES, *typed, noted).when(note).nothing()
    given(RULES).when(note).then(noted)  # so it holds for a report that is asked for at the same moment
    given(RULES, *typed, noted).knowing(KNOWN).when(ask.SubmitReport(), by=HEAD, on=IN_TIME).rejected(
        "report-would-count-twice"
    )
    given(RULES, *typed, sent()).when(note).rejected("report-whole-stands-above")
    given(RULES, *typed, sent(), RETURNED).when(note).then(noted)
    given(RULES, *DRAFT, sent(), ACCEPTED).when(note).then(noted)
    below = REPORT_OPENED.model_copy(update={"under": REPORT})
    given(RULES, below).when(wanted, on=ASKED).rejected("report-asked-by-unit-above")


@pytest.mark.requirement("S003-12", "S003-13")
def test_a_section_is_written_by_digest_and_only_where_it_is_for_the_units_kind() -> None:
    asked = given(RULES, REPORT_OPENED).knowing(KNOWN)
    asked.when(ask.WriteSection(section="I.1", text=TEXT)).then(WRITTEN)
    asked.when(ask.WriteSection(section="III.2", text=TEXT)).then(WRITTEN.model_copy(update={"section": "III.2"}))
    asked.when(ask.WriteSection(section="III.1", text=TEXT)).rejected("section-of-other-units")
    asked.when(ask.WriteSection(section="I", text=TEXT)).rejected("section-is-a-heading")
    asked.when(ask.WriteSection(section="V", text=TEXT)).rejected("section-unknown")
    given(RULES, REPORT_OPENED, WRITTEN).knowing(KNOWN).when(ask.WriteSection(section="I.1", text=TEXT)).nothing()
    emptied = WRITTEN.model_copy(update={"digest": "", "characters": 0})
    given(RULES, *DRAFT).knowing(KNOWN).when(ask.WriteSection(section="I.1", text="")).then(emptied)


@pytest.mark.requirement("S003-14", "A10")
def test_a_row_is_held_against_its_annex() -> None:
    asked = given(RULES, REPORT_OPENED).knowing(KNOWN)
    asked.when(fill()).then(FILLED)
    given(RULES, *DRAFT).knowing(KNOWN).when(fill()).nothing()
    asked.when(fill(year=2021)).rejected("annex-year-outside")
    asked.when(fill(-1)).rejected("annex-negative")
    text = ask.FillAnnex(table="support", year=2019, cells=(ask.Cell(column="cards", text="hơn một trăm"),))
    asked.when(text).rejected("annex-text-in-number-column")
    asked.when(ask.FillAnnex(table="khac", year=2019)).rejected("annex-table-unknown")
    whole = AnnexFilled(**ABOUT, row=row(100), covers=Covers.WHOLE)
    given(RULES, *DRAFT).knowing(KNOWN).when(fill(covers=Covers.WHOLE)).then(whole)
    given(RULES, *DRAFT, whole).knowing(KNOWN).when(fill()).nothing()


@pytest.mark.requirement("S003-14")
def test_houses_without_their_mode_stay_a_draft() -> None:
    cells = (ask.Cell.model_validate({"column": "houses_unknown", "number": 5}),)
    wanted = ask.FillAnnex(table="support", year=2019, cells=cells)
    kept = AnnexFilled(**ABOUT, row=wanted.fact())
    given(RULES, REPORT_OPENED).knowing(KNOWN).when(wanted).then(kept)
    given(RULES, REPORT_OPENED, kept).knowing(KNOWN).when(ask.SubmitReport(), by=HEAD, on=IN_TIME).rejected(
        "annex-mode-unknown"
    )


def test_files_go_along_until_they_are_detached() -> None:
    attached = ReportFileAttached(**ABOUT, file=FILE, title="Ảnh")
    asked = given(RULES, REPORT_OPENED).knowing(KNOWN)
    asked.when(ask.AttachReportFile(file=FILE, title="Ảnh")).then(attached)
    asked.when(ask.DetachReportFile(sha256=FILE.sha256)).rejected("report-file-unknown")
    there = given(RULES, REPORT_OPENED, attached).knowing(KNOWN)
    there.when(ask.AttachReportFile(file=FILE, title="Ảnh")).nothing()
    there.when(ask.DetachReportFile(sha256=FILE.sha256)).then(ReportFileDetached(**ABOUT, sha256=FILE.sha256))


@pytest.mark.requirement("S003-15", "S003-10")
@pytest.mark.parametrize(("on", "late"), [(date(2020, 8, 27), 0), (BEFORE, 1), (date(2020, 8, 31), 4)])
def test_the_head_signs_and_sends_it_and_its_day_says_whether_it_is_late(on: date, late: int) -> None:
    asked = given(RULES, *DRAFT).knowing(KNOWN).when(ask.SubmitReport(), by=HEAD, on=on)
    asked.then(sent(on, late))


@pytest.mark.requirement("S003-15")
def test_who_may_not_sign_for_the_unit_does_not_send_it() -> None:
    nobody = replace(KNOWN, capacities={})
    given(RULES, *DRAFT).knowing(nobody).when(ask.SubmitReport(), by=OFFICER).rejected("report-not-signed-by-head")
    deputy = replace(KNOWN, capacities={SigningCapacity.DEPUTY: HEAD})
    wanted = ask.SubmitReport(capacity=SigningCapacity.DEPUTY)
    by_deputy = sent(submitted_by=SECOND, capacity=SigningCapacity.DEPUTY, signed_for=HEAD)
    given(RULES, *DRAFT).knowing(deputy).when(wanted, by=SECOND, on=IN_TIME).then(by_deputy)


def test_what_says_nothing_is_not_sent() -> None:
    given(RULES, REPORT_OPENED).knowing(KNOWN).when(ask.SubmitReport(), by=HEAD, on=IN_TIME).rejected("report-empty")


@pytest.mark.requirement("B18")
def test_late_it_is_accepted_unless_the_review_refuses_that_or_the_deadline_is_closed() -> None:
    strict = replace(KNOWN, review=OPENED.model_copy(update={"refuse_late": True}))
    asked = given(RULES, *DRAFT)
    asked.knowing(strict).when(ask.SubmitReport(), by=HEAD, on=BEFORE).rejected("report-late-refused")
    moved = replace(strict, before=date(2020, 9, 16))
    asked.knowing(moved).when(ask.SubmitReport(), by=HEAD, on=BEFORE).then(sent(BEFORE, 0))
    asked.knowing(replace(KNOWN, shut=True)).when(ask.SubmitReport(), by=HEAD, on=BEFORE).rejected("deadline-closed")
    asked.knowing(replace(KNOWN, closed=True)).when(ask.SubmitReport(), by=HEAD, on=BEFORE).rejected("review-closed")


@pytest.mark.requirement("B18")
def test_what_was_sent_back_keeps_its_first_day_and_what_was_recalled_does_not() -> None:
    later = date(2020, 9, 10)
    back = given(RULES, *DRAFT, sent(), RETURNED).knowing(replace(KNOWN, shut=True))
    back.when(ask.SubmitReport(), by=HEAD, on=later).then(sent())
    recall = ReportRecalled(**STEP, reason="Gửi nhầm", recalled_by=HEAD)
    taken = given(RULES, *DRAFT, sent(), recall).knowing(KNOWN)
    taken.when(ask.SubmitReport(), by=HEAD, on=later).then(sent(later, 14))


@pytest.mark.requirement("B19")
def test_the_unit_recalls_its_report_until_it_is_accepted() -> None:
    wanted = ask.RecallReport(reason="Gửi nhầm")
    done = ReportRecalled(**STEP, reason="Gửi nhầm", recalled_by=HEAD)
    given(RULES, *DRAFT, sent()).knowing(KNOWN).when(wanted, by=HEAD, on=IN_TIME).then(done)
    given(RULES, *DRAFT).knowing(KNOWN).when(wanted, by=HEAD).rejected("report-not-sent")
    given(RULES, *DRAFT, sent(), ACCEPTED).knowing(KNOWN).when(wanted, by=HEAD).rejected("report-accepted")
    strict = replace(KNOWN, review=OPENED.model_copy(update={"refuse_late": True}))
    given(RULES, *DRAFT, sent()).knowing(strict).when(wanted, by=HEAD, on=BEFORE).rejected("report-recall-too-late")


@pytest.mark.parametrize("wanted", [ask.WriteSection(section="I.1", text="Khác"), fill(7)])
def test_what_was_sent_is_not_written_in(wanted: ask.ReportCommand) -> None:
    given(RULES, *DRAFT, sent()).knowing(KNOWN).when(wanted).rejected("report-sent")
    given(RULES, *DRAFT, sent(), ACCEPTED).knowing(KNOWN).when(wanted).rejected("report-accepted")
    assert given(RULES, *DRAFT, sent(), RETURNED).knowing(KNOWN).when(wanted).events


@pytest.mark.requirement("B12")
def test_who_receives_it_enters_what_came_on_paper_by_its_day_of_receipt() -> None:
    wanted = ask.EnterPaperReport(paper=FILE, received_on=IN_TIME)
    entered = sent(submitted_by=RECEIVER, paper=FILE)
    asked = given(RULES, *DRAFT)
    asked.knowing(RECEIVES).when(wanted, by=RECEIVER, on=date(2020, 8, 28)).then(entered)
    late = replace(RECEIVES, on_time_since=date(2020, 8, 27))
    marked = entered.model_copy(update={"late_entry": True})
    asked.knowing(late).when(wanted, by=RECEIVER, on=date(2020, 9, 5)).then(marked)
    asked.knowing(KNOWN).when(wanted, by=HEAD, on=BEFORE).rejected("report-for-others-to-judge")
    asked.knowing(RECEIVES).when(wanted, by=RECEIVER, on=ASKED).rejected("report-received-in-future")
    early = ask.EnterPaperReport(paper=FILE, received_on=date(2020, 8, 18))
    asked.knowing(RECEIVES).when(early, by=RECEIVER, on=BEFORE).rejected("report-received-before-asked")
    own = given(RULES, *DRAFT, Signed(entered, RECEIVER)).knowing(RECEIVES)
    own.when(ask.AcceptReport(), by=RECEIVER).rejected("same-person-may-not-accept-report")


def test_it_is_returned_with_the_places_that_are_to_be_put_right() -> None:
    place = ask.Place(table="support", year=2019, column="cards", reason="Ghi rõ số thẻ")
    wanted = ask.ReturnReport(reason="Thiếu", places=(place,))
    said = ReturnedPlace(table="support", year=2019, column="cards", reason="Ghi rõ số thẻ")
    asked = given(RULES, *DRAFT, sent()).knowing(RECEIVES)
    asked.when(wanted, by=RECEIVER).then(RETURNED.model_copy(update={"places": (said,)}))
    other = ask.ReturnReport(reason="Thiếu", places=(ask.Place(section="IX", reason="?"),))
    asked.when(other, by=RECEIVER).rejected("returned-place-unknown")
    given(RULES, *DRAFT).knowing(RECEIVES).when(wanted, by=RECEIVER).rejected("report-not-sent")
    given(RULES, *DRAFT, sent()).knowing(KNOWN).when(wanted, by=HEAD).rejected("report-for-others-to-judge")


@pytest.mark.requirement("S003-11")
def test_who_wrote_sent_or_attached_does_not_accept_and_who_receives_it_does() -> None:
    history = (REPORT_OPENED, Signed(WRITTEN, OFFICER), Signed(FILLED, SECOND), Signed(sent(), HEAD))
    asked = given(RULES, *history).knowing(RECEIVES)
    for own in (OFFICER, SECOND, HEAD):
        asked.when(ask.AcceptReport(), by=own).rejected("same-person-may-not-accept-report")
    asked.when(ask.AcceptReport(), by=RECEIVER).then(ACCEPTED)
    given(RULES, *history).knowing(KNOWN).when(ask.AcceptReport(), by=OTHER).rejected("report-for-others-to-judge")
    given(RULES, *history, ACCEPTED).knowing(RECEIVES).when(ask.AcceptReport(), by=RECEIVER).nothing()


@pytest.mark.requirement("B19")
def test_a_corrected_figure_counts_once_somebody_else_accepts_it() -> None:
    wanted = ask.CorrectReport(**fill(140).model_dump(exclude={"covers"}), reason="Nhập nhầm")
    history = (*DRAFT, sent(), ACCEPTED)
    given(RULES, *history).knowing(KNOWN).when(wanted, by=OFFICER).then(corrected(140))
    given(RULES, *DRAFT).knowing(KNOWN).when(wanted, by=OFFICER).rejected("report-not-accepted")
    waiting = (*history, Signed(corrected(140), OFFICER))
    given(RULES, *waiting).knowing(RECEIVES).when(ask.AcceptReport(), by=OFFICER).rejected(
        "same-person-may-not-accept-report"
    )
    second = ACCEPTED.model_copy(update={"revision": 2, "whole": (row(140),)})
    given(RULES, *waiting).knowing(RECEIVES).when(ask.AcceptReport(), by=RECEIVER).then(second)
    third = given(RULES, *waiting, second).knowing(KNOWN)
    third.when(ask.CorrectReport(**fill(150).model_dump(exclude={"covers"}), reason="Nhập nhầm"), by=OFFICER).then(
        corrected(150, 3)
    )


@pytest.mark.requirement("B19")
def test_a_correction_that_is_sent_back_leaves_what_was_accepted() -> None:
    wanted = ask.CorrectReport(**fill(140).model_dump(exclude={"covers"}), reason="Nhập nhầm")
    back = RETURNED.model_copy(update={"revision": 2})
    history = (*DRAFT, sent(), ACCEPTED, corrected(140))
    given(RULES, *history).knowing(RECEIVES).when(ask.ReturnReport(reason="Thiếu"), by=RECEIVER).then(back)
    given(RULES, *history, back).knowing(KNOWN).when(wanted, by=OFFICER).then(corrected(140))
    as_accepted = ask.CorrectReport(**fill(100).model_dump(exclude={"covers"}), reason="Nhập nhầm")
    given(RULES, *history, back).knowing(KNOWN).when(as_accepted, by=OFFICER).nothing()
    given(RULES, *history, back).knowing(RECEIVES).when(ask.AcceptReport(), by=RECEIVER).nothing()


def below(cards: int, unit: Any = DISTRICT, revision: int = 1) -> Below:
    used = UsedReport(report_id=report_id(REVIEW, unit), unit_id=unit, revision=revision)
    return Below(used, (row(cards),))


@pytest.mark.requirement("E21", "S003-16")
def test_the_reports_below_are_added_once_whether_its_own_figures_hold_them_or_not() -> None:
    known = replace(KNOWN, below=(below(40), below(60, OTHER)))
    used = tuple(each.used for each in known.below)
    both = sent(IN_TIME, 0, row(200), includes=used)
    given(RULES, *DRAFT).knowing(known).when(ask.SubmitReport(), by=HEAD, on=IN_TIME).then(both)
    typed = AnnexFilled(**ABOUT, row=row(200), covers=Covers.WHOLE)
    given(RULES, REPORT_OPENED, typed).knowing(known).when(ask.SubmitReport(), by=HEAD, on=IN_TIME).then(both)


@pytest.mark.requirement("B19")
def test_a_report_below_that_was_corrected_since_puts_it_out_of_date_until_it_is_refreshed() -> None:
    history = (*DRAFT, sent(IN_TIME, 0, row(140), includes=(below(40).used,)), ACCEPTED)
    newer = below(45, revision=2)
    out = ReportOutdated(**STEP, because=newer.used)
    given(RULES, *history).when(ask.NoteOutdated(because=newer.used)).then(out)
    given(RULES, *history, out).when(ask.NoteOutdated(because=newer.used)).nothing()
    given(RULES, *history).when(ask.NoteOutdated(because=below(40).used)).nothing()
    late = below(60, OTHER)  # accepted once this one was sent: it is in no sum until this one is said anew
    given(RULES, *history).when(ask.NoteOutdated(because=late.used)).then(ReportOutdated(**STEP, because=late.used))
    given(RULES, *DRAFT).when(ask.NoteOutdated(because=late.used)).nothing()
    again = ask.CorrectReport(**fill(100).model_dump(exclude={"covers"}), reason="Tính lại")
    refreshed = corrected(100, reason="Tính lại", whole=(row(145),), includes=(newer.used,))
    known = replace(KNOWN, below=(newer,))
    given(RULES, *history, out).knowing(known).when(again, by=OFFICER).then(refreshed)
    accepted = ACCEPTED.model_copy(update={"whole": (row(140),)})
    typed = (REPORT_OPENED, AnnexFilled(**ABOUT, row=row(140), covers=Covers.WHOLE), history[3], accepted, out)
    given(RULES, *typed[:-1]).when(ask.NoteOutdated(because=late.used)).nothing()  # the whole holds all below already
    as_it_is = ask.CorrectReport(**fill(140).model_dump(exclude={"covers"}), reason="Đã rà soát")
    still_right = corrected(140, reason="Đã rà soát", includes=(newer.used,))
    given(RULES, *typed).knowing(known).when(as_it_is, by=OFFICER).then(still_right)


@pytest.mark.requirement("B18")
def test_a_province_asks_its_districts_before_an_earlier_day_each_once() -> None:
    known = replace(KNOWN, units_below={DISTRICT: UnitKind.DISTRICT, OTHER: UnitKind.PROVINCIAL_OFFICE_BLOC})
    wanted = ask.AskBelow(before=date(2020, 8, 24), unit_kinds=(UnitKind.DISTRICT,))
    done = ReportsBelowAsked(**ABOUT, before=date(2020, 8, 24), units=(DISTRICT,))
    asked = given(RULES, REPORT_OPENED).knowing(known)
    asked.when(wanted, on=ASKED).then(done)
    asked.when(ask.AskBelow(before=BEFORE), on=ASKED).rejected("below-not-earlier")
    asked.when(ask.AskBelow(before=ASKED), on=ASKED).rejected("below-day-passed")
    given(RULES, REPORT_OPENED, done).knowing(known).when(wanted, on=ASKED).rejected("report-nobody-below")
    [offer] = [each for each in offers(ask.ReportCommand) if each.command is ask.AskBelow]
    assert offer.trials is not None
    [latest] = offer.trials(Report(opened=REPORT_OPENED), known)  # so the step is offered as long as it can be taken
    asked.when(latest, on=ASKED).then(ReportsBelowAsked(**ABOUT, before=latest.before, units=(DISTRICT, OTHER)))


@pytest.mark.requirement("S003-11")
def test_who_receives_it_urges_the_unit_through_the_platform_or_by_hand() -> None:
    on = date(2020, 8, 27)
    asked = given(RULES, REPORT_OPENED).knowing(RECEIVES)
    through = ask.UrgeReport(channel=UrgingChannel.PLATFORM, on=on)
    urged = ReportUrged(**STEP, channel=UrgingChannel.PLATFORM, on=on, urged_by=RECEIVER)
    asked.when(through, by=RECEIVER, on=on).then(urged)
    asked.when(through, by=RECEIVER, on=BEFORE).rejected("urged-on-another-day")
    by_hand = ask.UrgeReport(channel=UrgingChannel.TELEPHONE, on=IN_TIME, note="Đã gọi")
    said = ReportUrged(
        **STEP, channel=UrgingChannel.TELEPHONE, on=IN_TIME, note="Đã gọi", by_hand=True, urged_by=RECEIVER
    )
    asked.when(by_hand, by=RECEIVER, on=on).then(said)
    asked.when(by_hand, by=RECEIVER, on=ASKED).rejected("report-received-in-future")
    given(RULES, REPORT_OPENED).knowing(KNOWN).when(through, by=HEAD, on=on).rejected("report-for-others-to-judge")
    given(RULES, *DRAFT, sent()).knowing(RECEIVES).when(through, by=RECEIVER, on=on).rejected("report-not-to-be-urged")


def test_nothing_is_taken_once_the_review_is_closed_but_that_a_sum_is_out_of_date() -> None:
    closed = Known(review=OPENED, closed=True, receives=True)
    given(RULES, *DRAFT, sent()).knowing(closed).when(ask.AcceptReport(), by=RECEIVER).rejected("review-closed")
    history = (*DRAFT, sent(IN_TIME, 0, row(140), includes=(below(40).used,)), ACCEPTED)
    noted = given(RULES, *history).knowing(closed).when(ask.NoteOutdated(because=below(45, revision=2).used))
    assert [type(each) for each in noted.events] == [ReportOutdated]


def test_facts_are_read_as_they_were_written() -> None:
    for fact in (REPORT_OPENED, sent(), corrected(5), ACCEPTED, RETURNED):
        assert type(fact).model_validate_json(fact.model_dump_json()) == fact
    assert ReportSubmitted.model_validate_json(sent().model_dump_json()).late_entry is False
    assert isinstance(REPORT_OPENED, ReportOpened)
