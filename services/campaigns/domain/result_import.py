"""Results of earlier years as a table, a row for each unit, indicator and year: read whole, with every bad row.

Source: A1, B12
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from chassis.facts.folding import folded
from chassis.facts.tables import Head, NoTable, lines, table
from chassis.facts.tables import Line as TableLine
from chassis.facts.typed import NotAFigure, read_figure
from services.campaigns.domain.pack_rules import Fault
from services.campaigns.domain.scorecard_commands import History, ReportResult

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "unit": ("Mã đơn vị", "Đơn vị"),
    "indicator": ("Mã chỉ tiêu", "Chỉ tiêu", "Tên chỉ tiêu"),
    "year": ("Năm",),
    "value": ("Kết quả", "Kết quả (%)", "Tỷ lệ"),
    "numerator": ("Tử số", "Thực hiện"),
    "denominator": ("Mẫu số", "Kế hoạch"),
    "evidence": ("Minh chứng", "Ghi chú"),
}
"""Columns, and how offices call them."""

NEEDED: Final = ("unit", "indicator", "year")
MAX_ROWS: Final = 100_000
MAX_BYTES: Final = 16 * 2**20

_SAID: Final = {
    "empty-file": (
        "Tệp không có kết quả nào; hãy điền cột “Kết quả”, hoặc “Tử số” và “Mẫu số”, của ít nhất một dòng.",
        "The file has no result; fill in “Kết quả”, or “Tử số” and “Mẫu số”, of at least one row.",
    ),
    "no-table": (
        "Không đọc được tệp; hãy lưu lại ở dạng Excel (.xlsx) hoặc CSV UTF-8.",
        "The file cannot be read; save it as Excel (.xlsx) or CSV UTF-8.",
    ),
    "too-many-rows": (
        f"Tệp có quá nhiều dòng (tối đa {MAX_ROWS}); hãy chia thành nhiều tệp.",
        f"The file has too many rows (at most {MAX_ROWS}); divide it.",
    ),
    "missing-column": (
        "Dòng tiêu đề thiếu cột này; hãy thêm cột rồi gửi lại tệp.",
        "The header lacks this column; add it and send the file again.",
    ),
    "broken-line": (
        "Không tách được dòng này thành các ô; hãy sửa dấu ngoặc kép.",
        "This line cannot be split into cells; correct its quotation marks.",
    ),
    "unit": (
        "Bạn không có đơn vị mang mã này với phiếu kết quả của phong trào; hãy nhập mã như trong danh mục đơn vị.",
        "Among your units none with this code has a scorecard of the campaign; enter a code from the list of units.",
    ),
    "indicator": (
        "Đơn vị không đăng ký chỉ tiêu này; hãy chép mã hoặc tên chỉ tiêu như trong bản đăng ký.",
        "The unit has registered no such indicator; copy its code or name from the registration.",
    ),
    "year": ("Năm không đúng; hãy nhập như 2017.", "The year is none; enter it like 2017."),
    "value": ("Kết quả không phải là một số; hãy nhập như 95,1.", "The result is no number; enter it like 95,1."),
    "numerator": ("Tử số không phải là một số; hãy nhập lại.", "The numerator is no number; enter it anew."),
    "denominator": ("Mẫu số không phải là một số; hãy nhập lại.", "The denominator is no number; enter it anew."),
    "evidence": (
        "Minh chứng quá dài hoặc có ký tự lạ; hãy gõ lại, tối đa 2000 ký tự.",
        "The evidence is too long or has strange characters; type it again, at most 2000.",
    ),
    "row-twice": (
        "Chỉ tiêu này của đơn vị trong năm đã đứng ở một dòng trên; hãy bỏ bớt một dòng.",
        "This indicator of the unit and year stands in a row above; remove one.",
    ),
}
_FIGURES: Final = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class ResultLine:
    """A row with a result: where it stands, whose it is, by the indicator's code or name."""

    line: int
    unit: str
    indicator: str
    year: int
    figures: Mapping[str, Decimal]
    evidence: str


def fault(line: int, column: str, code: str) -> Fault:
    """A fault of the file, as it is told."""
    return Fault(code, column, *_SAID[code], line=line)


def parse_results(data: bytes) -> tuple[list[ResultLine], list[Fault]]:
    """The good rows of a file and every fault of the others; rows without a figure are left out."""
    try:
        head, body = table(lines(data), COLUMNS, NEEDED)
        missing = [fault(head.line, name, "missing-column") for name in NEEDED if name not in head.columns]
        return ([], missing) if missing else _rows(head, body)
    except NoTable as broken:
        return [], [fault(broken.line, "", "no-table")]


def _rows(head: Head, body: Iterator[TableLine]) -> tuple[list[ResultLine], list[Fault]]:
    rows, faults = list[ResultLine](), list[Fault]()
    for count, line in enumerate(body, start=1):
        if count > MAX_ROWS:
            return [], [fault(line.number, "", "too-many-rows")]
        if line.broken:
            faults.append(fault(line.number, "", "broken-line"))
            continue
        cells = head.row(line)
        if any(cells.get(name, "") for name in _FIGURES):
            row = _row(cells, line.number)
            if isinstance(row, ResultLine):
                rows.append(row)
            else:
                faults += row
    return rows, faults or ([] if rows else [fault(head.line, "", "empty-file")])


def _row(cells: Mapping[str, str], line: int) -> ResultLine | list[Fault]:
    wrong, figures, year = list[str](), dict[str, Decimal](), cells.get("year", "")
    for name in _FIGURES:
        try:
            if typed := cells.get(name, ""):
                figures[name] = read_figure(typed)
        except NotAFigure:
            wrong.append(name)
    if not (year.isascii() and year.isdecimal() and len(year) == 4):  # noqa: PLR2004 - a year
        wrong.append("year")
    if wrong:
        return [fault(line, name, name) for name in wrong]
    unit, indicator = cells.get("unit", "").upper(), cells.get("indicator", "")
    return ResultLine(line, unit, indicator, int(year), figures, cells.get("evidence", ""))


def command(row: ResultLine, names: Mapping[str, str], history: History) -> ReportResult | Fault:
    """What a row reports, or what is wrong with it; `names` are the indicators of the unit's targets, by code."""
    called = folded(row.indicator)
    code = next((code for code, name in names.items() if called in {folded(code), folded(name)}), None)
    if code is None:
        return fault(row.line, "indicator", "indicator")
    try:
        return ReportResult(
            indicator=code, year=row.year, evidence=row.evidence, history=history,
            value=row.figures.get("value"), numerator=row.figures.get("numerator"),
            denominator=row.figures.get("denominator"),
        )  # fmt: skip
    except ValidationError as error:
        column = str(error.errors()[0]["loc"][0])
        return fault(row.line, column, column if column in _SAID else "indicator")
