"""A document as it is typed into a form, and as campaigns takes it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from contracts.values import DocumentKind, UnitKind
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.words import say

KINDS: Final = tuple(kind.value for kind in DocumentKind)
GROUPS: Final = tuple(kind.value for kind in UnitKind if kind.takes_part and kind is not UnitKind.NATIONAL)
_ID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Unread(Exception):
    """A line of a field could not be read."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


def content(form: Form, language: str) -> dict[str, Any]:
    """What was typed, as the body asks for it; raises Unread."""
    addressees = [_group(kind) for kind in GROUPS if form.get(f"to-{kind}")]
    addressees += [{"name": name, "purpose": "for_action"} for name in _lines(form, "addressees")]
    copies = [{"name": "Như trên", "purpose": "for_information", "as_addressed": True}] if form.get("as_above") else []
    copies += [{"name": name, "purpose": "for_report"} for name in _lines(form, "reports")]
    copies += [{"name": name, "purpose": "for_information"} for name in _lines(form, "copies")]
    number = form.get("archive_copies", "").strip()
    return {
        "kind": form.get("kind", ""), "symbol": form.get("symbol", "").strip(),
        "subject": form.get("subject", "").strip(), "place": form.get("place", "").strip(),
        "legal_bases": [_cited(line, "legal_bases", language) for line in _lines(form, "legal_bases")],
        "addressees": addressees, "copies": copies, "archive": form.get("archive", "").strip(),
        "archive_copies": int(number) if number.isascii() and number.isdigit() else number,
        "body": form.get("body", "").strip(),
        "based_on": [_basis(line, language) for line in _lines(form, "based_on")],
    }  # fmt: skip


def typed(said: Mapping[str, Any]) -> dict[str, str]:
    """A content as a form shows it."""
    fields = {
        name: str(said[name]) for name in ("kind", "symbol", "subject", "place", "archive", "archive_copies", "body")
    }
    fields["legal_bases"] = "\n".join(_line(each) for each in said["legal_bases"])
    fields["based_on"] = "\n".join(each["document_id"] or _line(each["document"]) for each in said["based_on"])
    fields |= {f"to-{kind}": "1" for each in said["addressees"] for kind in each["unit_kinds"]}
    fields["addressees"] = _names(said["addressees"], {"for_action", "for_report", "for_information", "archive"})
    fields["reports"] = _names(said["copies"], {"for_report"})
    fields["copies"] = _names(said["copies"], {"for_action", "for_information", "archive"})
    if any(each["as_addressed"] for each in said["copies"]):
        fields["as_above"] = "1"
    return fields


def _names(entries: Iterable[Mapping[str, Any]], purposes: set[str]) -> str:
    return "\n".join(
        each["name"] for each in entries
        if each["purpose"] in purposes and not (each["unit_kinds"] or each["as_addressed"])
    )  # fmt: skip


def _group(kind: str) -> dict[str, Any]:
    return {"name": say("vi", f"units.kind.{kind}"), "purpose": "for_action", "unit_kinds": [kind]}


def _lines(form: Form, name: str) -> list[str]:
    return [line.strip() for line in form.get(name, "").splitlines() if line.strip()]


def _basis(line: str, language: str) -> dict[str, Any]:
    if found := _ID.search(line.lower()):
        return {"document_id": str(UUID(found[0]))}
    return {"document": _cited(line, "based_on", language)}


def _cited(line: str, name: str, language: str) -> dict[str, Any]:
    """`39/CT-TTg; 15/10/2024; title`."""
    number, _, rest = line.partition(";")
    day, _, title = rest.partition(";")
    try:
        return {"number": number.strip(), "issued_on": read_day(day).isoformat(), "title": title.strip()}
    except NotADay:
        raise Unread(name, say(language, "documents.line_unread", line=line)) from None


def _line(document: Mapping[str, Any]) -> str:
    year, month, day = document["issued_on"].split("-")
    return "; ".join(filter(None, (document["number"], f"{day}/{month}/{year}", document["title"])))
