"""Thông báo: what I was told; for who watches over it, what everybody was told, and what the templates say."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, asks
from contracts.registry import Role
from services.portal.pages.notifications.queries import campaigns
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.menu import Entry
from services.portal.shell.pages import Page, leads_to, page_router
from services.portal.shell.units import people_names, units
from services.portal.shell.visit import Visit
from services.portal.shell.words import say
from services.portal.views.progress_queries import codes

router = page_router()
_READERS: Final = frozenset({Role.AUDITOR, Role.OPERATOR, Role.EMULATION_DEPARTMENT})
_LIMIT: Final = 50
STATES: Final = {"due": "info", "under_way": "info", "completed": "good", "exhausted": "bad", "suppressed": "warn"}
"""How notifications stand, each with its kind of pill."""
CHANNELS: Final = ("zalo", "email")


@router.get("/notifications")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
@leads_to("GET notify /notifications/mine")
async def show_mine(asked: Visit, after: int = 0) -> Response:
    """What this person was told, the newest first."""
    page = await asked.ask("notify", "/notifications/mine", limit=_LIMIT, after=after)
    about = await _about(asked, page["items"])
    return asked.show("notifications/mine.html", found=page["items"], next=page["next"], states=STATES, **about)


@router.get("/notifications/all")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET notify /notifications", "GET notify /statistics", "GET notify /templates")
async def show_all(  # noqa: PLR0917 - what the list is narrowed by
    asked: Visit, status: str = "", channel: str = "", rule: str = "", campaign: UUID | None = None,
    person: UUID | None = None, since: str = "", until: str = "", after: int = 0,
) -> Response:  # fmt: skip
    """What everybody was told, the newest first, narrowed as the address says; before it what became of all."""
    templates = await asked.ask("notify", "/templates")
    wanted: dict[str, Any] = {
        "status": status if status in STATES else None,
        "channel": channel if channel in CHANNELS else None,
        "rule": rule if rule in {each["rule"] for each in templates} else None,
        "campaign_id": campaign,
        "person_id": person,
    }
    said = {}
    for name, typed in (("since", since), ("until", until)):
        try:
            wanted[name] = read_day(typed) if typed.strip() else None
        except NotADay:
            said[name] = say(asked.language, "day.malformed")
    page = await asked.ask("notify", "/notifications", order="newest", limit=_LIMIT, after=after, **wanted)
    chosen = {
        "status": wanted["status"], "channel": wanted["channel"], "rule": wanted["rule"], "campaign": campaign,
        "person": person, "since": since.strip(), "until": until.strip(),
    }  # fmt: skip
    chosen = {name: str(value) for name, value in chosen.items() if value}
    people = [UUID(each["person_id"]) for each in page["items"]] + ([person] if person else [])
    return asked.show(
        "notifications/all.html", 422 if said else 200, found=page["items"], next=page["next"], states=STATES,
        channels=CHANNELS, choices=await _choices(asked, templates), chosen=chosen,
        query=f"{urlencode(chosen)}&" if chosen else "", said=said, errors=list(said.items()),
        counted=await asked.ask("notify", "/statistics"), names=await people_names(asked, people),
        **await _about(asked, page["items"]),
    )  # fmt: skip


@router.get("/notifications/templates")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET notify /templates")
async def show_templates(asked: Visit) -> Response:
    """The templates of messages."""
    return asked.show("notifications/templates.html", found=await asked.ask("notify", "/templates"))


@router.get("/notifications/templates/{name}")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET notify /templates/{name}")
async def show_template(asked: Visit, name: str) -> Response:
    """One template as people see it, with made-up words."""
    template = await asked.ask("notify", f"/templates/{name}")
    vietnamese, _, english = template["email"]["text"].partition("\n\n--\n\n")
    return asked.show(
        "notifications/template.html",
        template=template,
        parts=[(language, text.strip().split("\n\n")) for language, text in (("vi", vietnamese), ("en", english))],
    )


@router.get("/notifications/{id}")
@asks(may=_READERS, where=AT_ROOT, reads=())
@leads_to("GET notify /notifications/{notification_id}")
async def show_one(asked: Visit, id: UUID) -> Response:  # noqa: A002 - the path's name
    """One notification: how it stands, and how it came to that."""
    found = await asked.ask("notify", f"/notifications/{id}")
    one = found["notification"]
    names = await people_names(asked, [UUID(one["person_id"])])
    return asked.show(
        "notifications/one.html", one=one, happened=found["steps"], name=names.get(one["person_id"], ""),
        states=STATES, **await _about(asked, [one]),
    )  # fmt: skip


async def _choices(asked: Visit, templates: list[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    """What a list can be narrowed by, each with its name."""
    language = asked.language
    return {
        "status": [(each, say(language, f"notifications.state.{each}")) for each in STATES],
        "channel": [(each, say(language, f"notifications.channel.{each}")) for each in CHANNELS],
        "rule": [(each["rule"], each["title"][language]) for each in templates],
        "campaign": await campaigns(asked.pool),
    }


async def _about(asked: Visit, found: list[Mapping[str, Any]]) -> dict[str, Any]:
    """What the campaigns and the units are called that these notifications tell of."""
    called, named = await asyncio.gather(
        codes(asked.pool, [each["campaign_id"] for each in found if each["campaign_id"]]),
        units(asked, [each["unit_id"] for each in found if each["unit_id"]]),
    )
    return {"campaigns": called, "units": named}


PAGE: Final = Page(router, menu=[Entry("/notifications", "notifications", "mine", 1)])
