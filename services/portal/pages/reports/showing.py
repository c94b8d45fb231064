"""A report as its page shows it: sections and annexes with what was typed, what is wrong and what was sent back."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from services.portal.pages.reports.grid import Table, tables
from services.portal.pages.reports.steps import returnable
from services.portal.shell.forms import Form
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

_WAY: Final = ("write_section", "submit_report", "accept_report")
"""The steps of every report, in their order."""

_OTHERS: Final = frozenset({"role-missing", "report-not-signed-by-head"})
"""Why the step of sending is somebody else's."""


def last_day(report: Mapping[str, Any]) -> date:
    """The last day on which it is in time: that before the day it is asked for."""
    return date.fromisoformat(report["before"]) - timedelta(days=1)


async def crumbs(asked: Visit, report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The way to a report: its campaign, where it has one, and the list."""
    listed = (say(asked.language, "menu.reports"), "/reports")
    if (campaign := report["campaign_id"]) is None:
        return [listed]
    code = (await codes(asked.pool, [campaign])).get(campaign, "")
    return [(say(asked.language, "campaigns.named", code=code), f"/campaigns/{campaign}"), listed]


async def shown(
    asked: Visit, report: Mapping[str, Any], typed: Form, wrong: Mapping[str, str], theirs: Mapping[str, str]
) -> dict[str, Any]:
    """All that the page's template asks for, but for what was just done."""
    actions = {action["name"]: action for action in report["actions"]}
    returned = report["returned"] if report["state"] == "returned" else None
    back = {_name(place): place["reason"] for place in returned["places"]} if returned else {}
    sections = [
        {**each, "typed": typed.get(f"s-{each['key']}", each["text"]), "returned": back.get(f"s-{each['key']}", "")}
        for each in report["outline"]
    ]
    found = tables(report, typed)
    for cell in (cell for table in found for cell in table.cells()):
        cell.error, cell.theirs, cell.returned = (
            wrong.get(cell.name, ""),
            theirs.get(cell.name),
            back.get(cell.name, ""),
        )
    about = [report["unit_id"], report["to_unit_id"], *(each["unit_id"] for each in report["below"])]
    named = await units(asked, about)
    called = called_of(asked.language, report, found)
    people = await people_names(asked, [UUID(each["by"]) for each in report["history"] if each["by"]])
    writing, correcting = actions["write_section"]["open"], actions["correct_report"]["open"]
    return {
        "report": {**report, "outline": sections},
        "sections": [each for each in sections if not each["heading"]],
        "written": sum(bool(each["text"]) for each in sections if not each["heading"]),
        "tables": found,
        "together": tables(_with_those_below(report), {}) if report["below"] else [],
        "actions": actions,
        "writing": writing,
        "correcting": correcting,
        "filling": writing or correcting,
        "sends": actions["submit_report"]["open"] or actions["submit_report"]["why"]["code"] not in _OTHERS,
        "steps": [actions[name] for name in _WAY],
        "back": [(name, called.get(name, ""), reason) for name, reason in back.items()],
        "units": named,
        "unit": named[report["unit_id"]]["name"],
        "to": named[report["to_unit_id"]]["name"],
        "people": people,
        "earlier": _earlier(report),
        "last": last_day(report),
        "crumbs": await crumbs(asked, report),
        "numbered": _numbered(asked.language, report),
        "errors": _summary(asked.language, called, wrong, theirs),
        "said": wrong,
        "theirs": theirs,
        "typed": typed,
    }


def _with_those_below(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report with the figures that count for its unit and all below it."""
    return {**report, "annexes": [{**each, "rows": each["whole"]} for each in report["annexes"]]}


def called_of(language: str, report: Mapping[str, Any], found: list[Table]) -> dict[str, str]:
    """What each field of the form is called."""
    called = {f"s-{each['key']}": str(each["title"]) for each in report["outline"]}
    called["covers"] = say(language, "reports.covers")
    for line in (line for table in found for line in table.lines):
        for cell in line.cells.values():
            called[cell.name] = say(language, "reports.where_of", name=cell.column["name"], year=line.year)
        if line.until is not None:
            called[line.until.name] = say(language, "reports.until_of", year=line.year)
    return called


def _summary(
    language: str, called: Mapping[str, str], wrong: Mapping[str, str], theirs: Mapping[str, str]
) -> list[tuple[str, str]]:
    changed = say(language, "stale.changed")
    found = [(name, f"{called[name]}: {text}" if name in called else text) for name, text in wrong.items()]
    return found + [(name, f"{called.get(name, '')}: {changed}") for name in theirs]


def _name(place: Mapping[str, Any]) -> str:
    """The field of a place that was sent back."""
    return f"s-{place['section']}" if place["section"] else f"a-{place['table']}-{place['year']}-{place['column']}"


def named_places(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The places that may be sent back, by their fields."""
    return [(name, words) for name, _, words in returnable(report)]


def _earlier(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The remedies of earlier reports, and what this one says became of each."""
    checks = {(each["earlier_report_id"], each["number"]): each for each in report["checks"]}
    nothing = {"outcome": "", "how": ""}
    return [
        {**each, **{name: checks.get((each["report_id"], each["number"]), nothing)[name] for name in nothing}}
        for each in report["remedies_before"]
    ]


def faults_of(language: str, report: Mapping[str, Any]) -> dict[str, str]:
    """What keeps the report from being sent, by the fields of the form; a row's at its day, or its first cell."""
    found = dict[str, str]()
    for each in report["faults"]:
        table = next(annex for annex in report["annexes"] if annex["key"] == each["table"])
        whole = f"u-{each['table']}-{each['year']}" if table["partial"] and each["year"] == table["last_year"] else ""
        cell = f"a-{each['table']}-{each['year']}-{each['column'] or table['columns'][0]['key']}"
        found.setdefault(cell if each["column"] else whole or cell, each[language])
    return found


def _numbered(language: str, report: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """What forms of causes offer: a new entry, or one that is there to say anew."""
    new = [("", say(language, "reports.new_entry"))]
    said = {
        kind: [(str(each["number"]), f"{each['number']}. {each[words][:60]}") for each in report[kind]]
        for kind, words in (("shortfalls", "cause"), ("remedies", "what"), ("lessons", "what"))
    }
    return {kind: new + entries for kind, entries in said.items()} | {"of": [("", "–"), *said["shortfalls"]]}
