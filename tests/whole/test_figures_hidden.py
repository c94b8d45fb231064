"""The canary: a target that is not confirmed and a result that is not verified show to nobody elsewhere (decision 46).

An officer of another province opens every page that a link leads to, every file that is made of one, and asks every
query of every service; neither figure may stand in anything that comes.
"""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.portal.views import progress_queries
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import PACK
from tests.whole.house import ADMIN, DIRECTOR, HEAD, OFFICER, House, a_house

pytestmark = pytest.mark.usefixtures("connections_shared")

PLEDGED, REPORTED, SAID = "93.1739", "94.2857", "Canary-4711"
CANARY: Final = re.compile(f"93[.,]1739|94[.,]2857|{SAID}")
INSIDER, OUTSIDER = uuid4(), uuid4()
UNIT = unit_id("P01")
OPENED, RUNNING = campaign_id("dot-mo"), campaign_id("dot-chay")
MOST: Final = 400
"""Pages that one person opens at most: there are fewer."""


@pytest.fixture(scope="module")
async def house(servers: Embedded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with a_house(servers, tmp_path_factory.mktemp("house"), provinces=3) as house:
        for person, code in ((INSIDER, "P01"), (OUTSIDER, "P02")):
            await house.tell(ADMIN, "registry", f"/people/{person}/enrol")
            await house.give(person, Role.OFFICER, unit_id(code))
        for code in ("dot-mo", "dot-chay"):
            await house.tell(DIRECTOR, "campaigns", "/campaigns", {**PACK, "code": code})
        await house.settle()
        goal = {"indicator": "cover", "year": 2024}
        opened, running = (f"/registrations/{registration_id(each, UNIT)}" for each in (OPENED, RUNNING))
        await house.tell(OFFICER, "registry", f"{opened}/targets", goal | {"value": PLEDGED})
        await house.tell(OFFICER, "registry", f"{running}/targets", goal | {"value": "91"})
        await house.tell(HEAD, "registry", f"{running}/submit")
        await house.tell(DIRECTOR, "registry", f"{running}/confirm")
        await house.settle()
        card = f"/scorecards/{scorecard_id(RUNNING, UNIT)}"
        await house.tell(OFFICER, "campaigns", f"{card}/results", goal | {"value": REPORTED, "evidence": SAID})
        await house.settle()
        yield house


@dataclass
class Reader:
    """One person who opens whatever can be opened; where a canary stood is noted."""

    house: House
    person: UUID
    opened: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    async def read(self) -> "Reader":
        portal = self.house.services["portal"]
        async with httpx.AsyncClient(base_url=portal.client.base_url, timeout=60) as browser:
            begun = await browser.get("/sign-in")
            chosen = await portal.issuer.get(f"{begun.headers['location']}&sub={self.person}")
            back = urlsplit(chosen.headers["location"])
            await browser.get(f"{back.path}?{back.query}")
            await self._pages(browser)
        await self._queries()
        return self

    async def _pages(self, browser: httpx.AsyncClient) -> None:
        things = {
            f"/{kind}/{key}"
            for kind, keys in {
                "registrations": (registration_id(OPENED, UNIT), registration_id(RUNNING, UNIT)),
                "results": (scorecard_id(RUNNING, UNIT),),
                "units": (UNIT,),
                "campaigns": (OPENED, RUNNING),
            }.items()
            for key in keys
        }
        searches = {f"/search?q={words}" for words in (PLEDGED, REPORTED, SAID, "P01")}
        boards = {f"/dashboard?campaign={each}&unit={UNIT}" for each in (OPENED, RUNNING)}
        waiting = ["/", "/dashboard/units?state=waiting", *things, *searches, *boards]
        while waiting and len(self.opened) < MOST:
            path = waiting.pop()
            if path in self.opened:
                continue
            self.opened.add(path)
            answer = await browser.get(path)
            self._look(path, answer)
            if answer.headers.get("content-type", "").startswith("text/html") and answer.status_code == 200:
                links = (
                    urljoin(path, each.replace("&amp;", "&")) for each in re.findall(r'href="([^"#]+)"', answer.text)
                )
                waiting += [each for each in links if each.startswith("/") and not each.startswith(_LEFT)]

    async def _queries(self) -> None:
        queries = [
            ("registry", f"/registrations?campaign_id={OPENED}"), ("registry", f"/registrations?unit_id={UNIT}"),
            ("campaigns", f"/scorecards?unit_id={UNIT}"), ("campaigns", "/scorecards"),
            ("campaigns", f"/scorecards/{scorecard_id(RUNNING, UNIT)}"), ("awards", "/awards"),
            *(("registry", f"/registrations/{registration_id(each, UNIT)}") for each in (OPENED, RUNNING)),
            *(("portal", f"/campaigns/{each}/{of}") for each in (OPENED, RUNNING) for of in ("progress", "summary")),
            *(("portal", f"/campaigns/{each}/progress?unit_id={UNIT}") for each in (OPENED, RUNNING)),
        ]  # fmt: skip
        for service, path in queries:
            self._look(f"{service} {path}", await self.house.ask(self.person, "GET", service, path))

    def _look(self, path: str, answer: httpx.Response) -> None:
        said = answer.text
        if answer.content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
                said = "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
        echoed = [each for each in (PLEDGED, REPORTED, SAID) if f"q={each}" in path]  # what was sought stands there
        if any(each.group() not in echoed for each in CANARY.finditer(said)):
            self.found.append(path)


_LEFT = ("/static", "/sign", "/language", "/session-ended", "/exports")


async def test_figures_that_are_not_final_show_in_their_unit_and_nowhere_else(house: House) -> None:
    outside = await Reader(house, OUTSIDER).read()
    assert outside.found == []
    assert any(path.endswith("as=xlsx") for path in outside.opened)
    inside = await Reader(house, INSIDER).read()
    wanted = {f"/registrations/{registration_id(OPENED, UNIT)}", f"/results/{scorecard_id(RUNNING, UNIT)}"}
    assert wanted <= set(inside.found)
    assert f"portal /campaigns/{OPENED}/progress" in inside.found
    assert f"portal /campaigns/{RUNNING}/progress?unit_id={UNIT}" in inside.found


async def test_sabotage_where_the_portal_masks_nothing_both_figures_are_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = re.sub(r"case when (.*?) then (\S+) end", r"\2", progress_queries._PROGRESS)
    assert bare != progress_queries._PROGRESS
    monkeypatch.setattr(
        progress_queries, "_PROGRESS", bare.replace("limit $8", "limit $8 + 0 * cardinality($9::uuid[])")
    )
    found = (await Reader(house, OUTSIDER).read()).found
    assert {f"portal /campaigns/{each}/progress" for each in (OPENED, RUNNING)} <= set(found)
