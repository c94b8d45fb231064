"""Consolidation: what the accepted reports of a review add up to, what they say in words, how two versions differ.

Source: S003-16, A10, B19, E20.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from contracts.campaigns import AnnexCell, AnnexRow, AnnexSum, ColumnKind, ReportAccepted, ReviewOpened, UsedReport
from services.campaigns.domain.annex_sums import sums
from services.campaigns.domain.review import Consolidated, Review


@dataclass(frozen=True, slots=True)
class Counted:
    """A report in the revision that counts, with the figures of its unit and all below it."""

    used: UsedReport
    whole: tuple[AnnexRow, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a unit says in a column of words in one year: it is collected, not summed."""

    table: str
    year: int
    column: str
    unit_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is another one in the next version; None where it was not, or is no longer, there."""

    table: str
    year: int
    column: str
    label: str
    measure: str
    before: Decimal | None
    after: Decimal | None


def consolidated(opened: ReviewOpened, counted: Sequence[Counted], asked: int) -> Consolidated:
    """The sums of what counts; a unit of which nothing was accepted is in none, but among those that were `asked`."""
    return Consolidated(
        sums=sums(opened.annexes, [each.whole for each in counted], asked),
        used=tuple(each.used for each in counted),
        reported=len(counted),
        asked=asked,
    )


def uncounted(used: tuple[UsedReport, ...], asked: int) -> Consolidated:
    """What would be added up, without its sums: enough to tell whether there is another version."""
    return Consolidated(sums=(), used=used, reported=len(used), asked=asked)


def texts(opened: ReviewOpened, counted: Iterable[Counted]) -> Iterator[Said]:
    """What units say in words, year by year and column by column."""
    columns = [
        (table.key, column.key) for table in opened.annexes for column in table.columns
        if column.kind is ColumnKind.TEXT
    ]  # fmt: skip
    found = [
        (columns.index((row.table, cell.column)), row, cell, each.used.unit_id)
        for each in counted
        for row in each.whole
        for cell in row.cells
        if cell.text and (row.table, cell.column) in columns
    ]
    for _, row, cell, unit in sorted(found, key=lambda it: (it[0], it[1].year, it[3])):
        yield Said(row.table, row.year, cell.column, unit, cell.text)


def cell_of(counted: Counted, table: str, year: int, column: str) -> AnnexCell | None:
    """What a report says in one place; None where it leaves that open."""
    rows = (row for row in counted.whole if (row.table, row.year) == (table, year))
    return next((cell for row in rows for cell in row.cells if cell.column == column), None)


def differences(before: Iterable[AnnexSum], after: Iterable[AnnexSum]) -> tuple[Difference, ...]:
    """The sums in which two versions differ."""
    old, new = ({_place(each): each.amount for each in sums_} for sums_ in (before, after))
    return tuple(
        Difference(*place, old.get(place), new.get(place))
        for place in dict.fromkeys((*old, *new))
        if old.get(place) != new.get(place)
    )


def used_before(review: Review, accepted: ReportAccepted) -> bool:
    """Whether the version that counts has used an earlier revision of this report: it is to be added up anew. B19."""
    last = review.last
    return last is not None and any(
        each.report_id == accepted.report_id and each.revision < accepted.revision for each in last.used
    )


def _place(each: AnnexSum) -> tuple[str, int, str, str, str]:
    return each.table, each.year, each.column, each.label, each.measure
