"""What stands on a report as a paper, whatever it is printed with. Source: S003-12, S003-15, Decree 30/2020/NĐ-CP."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, assert_never

from contracts.campaigns import AnnexRow, AnnexTable
from contracts.values import SigningCapacity

_ROMAN: Final = re.compile(r"[IVX]+(\.[0-9A-Za-zđ]+)*")
_BLANK: Final = "……"


@dataclass(frozen=True, slots=True)
class PaperSection:
    """A section of the outline with its text; a `heading` has none of its own, a `hint` says what is asked."""

    key: str
    title: str
    text: str = ""
    heading: bool = False
    hint: str = ""

    @property
    def label(self) -> str:
        """How it is numbered on the paper: `III` is `III.`, `III.2.1` is `2.1.`, a letter stands alone: `a)`."""
        if not _ROMAN.fullmatch(self.key):
            return ""
        first, *rest = self.key.split(".")
        last = rest[-1] if rest else ""
        return f"{last})" if last.isalpha() else f"{'.'.join(rest) or first}."

    @property
    def number(self) -> str:
        """Its number without the sign behind it."""
        return self.label.rstrip(".)")

    @property
    def level(self) -> int:
        """How deep it lies in the outline, from 1."""
        return self.key.count(".") + 1


@dataclass(frozen=True, slots=True)
class AnnexPage:
    """An annex with the rows that are filled."""

    table: AnnexTable
    rows: tuple[AnnexRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the lines of the capacity and post, in their order, and the name; empty for whoever it will be."""

    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A report with all that its page says; what is not known yet (number, place, day) is left open on it.

    `above` governs the `issuer`; `intro` says on what the report follows; `recipients` are the lines of "Nơi nhận".
    """

    issuer: str
    title: str
    sections: tuple[PaperSection, ...]
    signer: Signer
    above: str = ""
    number: str = ""
    symbol: str = "BC-BHXH"
    place: str = ""
    day: date | None = None
    year: int | None = None
    intro: str = ""
    annexes: tuple[AnnexPage, ...] = ()
    recipients: tuple[str, ...] = field(default=("Như trên", "Lưu: VT"))

    @property
    def numbered(self) -> str:
        """The line of the number, `Số: 05/BC-BHXH`."""
        return f"Số: {self.number.zfill(2) if self.number else _BLANK}/{self.symbol}"

    @property
    def dated(self) -> str:
        """The line of place and day; days below 10 and the months 1 and 2 have a leading nought."""
        place = self.place or _BLANK
        if self.day is None:
            return f"{place}, ngày {_BLANK} tháng {_BLANK} năm {self.year or _BLANK}"
        month = f"{self.day.month:02}" if self.day.month <= 2 else str(self.day.month)  # noqa: PLR2004 - so the decree
        return f"{place}, ngày {self.day.day:02} tháng {month} năm {self.day.year}"


def signing_lines(capacity: SigningCapacity, head: str, own: str = "") -> tuple[str, ...]:
    """What stands above the name, by the capacity: `head` is the title of the unit's head, `own` the signer's post.

    Source: Decree 30/2020/NĐ-CP art. 13, S003 (KT.), S004 (TL.).
    """
    post = (own or _BLANK).upper()
    match capacity:
        case SigningCapacity.DIRECT:
            return (head.upper(),)
        case SigningCapacity.DEPUTY:
            return f"KT. {head}".upper(), (own or f"Phó {head}").upper()
        case SigningCapacity.BY_ORDER:
            return f"TL. {head}".upper(), post
        case SigningCapacity.BY_DELEGATION:
            return f"TUQ. {head}".upper(), post
        case SigningCapacity.ACTING:
            return (f"Q. {head}".upper(),)
        case SigningCapacity.ON_BEHALF_OF_BODY:
            return "TM. HỘI ĐỒNG", (own or head).upper()
        case _:
            assert_never(capacity)
