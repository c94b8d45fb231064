"""Values of which a review's outline and its annex tables are made, and the figures that stand in them. Source: A10."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from contracts.event import Fact
from contracts.exact import Count, Day, Figure, Flag
from contracts.values import UnitKind


class ColumnKind(StrEnum):
    """What stands in a column of an annex, and so how it is summed.

    A count and money (whole đồng) are one sum; items are a sum for each item and unit of measure, never converted;
    money by activity is one sum whose parts stay named; text is collected, not summed. Source: A10, S003-14.
    """

    COUNT = "count"
    MONEY = "money"
    ITEMS = "items"
    MONEY_BY_ACTIVITY = "money_by_activity"
    TEXT = "text"


class AnnexColumn(Fact):
    """A column. Columns of one `group` answer one question: `without` a mode a figure of it cannot be sent in.

    `original`: the number of the column on the paper, from 1. A figure of goods that are `weighed` says nothing without
    its measure. Source: S003-14, A10.
    """

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: str = Field(min_length=1, max_length=300)
    kind: ColumnKind
    group: str = Field(default="", max_length=40)
    mode_unknown: Flag = False
    measure: str = Field(default="", max_length=40)
    weighed: tuple[str, ...] = ()
    original: Count | None = None
    hint: str = Field(default="", max_length=300)
    source: str = Field(default="", max_length=100)


class AnnexTable(Fact):
    """An annex: a row for each of these years. `partial`: the last year is not over, a row of it says until when."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    title: str = Field(min_length=1, max_length=500)
    columns: tuple[AnnexColumn, ...]
    first_year: Count
    last_year: Count
    partial: Flag = False
    source: str = Field(default="", max_length=100)


class OutlineSection(Fact):
    """A section of a report, for units of these kinds, of all where none is named. Source: S003-12, S003-13.

    A `heading` has no text of its own; what was `added` does not stand on the paper (A8).
    """

    key: str = Field(min_length=1, max_length=20)
    title: str = Field(min_length=1, max_length=1000)
    hint: str = Field(default="", max_length=2000)
    unit_kinds: tuple[UnitKind, ...] = ()
    heading: Flag = False
    added: Flag = False
    source: str = Field(default="", max_length=100)


class Item(Fact):
    """Goods of one sort: how much, in which unit of measure (chăn, kg, tấn); "gạo kg" and "gạo tấn" are two."""

    name: str = Field(min_length=1, max_length=200)
    measure: str = Field(default="", max_length=40)
    quantity: Figure


class ActivitySum(Fact):
    """Money for one activity, in whole đồng."""

    activity: str = Field(default="", max_length=300)
    amount: Figure


class AnnexCell(Fact):
    """What stands in one column of a row; of number, items, sums and text the one that its kind asks for."""

    column: str
    number: Figure | None = None
    items: tuple[Item, ...] = ()
    sums: tuple[ActivitySum, ...] = ()
    text: str = Field(default="", max_length=2000)


class AnnexRow(Fact):
    """A year's row; `until`: the last day that the figures of a year which is not over cover."""

    table: str
    year: Count
    cells: tuple[AnnexCell, ...]
    until: Day | None = None


class AnnexSum(Fact):
    """A sum over units: one figure of a column and year; for items of one name and measure, for money of one activity.

    `reported` of the `asked` units have reported anything at all.
    """

    table: str
    year: Count
    column: str
    label: str = ""
    measure: str = ""
    amount: Figure
    reported: Count
    asked: Count


class UsedReport(Fact):
    """A report that a sum was made of, in the version in which it was accepted."""

    report_id: UUID
    unit_id: UUID
    revision: Count
