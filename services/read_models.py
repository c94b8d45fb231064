"""Which read models there are and what they read: the text of docs/read-models.md (`python -m services.read_models`).

A place whose tables changed is refused: it stands in databases as it was, so that the change needs a new version.
"""

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import dialect

from chassis.facts.projection import Projection
from chassis.service.service import Service
from services import ALL

FILE: Final = Path("docs/read-models.md")

_HEAD: Final = """\
# Which read models there are

Written by `make schemas` from the projections. A place is a name and a version: the schema of its tables. They never
change in their place, a new version is built beside it; `make schemas` refuses a place whose columns are others than
here.
"""
_POSTGRESQL: Final = dialect()  # type: ignore[no-untyped-call]
_ROW: Final = re.compile(r"^\| `(\w+)` \| (.*?) \|", re.MULTILINE)


def text() -> str:
    """The whole document."""
    lines = [_HEAD]
    for name in ALL:
        service: Service = import_module(f"services.{name}.app").SERVICE
        lines += [f"\n## {name}\n", "| place | tables | from | facts |", "| --- | --- | --- | --- |"]
        lines += [f"| `{each.place}` | {_tables(each)} | own store | {_facts(each)} |" for each in service.projections]
        lines += [
            f"| `{each.place}` | {_tables(each)} | {', '.join(f'`{topic}`' for topic in topics)} | {_facts(each)} |"
            for each, topics in service.learns
        ]
    return "\n".join(lines) + "\n"


def _tables(projection: Projection) -> str:
    return "; ".join(f"`{table.name}` ({', '.join(_columns(table))})" for table in projection.tables)


def _columns(table: Table) -> Iterator[str]:
    for column in table.columns:
        kind = column.type.compile(dialect=_POSTGRESQL).lower()
        yield f"**{column.name}** {kind}" if column.primary_key else f"{column.name} {kind}"


def _facts(projection: Projection) -> str:
    return ", ".join(sorted(each.__name__ for each in projection.reads.classes))


def changed_in_place(before: str, after: str) -> set[str]:
    """Places, by their services, whose tables are others than before."""
    old, new = _by_service(before), _by_service(after)
    return {place for place, tables in new.items() if old.get(place, tables) != tables}


def _by_service(document: str) -> dict[str, str]:
    sections = [part.partition("\n") for part in document.split("\n## ")[1:]]
    return {f"{name} {place}": tables for name, _, rows in sections for place, tables in _ROW.findall(rows)}


def main() -> None:
    """Write the document; ends with a sentence where a place was changed."""
    written, now = FILE.read_text(encoding="utf-8") if FILE.exists() else "", text()
    if changed := changed_in_place(written, now):
        sys.exit(
            f"Bảng của {', '.join(sorted(changed))} đã đổi; hãy tăng version của projection đó rồi chạy lại.\n"
            f"Tables of {', '.join(sorted(changed))} changed; raise that projection's version and run this again "
            f"(where no installation has this version yet: delete its line in {FILE})."
        )
    FILE.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
