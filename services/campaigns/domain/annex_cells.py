"""Cells of an annex as they are typed in Viet Nam, read into figures and shown in one form. Source: A10, S003-14."""

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError

from chassis.facts.kinds import nfc
from chassis.facts.refusal import Refusal
from chassis.facts.typed import NotAFigure, grouped, read_figure
from chassis.facts.typed_goods import NOTHING, Typed, read_items, read_money, read_sums, show_items, show_sums
from contracts.campaigns import ActivitySum, AnnexCell, AnnexColumn, ColumnKind, Item
from services.campaigns.domain import annex_refusals as refuse

_UNREAD: Final[Mapping[ColumnKind, Refusal]] = {
    ColumnKind.COUNT: refuse.NOT_A_NUMBER,
    ColumnKind.MONEY: refuse.NOT_A_NUMBER,
    ColumnKind.ITEMS: refuse.NOT_READ_GOODS,
    ColumnKind.MONEY_BY_ACTIVITY: refuse.NOT_READ_SUMS,
    ColumnKind.TEXT: refuse.TEXT_TOO_LONG,
}
_SAID: Final = 100


def read_cell(column: AnnexColumn, typed: str) -> AnnexCell:
    """What was typed into a cell of this column; an empty cell where nothing was.

    Refused where it does not read whole: nothing of it is guessed, and what was typed stays with whoever typed it.
    """
    text = nfc(typed).strip()
    if text.casefold() in NOTHING:
        return AnnexCell(column=column.key)
    try:
        match column.kind:
            case ColumnKind.COUNT:
                return AnnexCell(column=column.key, number=read_figure(_bare(text, column.measure)))
            case ColumnKind.MONEY:
                return AnnexCell(column=column.key, number=read_money(text))
            case ColumnKind.ITEMS:
                items = (
                    Item(name=each.name, measure=each.measure, quantity=each.quantity) for each in read_items(text)
                )
                return AnnexCell(column=column.key, items=tuple(items))
            case ColumnKind.MONEY_BY_ACTIVITY:
                sums = tuple(ActivitySum(activity=each.name, amount=each.quantity) for each in read_sums(text))
                return AnnexCell(column=column.key, sums=sums)
            case ColumnKind.TEXT:
                return AnnexCell(column=column.key, text=text)
    except (NotAFigure, ValidationError):
        raise _UNREAD[column.kind](typed=text[:_SAID], column=column.name) from None


def show_cell(cell: AnnexCell) -> str:
    """A cell as it is shown in a grid and read again."""
    if cell.number is not None:
        return grouped(cell.number)
    if cell.items:
        return show_items(Typed(each.quantity, each.measure, each.name) for each in cell.items)
    if cell.sums:
        return show_sums(Typed(each.amount, "", each.activity) for each in cell.sums)
    return cell.text


def _bare(text: str, measure: str) -> str:
    """A figure without the column's own unit of measure behind it."""
    return text[: -len(measure)].rstrip() if measure and text.casefold().endswith(measure.casefold()) else text
