"""A filled Word file held against a report: what each section would become, and whatever no section takes.

Nothing is guessed and nothing lost: a section whose heading is missing, or there twice, stays as it stands and is named
with what the file says; one that is empty in the file stays too. Text that belongs to no section is shown apart.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from chassis.facts.folding import folded
from chassis.facts.kinds import hidden
from services.campaigns.word.blocks import Beside, Block, Found, read
from services.campaigns.word.headings import Heading, Headings, headings
from services.campaigns.word.paper import Paper, PaperSection
from services.campaigns.word.writing import COUNTRY, TO, written

_OPEN_LINE: Final = re.compile(r"(so\b.{0,40}|.{0,60}ngay.{0,20}thang.{0,20}nam.{0,12})")
_ANNEX: Final = re.compile(r"phu luc( [ivx0-9]{1,4})?")
_LONGEST_FRAME: Final = 200


class Became(StrEnum):
    """What a file says of a section."""

    SAME = "same"
    CHANGED = "changed"
    EMPTY = "empty"
    MISSING = "missing"
    TWICE = "twice"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"


class Note(StrEnum):
    """What else a person should look at in a section."""

    OTHER_WORDS = "other_words"
    UNKNOWN_HEADING = "unknown_heading"
    TABLE = "table"
    PICTURE = "picture"


class Where(StrEnum):
    """Where text stands that no section takes."""

    BEFORE = "before"
    UNDER_HEADING = "under_heading"
    AFTER = "after"
    ANNEX = "annex"
    BOX = "box"
    NOTE = "note"
    PAGE_HEAD = "page_head"
    COMMENT = "comment"
    PICTURE = "picture"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Compared:
    """A section as it stands and as the file has it; `others` are further texts where its heading is there twice."""

    key: str
    title: str
    became: Became
    stands: str
    said: str = ""
    others: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Apart:
    """Text that no section takes, where it stands; below a heading, which one's."""

    where: Where
    text: str
    section: str = ""


@dataclass(slots=True)
class Comparison:
    """What a file would change in a report, and what it holds besides."""

    sections: list[Compared] = field(default_factory=list)
    apart: list[Apart] = field(default_factory=list)

    @property
    def changes(self) -> dict[str, str]:
        """The sections that would become other ones, with their new texts."""
        return {each.key: each.said for each in self.sections if each.became is Became.CHANGED}


def compared(content: bytes, paper: Paper, longest: int) -> Comparison:
    """What a file would change in a report whose sections take so many characters; raises Unreadable."""
    found = read(content)
    said = headings(found.blocks, paper.sections)
    end = _end(found.blocks, said)
    result = Comparison()
    sections = {section.key: section for section in paper.sections}
    places = sorted((heading.at, key) for key, heading in _all(said))
    texts = _texts(found.blocks, places, end, said, sections)
    for section in paper.sections:
        told = texts.get(section.key, [])
        if section.heading:
            result.apart += [Apart(Where.UNDER_HEADING, each.text, section.key) for each in told if each.text]
        else:
            result.sections.append(_compared(section, told, said, longest))
    known = _frame(paper)
    first = places[0][0] if places else end
    result.apart += _lines(found.blocks[:first], Where.BEFORE, known)
    annex = next((at for at in range(end, len(found.blocks)) if _begins_annex(found.blocks[at])), len(found.blocks))
    result.apart += _lines(found.blocks[end:annex], Where.AFTER, known)
    result.apart += _lines(found.blocks[annex:], Where.ANNEX, known)
    result.apart += [Apart(Where(where.value), text) for where, text in found.beside if where is not Beside.PICTURE]
    return result


@dataclass(frozen=True, slots=True)
class _Told:
    """The text below one heading, with what is to be looked at."""

    text: str
    notes: tuple[Note, ...]


def _all(said: Headings) -> Iterator[tuple[str, Heading]]:
    seen = set[int]()
    for key, heading in said.found.items():
        seen.add(heading.at)
        yield key, heading
    for key, several in said.twice.items():
        for heading in several:
            if heading.at not in seen:
                seen.add(heading.at)
                yield key, heading


def _end(blocks: Sequence[Block], said: Headings) -> int:
    """Where the sections end: at "Nơi nhận" or an annex after the last heading."""
    last = max((heading.at for _, heading in _all(said)), default=-1)
    for at in range(last + 1, len(blocks)):
        if _begins_annex(blocks[at]) or _begins_end(blocks[at]):
            return at
    return len(blocks) if last >= 0 else 0


def _begins_end(block: Block) -> bool:
    to = folded(TO)
    if block.table:
        return any(folded(cell).startswith(to) for line in block.text.split("\n") for cell in line.split("\t"))
    return folded(block.text) == to


def _begins_annex(block: Block) -> bool:
    return not block.table and _ANNEX.fullmatch(folded(block.text)) is not None


def _texts(
    blocks: Sequence[Block],
    places: Sequence[tuple[int, str]],
    end: int,
    said: Headings,
    sections: dict[str, PaperSection],
) -> dict[str, list[_Told]]:
    """What stands below each heading, for each time that it is there."""
    by_place = {heading.at: heading for _, heading in _all(said)}
    texts: dict[str, list[_Told]] = {}
    for number, (at, key) in enumerate(places):
        until = places[number + 1][0] if number + 1 < len(places) else end
        own = blocks[at + 1 : until]
        heading, notes = by_place[at], list[Note]()
        notes += [Note.OTHER_WORDS] if heading.otherwise else []
        notes += [Note.UNKNOWN_HEADING] if any(at < each < until for each in said.unknown) else []
        notes += [Note.TABLE] if any(each.table for each in own) else []
        notes += [Note.PICTURE] if any(each.pictures for each in own) else []
        hint = folded(sections[key].hint)
        lines = [heading.rest] if heading.rest else []
        lines += [each.text for each in own if not hint or folded(each.text) != hint]
        texts.setdefault(key, []).append(_Told(normal("\n".join(lines)), tuple(notes)))
    return texts


def normal(text: str) -> str:
    """Text without empty lines at its ends and without spaces at the ends of its lines: what two texts are held by."""
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip("\n").strip(" ")


def _compared(section: PaperSection, told: Sequence[_Told], said: Headings, longest: int) -> Compared:
    stands = section.text
    if section.key in said.twice:
        texts = tuple(each.text for each in told)
        return Compared(section.key, section.title, Became.TWICE, stands, others=texts)
    if not told:
        return Compared(section.key, section.title, Became.MISSING, stands)
    text, notes = told[0].text, told[0].notes
    became = Became.CHANGED
    if not text:
        became = Became.EMPTY if normal(stands) else Became.SAME
    elif text == normal(stands):
        became = Became.SAME
    elif len(text) > longest:
        became = Became.TOO_LONG
    elif hidden(text, lines=True):
        became = Became.UNREADABLE
    return Compared(section.key, section.title, became, stands, text, notes=notes)


def _frame(paper: Paper) -> frozenset[str]:
    """The lines that the platform itself writes around the sections: they are nothing new in a file."""
    own: Found = read(written(paper))
    lines = [*_each_line(own.blocks), COUNTRY]
    return frozenset(map(_key, lines))


def _key(line: str) -> str:
    """By what lines are held to be the same; one without letters and digits by its signs."""
    return folded(line) or line.strip()


def _each_line(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for line in block.text.split("\n"):
            yield from line.split("\t") if block.table else [line]
            if block.table:
                yield from (part for cell in line.split("\t") for part in cell.split(" / "))


def _lines(blocks: Sequence[Block], where: Where, known: frozenset[str]) -> Iterator[Apart]:
    """What stands in blocks that is not known, a line of a table whole."""
    for block in blocks:
        for line in block.text.split("\n"):
            parts = [part for cell in line.split("\t") for part in cell.split(" / ")] if block.table else [line]
            new = [part for part in parts if part.strip() and _key(part) not in known and not _left_open(part, where)]
            if new:
                yield Apart(where, line.replace("\t", " | ").strip())


def _left_open(line: str, where: Where) -> bool:
    """Tell whether it is the line of the number or of place and day, which a paper fills by hand."""
    short = where is Where.BEFORE and len(line) < _LONGEST_FRAME
    return short and _OPEN_LINE.fullmatch(folded(line)) is not None
