"""What can be wrong with a file of units, told to the person who wrote it: each fault says what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chassis.facts.decider import Rejected

MAX_FAULTS: Final = 5000
"""Faults of one file that are told: as many as anybody will mend."""

_SENTENCES: Final = {
    "empty-file": (
        "Tệp không có đơn vị nào: thêm dòng tiêu đề và ít nhất một dòng đơn vị.",
        "The file holds no unit: add the header line and at least one unit.",
    ),
    "bad-utf8": (
        "Lưu lại tệp ở dạng “CSV UTF-8” hoặc Excel (.xlsx): dòng này có byte không phải UTF-8.",
        "Save the file as “CSV UTF-8” or Excel (.xlsx): this line holds bytes that are not UTF-8.",
    ),
    "old-excel": (
        "Mở tệp trong Excel rồi lưu lại ở dạng .xlsx: đây là dạng .xls cũ.",
        "Open the file in Excel and save it as .xlsx: this is the old form .xls.",
    ),
    "bad-excel": (
        "Mở tệp trong Excel rồi lưu lại ở dạng .xlsx: tệp bị hỏng hoặc không phải bảng tính.",
        "Open the file in Excel and save it as .xlsx: it is damaged, or no workbook.",
    ),
    "bad-csv": (
        "Sửa dấu ngoặc kép của dòng này: không tách được thành các ô.",
        "Correct the quotation marks of this line: it cannot be split into cells.",
    ),
    "too-many-rows": (
        "Bớt số dòng: mỗi lần nhập tối đa {limit} đơn vị.",
        "Remove lines: at most {limit} units are imported at a time.",
    ),
    "missing-column": (
        "Thêm cột “{value}” vào dòng tiêu đề; các cột cách nhau bằng dấu phẩy hoặc dấu chấm phẩy.",
        "Add the column “{value}” to the header; columns are separated by commas or semicolons.",
    ),
    "duplicate-column": (
        "Chỉ giữ một cột “{value}” trong dòng tiêu đề.",
        "Keep a single column “{value}” in the header.",
    ),
    "wrong-cell-count": (
        "Sửa dòng này còn {expected} ô như dòng tiêu đề; hiện có {found} ô.",
        "Give this line the {expected} cells of the header; it has {found}.",
    ),
    "invisible-character": (
        "Gõ lại ô này: ký tự thứ {place} ({character}) là ký tự ẩn hoặc đã bị hỏng.",
        "Retype this cell: character {place} ({character}) is invisible or was damaged.",
    ),
    "wrong-code-page": (
        "Lưu lại tệp gốc ở dạng “CSV UTF-8”: tên “{value}” có lẽ phải là “{reading}”; nếu không, thêm names_are_meant.",
        "Save the original as “CSV UTF-8”: “{value}” should probably read “{reading}”; if not, add names_are_meant.",
    ),
    "lost-letters": (
        "Gõ lại tên “{value}”: dấu hỏi giữa từ là chữ đã mất khi chuyển bảng mã; nếu không, thêm names_are_meant.",
        "Retype “{value}”: a question mark within a word is a letter that was lost; if not, add names_are_meant.",
    ),
    "formula": (
        "Bỏ ký tự “{character}” ở đầu ô: bảng tính sẽ hiểu là công thức.",
        "Remove the leading “{character}”: a spreadsheet would read the cell as a formula.",
    ),
    "bad-code": (
        "Sửa mã “{value}”: chỉ gồm chữ hoa không dấu, chữ số và dấu gạch nối, tối đa 30 ký tự, như P01-D001.",
        "Correct the code “{value}”: capital letters A-Z, digits and hyphens, at most 30 characters, as P01-D001.",
    ),
    "duplicate-code": (
        "Đổi một trong hai mã “{value}”: mã này đã có ở dòng {first}.",
        "Change one of the two codes “{value}”: line {first} has it already.",
    ),
    "empty-name": ("Điền tên đơn vị.", "Fill in the unit's name."),
    "long-name": (
        "Rút ngắn tên đơn vị còn tối đa {limit} ký tự; hiện có {found}.",
        "Shorten the unit's name to {limit} characters; it has {found}.",
    ),
    "unknown-kind": (
        "Thay “{value}” bằng một trong các loại đơn vị: {kinds}.",
        "Replace “{value}” by one of the kinds of unit: {kinds}.",
    ),
    "bad-date": (
        "Ghi ngày “{value}” theo dạng ngày/tháng/năm, như 16/02/1995.",
        "Write the date “{value}” as day/month/year, as 16/02/1995.",
    ),
    "second-root": (
        "Chỉ giữ một đơn vị cao nhất: dòng {first} đã là đơn vị loại “Trung ương”.",
        "Keep a single topmost unit: line {first} is national already.",
    ),
    "unknown-parent": (
        "Thêm đơn vị “{value}” vào tệp hoặc sửa mã đơn vị cấp trên.",
        "Add the unit “{value}” to the file or correct the parent's code.",
    ),
    "missing-parent": (
        "Điền mã đơn vị cấp trên, loại {kinds}.",
        "Fill in the code of the unit above, of the kind {kinds}.",
    ),
    "root-with-parent": (
        "Để trống ô này: đơn vị loại “Trung ương” không có đơn vị cấp trên.",
        "Leave this cell empty: a national unit has no unit above it.",
    ),
    "wrong-parent-kind": (
        "Chọn đơn vị cấp trên khác “{value}”: loại {kind} phải thuộc đơn vị loại {kinds}.",
        "Choose another parent than “{value}”: a {kind} unit belongs to a unit of the kind {kinds}.",
    ),
    "cycle": (
        "Sửa đơn vị cấp trên “{value}”: theo tệp, đơn vị này đang là cấp trên của chính nó.",
        "Correct the parent “{value}”: the file makes this unit stand above itself.",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one place: line from 1 as an editor counts, column by name, None when it is the whole line."""

    line: int
    column: str | None
    code: str
    vi: str
    en: str

    def __str__(self) -> str:
        column = f", {self.column}" if self.column else ""
        return f"{self.line}{column}: {self.vi} / {self.en}"


_AMONG_UNITS: Final = frozenset(
    (
        "duplicate-code",
        "second-root",
        "unknown-parent",
        "missing-parent",
        "root-with-parent",
        "wrong-parent-kind",
        "cycle",
    )
)
"""Faults of rows of which each could be read: they do not agree with one another."""


class ImportRefused(Rejected):
    """Nothing of the file is taken. `faults` are those found, by line; the first `MAX_FAULTS` at most.

    `readable` tells whether each row by itself is sound.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        self.readable = all(fault.code in _AMONG_UNITS for fault in faults)
        first = self.faults[0]
        super().__init__(
            "import-refused",
            f"Sửa các lỗi được nêu ({len(faults)}) rồi nhập lại tệp; lỗi đầu tiên ở dòng {first.line}: {first.vi}",
            f"Correct the faults listed ({len(faults)}), then import again; the first, line {first.line}: {first.en}",
        )


class Faults:
    """Collects faults; raises ImportRefused at the last one told or when asked."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def add(self, code: str, line: int, column: str | None = None, **said: object) -> None:
        """Note a fault; `said` fills the gaps of its sentences."""
        vi, en = (sentence.format(**said) for sentence in _SENTENCES[code])
        self.found.append(Fault(line, column, code, vi, en))
        if len(self.found) == MAX_FAULTS:
            self.refuse_if_any()

    def refuse_if_any(self) -> None:
        """Raise ImportRefused if a fault was noted."""
        if self.found:
            raise ImportRefused(self.found)


def empty() -> ImportRefused:
    """There is nothing in the file."""
    faults = Faults()
    faults.add("empty-file", 1)
    return ImportRefused(faults.found)
