"""Goods and sums of money as they are typed into one cell of an annex: `50 chăn; 200 kg gạo`. Source: A10, S003-14."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from chassis.facts.typed import NotAFigure, read_figure

MEASURES: Final = frozenset({
    "kg", "kilogam", "gam", "g", "tạ", "tấn", "yến", "lít", "ml", "m", "mét", "m2", "m3", "km", "thùng", "hộp",
    "gói", "bao", "túi", "bịch", "can", "chai", "lon", "suất", "phần", "bộ", "cái", "chiếc", "đôi", "cặp",
    "cuốn", "quyển", "tập", "con", "cây", "tấm", "cuộn", "viên", "phiếu", "vé", "bình", "vỉ", "lọ", "bó",
})  # fmt: skip
"""Words that count or weigh what stands after them; where one stands alone it is what was given."""

_APART: Final = re.compile(r"[;\n\r]+|,\s+")
_FIRST: Final = re.compile(r"([+-]?[0-9][0-9.,]*)\s*(.*)", re.DOTALL)
_LAST: Final = re.compile(r"(.*?\S)\s*:?\s+([0-9][0-9.,]*)\s*(\S*)", re.DOTALL)
_NOTHING: Final = frozenset({"", "-", "–", "0", "không", "không có"})
_CURRENCY: Final = re.compile(r"(đồng|đ|vnđ|vnd)\b\.?\s*", re.IGNORECASE)


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


def read_sums(typed: str) -> list[Typed]:
    """Sums of money, each for what: `45.000.000 Tết; 20.000.000 xây nhà`; raises NotAFigure."""
    return list(_parts(typed, _sum))


def _parts(typed: str, read: Callable[[str], Typed]) -> Iterator[Typed]:
    for part in _APART.split(typed):
        text = " ".join(unicodedata.normalize("NFC", part).split())
        if text.casefold() not in _NOTHING:
            yield read(text)


def _item(text: str) -> Typed:
    if found := _FIRST.fullmatch(text):
        measure, _, name = found[2].strip().partition(" ")
        if name and measure.casefold() in MEASURES:
            return Typed(read_figure(found[1]), measure, name.strip())
        if found[2].strip():
            return Typed(read_figure(found[1]), "", found[2].strip())
    elif found := _LAST.fullmatch(text):
        return Typed(read_figure(found[2]), found[3], found[1].rstrip(":").strip())
    raise NotAFigure(text[:40])


def _sum(text: str) -> Typed:
    if found := _FIRST.fullmatch(text):
        return Typed(read_figure(found[1]), "", _CURRENCY.sub("", found[2], count=1).lstrip(": ").strip())
    if (found := _LAST.fullmatch(text)) and (not found[3] or _CURRENCY.fullmatch(found[3])):
        return Typed(read_figure(found[2]), "", found[1].rstrip(":").strip())
    raise NotAFigure(text[:40])
