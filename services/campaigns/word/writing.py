"""A report as a Word file: the same paper gives the same bytes. Source: S003-12, S003-15, Decree 30/2020/NĐ-CP."""

from datetime import datetime
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordFile
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell

from services.campaigns.word.annex_pages import annex
from services.campaigns.word.layout import (
    CENTRE,
    HEAD,
    HEADING,
    HINT,
    LEFT,
    LEVELS,
    RECIPIENTS,
    SMALL,
    TEXT,
    halves,
    line,
    page,
    rule,
    styles,
)
from services.campaigns.word.paper import Paper, PaperSection, Signer

COUNTRY: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
KIND: Final = "BÁO CÁO"
TO: Final = "Nơi nhận:"
SIGN_HERE: Final = "(Ký tên, đóng dấu)"
_LEFT, _RIGHT = Mm(67), Mm(98)
_WHOLE: Final = Mm(165)
_ROOM: Final = 4
_THEN: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a file's own day is none of anybody's
_PACKED: Final = (1980, 1, 1, 0, 0, 0)
_ROMAN: Final = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def written(paper: Paper) -> bytes:
    """The Word file of a report; of one whose sections are empty it is the template to fill."""
    document = Document()
    _about(document, paper)
    styles(document)
    page(document.sections[0])
    _letterhead(document, paper)
    _title(document, paper)
    for section in paper.sections:
        _section(document, section)
    _end(document, paper)
    for place, each in enumerate(paper.annexes):
        number = _ROMAN[place % len(_ROMAN)] if len(paper.annexes) > 1 else ""
        annex(document, each, f"(Kèm theo Báo cáo của {paper.issuer})", number)
    return packed(document)


def packed(document: WordFile) -> bytes:
    """The bytes of a Word file, in which no clock has left its time."""
    out, fixed = BytesIO(), BytesIO()
    document.save(out)
    with ZipFile(out) as there, ZipFile(fixed, "w", ZIP_DEFLATED) as anew:
        for each in there.infolist():
            info = ZipInfo(each.filename, _PACKED)
            info.compress_type, info.external_attr = ZIP_DEFLATED, 0o600 << 16
            anew.writestr(info, there.read(each))
    return fixed.getvalue()


def _about(document: WordFile, paper: Paper) -> None:
    about = document.core_properties
    about.title, about.author, about.last_modified_by = paper.title[:255], paper.issuer[:255], paper.issuer[:255]
    about.comments, about.language = "", "vi-VN"
    about.created = about.modified = _THEN
    about.revision = 1
    template = document.element.body.find(qn("w:p"))
    if template is not None:
        document.element.body.remove(template)


def _letterhead(document: WordFile, paper: Paper) -> None:
    left, right = halves(document, _LEFT, _RIGHT)
    line(left.paragraphs[0], paper.above.upper(), HEAD, align=CENTRE)
    line(
        left.add_paragraph() if paper.above else left.paragraphs[0],
        paper.issuer.upper(),
        SMALL,
        bold=True,
        align=CENTRE,
    )
    rule(left.add_paragraph(), _LEFT, 0.4)
    line(left.add_paragraph(), paper.numbered, SMALL, align=CENTRE)
    line(right.paragraphs[0], COUNTRY, HEAD, bold=True, align=CENTRE)
    line(right.add_paragraph(), MOTTO, SMALL, bold=True, align=CENTRE)
    rule(right.add_paragraph(), _RIGHT, 0.55)
    line(right.add_paragraph(), paper.dated, SMALL, italic=True, align=CENTRE)


def _title(document: WordFile, paper: Paper) -> None:
    head = line(document.add_paragraph(), KIND, bold=True, align=CENTRE)
    head.paragraph_format.space_before = Pt(12)
    line(document.add_paragraph(), paper.title, bold=True, align=CENTRE)
    rule(document.add_paragraph(), _WHOLE, 0.3)
    if paper.intro:
        document.add_paragraph(paper.intro, style=TEXT)


def _section(document: WordFile, section: PaperSection) -> None:
    said = f"{section.label} {section.title.upper() if section.level == 1 else section.title}".strip()
    document.add_paragraph(said, style=f"{HEADING} {min(section.level, LEVELS)}")
    if section.hint and not section.text:
        document.add_paragraph(section.hint, style=HINT)
    if section.text or not section.heading:
        for each in section.text.split("\n"):
            document.add_paragraph(each, style=TEXT)


def _end(document: WordFile, paper: Paper) -> None:
    left, right = halves(document, _LEFT, _RIGHT)
    line(left.paragraphs[0], TO, 12, bold=True, italic=True, align=LEFT)
    for place, each in enumerate(paper.recipients, start=1):
        stop = "." if place == len(paper.recipients) else ";"
        line(left.add_paragraph(), f"- {each}{stop}", RECIPIENTS, align=LEFT)
    _signature(right, paper.signer)


def _signature(cell: _Cell, signer: Signer) -> None:
    for place, each in enumerate(signer.lines):
        line(cell.add_paragraph() if place else cell.paragraphs[0], each, bold=True, align=CENTRE)
    if not signer.name:
        line(cell.add_paragraph(), SIGN_HERE, SMALL, italic=True, align=CENTRE)
    for _ in range(_ROOM):
        line(cell.add_paragraph(), "", align=CENTRE)
    line(cell.add_paragraph(), signer.name, bold=True, align=CENTRE)
