"""One person's browser on the pages of the portal: what it finds there, and what is not as the document has it."""

import asyncio
import re
from collections.abc import AsyncIterator, Collection, Iterator
from html.parser import HTMLParser
from typing import Self
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import uuid4

import httpx

from contracts.registry import Role
from services.portal.shell.menu import ENTRIES
from tests.whole.everybody import PEOPLE, person
from tests.whole.page_drive import Drive

STATUS = {"": 200, "role-missing": 403, "not-found": 404}
VISITORS = [each for each in PEOPLE if each[1] not in {"child", "sibling"}]
"""Every role above a thing, in its unit and elsewhere; units below and beside are the services' own matrix's."""

NO_FILE = re.compile(
    r"/(styleguide|notifications/templates|help/licences|units/import|campaigns/launch|decisions/new|registrations/.*/.*|reports/.*/.*)$"
)
"""Pages whose tables nobody takes along: forms, and what the portal says of itself."""


class Seen(HTMLParser):
    """What a person finds on a page: places in the menu, where links lead, and what the buttons of forms send."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.menu: dict[str, str] = {}
        self.links: set[str] = set()
        self.buttons: set[str] = set()
        self.fields: dict[str, str] = {}
        self._within: list[str] = []
        self._form = self._place = ""
        self.feed(text)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in given}
        if tag in {"header", "nav", "main"}:
            self._within.append(tag)
        elif tag == "form":
            self._form = known.get("method", "get")
        elif tag == "input" and known.get("type") == "hidden":
            self.fields[known["name"]] = known["value"]
        elif tag == "button" and self._form == "post" and "main" in self._within:
            self.buttons.add(f"{known['name']}={known['value']}" if "name" in known else "")
        elif tag == "a" and self._within and not known["href"].startswith(("#", "/language?")):
            self.links.add(known["href"])
            if "nav" in self._within:
                self._place = known["href"]
                self.menu[self._place] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"header", "nav", "main"}:
            self._within.remove(tag)
        elif tag == "form":
            self._form = ""
        elif tag == "a":
            self._place = ""

    def handle_data(self, text: str) -> None:
        if self._place and text.strip().isdecimal():
            self.menu[self._place] = text.strip()


class Browser:
    """One person's browser, signed in through the provider."""

    def __init__(self, drive: Drive, role: Role | None, place: str) -> None:
        self.drive, self.role, self.place = drive, role, place
        self.portal = drive.house.services["portal"]
        self.client = httpx.AsyncClient(base_url=self.portal.client.base_url, timeout=60)
        self.answers: dict[str, httpx.Response] = {}

    async def __aenter__(self) -> Self:
        begun = await self.client.get("/sign-in")
        chosen = await self.portal.issuer.get(f"{begun.headers['location']}&sub={person(self.role, self.place)}")
        back = urlsplit(chosen.headers["location"])
        assert (await self.client.get(f"{back.path}?{back.query}")).status_code == 303
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()

    async def get(self, path: str) -> httpx.Response:
        if path not in self.answers:
            self.answers[path] = await self.client.get(path)
        return self.answers[path]

    async def faults(self) -> AsyncIterator[str]:
        opened: dict[str, Seen] = {}
        for address, path in self.drive.to_open():
            answer = await self.get(path)
            wanted = STATUS[address.verdict(self.role, self.place)]
            if (answer.status_code in {403, 404}) != (wanted != 200) or answer.is_server_error:
                yield f"GET {path}: {answer.status_code}, not {wanted}"
            if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):  # else a file
                opened[path] = Seen(answer.text)
        for path, seen in opened.items():
            for fault in self._frame(path, seen):
                yield fault
            for link in _kinds(path, seen.links):
                if (answer := await self.get(link)).is_error:
                    yield f"{path} has a link to {link}: {answer.status_code}"
        csrf = opened["/"].fields["csrf"]
        for press in (
            self.drive.presses if self.place in {"own", "parent", ""} else ()
        ):  # elsewhere the services' own matrix asks
            answer = await self.client.post(
                press.path, data={"csrf": csrf, "key": str(uuid4()), **press.fields}, files=press.files
            )
            wanted = STATUS[self.drive.verdict(press.route, self.role, self.place)]
            got = answer.status_code if answer.status_code in {403, 404} else 200
            if got != wanted or answer.is_server_error:
                asked = f"POST {press.path} {press.fields.get('do', '')}"
                yield f"{asked}: {answer.status_code}, not {wanted}{_said(answer)}"

    def _frame(self, path: str, seen: Seen) -> Iterator[str]:
        """What the menu and the buttons of a page show too much, or not at all; a table without its file."""
        table = "<table" in self.answers[path].text and not NO_FILE.search(path)
        if table and not any("as=xlsx" in link for link in seen.links):
            yield f"{path} has a table and no file of it"
        menu = {entry.path for entry in ENTRIES if self.drive.open(entry.path, self.role, self.place)}
        if set(seen.menu) != menu:
            yield f"{path} has a menu that differs by {sorted(set(seen.menu) ^ menu)}"
        rows = self.answers["/"].text.count('class="due"')
        if int(seen.menu["/"] or 0) != rows:
            yield f"{path} counts {seen.menu['/'] or 0} tasks, the inbox shows {rows}"
        known = self.drive.shown.get(path, {})
        steps = {each for each, leads in known.items() if self.drive.open(leads, self.role, self.place)}
        shown = seen.buttons | {
            each for link in seen.links if (each := link if link in known else _plain(link)) in known
        }
        if shown != steps:
            yield f"{path} shows steps that differ by {sorted(shown ^ steps)}"


def _plain(link: str) -> str:
    """Where a link leads, without what it asks for there."""
    return link.partition("?")[0]


def _said(answer: httpx.Response) -> str:
    """What a server in trouble says of it."""
    words = re.search(r'role="alert".*?</', answer.text, re.DOTALL) if answer.is_server_error else None
    return f" ({' '.join(words[0].split())})" if words else ""


def _kinds(path: str, links: Collection[str]) -> Collection[str]:
    """Where these links of a page lead; of those that differ in the values of their query alone, the first."""
    found: dict[tuple[str, frozenset[str]], str] = {}
    for link in sorted(urljoin(path, each) for each in links):
        parts = urlsplit(link)
        if parts.netloc:  # another house's, such as an article's
            continue
        found.setdefault((parts.path, frozenset(name for name, _ in parse_qsl(parts.query))), link)
    return found.values()


async def faults(drive: Drive, people: Collection[tuple[Role | None, str]] = VISITORS) -> list[str]:
    """What is not as documented, for these people."""
    room = asyncio.Semaphore(8)

    async def one(role: Role | None, place: str) -> list[str]:
        async with room, Browser(drive, role, place) as browser:
            return [f"{role} at {place or 'no unit'}: {fault}" async for fault in browser.faults()]

    return [fault for found in await asyncio.gather(*(one(*each) for each in people)) for fault in found]
