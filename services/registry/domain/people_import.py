"""Persons as a table, as offices make it: read whole, with every row that is wrong; what is told repeats no details."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from chassis.facts.folding import folded
from chassis.facts.kinds import Email, Line, Mobile
from chassis.facts.tables import Head, NoTable, lines, table
from chassis.facts.tables import Line as TableLine
from chassis.facts.typed import NotADay, read_day
from contracts.registry import StaffCategory
from services.registry.domain.unit_import_faults import Fault

COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "staff_code": ("Mã cán bộ", "Mã nhân viên", "Mã CB", "Mã NV", "Mã số", "Số hiệu"),
    "full_name": ("Họ và tên", "Họ tên", "Tên"),
    "birth_date": ("Ngày sinh", "Ngày tháng năm sinh", "Sinh ngày"),
    "phone": ("Điện thoại", "Số điện thoại", "Di động", "ĐT", "SĐT"),
    "email": ("Thư điện tử", "Email", "Địa chỉ thư"),
    "unit": ("Mã đơn vị", "Đơn vị"),
    "category": ("Loại lao động", "Diện lao động", "Đối tượng"),
    "works_directly": ("Trực tiếp", "Lao động trực tiếp", "Làm trực tiếp"),
    "since": ("Từ ngày", "Ngày về đơn vị", "Ngày nhận công tác"),
}
"""Columns, and how offices call them; the order in which an export writes them."""

NEEDED: Final = ("staff_code", "full_name", "unit", "category", "since")
MAX_ROWS: Final = 100_000
MAX_BYTES: Final = 64 * 2**20
CATEGORIES: Final[Mapping[StaffCategory, str]] = {
    StaffCategory.CIVIL_SERVANT: "Công chức",
    StaffCategory.PUBLIC_EMPLOYEE: "Viên chức",
    StaffCategory.CONTRACT_WORKER: "Hợp đồng lao động",
}
"""What categories are called in a file; their codes are read as well."""

_CATEGORY: Final = {
    **{folded(name): category for category, name in CATEGORIES.items()},
    **{folded(category.value.replace("_", " ")): category for category in StaffCategory},
    "hop dong": StaffCategory.CONTRACT_WORKER,
}
_YES: Final = frozenset({"x", "co", "yes", "1", "true", "truc tiep"})
_NO: Final = frozenset({"", "khong", "no", "0", "false", "gian tiep"})

_SAID: Final = {
    "empty-file": (
        "Tệp không có người nào; hãy thêm dòng tiêu đề và ít nhất một dòng.",
        "The file holds nobody; add a header and at least one row.",
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
        "Dòng tiêu đề thiếu cột này; hãy thêm cột.",
        "The header lacks this column; add it.",
    ),
    "broken-line": (
        "Không tách được dòng này thành các ô; hãy sửa dấu ngoặc kép.",
        "This line cannot be split into cells; correct its quotation marks.",
    ),
    "staff_code": (
        "Mã cán bộ phải có từ 1 đến 30 ký tự; hãy sửa ô này.",
        "A staff code has 1 to 30 characters; correct this cell.",
    ),
    "code-twice": (
        "Mã cán bộ này đã có ở dòng trên; hãy bỏ một dòng hoặc sửa mã.",
        "This staff code stands in a row above; remove one row or correct the code.",
    ),
    "full_name": (
        "Họ tên để trống, quá dài hoặc có ký tự lạ; hãy gõ lại ô này.",
        "The name is empty, too long or has strange characters; type it again.",
    ),
    "birth_date": (
        "Ngày sinh không đúng; hãy nhập như 20/11/1984 hoặc bỏ trống.",
        "The birth date is no day; enter it like 20/11/1984, or leave it empty.",
    ),
    "since": (
        "Ngày bắt đầu không đúng; hãy nhập như 20/11/2024.",
        "The first day is no day; enter it like 20/11/2024.",
    ),
    "phone": (
        "Số điện thoại không phải số di động Việt Nam; hãy sửa hoặc bỏ trống (Excel hay làm mất số 0 đầu).",
        "This is no Vietnamese mobile number; correct it or leave it empty (Excel often drops the leading 0).",
    ),
    "email": (
        "Địa chỉ thư không đúng; hãy sửa hoặc bỏ trống.",
        "This is no email address; correct it or leave it empty.",
    ),
    "unit-unknown": (
        "Không có đơn vị mang mã này; hãy nhập mã như trong danh mục đơn vị.",
        "There is no unit with this code; enter one from the list of units.",
    ),
    "category": (
        "Loại lao động phải là Công chức, Viên chức hoặc Hợp đồng lao động; hãy sửa ô này.",
        "The category is Công chức, Viên chức or Hợp đồng lao động; correct this cell.",
    ),
    "works_directly": (
        "Cột Trực tiếp nhận x, Có hoặc Không; hãy sửa ô này.",
        "This column takes x, Có or Không; correct this cell.",
    ),
}


class PersonDetailsRow(BaseModel):
    """What a row says of how a person is called and reached; for the erasable directory alone."""

    model_config = ConfigDict(frozen=True)

    staff_code: Annotated[str, Line(30)]
    full_name: Annotated[str, Line(200, name=True)]
    birth_date: date | None = None
    phone: Mobile | None = None
    email: Email | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the file: the details, and where the person works, as of when; `line` is where it stands."""

    details: PersonDetailsRow
    unit: str
    category: StaffCategory
    works_directly: bool
    since: date
    line: int = field(default=0, compare=False)


def fault(line: int, column: str | None, code: str) -> Fault:
    """A fault of the file, as it is told."""
    return Fault(line, column, code, *_SAID[code])


def parse_people(data: bytes, units: Mapping[str, Any]) -> tuple[list[PersonRow], list[Fault]]:
    """The good rows of a file and every fault of the others; `units` are the codes that there are."""
    try:
        head, body = table(lines(data), COLUMNS, NEEDED)
        missing = [fault(head.line, name, "missing-column") for name in NEEDED if name not in head.columns]
        return ([], missing) if missing else _rows(head, body, units)
    except NoTable as broken:
        return [], [fault(broken.line, None, "no-table")]


def _rows(head: Head, body: Iterator[TableLine], units: Mapping[str, Any]) -> tuple[list[PersonRow], list[Fault]]:
    rows, faults, seen = list[PersonRow](), list[Fault](), set[str]()
    for count, line in enumerate(body, start=1):
        if count > MAX_ROWS:
            return [], [fault(line.number, None, "too-many-rows")]
        if line.broken:
            faults.append(fault(line.number, None, "broken-line"))
            continue
        wrong, row = list[Fault](), _row(head.row(line), line.number, units)
        if isinstance(row, PersonRow):
            if row.details.staff_code in seen:
                wrong.append(fault(line.number, "staff_code", "code-twice"))
            else:
                seen.add(row.details.staff_code)
                rows.append(row)
        else:
            wrong += row
        faults += wrong
    if not rows and not faults:
        faults.append(fault(head.line, None, "empty-file"))
    return rows, faults


def _row(cells: Mapping[str, str], line: int, units: Mapping[str, Any]) -> PersonRow | list[Fault]:
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {"birth_date": None, "since": None}
    for name in days:
        typed = cells.get(name, "")
        try:
            days[name] = read_day(typed) if typed or name == "since" else None
        except NotADay:
            wrong[name] = name
    unit, category = cells.get("unit", "").upper(), _CATEGORY.get(folded(cells.get("category", "")))
    if unit not in units:
        wrong["unit"] = "unit-unknown"
    if category is None:
        wrong["category"] = "category"
    directly = folded(cells.get("works_directly", ""))
    if directly not in _YES | _NO:
        wrong["works_directly"] = "works_directly"
    phone = cells.get("phone", "")
    said = {
        "staff_code": cells.get("staff_code", ""),
        "full_name": cells.get("full_name", ""),
        "birth_date": days["birth_date"],
        "phone": (f"0{phone}" if phone.isdecimal() and len(phone) == _NOUGHT_LOST else phone) or None,
        "email": cells.get("email") or None,
    }
    try:
        details = PersonDetailsRow.model_validate(said)
    except ValidationError as error:
        wrong |= {str(each["loc"][0]): str(each["loc"][0]) for each in error.errors()}
    if wrong:
        return [fault(line, name, code) for name, code in wrong.items()]
    since = days["since"]
    assert since is not None  # noqa: S101 - else it is among what is wrong
    assert category is not None  # noqa: S101
    return PersonRow(details, unit, category, directly in _YES, since, line)


_NOUGHT_LOST: Final = 9
"""Digits of a mobile number of which Excel has made a number."""
