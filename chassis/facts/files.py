"""Files by what is in them: a file is of the kind that its bytes are, whatever its name says."""

from io import BytesIO
from pathlib import PurePath
from typing import Final
from zipfile import BadZipFile, ZipFile

from chassis.facts.refusal import Refusal
from contracts.values import FileKind

MAX_BYTES: Final = 4 * 1_048_576
"""Bytes of one file at most."""

SUFFIXES: Final[dict[str, FileKind]] = {
    ".pdf": FileKind.PDF,
    ".png": FileKind.PNG,
    ".jpg": FileKind.JPEG,
    ".jpeg": FileKind.JPEG,
    ".docx": FileKind.DOCX,
    ".xlsx": FileKind.XLSX,
}
"""The kind that a name's ending says."""

EMPTY: Final = Refusal(
    "file-empty",
    "Tệp gửi lên không có nội dung; hãy chọn lại tệp rồi gửi.",
    "The file is empty; choose it again and send it.",
    "S001-2",
)
UNKNOWN: Final = Refusal(
    "file-kind-unknown",
    "Nội dung tệp không phải PDF, PNG, JPEG, DOCX hay XLSX; hãy lưu thành một trong các dạng đó rồi gửi lại.",
    "The file holds none of PDF, PNG, JPEG, DOCX, XLSX; save it as one of them and send it again.",
    "S001-2",
)
OTHERWISE: Final = Refusal(
    "file-not-what-its-name-says",
    "Tên tệp có đuôi “{suffix}” nhưng nội dung là {kind}; hãy gửi đúng tệp, với đuôi đúng như nội dung.",
    "The file's name ends in “{suffix}” but its content is {kind}; send the right file under the right ending.",
    "S001-2",
)
_HEADS: Final = ((b"%PDF-", FileKind.PDF), (b"\x89PNG\r\n\x1a\n", FileKind.PNG), (b"\xff\xd8\xff", FileKind.JPEG))
_PARTS: Final = (("word/document.xml", FileKind.DOCX), ("xl/workbook.xml", FileKind.XLSX))
_LONGEST_SUFFIX: Final = 12


def kind_of(content: bytes) -> FileKind | None:
    """What a file is by its bytes; None for any other. An office file with macros is none of them."""
    for head, kind in _HEADS:
        if content.startswith(head):
            return kind
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (BadZipFile, ValueError, NotImplementedError, OSError):
        return None
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for part, kind in _PARTS if part in names), None)


def checked_kind(content: bytes, name: str) -> FileKind:
    """What a file is; raises Rejected for one that is empty, of no known kind, or not what its name says."""
    if not content:
        raise EMPTY()
    if (kind := kind_of(content)) is None:
        raise UNKNOWN()
    suffix = PurePath(name).suffix.lower()[:_LONGEST_SUFFIX]
    if SUFFIXES.get(suffix) is not kind:
        raise OTHERWISE(suffix=suffix, kind=kind.name)
    return kind
