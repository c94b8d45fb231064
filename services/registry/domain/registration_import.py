"""Registrations as a table, one row for each unit, indicator and year: read whole, with every row that is wrong.

Source: S002-15, S002-17.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from pydantic import ValidationError

from chassis.facts.folding import folded
from chassis.facts.kinds import shown
from chassis.facts.tables import Head, NoTable, lines, table
from chassis.facts.tables import Line as TableLine
from chassis.facts.typed import NotAFigure, read_figure
from contracts.values import Goal, TargetKind
from services.registry.domain.registration_commands import RegisterTarget, SetSolution
from services.registry.domain.registration_state import Registration
from services.registry.domain.unit_import_faults import Fault

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "unit": ("Mã đơn vị", "Đơn vị"),
    "unit_name": ("Tên đơn vị",),
    "indicator": ("Mã chỉ tiêu",),
    "name": ("Chỉ tiêu", "Tên chỉ tiêu", "Nội dung chỉ tiêu"),
    "year": ("Năm",),
    "goal": ("Mục tiêu chung",),
    "value": ("Mức đăng ký", "Chỉ tiêu đăng ký", "Số đăng ký"),
    "kind": ("Loại chỉ tiêu",),
    "solution": ("Giải pháp",),
    "reason": ("Lý do hạ chỉ tiêu", "Lý do"),
}
"""Columns, and how offices call them, in the order of an export; the unit's name and the goal are not read."""

NEEDED: Final = ("unit", "year", "value")
MAX_ROWS: Final = 100_000
MAX_BYTES: Final = 16 * 2**20
KINDS: Final[Mapping[TargetKind, str]] = {TargetKind.QUANTITATIVE: "Định lượng", TargetKind.MAINTAIN: "Duy trì"}
"""What kinds of targets with a figure are called in a file; their codes are read as well."""

_KIND: Final = {folded(text): kind for kind, name in KINDS.items() for text in (name, kind.value)}

_SAID: Final = {
    "empty-file": (
        "Tệp không có chỉ tiêu nào được điền; hãy điền cột “Mức đăng ký” của ít nhất một dòng.",
        "No target is filled in; fill in the column “Mức đăng ký” of at least one row.",
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
        "Dòng tiêu đề thiếu cột này; hãy thêm cột, tốt nhất là xuất tệp mẫu rồi điền vào.",
        "The header lacks this column; add it, best by filling in an exported file.",
    ),
    "broken-line": (
        "Không tách được dòng này thành các ô; hãy sửa dấu ngoặc kép.",
        "This line cannot be split into cells; correct its quotation marks.",
    ),
    "unit": (
        "Bạn không có đơn vị mang mã này được mời đăng ký; hãy nhập mã như trong danh mục đơn vị.",
        "Among your units none with this code is asked to register; enter a code from the list of units.",
    ),
    "indicator": (
        "Phong trào không có chỉ tiêu này cho đơn vị; hãy chép mã hoặc tên chỉ tiêu như trong tệp xuất ra.",
        "The campaign has no such indicator for this unit; copy its code or name as an export has it.",
    ),
    "year": (
        "Năm không đúng; hãy nhập như 2024.",
        "The year is none; enter it like 2024.",
    ),
    "value": (
        "Mức đăng ký không phải là một số; hãy nhập như 95,1.",
        "The target is no number; enter it like 95,1.",
    ),
    "kind": (
        "Loại chỉ tiêu phải là Định lượng hoặc Duy trì; hãy sửa hoặc bỏ trống ô này.",
        "The kind is Định lượng or Duy trì; correct this cell or leave it empty.",
    ),
    "reason": (
        "Lý do quá dài hoặc có ký tự lạ; hãy gõ lại trong một dòng.",
        "The reason is too long or has strange characters; type it again, in one line.",
    ),
    "solution": (
        "Giải pháp quá dài hoặc có ký tự lạ; hãy gõ lại, tối đa 2000 ký tự.",
        "The solution is too long or has strange characters; type it again, in at most 2000 characters.",
    ),
    "row-twice": (
        "Chỉ tiêu này của đơn vị đã có ở dòng trên; hãy bỏ một dòng.",
        "This target of the unit stands in a row above; remove one of them.",
    ),
}


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row with a figure: where it stands, the unit's code, the indicator by code or by name, and what is pledged."""

    line: int
    unit: str
    indicator: str
    name: str
    year: int
    value: Decimal
    kind: TargetKind
    solution: str
    reason: str


def fault(line: int, column: str | None, code: str) -> Fault:
    """A fault of the file, as it is told."""
    return Fault(line, column, code, *_SAID[code])


def parse_registrations(data: bytes) -> tuple[list[TargetRow], list[Fault]]:
    """The good rows of a file and every fault of the others; rows without a figure pledge nothing and are left out."""
    try:
        head, body = table(lines(data), COLUMNS, NEEDED)
        missing = [fault(head.line, name, "missing-column") for name in NEEDED if name not in head.columns]
        if not {"indicator", "name"} & set(head.columns):
            missing.append(fault(head.line, "indicator", "missing-column"))
        return ([], missing) if missing else _rows(head, body)
    except NoTable as broken:
        return [], [fault(broken.line, None, "no-table")]


def _rows(head: Head, body: Iterator[TableLine]) -> tuple[list[TargetRow], list[Fault]]:
    rows, faults = list[TargetRow](), list[Fault]()
    for count, line in enumerate(body, start=1):
        if count > MAX_ROWS:
            return [], [fault(line.number, None, "too-many-rows")]
        if line.broken:
            faults.append(fault(line.number, None, "broken-line"))
            continue
        cells = head.row(line)
        if cells.get("value", ""):
            row = _row(cells, line.number)
            if isinstance(row, TargetRow):
                rows.append(row)
            else:
                faults += row
    return rows, faults or ([] if rows else [fault(head.line, None, "empty-file")])


def _row(cells: Mapping[str, str], line: int) -> TargetRow | list[Fault]:
    wrong, value, year = list[str](), Decimal(0), cells.get("year", "")
    try:
        value = read_figure(cells["value"])
    except NotAFigure:
        wrong.append("value")
    kind = _KIND.get(folded(cells.get("kind", "")) or folded(TargetKind.QUANTITATIVE.value))
    if kind is None:
        wrong.append("kind")
    if not (year.isascii() and year.isdecimal() and len(year) == 4):  # noqa: PLR2004 - a year
        wrong.append("year")
    if wrong or kind is None:
        return [fault(line, name, name) for name in wrong]
    texts = (cells.get(name, "") for name in ("solution", "reason"))
    return TargetRow(
        line, cells.get("unit", "").upper(), cells.get("indicator", ""), cells.get("name", ""), int(year), value, kind,
        *texts,
    )  # fmt: skip


def commands(row: TargetRow, registration: Registration) -> list[RegisterTarget | SetSolution] | Fault:
    """What a row asks of its unit's registration, or what is wrong with it."""
    terms = registration.terms
    goal = None if terms is None else _goal(row, terms.goals)
    if goal is None:
        return fault(row.line, "indicator", "indicator")
    asked: list[RegisterTarget | SetSolution] = []
    try:
        asked.append(
            RegisterTarget(indicator=goal.indicator, year=row.year, value=row.value, kind=row.kind, reason=row.reason)
        )
        if row.solution:
            asked.append(SetSolution(indicator=goal.indicator, solution=row.solution))
    except ValidationError as error:
        column = str(error.errors()[0]["loc"][0])
        return fault(row.line, column, column)
    return asked


def _goal(row: TargetRow, goals: Sequence[Goal]) -> Goal | None:
    """The goal that is meant: by the indicator's code, else by its name."""
    code, name = row.indicator.lower(), folded(row.name or row.indicator)
    return next((each for each in goals if each.indicator == code), None) or next(
        (each for each in goals if name and folded(each.name) == name), None
    )


def exported(code: str, name: str, registration: Registration) -> Iterator[list[str]]:
    """The rows of one registration, in the order of COLUMNS: each goal, and each target beyond the goals."""
    terms = registration.asked_of_it()
    goals = {(goal.indicator, goal.year): goal for goal in terms.goals}
    called = {goal.indicator: goal.name for goal in terms.goals}
    for indicator, year in sorted({*goals, *registration.pledges}, key=lambda place: (place[1], place[0])):
        value, goal = registration.pledges.get((indicator, year)), goals.get((indicator, year))
        kept = TargetKind.MAINTAIN if (indicator, year) in registration.maintained else TargetKind.QUANTITATIVE
        yield [
            code, name, indicator, called.get(indicator, ""), str(year), shown(goal.value) if goal else "",
            "" if value is None else shown(value), "" if value is None else KINDS[kept],
            registration.solutions.get(indicator, ""), "",
        ]  # fmt: skip
