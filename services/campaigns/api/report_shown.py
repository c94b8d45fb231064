"""What is shown of a report: its outline with texts, its annexes with rows, what is lacking, the reports below it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from contracts.campaigns import AnnexRow, AnnexTable, OutlineSection, ReviewKind
from contracts.values import Document, Period
from services.campaigns import report_words
from services.campaigns.domain import annex
from services.campaigns.domain.annex_sums import whole
from services.campaigns.domain.report_commands import sections_of
from services.campaigns.domain.report_state import Known, Report, ReportState


class ReviewOfReport(BaseModel):
    """What a report is about: its review, which may be closed."""

    review_id: UUID
    unit_id: UUID
    code: str
    kind: ReviewKind
    title: str
    period: Period
    document: Document | None
    document_id: UUID | None
    refuse_late: bool
    closed: bool


class SectionOfReport(OutlineSection):
    """A section for units of this kind, with its text and in which version it is, 0 where nothing was written."""

    text: str
    characters: int
    version: int


class AnnexOfReport(AnnexTable):
    """An annex with the unit's own rows, and `whole`: those together with the accepted reports below."""

    rows: list[AnnexRow]
    whole: list[AnnexRow]


class BelowReport(BaseModel):
    """A report of a unit below that goes into this one once it is accepted."""

    report_id: UUID
    unit_id: UUID
    state: ReportState
    revision: int
    received_on: date | None


def outline_of(state: Report, known: Known, said: report_words.Kept) -> list[SectionOfReport]:
    """The sections for units of this kind, with their texts."""
    if state.opened is None or known.review is None:
        return []
    return [
        SectionOfReport(
            **dict(each),
            text=said.get((state.opened.report_id, written[-1].digest), "") if written else "",
            characters=written[-1].characters if written else 0,
            version=len(written),
        )
        for each in sections_of(known.review, state.opened.unit_kind)
        for written in [state.sections.get(each.key, ())]
    ]


def annexes_of(state: Report, known: Known) -> list[AnnexOfReport]:
    """The annexes with their rows, the unit's own and those of all below it."""
    rows = [state.rows[place] for place in sorted(state.rows)]
    together = whole(rows, [each.whole for each in known.below], state.covers)
    return [
        AnnexOfReport(**dict(table), rows=_of(table, rows), whole=_of(table, together))
        for table in (known.review.annexes if known.review else ())
    ]


def _of(table: AnnexTable, rows: Sequence[AnnexRow]) -> list[AnnexRow]:
    return [each for each in rows if each.table == table.key]


class FaultOfReport(BaseModel):
    """What keeps a report from being sent: a place of an annex (without a column: the whole row) and what to do."""

    table: str
    year: int
    column: str
    code: str
    vi: str
    en: str


def faults_of(state: Report, known: Known) -> list[FaultOfReport]:
    """All that sending would refuse in the rows as they stand, place by place."""
    found = annex.faults_of(known.review.annexes if known.review else (), [state.rows[at] for at in sorted(state.rows)])
    return [
        FaultOfReport(
            table=each.table, year=each.year, column=each.column, code=each.refused.code, vi=each.refused.vi,
            en=each.refused.en,
        )
        for each in found
    ]  # fmt: skip


def lacking_of(state: Report, known: Known) -> list[str]:
    """What is still open: sections without a text, years of annexes without a row."""
    if state.opened is None or known.review is None:
        return []
    written = {key for key, texts in state.sections.items() if texts[-1].digest}
    sections = [
        each.key
        for each in sections_of(known.review, state.opened.unit_kind)
        if not each.heading and each.key not in written
    ]
    rows = [
        f"{table.key}/{year}"
        for table in known.review.annexes
        for year in range(table.first_year, table.last_year + 1)
        if (table.key, year) not in state.rows
    ]
    return [*sections, *rows]


def below_of(report: Report) -> BelowReport:
    """A report below as it stands."""
    opened = report.asked_of_it()
    return BelowReport(
        report_id=opened.report_id,
        unit_id=opened.unit_id,
        state=report.state,
        revision=report.accepted.revision if report.accepted else 0,
        received_on=report.first.received_on if report.first else None,
    )
