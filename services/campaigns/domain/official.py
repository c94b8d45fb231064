"""Figures that the centre states for many units at once: base figures and assigned plans. What both have in common."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Figure, Year, shown, shown_en
from chassis.facts.refusal import Refusal
from contracts.values import Indicator
from services.campaigns.domain.pack_parts import PackDocument
from services.campaigns.domain.reporting import is_amount

MOST: Final = 2000
"""Units of one table: more than there are districts."""

UNIT_UNKNOWN: Final = Refusal(
    "figure-of-unknown-unit",
    "Có {count} đơn vị trong bảng không có trong danh mục; hãy kiểm tra lại mã đơn vị rồi gửi lại cả bảng.",
    "{count} units of the table are not known; check them and send the whole table again.",
    "B15",
)
UNIT_TWICE: Final = Refusal(
    "figure-stated-twice",
    "Có {count} đơn vị đứng hai lần trong bảng; hãy giữ mỗi đơn vị một dòng rồi gửi lại.",
    "{count} units stand twice in the table; keep one row of each and send it again.",
    "B15",
)
NOT_AN_AMOUNT: Final = Refusal(
    "figure-not-above-zero",
    "Số liệu {figure} không dùng làm mẫu số được; hãy nhập số lớn hơn 0, dưới 1 triệu tỷ, tối đa 6 chữ số thập phân.",
    "Nothing can be divided by {figure_en}; enter a figure above 0 and below 10^15 with at most 6 decimal places.",
    "B15",
)


class UnitFigure(BaseModel):
    """The figure of one unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit_id: UUID
    figure: Figure


class OfficialFigures(Command):
    """A table of figures of one indicator and year, by the document that states them."""

    indicator: Indicator
    year: Year
    document: PackDocument
    figures: Annotated[tuple[UnitFigure, ...], Field(min_length=1, max_length=MOST)]


def checked(figures: Iterable[UnitFigure], units: frozenset[UUID]) -> None:
    """Go on if each figure is one of a unit that is known, once, above 0; raises Rejected for the rule broken."""
    stated = list(figures)
    of = {each.unit_id for each in stated}
    if unknown := of - units:
        raise UNIT_UNKNOWN(count=len(unknown))
    if len(of) < len(stated):
        raise UNIT_TWICE(count=len(stated) - len(of))
    for each in stated:
        if not is_amount(each.figure) or not each.figure:
            raise NOT_AN_AMOUNT(figure=_said(each.figure), figure_en=_said(each.figure, english=True))


def _said(figure: Decimal, *, english: bool = False) -> str:
    if not figure.is_finite() or abs(figure.adjusted()) > 20:  # noqa: PLR2004 - what fits a sentence
        return "…"
    return (shown_en if english else shown)(figure)
