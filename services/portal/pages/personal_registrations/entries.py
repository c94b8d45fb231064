"""The table of a unit's people: what was typed or pasted for each, as lines of one command, and what was refused."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final

from chassis.facts.folding import order_key
from services.portal.shell.forms import Form

FIELDS: Final = ("target", "solution")
_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A person of the unit: what stands, what was typed instead, and what is wrong with it, by field."""

    name: str
    each: Mapping[str, Any]
    typed: Mapping[str, str]
    wrong: Mapping[str, str]

    @property
    def open(self) -> bool:
        """Whether something may be entered: the person works here, and nothing stands."""
        return self.each["here"] and self.each["status"] in {None, "withdrawn"}


def lines(roster: Mapping[str, Any], names: Mapping[str, str], unnamed: str) -> list[Line]:
    """The people of a roster by their names; who is not named comes last."""
    found = [Line(names.get(each["person_id"], unnamed), each, {}, {}) for each in roster["lines"]]
    return sorted(found, key=lambda line: (line.each["person_id"] not in names, order_key(line.name)))


def filled(shown: Sequence[Line], form: Form, wrong: Mapping[str, str]) -> list[Line]:
    """The same lines with what was typed, and the sentences about it by the name of the field."""
    return [
        replace(
            line,
            typed={name: form.get(field(name, line), "") for name in FIELDS},
            wrong={name: wrong[field(name, line)] for name in FIELDS if field(name, line) in wrong},
        )
        for line in shown
    ]


def field(name: str, line: Line) -> str:
    """The name of a line's field in the form."""
    return f"{name}-{line.each['person_id']}"


def body(shown: Sequence[Line], form: Form) -> list[dict[str, str]]:
    """The lines in which something was typed, as registry takes them."""
    said = [
        {"person_id": line.each["person_id"], **{name: form.get(field(name, line), "").strip() for name in FIELDS}}
        for line in shown
        if line.open
    ]
    return [each for each in said if any(each[name] for name in FIELDS)]


def refused(sent: Sequence[Mapping[str, str]], said: Mapping[str, str]) -> dict[str, str]:
    """The service's sentences (`lines.3.target`) by the names of this form's fields."""
    found = {}
    for path, sentence in said.items():
        parts = path.split(".")
        if parts[0] == "lines" and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) < len(sent):
            name = parts[2] if len(parts) > 2 and parts[2] in FIELDS else "target"  # noqa: PLR2004 - line and field
            found[f"{name}-{sent[int(parts[1])]['person_id']}"] = sentence
        else:
            found[""] = sentence
    return found


def spread(block: str, shown: Sequence[Line]) -> tuple[dict[str, str], list[str]]:
    """Rows of name, target and solution, put beside the people of these names; names that fit nobody, or several."""
    open_ones = [line for line in shown if line.open]
    by_name: dict[str, list[Line]] = {}
    for line in open_ones:
        by_name.setdefault(_folded(line.name), []).append(line)
    found, unknown = dict[str, str](), list[str]()
    for row in block.replace("\r", "").split("\n"):
        cells = [cell.strip().strip('"') for cell in row.split("\t")]
        name = cells[0]
        if not name or len(cells) < _COLUMNS:
            unknown += [name] if name else []
            continue
        people = by_name.get(_folded(name), [])
        if len(people) != 1:
            unknown.append(name)
            continue
        for which, typed in zip(FIELDS, cells[1:], strict=False):
            found[field(which, people[0])] = typed
    return found, unknown


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that a version keeps (`same`), leaves out (`gone`) or adds (`new`)."""

    kind: str
    text: str


def difference(before: str, now: str) -> list[Piece]:
    """A text beside the one before it, word by word."""
    old, new = before.split(), now.split()
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", " ".join(new[c:d])))
            continue
        if b > a:
            found.append(Piece("gone", " ".join(old[a:b])))
        if d > c:
            found.append(Piece("new", " ".join(new[c:d])))
    return found
