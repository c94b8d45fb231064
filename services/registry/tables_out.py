"""Tables that a person takes along, Excel or CSV, as the imports read them again."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from openpyxl import Workbook

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(rows: Iterable[Sequence[str]], sheet: str, *, as_xlsx: bool) -> tuple[bytes, str, str]:
    """A table's bytes, their media type, and how the name of such a file ends."""
    if as_xlsx:
        return _xlsx(rows, sheet), _XLSX, "xlsx"
    return _csv(rows), "text/csv; charset=utf-8", "csv"


def _xlsx(rows: Iterable[Sequence[str]], name: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("utf-8-sig")
