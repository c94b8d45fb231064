"""Which lines of a file are the headings of an outline: by their titles, however they are numbered. Source: S003-12.

Nothing is guessed: a line is a heading where it says the title of a section, or where it looks like one and has its
number and most of its title. Of several the one that looks most like a heading counts; two alike are two.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from chassis.facts.folding import folded
from services.campaigns.word.blocks import Block, Strength
from services.campaigns.word.paper import PaperSection

_NUMBER: Final = re.compile(
    r"[\s\-–•+*]*(?P<number>(?:[IVX]{1,5}|[0-9]{1,2})(?:\s*\.\s*(?:[0-9]{1,2}|[a-zđ](?![^\W\d_])))*|[a-zđ](?=\s*\)))\s*(?:[.):/\-–]\s*|\s+|$)"
)
_BULLET: Final = re.compile(r"[\s\-–•+*]+")
_LONGEST: Final = 1200
_AROUND: Final = 60
"""Signs that a heading has at most besides its title: number, spaces, points, decomposed marks."""

_LEAST_ALIKE: Final = 2
"""Words of a title that a heading in other words has at least at its beginning."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is a section's heading: where it stands, what of the line is text already, whether it says more."""

    at: int
    strength: Strength
    rest: str = ""
    otherwise: bool = False


@dataclass(slots=True)
class Headings:
    """The headings found: by section; those said twice; lines that look like a heading of no section."""

    found: dict[str, Heading] = field(default_factory=dict)
    twice: dict[str, list[Heading]] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)


def headings(blocks: Sequence[Block], sections: Sequence[PaperSection]) -> Headings:
    """The headings of an outline among the blocks of a file."""
    by_title: dict[str, list[PaperSection]] = defaultdict(list)
    for section in sections:
        by_title[folded(section.title)].append(section)
    longest = max((len(section.title) for section in sections), default=0) + _AROUND
    candidates: dict[str, list[tuple[Heading, str]]] = defaultdict(list)
    unclear: list[tuple[int, str, str]] = []
    top = ""
    for at, block in enumerate(blocks):
        if block.table or not block.text.strip() or len(block.text) > _LONGEST:
            continue
        line = block.text.strip()
        number, words = _split(line)
        whole = (line, words) if len(line) <= longest else ()
        title = next((each for each in map(folded, whole) if each and each in by_title), None)
        if title is not None:
            candidates[title].append((Heading(at, block.strength), number))
            top = _top(number, by_title[title]) or top
            continue
        run_in = _run_in(words[:longest], words, by_title, number, top) if number else None
        if run_in is not None:
            candidates[run_in[0]].append((Heading(at, block.strength, run_in[1]), number))
        elif block.strength is Strength.STYLED or (block.strength is Strength.BOLD and number):
            unclear.append((at, number, words))
            top = number if re.fullmatch("[IVX]+", number) else top
        elif not words and "." in number and number[0] in "IVX":
            unclear.append((at, number, ""))
    result = Headings()
    for title, alike in by_title.items():
        _assign(alike, candidates[title], result)
    _in_other_words(unclear, blocks, sections, result)
    return result


def _split(line: str) -> tuple[str, str]:
    """The number before a heading, `III.2.1`, and its words."""
    found = _NUMBER.match(line)
    if found is None:
        return "", _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    return re.sub(r"\s", "", found["number"]), line[found.end() :]


def _top(number: str, alike: Sequence[PaperSection]) -> str:
    roman = re.match("[IVX]+", number)
    return roman[0] if roman else (alike[0].key.split(".")[0] if len(alike) == 1 else "")


def _named(number: str, section: PaperSection, top: str) -> bool:
    """Tell whether a number is a section's: its whole key, or its label below the part of the outline we are in."""
    parts = section.key.split(".")
    return number == section.key or (number == section.number and (len(parts) == 1 or parts[0] == top))


def _run_in(
    begins: str, words: str, by_title: Mapping[str, Sequence[PaperSection]], number: str, top: str
) -> tuple[str, str] | None:
    """The title of a section with its number and a colon, and the text that follows on the same line."""
    for place in (found.start() for found in islice(re.finditer(":", begins), 3)):
        title = folded(words[:place])
        if any(_named(number, each, top) for each in by_title.get(title, ())):
            return title, words[place + 1 :].strip()
    return None


def _assign(alike: Sequence[PaperSection], found: Sequence[tuple[Heading, str]], result: Headings) -> None:
    """Headings to the sections of one title: by their numbers; else in their order, where there is one for each."""
    left, rest = list(found), list(alike)
    if len(alike) > 1:
        for section in alike:
            own = [each for each in left if each[1] in {section.key, section.number} and each[1]]
            others = [each for each in alike if each is not section and each.label == section.label]
            if len(own) == 1 and not others:
                result.found[section.key] = own[0][0]
                left.remove(own[0])
                rest.remove(section)
    best = max((each.strength for each, _ in left), default=Strength.PLAIN)
    strongest = [each for each, _ in left if each.strength is best]
    if len(strongest) == len(rest):
        result.found |= {section.key: heading for section, heading in zip(rest, strongest, strict=True)}
    elif strongest:
        for section in rest:
            result.twice[section.key] = strongest


def _in_other_words(
    unclear: Iterable[tuple[int, str, str]], blocks: Sequence[Block], sections: Sequence[PaperSection], result: Headings
) -> None:
    """Lines that look like headings, by their number and the beginning of their words; any other is unknown."""
    places = sorted((heading.at, key) for key, heading in result.found.items())
    meant: dict[str, list[Heading]] = defaultdict(list)
    for at, number, words in unclear:
        top = next((key.split(".")[0] for place, key in reversed(places) if place < at), "")
        fits = [
            each
            for each in sections
            if each.key not in result.found and each.key not in result.twice and _named(number, each, top)
        ]
        if len(fits) == 1 and _alike(words, fits[0].title):
            meant[fits[0].key].append(Heading(at, blocks[at].strength, otherwise=True))
        else:
            result.unknown.append(at)
    for key, said in meant.items():
        if len(said) == 1:
            result.found[key] = said[0]
        else:
            result.twice[key] = said


def _alike(words: str, title: str) -> bool:
    """Tell whether a heading says the beginning of a title, or a title's and more; a number alone says nothing else."""
    said, known = folded(words).split(), folded(title).split()
    shared = sum(1 for _ in _same(said, known))
    return not said or shared == len(known) or (shared == len(said) and shared >= min(_LEAST_ALIKE, len(known)))


def _same(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left
