"""What stands in a cell of an annex, as people type it and as the service takes it. Source: A10, S003-14."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from chassis.facts.typed_goods import Typed, read_items, read_sums
from services.portal.shell.figures import NotAFigure, read_figure, show_figure

_DASHES: Final = frozenset({"-", "–"})


def show_cell(cell: Mapping[str, Any] | None) -> str:
    """A cell in the form in which it may be typed again; an empty text for none."""
    if cell is None:
        return ""
    if cell["number"] is not None:
        return show_figure(cell["number"])
    if cell["items"]:
        return "; ".join(_said(each["quantity"], each["measure"], each["name"]) for each in cell["items"])
    if cell["sums"]:
        return "; ".join(_said(each["amount"], each["activity"]) for each in cell["sums"])
    return str(cell["text"])


def _said(quantity: Any, *words: str) -> str:
    return " ".join(each for each in (show_figure(quantity), *words) if each)


def read_cell(column: Mapping[str, Any], typed: str) -> dict[str, Any] | None:
    """What was typed into a column as the service takes it; None where nothing was. Raises NotAFigure."""
    text = typed.strip()
    if not text or (text in _DASHES and column["kind"] != "text"):
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
        case _:
            return {**key, "number": str(read_figure(text))}


def sum_of(column: Mapping[str, Any], typed: Sequence[str]) -> str:
    """The last row's cell: one sum, goods by name and measure; what cannot be read is left out. Empty for text."""
    kind = column["kind"]
    if kind == "text" or not any(each.strip() for each in typed):
        return ""
    if kind == "items":
        sums = dict[tuple[str, str], Decimal]()
        for each in typed:
            for measure, name, quantity in ((item.measure, item.name, item.quantity) for item in _items(each)):
                sums[measure, name] = sums.get((measure, name), Decimal(0)) + quantity
        return "; ".join(_said(quantity, *words) for words, quantity in sums.items())
    return show_figure(sum((_figure(kind, each) for each in typed if each.strip()), Decimal(0)))


def _items(typed: str) -> Sequence[Typed]:
    try:
        return read_items(typed)
    except NotAFigure:
        return ()


def _figure(kind: str, typed: str) -> Decimal:
    try:
        if kind == "money_by_activity":
            return sum((each.quantity for each in read_sums(typed)), Decimal(0))
        return read_figure(typed)
    except NotAFigure:
        return Decimal(0)
