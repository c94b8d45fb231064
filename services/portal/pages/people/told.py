"""What is on record of a person, as sentences: work, posts, roles, registrations, exemplars. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.portal.shell.figures import show_day
from services.portal.shell.words import say

FACTS: Final[Mapping[str, tuple[str, str]]] = {
    "PersonEnrolled": ("enrolled", ""),
    "PersonAssigned": ("assigned", "since"),
    "AssignmentCorrected": ("corrected", ""),
    "PersonLeft": ("left_{reason}", "on"),
    "LeavingCancelled": ("leaving_cancelled", ""),
    "PersonReturned": ("returned", "on"),
    "PostTaken": ("post_{kind}", "since"),
    "PostEnded": ("post_{kind}_ended", "on"),
    "PersonsJoined": ("joined", ""),
    "PersonsParted": ("parted", ""),
    "RemarkGiven": ("remarked", ""),
    "RoleGranted": ("role_granted", "since"),
    "RoleRevoked": ("role_revoked", "on"),
    "RoleCancelled": ("role_cancelled", ""),
}
"""Of each fact: the name of its sentence, and the field with its day where that is not when it was noted."""

_DAYS: Final = ("since", "until", "on", "assigned_on")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What was so on a day: the words of `kind` with these fields, and the page to which it leads."""

    on: date
    kind: str
    fields: Mapping[str, object]
    path: str = ""


def told(
    facts: Iterable[Mapping[str, Any]], registered: Iterable[Mapping[str, Any]], exemplars: Iterable[Mapping[str, Any]],
    *, units: Mapping[str, Mapping[str, Any]], campaigns: Mapping[str, str], language: str,
) -> list[Sentence]:  # fmt: skip
    """All sentences; of one day, those that were noted later come first."""
    found, cancelled = list[Sentence](), 0
    for each in facts:  # the newest first
        undone = cancelled > 0 and each["type"] == "PersonLeft"
        cancelled += (each["type"] == "LeavingCancelled") - undone
        if each["type"] in FACTS:
            found.append(_fact(each, units, language, undone=undone))
    found += [_registration(each, campaigns, language) for each in registered]
    for each in exemplars:
        found += _exemplar(each)
    return sorted(found, key=lambda sentence: sentence.on, reverse=True)


def _fact(fact: Mapping[str, Any], units: Mapping[str, Mapping[str, Any]], language: str, *, undone: bool) -> Sentence:
    kind, day = FACTS[fact["type"]]
    data: Mapping[str, Any] = fact["data"]
    unit = units.get(data.get("unit_id") or "", {"name": say(language, "frame.unknown")})
    fields: dict[str, object] = {**data, "unit": unit["name"]}
    fields["undone"] = f" {say(language, 'work.undone')}" if undone else ""
    fields |= {name: show_day(data[name]) for name in _DAYS if data.get(name)}
    until = data.get("until")
    fields["until"] = say(language, "work.until_day", day=show_day(until)) if until else ""
    if "role" in data:
        fields["role"] = say(language, f"role.{data['role']}")
    if "category" in data:
        fields["category"] = say(language, f"work.category_{data['category']}")
    leads = f"/people/{data['into_id']}" if "into_id" in data else ""
    return Sentence(date.fromisoformat(data[day] if day else fact["recorded_on"]), kind.format(**data), fields, leads)


def _registration(row: Mapping[str, Any], campaigns: Mapping[str, str], language: str) -> Sentence:
    state = say(language, f"personal.status.{row['status']}")
    fields = {"code": campaigns.get(row["campaign_id"], ""), "state": state}
    path = f"/personal-registrations/{row['registration_id']}"
    return Sentence(date.fromisoformat(row["registered_on"]), "registered", fields, path)


def _exemplar(row: Mapping[str, Any]) -> list[Sentence]:
    path, fields = f"/exemplars/{row['exemplar_id']}", {"title": row["title"]}
    days = {"exemplar": row["identified_on"], "exemplar_acclaimed": row["acclaimed_on"]}
    return [Sentence(date.fromisoformat(day), kind, fields, path) for kind, day in days.items() if day]
