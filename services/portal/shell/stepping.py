"""A thing's steps as forms: which fields each has, what was typed into them, and how the command is sent.

Which steps are open the owning service says with the thing (`actions`); here stands only what a form asks for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from chassis.facts.problem import Problem
from services.portal.shell.figures import NotADay, NotAFigure, read_day, read_figure
from services.portal.shell.forms import Form
from services.portal.shell.units import units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

_BY_CODE: Final = "select unit_id from organisation_units where code = $1"


@dataclass(frozen=True, slots=True)
class Ask:
    """A field of a form.

    `kind` is line, area, day, whole, tick, choice (one of `options`), open (one that is open), own (one of the
    person's units), campaign, exemplar (one of those units' that was acclaimed), unit (by its code) or hash (a file's).

    What is not `required` and left empty is not sent.
    """

    name: str
    kind: str = "line"
    required: bool = True
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step's path below its thing, and what its form asks for."""

    path: str
    asks: Sequence[Ask] = ()


@dataclass(slots=True)
class Taken:
    """What came of a form: sentences by field, of the whole under an empty name; nothing where it was taken."""

    wrong: dict[str, str] = field(default_factory=dict)
    status: int = 200
    told: Mapping[str, Any] = field(default_factory=dict)


async def take(asked: Visit, service: str, path: str, asks: Sequence[Ask], prefix: str = "", **more: Any) -> Taken:
    """Send what was typed as a command; fields are named with the prefix. `more` goes into the body as it is."""
    form = await asked.form()
    body, wrong = body_of(form, asks, prefix, asked.language)
    for each in asks:
        if each.kind == "unit" and each.name in body:
            found = await asked.pool.fetchval(_BY_CODE, body[each.name].upper())
            body[each.name] = str(found)
            if found is None:
                wrong[f"{prefix}{each.name}"] = say(asked.language, "units.no_such_code")
    if wrong:
        return Taken(wrong, 422)
    try:
        told = await asked.tell(service, path, body | more or None, key=form.key)
    except Problem as problem:
        if problem.status not in {403, 409, 422}:
            raise
        named = {f"{prefix}{name}": text for name, text in asked.fields_with_errors(problem).items()}
        return Taken(named or {"": asked.sentence(problem)}, problem.status)
    return Taken(told=told)


def body_of(form: Form, asks: Sequence[Ask], prefix: str, language: str) -> tuple[dict[str, Any], dict[str, str]]:
    """The command's body, and sentences for the fields that could not be read."""
    body, wrong = dict[str, Any](), dict[str, str]()
    for each in asks:
        typed = form.get(f"{prefix}{each.name}", "").strip()
        if each.kind == "tick":
            body[each.name] = bool(typed)
        elif typed or each.required:
            try:
                body[each.name] = _read(each.kind, typed)
            except NotADay:
                wrong[f"{prefix}{each.name}"] = say(language, "day.malformed")
            except (NotAFigure, ValueError):
                whole = each.kind in {"whole", "open"}
                wrong[f"{prefix}{each.name}"] = say(language, "figure.whole" if whole else "figure.malformed")
    return body, wrong


def _read(kind: str, typed: str) -> Any:
    if kind == "day":
        return read_day(typed).isoformat()
    if kind == "hash":
        return "".join(typed.split()).lower()
    if kind not in {"whole", "open"}:
        return typed
    if (figure := read_figure(typed)) != int(figure):
        raise NotAFigure(typed)
    return int(figure)


@dataclass(frozen=True, slots=True)
class Choices:
    """What fields of the kinds own, campaign and exemplar offer: ids and what they are called."""

    own: Sequence[tuple[str, str]]
    campaign: Sequence[tuple[str, str]]
    exemplar: Sequence[tuple[str, str]]


async def choices(asked: Visit, path: str, asks: Sequence[Ask] = ()) -> Choices:
    """One's own units for a page of this path, the campaigns, and exemplars where a field asks for one."""
    own = await units(asked, held := asked.rights.units(path))
    page = await asked.ask("campaigns", "/campaigns", limit=100)
    return Choices(
        sorted(((key, str(unit["name"])) for key, unit in own.items()), key=lambda each: each[1]),
        [("", "–"), *((each["campaign_id"], f"{each['code']}: {each['theme']}") for each in page["items"])],
        await _exemplars(asked, held) if any(each.kind == "exemplar" for each in asks) else [],
    )


async def _exemplars(asked: Visit, held: Sequence[UUID]) -> list[tuple[str, str]]:
    root = asked.rights.root
    found = [
        each
        for unit in ([None] if root in held else held)
        for each in await asked.pages("campaigns", "/exemplars", unit_id=unit, state="acclaimed")
    ]
    named = await units(asked, {each["unit_id"] for each in found})
    called = [(each["exemplar_id"], f"{each['title']} ({named[each['unit_id']]['name']})") for each in found]
    return [("", "–"), *sorted(called, key=lambda each: each[1])]
