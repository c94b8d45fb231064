"""Tìm kiếm: units, campaigns, papers, nominations, exemplars, people by their words, with or without marks, by right.

Source: M-4
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Response

from chassis.facts.folding import LONGEST
from chassis.facts.problem import Problem
from chassis.web.api import ANYWHERE, EVERY_ROLE, asks
from services.portal.pages.search.marks import with_marks
from services.portal.pages.search.nominations import nominations
from services.portal.pages.search.own import own
from services.portal.pages.search.queries import MOST_WORDS, Found, Sought, looking, near, things
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.services import Away
from services.portal.shell.units import award_names
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
_PATHS: Final[Mapping[str, str]] = {
    "unit": "/units", "campaign": "/campaigns", "decision": "/decisions", "document": "/documents",
    "incoming": "/incoming", "nomination": "/nominations", "exemplar": "/exemplars",
}  # fmt: skip
"""Kinds in the order in which they are shown, people after units, each with where its things have their pages."""

_OWN: Final = ("document", "incoming", "exemplar")
"""Kinds that are seen in their own unit and above."""

_KINDS: Final = frozenset({*_PATHS, "person"})

_FEW: Final = 5
_MANY: Final = 20
_FARTHEST: Final = 10_000
_LINES: Final = 2
_NOT_NOW: Final = frozenset({403, 503})


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing as it is shown: title and the lines in which something was found are HTML."""

    path: str
    title: str
    lines: Sequence[str] = ()
    found: Found | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind; `following` is where it goes on, in the page of that kind."""

    kind: str
    total: int
    hits: Sequence[Hit]
    following: int | None


@router.get("/search")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to(
    "GET registry /units",
    "GET campaigns /campaigns",
    "GET awards /awards",
    "GET awards /nominations",
    "GET campaigns /documents",
    "GET campaigns /receipts",
    "GET campaigns /exemplars",
)
async def show_search(asked: Visit, q: str = "", kind: str = "", after: int = 0) -> Response:
    """What is found for some words, by kind; each list is as its own page would show it to this person."""
    q, kind = q.strip(), kind if kind in _KINDS else ""
    wrong = _wrong(asked, q) if q else ""
    awards = await _awards(asked) if asked.rights.open("/nominations") else {}
    groups: list[Group] = []
    away = False
    if q and not wrong:
        sought = Sought(q)
        groups, (people, away) = await asyncio.gather(
            _things(asked, sought, kind, min(max(after, 0), _FARTHEST) if kind else 0, awards),
            _people(asked, sought, kind),
        )
        groups.insert(1, Group("person", len(people), people, None))
    return asked.show(
        "search/page.html", 422 if wrong else 200, sought=q[:LONGEST], kind=kind, away=away, awards=awards, many=_MANY,
        groups=[each for each in groups if each.hits], wrong=wrong,
    )  # fmt: skip


def _wrong(asked: Visit, q: str) -> str:
    """Why this cannot be looked for."""
    words = Sought(q).words
    if len(q) > LONGEST or len(words) > MOST_WORDS:
        return say(asked.language, "search.too_long", longest=LONGEST, most=MOST_WORDS)
    return "" if words and len(words[0]) > 1 else say(asked.language, "search.no_words")


async def _things(asked: Visit, sought: Sought, kind: str, after: int, awards: Mapping[str, str]) -> list[Group]:
    most = _MANY if kind else _FEW
    found: dict[str, list[Found]] = {each: [] for each in _PATHS}
    async with looking(asked.pool) as session:
        close, misspelt = await near(session, sought)
        for each in await things(session, sought, close, kind, after, most):
            found[each.kind].append(each)
        for each_kind in _OWN:
            if kind in {"", each_kind} and (units := asked.rights.units(_PATHS[each_kind])):
                found[each_kind] = await own(session, sought, each_kind, units, after, most, misspelt=misspelt)
        if kind in {"", "nomination"} and (units := asked.rights.units("/nominations")):
            found["nomination"] = await nominations(session, sought, close, units, awards, after, most)
    return [_group(each, sought, found[each], after) for each in _PATHS]


async def _people(asked: Visit, sought: Sought, kind: str) -> tuple[list[Hit], bool]:
    """Who is called so, for whom may ask that, and whether nobody could be asked."""
    if kind not in {"", "person"} or not asked.rights.open("/people"):
        return [], False
    try:
        people = await asked.ask("registry", "/people/search", q=sought.text)
    except Problem as problem:
        if problem.status not in _NOT_NOW:
            raise
        return [], True
    return [Hit(f"/people/{each['person_id']}", with_marks(each["full_name"], sought.words)) for each in people], False


async def _awards(asked: Visit) -> Mapping[str, str]:
    try:
        return await award_names(asked)
    except Away:
        return {}


def _group(kind: str, sought: Sought, found: Sequence[Found], after: int) -> Group:
    words = sought.words
    hits = [
        Hit(f"{_PATHS[kind]}/{each.id}", with_marks(each.title, words), _lines(each, words), each) for each in found
    ]
    total, shown = found[0].total if found else 0, after + len(found)
    return Group(kind, total, hits, shown if shown < total else None)


def _lines(found: Found, words: Sequence[str]) -> list[str]:
    """The thing's code or day, its issuer, and those of its lines in which something was found."""
    marked = [with_marks(line, words) for line in found.lines]
    own = [with_marks(each, words) for each in (found.code, found.unit)]
    return [*own, *[line for line in marked if "<mark>" in line][:_LINES]]


PAGE: Final = Page(router)
