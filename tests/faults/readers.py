"""People at the portal's pages while the platform is under fire.

Whatever they open is a page that says something, nobody has to sign in twice, a form that is sent until it is taken is
taken once; and what the pages show in the end equals what they show after the portal's read models were built anew.
"""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final
from uuid import UUID

import httpx
import yaml

from chassis.views.rebuild import Rebuild
from cli.administrators import DEPARTMENT
from cli.connect import reaching, settings
from cli.letter import LEADER
from cli.main_job import PACK, MainJob
from deploy.local.run_info import RunInfo
from services.portal.app import SERVICE

PAGES: Final = ("/", "/campaigns", "/registrations", "/results", "/nominations", "/decisions", "/help")
_LATER: Final = frozenset({429, 502, 503, 504})
_CHANGING: Final = re.compile(r'name="(csrf|key)" value="[^"]*"|data-since="[0-9]*"')
_PAUSE: Final = 0.3


@dataclass
class Reader:
    """One person with a browser; `faults` are answers that nobody should get."""

    portal: str
    person: UUID
    client: httpx.AsyncClient = field(default_factory=lambda: httpx.AsyncClient(timeout=30))
    faults: list[str] = field(default_factory=list)
    opened: int = 0
    last: str = ""
    """What was answered last."""

    async def sign_in(self) -> None:
        """Sign in once, however often it takes to get through."""
        while True:
            with suppress(httpx.TransportError, KeyError):
                begun = await self.client.get(f"{self.portal}/sign-in")
                chosen = await self.client.get(f"{begun.headers['location']}&sub={self.person}")
                back = await self.client.get(chosen.headers["location"])
                if (back.status_code, back.headers.get("location")) == (303, "/"):
                    return
            await asyncio.sleep(_PAUSE)

    async def open(self, path: str) -> str | None:
        """A page's text; None when it could not be shown now."""
        try:
            answer = await self.client.get(f"{self.portal}{path}")
        except httpx.TransportError as error:
            self.last = repr(error)
            return None
        self.opened += 1
        where, said = answer.headers.get("location", ""), " ".join(re.findall("<p>(.*?)</p>", answer.text))
        self.last = f"{answer.status_code} {where} {said}"
        return answer.text if self._is_page(path, answer) else None

    async def wander(self, paths: Sequence[str]) -> None:
        """Open pages until cancelled."""
        while True:
            for path in paths:
                await self.open(path)
                await asyncio.sleep(_PAUSE)

    async def launch(self, code: str) -> None:
        """Launch a drive by its form, sent until it is taken: it is the same form each time."""
        page = None
        while page is None:
            page = await self.open("/campaigns/launch")
            await asyncio.sleep(_PAUSE)
        typed = dict(re.findall(r'name="(csrf|key)" value="([^"]*)"', page))
        form = {**typed, "pack": json.dumps(_pack(code), default=str), "do": "launch"}
        while True:
            with suppress(httpx.TransportError):
                answer = await self.client.post(f"{self.portal}/campaigns/launch", data=form)
                if answer.status_code == 303 and "done=launched" in answer.headers.get("location", ""):
                    return
                if self._is_page("launch", answer):
                    self.faults.append(f"launch of {code}: not taken, {answer.text[-2000:]}")
                    return
            await asyncio.sleep(_PAUSE)

    async def shown(self, paths: Sequence[str]) -> dict[str, str]:
        """What each page shows, but for what is new each time."""
        found: dict[str, str] = {}
        for path in paths:
            text = await self.open(path)
            found[path] = f"away: {self.last}" if text is None else _CHANGING.sub("", text)
        return found

    def _is_page(self, what: str, answer: httpx.Response) -> bool:
        """Whether it shows what was asked for; one that says to come back later is a page, too, but not this one."""
        shown = "</main>" in answer.text and answer.headers.get("content-type", "").startswith("text/html")
        if not shown or answer.status_code not in {200, *_LATER}:
            self.faults.append(f"{what}: {answer.status_code} {answer.headers.get('location', '')} {answer.text[:300]}")
        return shown and answer.status_code == 200


def _pack(code: str) -> dict[str, object]:
    """A drive that asks few units, in which nobody works yet: nobody is told."""
    pack = yaml.safe_load(PACK.read_text(encoding="utf-8"))
    goal = {**pack["goals"][0], "applies_to": ["public_service_unit"]}
    return {**pack, "code": code, "units": ["public_service_unit"], "goals": [goal]}


def _difference(old: str, new: str) -> str:
    """Where a page differs after a rebuild."""
    lines = zip_longest(old.splitlines(), new.splitlines(), fillvalue="")
    one, other = next(pair for pair in lines if pair[0] != pair[1])
    return f"{one.strip()[:200]!r} was before a rebuild {other.strip()[:200]!r}"


class Readers:
    """Four people of the main job at the pages: the leader, who launches drives, the department, two of a province."""

    def __init__(self, info: RunInfo, job: MainJob) -> None:
        portal = info.services["portal"].url
        officers = (LEADER, DEPARTMENT, job.provinces[0].officer, job.provinces[0].head)
        self._info = info
        self._readers = [Reader(portal, officer.id) for officer in officers]
        self._paths = (*PAGES, f"/campaigns/{job.campaign}")
        self._launched: list[str] = []

    async def sign_in(self) -> None:
        """Sign all of them in."""
        await asyncio.gather(*(reader.sign_in() for reader in self._readers))

    async def work(self) -> None:
        """Open pages, launch drives, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for reader in self._readers:
                tasks.create_task(reader.wander(self._paths))
            tasks.create_task(self._launch())

    async def _launch(self) -> None:
        while True:
            self._launched.append(f"trang-{len(self._launched)}")
            await self._readers[0].launch(self._launched[-1])
            await asyncio.sleep(10 * _PAUSE)

    async def faults(self) -> list[str]:
        """What was wrong with the pages, or is: each drive stands once, and a rebuild shows the same."""
        found = [fault for reader in self._readers for fault in reader.faults]
        before = [await reader.shown(self._paths) for reader in self._readers]
        listed = before[0]["/campaigns"]
        found += [f"{code} does not stand once" for code in self._launched[:-1] if listed.count(f">{code}<") != 1]
        async with reaching("portal", settings("portal", self._info.data)) as platform:
            for projection, topics in SERVICE.learns:
                await Rebuild(platform.store, projection, topics, platform.kafka).run(lambda _: None)
        after = [await reader.shown(self._paths) for reader in self._readers]
        for old, new in zip(before, after, strict=True):
            found += [f"{path}: {_difference(old[path], new[path])}" for path in self._paths if old[path] != new[path]]
            found += [f"{path}: {old[path]}" for path in self._paths if old[path].startswith("away")]
        print("pages opened", sum(reader.opened for reader in self._readers), "faults", found, flush=True)  # noqa: T201
        for reader in self._readers:
            await reader.client.aclose()
        return found
