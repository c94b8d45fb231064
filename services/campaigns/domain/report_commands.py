"""What may be asked of a report, each step in the words of its button. Source: S003-12, S003-14, B18, B19."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Figure, Line, Paragraphs, Year
from chassis.facts.offers import offered
from contracts.campaigns import AnnexCell, AnnexRow, Covers, OutlineSection, ReviewOpened, UrgingChannel, UsedReport
from contracts.values import FileKind, SigningCapacity, StoredFile, UnitKind
from services.campaigns.domain.report_causes import CauseCommand
from services.campaigns.domain.report_state import Known, Report

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", examples=["cards"])]
"""Name of an annex or of a column in it."""

SectionKey = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$", examples=["III.2.1"])]
"""Number of a section of the outline."""

Reason = Annotated[str, Paragraphs(500)]
LONGEST_TEXT: Final = 20_000
Text = Annotated[str, Paragraphs(LONGEST_TEXT, shortest=0)]
SHA256: Final = r"^[0-9a-f]{64}$"
_STRICT: Final = ConfigDict(frozen=True, extra="forbid")
_SAID: Final = "…"
_NO_FILE: Final = StoredFile(sha256="0" * 64, kind=FileKind.PDF, size=1)


class Goods(BaseModel):
    """Goods of one sort, in a cell."""

    model_config = _STRICT

    name: Annotated[str, Line(200)]
    measure: Annotated[str, Line(40, shortest=0)] = ""
    quantity: Figure


class Spent(BaseModel):
    """Money for one activity, in a cell, in whole đồng."""

    model_config = _STRICT

    activity: Annotated[str, Line(300, shortest=0)] = ""
    amount: Figure


class Cell(BaseModel):
    """What stands in a column: a number, items, sums or text, as the column's kind asks for."""

    model_config = _STRICT

    column: Key
    number: Figure | None = None
    items: Annotated[tuple[Goods, ...], Field(max_length=100)] = ()
    sums: Annotated[tuple[Spent, ...], Field(max_length=100)] = ()
    text: Annotated[str, Paragraphs(2000, shortest=0)] = ""


class Row(Command):
    """A year's row of an annex, whole; `until`: the last day that figures of a year that is not over cover."""

    table: Key
    year: Year
    cells: Annotated[tuple[Cell, ...], Field(max_length=40)] = ()
    until: Day | None = None

    def fact(self) -> AnnexRow:
        """The row as facts have it; a cell in which nothing stands is left out."""
        said = self.model_dump(include={"table", "year", "cells", "until"})
        filled = [each for each in said["cells"] if {**each, "column": ""} != _EMPTY]
        return AnnexRow(
            table=self.table, year=self.year, until=self.until, cells=tuple(map(AnnexCell.model_validate, filled))
        )


_EMPTY: Final = {"column": "", "number": None, "items": (), "sums": (), "text": ""}


def sections_of(review: ReviewOpened, kind: UnitKind) -> Iterator[OutlineSection]:
    """The sections of an outline for a unit of this kind. Source: S003-13."""
    return (each for each in review.outline if not each.unit_kinds or kind in each.unit_kinds)


def _sections(report: Report, known: Known | None) -> Iterable["WriteSection"]:
    if report.opened and known and known.review:
        for each in sections_of(known.review, report.opened.unit_kind):
            if not each.heading:
                yield WriteSection(section=each.key, text=_SAID)


def _rows(_: Report, known: Known | None) -> Iterable["FillAnnex"]:
    for table in known.review.annexes if known and known.review else ():
        for year in range(table.first_year, table.last_year + 1):
            for covers in Covers:  # of these one is another than what stands there
                yield FillAnnex(table=table.key, year=year, covers=covers)


def _corrections(report: Report, _: Known | None) -> Iterable["CorrectReport"]:
    for (table, year), row in report.rows.items():
        for cells in (row.cells, ()):
            said: dict[str, Any] = {"cells": [each.model_dump() for each in cells], "until": row.until}
            yield CorrectReport(table=table, year=year, reason=_SAID, **said)


def _before_its_own(report: Report, known: Known | None) -> Iterable["AskBelow"]:
    """The latest day that the units below may be given."""
    if report.opened and known and known.units_below:
        yield AskBelow(before=(known.before or report.opened.before) - timedelta(days=1))


class OpenReport(Command):
    """Ask a unit to report in a review, to the unit that holds it or to the one directly above (`above`).

    `own_only`: its own figures, since the review asks units below it itself.
    """

    review: ReviewOpened
    unit_id: UUID
    unit_kind: UnitKind
    to_unit_id: UUID
    before: Day
    under: UUID | None = None
    above: bool = False
    own_only: bool = False


class NoteUnitBelow(Command):
    """The review asks a unit below this one itself: this one's figures, if it reports, are its own from now on."""

    review: ReviewOpened
    unit_id: UUID
    below_id: UUID


@offered(vi="Yêu cầu đơn vị cấp dưới báo cáo", en="Ask the units below to report", trials=_before_its_own)
class AskBelow(Command):
    """Ask the units below to report to this one, before a day that is earlier than its own; of some kinds, or all."""

    before: Day
    unit_kinds: Annotated[tuple[UnitKind, ...], Field(max_length=len(UnitKind))] = ()


@offered(vi="Viết một mục", en="Write a section", trials=_sections, by=("section",))
class WriteSection(Command):
    """Say something else in a section of the outline; its text lies beside the facts."""

    section: SectionKey
    text: Text


@offered(
    vi="Nhập từ Word",
    en="Take in a Word file",
    trials=lambda report, known: [WriteSections(sections=tuple(_sections(report, known)))],
)
class WriteSections(Command):
    """Say something else in several sections at once, as a Word file brings them: in all of them, or in none."""

    sections: Annotated[tuple[WriteSection, ...], Field(max_length=200)]


@offered(vi="Nhập phụ lục", en="Fill in the annex", trials=_rows, by=("table", "year"))
class FillAnnex(Row):
    """Say anew what stands in a year's row.

    The report `covers` the unit's own figures, or those of all below it already, as said last.
    """

    covers: Covers | None = None


@offered(
    vi="Đính kèm tệp",
    en="Attach a file",
    trials=lambda *_: [AttachReportFile(file=_NO_FILE, title=_SAID)],
)
class AttachReportFile(Command):
    """Let a file, the body of the request, go along with the report."""

    file: StoredFile
    title: Annotated[str, Line(200)]


@offered(
    vi="Bỏ tệp đính kèm",
    en="Detach a file",
    trials=lambda report, _: [DetachReportFile(sha256=each) for each in report.files],
    by=("sha256",),
)
class DetachReportFile(Command):
    """Let a file go along no more."""

    sha256: Annotated[str, Field(pattern=SHA256)]


@offered(
    vi="Ký và gửi báo cáo",
    en="Sign and send the report",
    trials=lambda _, known: [
        SubmitReport(capacity=each) for each in (known.capacities if known else ()) or (SigningCapacity.DIRECT,)
    ],
    by=("capacity",),
)
class SubmitReport(Command):
    """Send the report, signed in a capacity, here and today. Source: S003-15, B5."""

    capacity: SigningCapacity = SigningCapacity.DIRECT


@offered(
    vi="Nhập báo cáo giấy đã nhận",
    en="Enter a report received on paper",
    trials=lambda report, _: [
        EnterPaperReport(paper=_NO_FILE, received_on=report.opened.opened_on) for _ in [0] if report.opened
    ],
)
class EnterPaperReport(Command):
    """Enter that it came on paper, signed, on the day in the incoming book; the body is the scan. Source: B12."""

    paper: StoredFile
    received_on: Day
    capacity: SigningCapacity = SigningCapacity.DIRECT


class Place(BaseModel):
    """A place that is to be put right: a section, or a column of a year's row; why."""

    model_config = _STRICT

    section: Annotated[str, Field(max_length=20)] = ""
    table: Annotated[str, Field(max_length=40)] = ""
    year: Year | None = None
    column: Annotated[str, Field(max_length=40)] = ""
    reason: Reason


@offered(vi="Trả lại báo cáo", en="Return the report", trials=lambda *_: [ReturnReport(reason=_SAID)])
class ReturnReport(Command):
    """Send it back, with what is to be put right; it keeps the day on which it came first. Source: B18."""

    reason: Reason
    places: Annotated[tuple[Place, ...], Field(max_length=200)] = ()


@offered(vi="Rút lại báo cáo", en="Recall the report", trials=lambda *_: [RecallReport(reason=_SAID)])
class RecallReport(Command):
    """Take it back before it is accepted; its day counts no longer. Source: B19."""

    reason: Reason


@offered(vi="Chấp nhận báo cáo", en="Accept the report")
class AcceptReport(Command):
    """Find the report of somebody else right: its figures count from now on."""


@offered(vi="Đính chính số liệu", en="Correct a figure", trials=_corrections, by=("table", "year"))
class CorrectReport(Row):
    """Say what a row of an accepted report should have been; until that is accepted the earlier one counts. B19."""

    reason: Reason


@offered(
    vi="Đôn đốc đơn vị",
    en="Urge the unit",
    trials=lambda report, _: [
        UrgeReport(channel=each, on=report.opened.opened_on, note=f"{_SAID}{len(report.urged)}")
        for each in UrgingChannel
        if report.opened
    ],
    by=("channel",),
)
class UrgeReport(Command):
    """Urge the unit through the platform, or write down that it was urged by hand, and on which day."""

    channel: UrgingChannel
    on: Day
    note: Annotated[str, Paragraphs(500, shortest=0)] = ""


class NoteOutdated(Command):
    """A report below, which belongs into the sum of this one, was accepted or corrected since."""

    because: UsedReport


Saying = WriteSection | WriteSections | FillAnnex | AttachReportFile | DetachReportFile | CauseCommand
"""What fills the report in."""

Sending = SubmitReport | EnterPaperReport | ReturnReport | RecallReport | AcceptReport | CorrectReport
"""What sends it to and fro."""

ReportCommand = OpenReport | NoteUnitBelow | AskBelow | Saying | Sending | UrgeReport | NoteOutdated
