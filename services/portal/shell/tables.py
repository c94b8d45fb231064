"""The tables that a page shows, cell by cell, with their types. Pure.

A file made of them holds what the page shows and nothing else, so that no right is decided twice. Figures, days and
moments are read back from the forms in which pages show them; everything else is text.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from html.parser import HTMLParser
from re import fullmatch
from typing import Final

from services.portal.shell.figures import NotADay, NotAFigure, read_day, read_figure

Cell = str | Decimal | date | datetime | None

_VOID: Final = frozenset({"input", "br", "img", "meta", "link", "hr"})
_SILENT: Final = frozenset({"svg", "select", "script", "tfoot"})
_HIDDEN: Final = frozenset({"out", "tip", "error", "choice", "back"})
_DAY: Final = r"\d{2}/\d{2}/\d{4}"
_MOMENT: Final = r"(\d{2}/\d{2}/\d{4}) ([01]\d|2[0-3]):([0-5]\d)"


@dataclass(slots=True)
class Table:
    """A table with its caption; a row is as long as the page has it. `goes_on`: a link to more rows follows it."""

    title: str = ""
    heads: list[str] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    goes_on: bool = False


@dataclass(slots=True)
class Shown:
    """What a page shows: its heading, its tables, and the query under which they go on."""

    title: str
    tables: list[Table]
    next: str | None


class _Reader(HTMLParser):
    """Collects the tables in the part `main` of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title, self.tables = "", list[Table]()
        self.next: str | None = None
        self._open: list[tuple[str, frozenset[str]]] = []
        self._text: list[str] = []
        self._row: list[Cell] = []
        self._heading = ""

    def _within(self, tag: str) -> bool:
        return any(tag == each for each, _ in self._open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = frozenset(given.get("class", "").split())
        if tag == "a" and given.get("rel") == "next":
            self.next = given["href"].partition("?")[2]
            if self.tables:
                self.tables[-1].goes_on = True
        if tag == "input" and given.get("type", "text") not in {"hidden", "checkbox", "radio"}:
            self._text.append(given.get("value", ""))
        if tag in _VOID:
            return
        self._open.append((tag, classes))
        match tag:
            case "table" if self._within("main"):
                self.tables.append(Table(title=self._heading))
            case "tr":
                self._row = []
            case "td" | "th" | "caption" | "h1" | "h2":
                self._text = []
            case "p" | "div" | "li" | "dd":
                self._text.append(" ")
            case _:
                pass

    def handle_data(self, data: str) -> None:
        unread = any(tag in _SILENT or (classes & _HIDDEN and tag != "caption") for tag, classes in self._open)
        action = any(tag in {"button", "a"} and "button" in classes for tag, classes in self._open)
        if not unread and not action:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._within(tag):
            return
        while True:
            closed, classes = self._open.pop()
            if closed == tag:
                break
        text = " ".join("".join(self._text).split())
        if tag == "h1":
            self.title = self._heading = text
        elif tag == "h2":
            self._heading = text
        elif self.tables and not self._within("tfoot"):
            self._closed(tag, classes, text)

    def _closed(self, tag: str, classes: frozenset[str], text: str) -> None:
        """A part of a table has ended."""
        table = self.tables[-1]
        match tag:
            case "caption" if "soft" not in classes:  # a soft one explains and does not name
                table.title = text
            case "th" | "td" if self._within("thead"):
                if "group" not in classes:  # what several heads have in common stands in each of them
                    table.heads.append(text)
            case "th" | "td":
                self._row.append(_cell(text, number="number" in classes))
            case "tr" if self._row:
                table.rows.append(self._row)
            case _:
                pass


def _cell(text: str, *, number: bool) -> Cell:
    if text in {"", "–"}:
        return None
    with suppress(NotAFigure, NotADay):
        if number:
            return read_figure(text)
        if found := fullmatch(_MOMENT, text):
            clock = time(int(found[2]), int(found[3]))
            return datetime.combine(read_day(found[1]), clock)  # Excel knows no time zones: it is Viet Nam's
        if fullmatch(_DAY, text):
            return read_day(text)
    return text


def read(page: str) -> Shown:
    """The tables of a page as it was sent to a browser."""
    reader = _Reader()
    reader.feed(page)
    return Shown(reader.title, [table for table in reader.tables if table.rows], reader.next)


def joined(pages: Sequence[Shown]) -> list[Table]:
    """The tables of a list's pages as if it were one: what goes on is gone on with, the others are the first page's."""
    whole = pages[0].tables
    for page in pages[1:]:
        for known in whole:
            if known.goes_on:
                known.rows += [row for table in page.tables if table.heads == known.heads for row in table.rows]
    return whole
