"""What a Word file says, one block after the other, without what only lays it out. Nothing that is read is lost.

A paragraph says how much it looks like a heading; a table is lines of cells; what is struck out by a recorded change is
gone, what is inserted is there. Text that lies beside the page (boxes, notes, heads of pages) comes apart.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.document import Document as WordFile
from docx.oxml.ns import qn

from chassis.facts.kinds import nfc

MOST_UNPACKED: Final = 64 * 2**20
"""Bytes that a file may unpack to."""

MOST_TEXT: Final = 8 * 2**20
"""Bytes of text and layout, unpacked: a report of 200 pages has a tenth of that."""

MOST_PARAGRAPHS: Final = 10_000
MOST_PARTS: Final = 2000
_MACROS: Final = ("vbaProject.bin", "vbaData.xml")
_BULLETS: Final = re.compile("[\uf0b7\uf0a7\uf0d8\uf0fc\uf02d\uf076\uf0a8]")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u034f\u061c]")
_ENDS: Final = re.compile("\r\n|[\r\u2028\u2029\u0085]")
_LOST: Final = "\ufffd"


class Unreadable(Exception):
    """The bytes are no Word file that may be read; `code` says why: macros, too-big, broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Strength(IntEnum):
    """How much a paragraph looks like a heading: not at all, bold or in capitals, by its style."""

    PLAIN = 1
    BOLD = 2
    STYLED = 3


class Beside(StrEnum):
    """Where text lies that is not on the page's lines."""

    BOX = "box"
    NOTE = "note"
    PAGE_HEAD = "page_head"
    COMMENT = "comment"
    PICTURE = "picture"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a table as lines of cells that tabs separate."""

    text: str
    strength: Strength = Strength.PLAIN
    table: bool = False
    pictures: int = 0


@dataclass(slots=True)
class Found:
    """All that a file says: blocks in their order, and what lies beside them."""

    blocks: list[Block] = field(default_factory=list)
    beside: list[tuple[Beside, str]] = field(default_factory=list)


def cleaned(text: str) -> str:
    """Text as it is kept: NFC, without soft hyphens and other signs that nobody sees, bullets as hyphens."""
    return nfc(_UNSEEN.sub("", _BULLETS.sub("-", _ENDS.sub("\n", text))))


def read(content: bytes) -> Found:
    """What a Word file says; raises Unreadable."""
    _safe(content)
    try:
        document = Document(BytesIO(content))
        return _Reader(document).found()
    except Unreadable:
        raise
    except Exception:  # noqa: BLE001 - whatever a damaged file makes of its reader
        raise Unreadable("broken") from None


def _safe(content: bytes) -> None:
    """Raises Unreadable for what is not to be unpacked at all."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        raise Unreadable("broken") from None
    if any(each.filename.endswith(_MACROS) for each in parts):
        raise Unreadable("macros")
    text = sum(each.file_size for each in parts if each.filename.endswith((".xml", ".rels")))
    if len(parts) > MOST_PARTS or text > MOST_TEXT or sum(each.file_size for each in parts) > MOST_UNPACKED:
        raise Unreadable("too-big")


class _Reader:
    """Reads one document; styles and numbering are looked up once."""

    def __init__(self, document: WordFile) -> None:
        self._document = document
        self._outlined, self._bold, self._listed = _styles(document)
        self._formats = _numbering(document)
        self._counted: Counter[tuple[str, str]] = Counter()
        self._found = Found()
        self._paragraphs = 0

    def found(self) -> Found:
        self._blocks(self._document.element.body)
        self._apart()
        return self._found

    def _blocks(self, parent: Any) -> None:
        for each in parent:
            match each.tag:
                case tag if tag == qn("w:p"):
                    self._found.blocks.append(self._paragraph(each))
                case tag if tag == qn("w:tbl"):
                    self._table(each)
                case tag if tag == qn("w:altChunk"):
                    self._found.beside.append((Beside.EMBEDDED, ""))
                case tag if tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")}:
                    self._blocks(each)
                case _:
                    pass

    def _table(self, table: Any) -> None:
        cells = list(table.iter(qn("w:tc")))
        if len(cells) == 1:
            self._blocks(cells[0])
            return
        lines = []
        for row in _rows(table):
            found = ["\n".join(self._texts(cell)) for cell in _cells(row)]
            lines.append("\t".join(each.replace("\t", " ").replace("\n", " / ") for each in found).rstrip("\t"))
        pictures = sum(1 for _ in table.iter(qn("w:drawing"), qn("w:pict")))
        self._found.blocks.append(Block("\n".join(lines), table=True, pictures=pictures))

    def _texts(self, cell: Any) -> Iterator[str]:
        for paragraph in cell.iter(qn("w:p")):
            if text := self._paragraph(paragraph).text:
                yield text

    def _paragraph(self, paragraph: Any) -> Block:
        self._paragraphs += 1
        if self._paragraphs > MOST_PARAGRAPHS:
            raise Unreadable("too-big")
        text = cleaned("".join(self._said(paragraph))).rstrip(" \n")
        pictures = sum(1 for each in paragraph.iter(qn("w:drawing"), qn("w:pict")) if not _holds_text(each))
        strength = self._strength(paragraph, text)
        if text.strip() and strength is not Strength.STYLED:
            text = self._label(paragraph) + text
        return Block(text, strength, pictures=pictures)

    def _said(self, element: Any) -> Iterator[str]:
        """The text of an element, in its order; boxes come apart, what a change has deleted does not come."""
        for each in element:
            match each.tag:
                case tag if tag == qn("w:t"):
                    yield each.text or ""
                case tag if tag in {qn("w:tab"), qn("w:ptab")}:
                    yield "\t" if element.tag == qn("w:r") else ""
                case tag if tag in {qn("w:br"), qn("w:cr")}:
                    yield "\n"
                case tag if tag == qn("w:noBreakHyphen"):
                    yield "-"
                case tag if tag == qn("w:sym"):
                    yield cleaned(_symbol(each.get(qn("w:char"))))
                case tag if tag == qn("w:txbxContent"):
                    words = "\n".join(cleaned("".join(self._said(line))) for line in each.iter(qn("w:p")))
                    if words.strip():
                        self._found.beside.append((Beside.BOX, words.strip()))
                case tag if tag in _PASSED_BY or not isinstance(tag, str):
                    pass
                case _:
                    yield from self._said(each)

    def _strength(self, paragraph: Any, text: str) -> Strength:
        properties = paragraph.find(qn("w:pPr"))
        style = _value(properties, "w:pStyle")
        level = _value(properties, "w:outlineLvl")
        if (level is not None and level < "9") or (level is None and style in self._outlined):
            return Strength.STYLED
        letters = [each for each in text if each.isalpha()]
        if letters and text.isupper():
            return Strength.BOLD
        runs = [run for run in paragraph.iter(qn("w:r")) if "".join(self._plain(run)).strip()]
        by_style = style in self._bold
        return Strength.BOLD if runs and all(_bold(run, by_style) for run in runs) else Strength.PLAIN

    @staticmethod
    def _plain(run: Any) -> Iterator[str]:
        return (each.text or "" for each in run.iter(qn("w:t")))

    def _label(self, paragraph: Any) -> str:
        """What Word itself writes before a paragraph of a list: a hyphen, or its number."""
        properties = paragraph.find(qn("w:pPr"))
        own = None if properties is None else properties.find(qn("w:numPr"))
        number, level = _value(own, "w:numId"), _value(own, "w:ilvl") or "0"
        if number is None:
            number = self._listed.get(_value(properties, "w:pStyle") or "")
        if number in {None, "0"}:
            return ""
        form = self._formats.get((str(number), level), "decimal")
        if form in {"bullet", "none"}:
            return "- " if form == "bullet" else ""
        self._counted[str(number), level] += 1
        return f"{_counted(self._counted[str(number), level], form)} "

    def _apart(self) -> None:
        """Notes, comments, and what stands at the head and foot of pages."""
        for section in self._document.sections:
            for part in (section.header, section.footer, section.first_page_header, section.first_page_footer):
                if part.is_linked_to_previous:
                    continue
                words = "\n".join(filter(None, (cleaned(each.text).strip() for each in part.paragraphs)))
                if words and not words.isdigit():
                    self._found.beside.append((Beside.PAGE_HEAD, words))
        for relation in self._document.part.rels.values():
            kind = relation.reltype.rpartition("/")[2]
            if relation.is_external or kind not in {"footnotes", "endnotes", "comments"}:
                continue
            for note in _notes(relation.target_part.blob):
                self._found.beside.append((Beside.COMMENT if kind == "comments" else Beside.NOTE, cleaned(note)))


_PASSED_BY: Final = frozenset(
    qn(each) for each in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr", "w:sdtPr", "w:tabs")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}


def _value(parent: Any, name: str) -> str | None:
    found = None if parent is None else parent.find(qn(name))
    return None if found is None else str(found.get(qn("w:val")))


def _on(element: Any) -> bool:
    return (element.get(qn("w:val")) or "1") not in {"0", "false", "off"}


def _bold(run: Any, by_style: bool) -> bool:  # noqa: FBT001 - what holds where the run says nothing
    properties = run.find(qn("w:rPr"))
    own = None if properties is None else properties.find(qn("w:b"))
    return by_style if own is None else _on(own)


def _symbol(code: str | None) -> str:
    try:
        return chr(int(code or "", 16))
    except (ValueError, OverflowError):
        return _LOST


def _holds_text(drawing: Any) -> bool:
    return next(drawing.iter(qn("w:txbxContent")), None) is not None


def _rows(table: Any) -> Iterator[Any]:
    for each in table:
        if each.tag == qn("w:tr"):
            yield each
        elif each.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins")}:
            yield from _rows(each)


def _cells(row: Any) -> Iterator[Any]:
    for each in row:
        if each.tag == qn("w:tc"):
            yield each
        elif each.tag in {qn("w:sdt"), qn("w:sdtContent")}:
            yield from _cells(each)


def _styles(document: WordFile) -> tuple[set[str], set[str], dict[str, str]]:
    """Ids of the styles of headings, of those that are bold, and the lists that styles bring along."""
    known = {each.get(qn("w:styleId")): each for each in document.styles.element.iter(qn("w:style"))}
    outlined, bold, listed = set(), set(), dict[str, str]()
    for name in known:
        seen, style = set[str](), name
        while style in known and style not in seen:
            seen.add(style)
            element = known[style]
            if _value(element.find(qn("w:pPr")), "w:outlineLvl") not in {None, "9"}:
                outlined.add(name)
            run = element.find(qn("w:rPr"))
            if run is not None and run.find(qn("w:b")) is not None and _on(run.find(qn("w:b"))):
                bold.add(name)
            numbered = element.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if (number := _value(numbered, "w:numId")) is not None:
                listed.setdefault(name, number)
            style = _value(element, "w:basedOn") or ""
    return outlined, bold, listed


def _numbering(document: WordFile) -> Mapping[tuple[str, str], str]:
    """The form of each list's numbers, by list and level."""
    part = next((each for each in document.part.rels.values() if each.reltype.endswith("/numbering")), None)
    if part is None or part.is_external:
        return {}
    root = part.target_part.element
    abstract = {
        each.get(qn("w:abstractNumId")): {
            level.get(qn("w:ilvl")): _value(level, "w:numFmt") or "decimal" for level in each.iter(qn("w:lvl"))
        }
        for each in root.iter(qn("w:abstractNum"))
    }
    return {
        (each.get(qn("w:numId")), level): form
        for each in root.iter(qn("w:num"))
        for level, form in abstract.get(_value(each, "w:abstractNumId"), {}).items()
    }


def _counted(number: int, form: str) -> str:
    if form in {"lowerLetter", "upperLetter"}:
        letter = "abcdđeghiklmnopqrstuvxy"[(number - 1) % 23]
        return f"{letter.upper() if form == 'upperLetter' else letter})"
    return f"{number}."


def _notes(blob: bytes) -> Iterator[str]:
    """The texts of notes, read as they stand in their part."""
    from docx.oxml.parser import parse_xml  # noqa: PLC0415 - only for files that have notes

    for note in parse_xml(blob):
        words = "\n".join("".join(text.text or "" for text in line.iter(qn("w:t"))) for line in note.iter(qn("w:p")))
        if words.strip():
            yield words.strip()
