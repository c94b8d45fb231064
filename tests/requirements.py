"""What the documents ask for, and where it is done: the text of docs/requirements.md (`python -m tests.requirements`).

A module names a requirement after "Source:", a campaign pack on the line that says it, a test by its mark.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

import yaml

FILE: Final = Path("docs/requirements.md")
ASKED: Final = Path(__file__).with_suffix(".yaml")
PACKS: Final = Path("services/campaigns/packs")
_CODE: Final = ("contracts", "chassis", "services")
_SAID: Final = re.compile(r"[Ss]ource[:=](.*)")
_ID: Final = re.compile(r"\b(S00\d-|M-|A|B|E)(\d+)\b(?: … (?:S00\d-|M-|A|B|E)(\d+)\b)?")

_HEAD: Final = """\
# What is asked for, and where it is done

Written by `make schemas` from `tests/requirements.yaml` (what is asked), the modules (after "Source:"), the campaign
packs and the tests (their mark). S00n: the five documents; M: what holds for all of them; A, B: what the practice of
offices needs beyond their letter; E: worked examples. A requirement that is not met says why.
"""


@dataclass(slots=True)
class Found:
    """Where one requirement stands: modules, lines of packs, tests; `unmet` says why it is not done."""

    what: str
    unmet: str = ""
    modules: list[str] = field(default_factory=list)
    packs: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def ids(text: str) -> Iterator[str]:
    """Ids of requirements in a text; `S001-2 … S001-10` names all between, too."""
    for found in _ID.finditer(text):
        kind, first = found[1], int(found[2])
        yield from (f"{kind}{number}" for number in range(first, int(found[3] or first) + 1))


@cache
def requirements() -> dict[str, Found]:
    """All requirements by id, with where they are done."""
    asked = yaml.safe_load(ASKED.read_text(encoding="utf-8"))
    all_of = {name: Found(**said) for name, said in asked.items()}
    for folder in _CODE:
        for file in sorted(path for kind in ("py", "yaml") for path in Path(folder).rglob(f"*.{kind}")):
            if PACKS not in file.parents:
                _note(all_of, file, "modules", numbered=False)
    for file in sorted(PACKS.glob("*.yaml")):
        _note(all_of, file, "packs", numbered=True)
    for name, test in marked():
        if name in all_of:
            all_of[name].tests.append(test)
    return all_of


def _note(all_of: dict[str, Found], file: Path, where: str, *, numbered: bool) -> None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        for name in ids(line if numbered else "".join(_SAID.findall(line))):
            place = f"{file.as_posix()}:{number}" if numbered else file.as_posix()
            if name in all_of and place not in getattr(all_of[name], where):
                getattr(all_of[name], where).append(place)


def marked() -> Iterator[tuple[str, str]]:
    """Each requirement that a test is marked with, and that test as pytest calls it."""
    for file in sorted(Path("tests").rglob("test_*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                for name in _marks(node):
                    yield name, f"{file.as_posix()}::{node.name}"


def _marks(test: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.requirement":
            for each in mark.args:
                yield from ids(str(ast.literal_eval(each)))


def text() -> str:
    """The whole document."""
    lines, group = [_HEAD], ""
    for name, found in requirements().items():
        if (present := name.rstrip("0123456789").rstrip("-")) != group:
            group = present
            lines += [f"\n## {group}\n", "| id | what | module | pack | test |", "| --- | --- | --- | --- | --- |"]
        what = found.what + (f" **Not met:** {found.unmet}" if found.unmet else "")
        cells = [", ".join(map("`{}`".format, places)) for places in (found.modules, found.packs, found.tests)]
        lines.append(f"| {name} | {what} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
