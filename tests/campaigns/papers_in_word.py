"""Reports in Word as tests make them: the platform's own, and as offices type them."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as WordFile

from contracts.campaigns import ActivitySum, AnnexCell, AnnexColumn, AnnexRow, AnnexTable, ColumnKind, Item
from contracts.values import SigningCapacity
from services.campaigns.word.blocks import read
from services.campaigns.word.paper import AnnexPage, Paper, PaperSection, Signer, signing_lines
from services.campaigns.word.reading import Comparison, compared

LONGEST = 20_000
OUTLINE = (
    PaperSection("I", "Đặc điểm tình hình", heading=True),
    PaperSection("I.1", "Thuận lợi", hint="Nêu những thuận lợi chính"),
    PaperSection("I.2", "Khó khăn"),
    PaperSection("III", "Kết quả đạt được", heading=True),
    PaperSection("III.2", "Đối với BHXH tỉnh, thành phố", heading=True),
    PaperSection("III.2.1", "Kết quả thực hiện chỉ tiêu đề ra gắn với nhiệm vụ chính trị của Ngành"),
    PaperSection("III.2.5", "Công tác phát hiện, xây dựng và nhân rộng điển hình tiên tiến"),
)
TEXTS = ("I.1", "I.2", "III.2.1", "III.2.5")
TABLE = AnnexTable(
    key="support",
    title="Kết quả hỗ trợ",
    first_year=2019,
    last_year=2020,
    partial=True,
    columns=(
        AnnexColumn(key="cards", name="Số thẻ", kind=ColumnKind.COUNT, original=2),
        AnnexColumn(key="goods", name="Hiện vật", kind=ColumnKind.ITEMS, original=3),
        AnnexColumn(key="houses", name="Nhà trực tiếp", kind=ColumnKind.COUNT, group="h", original=4),
        AnnexColumn(key="unknown", name="Nhà chưa rõ", kind=ColumnKind.COUNT, group="h", mode_unknown=True),
        AnnexColumn(key="cash", name="Tiền mặt", kind=ColumnKind.MONEY_BY_ACTIVITY, original=5),
        AnnexColumn(key="joint", name="Phối hợp", kind=ColumnKind.TEXT, original=6),
    ),
)


def row(year: int, cards: int, until: date | None = None) -> AnnexRow:
    """A year's row with figures in most columns."""
    return AnnexRow(
        table="support",
        year=year,
        until=until,
        cells=(
            AnnexCell(column="cards", number=Decimal(cards)),
            AnnexCell(column="goods", items=(Item(name="chăn", quantity=Decimal(50)),)),
            AnnexCell(column="cash", sums=(ActivitySum(activity="Tết", amount=Decimal(45_000_000)),)),
        ),
    )


def paper(texts: dict[str, str] | None = None, **about: Any) -> Paper:
    """A report with these texts in its sections."""
    said = texts or {}
    sections = tuple(
        PaperSection(each.key, each.title, said.get(each.key, ""), each.heading, each.hint) for each in OUTLINE
    )
    whole: dict[str, Any] = {
        "issuer": "Bảo hiểm xã hội thành phố Hải Phòng",
        "above": "Bảo hiểm xã hội Việt Nam",
        "title": "Tổng kết phong trào thi đua “Vì người nghèo” giai đoạn 2016 - 2020",
        "signer": Signer(signing_lines(SigningCapacity.DEPUTY, "Giám đốc")),
        "year": 2020,
        "annexes": (AnnexPage(TABLE, (row(2019, 1200), row(2020, 700, date(2020, 7, 31)))),),
    }
    return Paper(sections=sections, **(whole | about))


def bytes_of(document: WordFile) -> bytes:
    """The bytes of a Word file."""
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def typed(lines: Iterable[str]) -> bytes:
    """A file as an office types it: a line a paragraph, `*…*` in bold, `#…` in a style of headings."""
    document = Document()
    for line in lines:
        if line.startswith("#"):
            document.add_heading(line[1:], level=1)
        else:
            bold = line.startswith("*") and line.endswith("*")
            document.add_paragraph().add_run(line.strip("*") if bold else line).bold = bold or None
    return bytes_of(document)


def held(content: bytes, texts: dict[str, str] | None = None) -> Comparison:
    """A file held against a report with these texts."""
    return compared(content, paper(texts), LONGEST)


def everything(content: bytes) -> str:
    """All the text of a file."""
    return "\n".join(block.text for block in read(content).blocks)
