"""Goods and sums of money as they are typed into one cell of an annex: `50 chăn; 200 kg gạo`. Source: A10, S003-14."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from chassis.facts.kinds import plain
from chassis.facts.typed import NotAFigure, grouped, read_figure

WEIGHTS: Final = frozenset({"kg", "kilogam", "gam", "g", "tạ", "tấn", "yến", "lít", "ml", "m", "mét", "m2", "m3", "km"})
"""Words that weigh or measure: alone they say nothing of what was given."""

MEASURES: Final = WEIGHTS | {
    "thùng", "hộp", "gói", "bao", "túi", "bịch", "can", "chai", "lon", "suất", "phần", "bộ", "cái", "chiếc", "đôi",
    "cặp", "cuốn", "quyển", "tập", "con", "cây", "tấm", "cuộn", "viên", "phiếu", "vé", "bình", "vỉ", "lọ", "bó",
}  # fmt: skip
"""Words that count or weigh what stands after them; where one that counts stands alone it is what was given."""

_FIGURE: Final = r"[+-]?(?:[0-9]{1,3}(?: [0-9]{3})+(?![0-9.,])|[0-9](?:[0-9.,]*[0-9])?)"
_APART: Final = re.compile(r"[;\n\r]+|,\s+|\s(?:và|\+)\s+(?=[0-9])")
_FIRST: Final = re.compile(rf"({_FIGURE})\s*([^0-9\s.,].*)?")
_LAST: Final = re.compile(rf"([^0-9\s].*?)\s*(?::\s*|\s[-–=]\s+|\s)({_FIGURE})\s*([^0-9\s.,]\S*)?")
_MONEY: Final = rf"({_FIGURE})(?:\s*(nghìn|ngàn|triệu|tỷ|tỉ)(?!\w))?\s*(?:(?:đồng|đ|vnđ|vnd)(?!\w))?\.?"
_MONEY_FIRST: Final = re.compile(rf"{_MONEY}(?:\s*:\s*|\s+|$)(.*)", re.IGNORECASE)
_MONEY_LAST: Final = re.compile(rf"(.*?\D)(?:\s*:\s*|\s[-–=]\s+|\s){_MONEY}", re.IGNORECASE)
_TWO: Final = re.compile(r"^[0-9]|:\s*[0-9]")
_TIMES: Final = {"": 0, "nghìn": 3, "ngàn": 3, "triệu": 6, "tỷ": 9, "tỉ": 9}
NOTHING: Final = frozenset({"", "-", "–", "không", "không có"})
"""What is written into a cell where there is nothing to report."""


class Typed(NamedTuple):
    """So much, in which measure, of what; for money the measure is empty, and so is the rest where nobody said it."""

    quantity: Decimal
    measure: str
    name: str


def read_items(typed: str) -> list[Typed]:
    """Goods, apart by a semicolon, a line or a comma with a space; raises NotAFigure for a part that is not goods.

    `200 kg gạo` and `gạo: 200 kg` are the same; `50 chăn` has no measure.
    """
    return list(_parts(typed, _item))


def read_money(typed: str) -> Decimal:
    """One sum of money, of nothing in particular: `45.000.000 đồng`, `1,5 tỷ`; raises NotAFigure."""
    one = _sum(" ".join(unicodedata.normalize("NFC", typed).split()))
    if one.name:
        raise NotAFigure(typed[:40])
    return one.quantity


def read_sums(typed: str) -> list[Typed]:
    """Sums of money, each for what: `45.000.000 Tết; xây nhà: 20 triệu đồng`; raises NotAFigure."""
    return list(_parts(typed, _sum))


def show_items(items: Iterable[Typed]) -> str:
    """The items in one form, in which they are read again: `50 chăn; 200 kg gạo`."""
    return "; ".join(map(_shown, items))


def show_sums(sums: Iterable[Typed]) -> str:
    """The sums in one form, in which they are read again: `Tết: 45.000.000; 5.000.000`."""
    return "; ".join(f"{each.name}: {grouped(each.quantity)}" if each.name else grouped(each.quantity) for each in sums)


def _parts(typed: str, read: Callable[[str], Typed]) -> Iterator[Typed]:
    for part in _APART.split(unicodedata.normalize("NFC", typed)):
        text = " ".join(part.split())
        if text.casefold() not in NOTHING | {"0"}:
            yield read(text)


def _item(text: str) -> Typed:
    if found := _FIRST.fullmatch(text):
        measure, _, name = (found[2] or "").strip().partition(" ")
        if name and measure.casefold() in MEASURES:
            return Typed(read_figure(found[1]), measure, name.strip())
        if found[2] and found[2].strip().casefold() not in WEIGHTS:
            return Typed(read_figure(found[1]), "", found[2].strip())
    elif (found := _LAST.fullmatch(text)) and (not found[3] or found[3].casefold() in MEASURES):
        return Typed(read_figure(found[2]), found[3] or "", found[1].strip())
    raise NotAFigure(text[:40])


def _sum(text: str) -> Typed:
    if found := _MONEY_FIRST.fullmatch(text):
        if not _TWO.search(found[3]):
            return Typed(_money(found[1], found[2]), "", found[3].strip())
    elif found := _MONEY_LAST.fullmatch(text):
        return Typed(_money(found[2], found[3]), "", found[1].rstrip(": ").strip())
    raise NotAFigure(text[:40])


def _money(figure: str, times: str | None) -> Decimal:
    return plain(read_figure(figure).scaleb(_TIMES[(times or "").casefold()]))


def _shown(each: Typed) -> str:
    said = " ".join(filter(None, (grouped(each.quantity), each.measure, each.name)))
    try:
        same = _item(said) == each
    except NotAFigure:
        same = False
    return said if same else f"{each.name}: {grouped(each.quantity)} {each.measure}".rstrip()
