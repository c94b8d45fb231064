"""The page of official papers in Word: sizes, faces, lines and the frame of a page. Source: Decree 30/2020/NĐ-CP, I."""

from typing import Any, Final

from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FACE: Final = "Times New Roman"
BODY: Final = 14
SMALL: Final = 13
HEAD: Final = 12
RECIPIENTS: Final = 11
HEADING: Final = "Mục báo cáo"
TEXT: Final = "Nội dung báo cáo"
HINT: Final = "Gợi ý"
LEVELS: Final = 4
_INDENT: Final = Mm(12.7)
_TALL, _WIDE = Mm(297), Mm(210)
_TOP, _LEFT, _RIGHT = Mm(20), Mm(30), Mm(15)
_HEADER: Final = Mm(10)
_FIRST_PAGE: Final = "w:titlePg"

CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT


def styles(document: Document) -> None:
    """The styles that a report uses; an office that edits it in Word finds them by their Vietnamese names."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FACE, Pt(BODY)
    _all_letters(normal.element)
    for level in range(1, LEVELS + 1):
        style = document.styles.add_style(f"{HEADING} {level}", WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.bold, style.font.italic = level < LEVELS, level >= LEVELS - 1
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(6), Pt(6)
        style.paragraph_format.first_line_indent, style.paragraph_format.keep_with_next = _INDENT, True
        outline = OxmlElement("w:outlineLvl")
        outline.set(qn("w:val"), str(level - 1))
        style.element.get_or_add_pPr().append(outline)
    text = document.styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = normal
    text.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    text.paragraph_format.first_line_indent = _INDENT
    text.paragraph_format.space_after, text.paragraph_format.line_spacing = Pt(6), 1.15
    hint = document.styles.add_style(HINT, WD_STYLE_TYPE.PARAGRAPH)
    hint.base_style, hint.font.italic, hint.font.size = text, True, Pt(SMALL)


def _all_letters(element: Any) -> None:
    """The face for letters of every script: Word takes Vietnamese ones for different ones by their code points."""
    fonts = element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FACE)


def page(section: Section, *, wide: bool = False, anew: bool = False) -> None:
    """A4 upright or `wide`; the page's number centred above, none on the first; `anew`: pages are counted from 1."""
    section.page_width, section.page_height = (_TALL, _WIDE) if wide else (_WIDE, _TALL)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.top_margin, section.bottom_margin = (_LEFT, _TOP) if wide else (_TOP, _TOP)
    section.left_margin, section.right_margin = (_TOP, _TOP) if wide else (_LEFT, _RIGHT)
    section.header_distance = _HEADER
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    section.first_page_header.is_linked_to_previous = False
    number = section.header.paragraphs[0]
    number.alignment = CENTRE
    run = number.add_run()
    run.font.size = Pt(SMALL)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)  # noqa: SLF001 - python-docx has no fields
    if anew:
        start = OxmlElement("w:pgNumType")
        start.set(qn("w:start"), "1")
        section._sectPr.append(start)  # noqa: SLF001


def line(
    paragraph: Paragraph, text: str, size: float = BODY, *, bold: bool = False, italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> Paragraph:  # fmt: skip
    """Text into a paragraph, in a size in points."""
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
    if align is not None:
        paragraph.alignment = align
    paragraph.paragraph_format.space_after = Pt(0)
    return paragraph


def rule(paragraph: Paragraph, width: Mm, share: float) -> None:
    """A solid line below what stands before, centred, a share of a width long."""
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(width.mm * (1 - share) / 2)
    form.space_after, form.line_spacing = Pt(6), Pt(3)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - python-docx has no borders
    after = properties.find(qn("w:spacing"))
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)


def halves(document: Document, left: Mm, right: Mm) -> tuple[_Cell, _Cell]:
    """Two fields beside each other, without lines."""
    table = document.add_table(rows=1, cols=2)
    fixed(table, (left, right))
    return table.cell(0, 0), table.cell(0, 1)


def fixed(table: Table, widths: tuple[Mm, ...]) -> None:
    """A table with columns of these widths, whatever stands in them."""
    table.autofit, table.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width


def repeated(table: Table, rows: int) -> None:
    """The first rows are the table's head, again on each page; no row breaks over two pages."""
    for place, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has neither
        properties.append(OxmlElement("w:cantSplit"))
        if place < rows:
            properties.append(OxmlElement("w:tblHeader"))
