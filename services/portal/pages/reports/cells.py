"""What stands in a cell of an annex, as people type it and as the service takes it. Source: A10, S003-14."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from chassis.facts.typed_goods import NOTHING, Typed, read_items, read_money, read_sums, show_items, show_sums
from services.portal.shell.figures import NotAFigure, read_figure, show_figure
from services.portal.shell.words import say


def show_cell(cell: Mapping[str, Any] | None) -> str:
    """A cell in the form in which it may be typed again; an empty text for none."""
    if cell is None:
        return ""
    if cell["number"] is not None:
        return show_figure(cell["number"])
    if cell["items"]:
        return show_items(Typed(Decimal(each["quantity"]), each["measure"], each["name"]) for each in cell["items"])
    if cell["sums"]:
        return show_sums(Typed(Decimal(each["amount"]), "", each["activity"]) for each in cell["sums"])
    return str(cell["text"])


def read_cell(column: Mapping[str, Any], typed: str) -> dict[str, Any] | None:
    """What was typed into a column as the service takes it; None where nothing was. Raises NotAFigure."""
    text = typed.strip()
    if not text or (text.casefold() in NOTHING and column["kind"] != "text"):
        return None
    key = {"column": column["key"]}
    match column["kind"]:
        case "items":
            items = [
                {"name": each.name, "measure": each.measure, "quantity": str(each.quantity)}
                for each in read_items(text)
            ]
            return {**key, "items": items} if items else None
        case "money_by_activity":
            sums = [{"activity": each.name, "amount": str(each.quantity)} for each in read_sums(text)]
            return {**key, "sums": sums or [{"activity": "", "amount": "0"}]}
        case "text":
            return {**key, "text": text}
        case "money":
            return {**key, "number": str(read_money(text))}
        case _:
            return {**key, "number": str(read_figure(_bare(text, column.get("measure", ""))))}


def _bare(text: str, measure: str) -> str:
    """A figure without the column's own measure behind it."""
    return text[: -len(measure)].rstrip() if measure and text.casefold().endswith(measure.casefold()) else text


def sum_of(column: Mapping[str, Any], typed: Sequence[str]) -> str:
    """The last row's cell: one sum, goods by name and measure; what cannot be read is left out. Empty for text."""
    kind = column["kind"]
    if kind == "text":
        return ""
    if kind == "items":
        sums = dict[tuple[str, str], Decimal]()
        for each in typed:
            for item in _items(each):
                place = item.measure, item.name
                sums[place] = sums.get(place, Decimal(0)) + item.quantity
        return show_items(Typed(quantity, *place) for place, quantity in sums.items())
    figures = [figure for each in typed if (figure := _figure(kind, each)) is not None]
    return show_figure(sum(figures, Decimal(0))) if figures else ""


def _items(typed: str) -> Sequence[Typed]:
    try:
        return read_items(typed)
    except NotAFigure:
        return ()


def _figure(kind: str, typed: str) -> Decimal | None:
    if not typed.strip():
        return None
    try:
        if kind == "money_by_activity":
            return sum((each.quantity for each in read_sums(typed)), Decimal(0))
        return read_money(typed) if kind == "money" else read_figure(typed)
    except NotAFigure:
        return None


def not_read(language: str, column: Mapping[str, Any]) -> str:
    """What is to be typed into a column, where what was typed cannot be read."""
    return _of_kind(language, column["kind"], words="not_read")


def _of_kind(language: str, kind: str, words: str) -> str:
    return say(language, f"{words}.{kind}")
