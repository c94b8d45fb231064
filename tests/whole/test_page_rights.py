"""Every page × every role × own unit, parent, child, sibling, other province, none: as docs/permissions.md has it.

Addresses answer, menus lead and buttons stand exactly as a person may: no link and no button that the portal or a
service would refuse for rights, and nothing that is open and not shown.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Collection, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Self
from urllib.parse import parse_qsl, urljoin, urlsplit
from uuid import UUID, uuid4

import httpx
import pytest
from openpyxl import load_workbook

from chassis.facts.decider import Context
from chassis.facts.envelope import Metadata
from chassis.store import jobs
from chassis.store.store import Append
from chassis.web.rights import ANYWHERE, AT_ROOT
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services import ALL, permissions
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.portal import web
from services.portal.shell import services, stale
from services.portal.shell.export import KIND
from services.portal.shell.menu import ENTRIES
from services.portal.shell.rights import Rights
from services.portal.shell.services import Services
from services.portal.shell.tables import read
from services.registry.domain.registration import registration_id
from tests.whole.bodies import DOSSIER, PACK
from tests.whole.everybody import OWN, PEOPLE, SINCE, Expected, documented, organisation, person, roles
from tests.whole.house import House, an_empty_house

pytestmark = pytest.mark.usefixtures("connections_shared")

STATUS = {"": 200, "role-missing": 403, "not-found": 404}
VISITORS = [each for each in PEOPLE if each[1] not in {"child", "sibling"}]
"""Every role above a thing, in its unit and elsewhere; units below and beside are the services' own matrix's."""
NEVER = 1_000_000_000
"""A version that nothing has: a command for it is looked at for rights, and then changes nothing."""


NO_FILE = re.compile(
    r"/(styleguide|notifications/templates|help/licences|units/import|campaigns/launch|decisions/new|registrations/.*/.*)$"
)
"""Pages whose tables nobody takes along: forms, and what the portal says of itself."""


class Harmless(Services):
    """Sends the portal's commands for a version that nothing has; notes them, and any that was accepted."""

    sent: set[tuple[str, str, str]]
    accepted: list[str]

    async def tell(self, token: str, service: str, path: str, *given: Any, **more: Any) -> dict[str, Any]:
        Harmless.sent.add((more.get("method", "POST"), service, path))
        told = await super().tell(token, service, path, *given, **more | {"version": NEVER})
        Harmless.accepted.append(f"{service} {path}")
        return told


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


@dataclass(frozen=True)
class Address:
    """A page's line of the document."""

    method: str
    path: str
    whom: str
    expected: Expected
    leads_to: tuple[str, ...]

    def verdict(self, role: Role | None, place: str) -> str:
        """`not-found`, `role-missing` or an empty text; what lies in a unit is its service's to say."""
        if self.whom in {"everybody", "signed in"}:
            return ""
        if self.expected.where == "its":
            return verdict(self.leads_to[0], role, place)
        return self.expected.verdict(role, place)


SERVICES = {f"{name} {route}": known for name in ALL for route, known in documented(name).items()}


def verdict(route: str, role: Role | None, place: str) -> str:
    """What a service answers, as its document has it: `POST awards /nominations`."""
    method, service, path = route.split(" ")
    return SERVICES[f"{service} {method} {path}"].verdict(role, place)


def addresses() -> dict[str, Address]:
    """What the document says of pages, by method and path."""
    section = permissions.FILE.read_text(encoding="utf-8").split("\n## pages\n")[1]
    found = {}
    for match in re.finditer(r"^\| `(\w+) ([^`]+)` \| .* \| (.*) \| (.*) \| (.*) \|$", section, re.MULTILINE):
        method, path, may, where, leads = match.groups()
        expected = Expected(roles(may), where, frozenset())
        found[f"{method} {path}"] = Address(method, path, may, expected, tuple(re.findall("`([^`]+)`", leads)))
    return found


PAGES = addresses()


@dataclass(frozen=True)
class Press:
    """A form of a page as it may be sent, and the service's route that it leads to."""

    path: str
    fields: dict[str, str]
    route: str


@dataclass
class Drive:
    """Things of the own unit in every state in which pages offer something to do."""

    house: House
    paths: dict[str, list[str]] = field(default_factory=dict)
    """Addresses of the things, by the path of their page."""
    shown: dict[str, dict[str, str]] = field(default_factory=dict)
    """By address: each button, and each link that leads to a step, with the route whose right it takes."""
    presses: list[Press] = field(default_factory=list)

    async def tell(self, role: Role, service: str, path: str, body: object = None) -> str:
        """A command of somebody who holds the role at the root."""
        return str((await self.house.tell(person(role, "parent"), service, path, body))["id"])

    async def prepare(self) -> None:
        store = self.house.services["registry"].platform.store
        metadata = Metadata.of(Context(SINCE)).model_dump_json(exclude_none=True)
        for stream, event in organisation():
            await store.append(Append(stream, 0, [event], uuid4(), b"", metadata))
        await self.house.settle()
        codes = ("dang-ky", "da-gui", "ket-qua", "khen")
        for code in codes:
            await self.tell(Role.DIRECTOR_GENERAL, "campaigns", "/campaigns", {**PACK, "code": code})
        await self.house.settle()
        opened, sent, reported, honoured = map(campaign_id, codes)
        for campaign in (opened, sent, reported, honoured):
            await self._register(campaign, submit=campaign != opened, confirm=campaign in {reported, honoured})
        await self.house.settle()
        for campaign in (reported, honoured):
            await self._report(campaign, verify=campaign == honoured)
        await self.house.settle()
        granted = await self._propose(honoured, "merit_certificate_dg", 2024, submit=True)
        waiting = await self._propose(honoured, "merit_certificate_dg", None, submit=True)
        await self._propose(honoured, "merit_letter", None, submit=True)
        draft = await self._propose(honoured, "merit_letter", 2024, submit=False)
        decision = {
            "number": "1/QĐ-BHXH", "signed_on": "2024-11-10", "authority_id": str(OWN), "nominations": [granted],
            "award": "merit_certificate_dg",
        }  # fmt: skip
        issued = await self.tell(Role.DIRECTOR_GENERAL, "awards", "/decisions", decision)
        await self.house.settle()
        await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
        filling, confirming = (f"/registrations/{registration_id(campaign, OWN)}" for campaign in (opened, sent))
        card, nomination = f"/results/{scorecard_id(reported, OWN)}", f"/nominations/{draft}"
        someone = f"/people/{person(Role.OFFICER, 'own')}"
        told = await self.house.ask(person(Role.AUDITOR, "parent"), "GET", "notify", "/notifications?limit=1")
        self.paths = {
            "/campaigns/{id}": [f"/campaigns/{opened}"],
            "/registrations/{id}": [filling, confirming],
            "/registrations/{id}/{step}": [f"{filling}/submit", f"{confirming}/confirm"],
            "/results/{id}": [card],
            "/nominations/{id}": [nomination, f"/nominations/{waiting}", f"/nominations/{granted}"],
            "/decisions/{id}": [f"/decisions/{issued}"],
            "/notifications/{id}": [f"/notifications/{told.json()['items'][0]['notification_id']}"],
            "/notifications/templates/{name}": ["/notifications/templates/award_granted"],
            "/people/{id}": [someone],
            "/people/{id}/erase": [f"{someone}/erase"],
            "/exports/{id}": [],  # nobody has asked for one yet; another's is tried below
            "/exports/{id}/file": [],
            "/units/{id}": [f"/units/{OWN}"],
        }
        self._shown(filling, confirming, card, nomination, someone)
        self._presses(filling, confirming, card, nomination, waiting, someone, str(opened))

    async def _register(self, campaign: UUID, *, submit: bool, confirm: bool) -> None:
        path = f"/registrations/{registration_id(campaign, OWN)}"
        await self.tell(Role.OFFICER, "registry", f"{path}/targets", TARGET | {"value": "91"})
        if submit:
            await self.tell(Role.UNIT_HEAD, "registry", f"{path}/submit")
        if confirm:
            await self.tell(Role.DIRECTOR_GENERAL, "registry", f"{path}/confirm")

    async def _report(self, campaign: UUID, *, verify: bool) -> None:
        path = f"/scorecards/{scorecard_id(campaign, OWN)}"
        await self.tell(Role.OFFICER, "campaigns", f"{path}/results", TARGET | {"value": "92", "evidence": "Báo cáo"})
        if verify:
            await self.tell(Role.PROFESSIONAL_DEPARTMENT, "campaigns", f"{path}/verifications", TARGET)

    async def _propose(self, campaign: UUID, award: str, year: int | None, *, submit: bool) -> str:
        proposal = {"campaign_id": str(campaign), "unit_id": str(OWN), "award": award, "year": year}
        key = await self.tell(Role.OFFICER, "awards", "/nominations", proposal)
        for number, kind in enumerate(DOSSIER):
            paper = {"kind": kind, "title": kind, "sha256": f"{number:064x}"}
            await self.tell(Role.OFFICER, "awards", f"/nominations/{key}/documents", paper)
        if submit:
            await self.tell(Role.UNIT_HEAD, "awards", f"/nominations/{key}/submit")
        return key

    def _shown(self, opened: str, sent: str, card: str, nomination: str, someone: str) -> None:
        keeping = "POST registry /people/{id}/roles"
        registering = dict.fromkeys(["do=save", "do=paste"], "POST registry /registrations/{id}/targets")
        sending = dict.fromkeys(["do=next", f"{opened}/submit"], "POST registry /registrations/{id}/submit")
        self.shown = {
            "/campaigns": {"/campaigns/launch": "/campaigns/launch"},
            "/campaigns/launch": {"do=look": "/campaigns/launch"},
            "/nominations": {"/nominations/new": "/nominations/new"},
            "/nominations/new": {"": "/nominations/new"},
            "/decisions": {"/decisions/new": "/decisions/new"},
            "/decisions/new": {"": "POST awards /decisions"},
            "/people": {"": "POST registry /people/{id}/enrol"},
            "/units": {"/units/import": "/units/import"},
            "/units/import": {"do=look": "POST registry /units/import/trials"},
            "/people/me": {"everywhere=1": "/"},
            opened: registering | sending,
            f"{opened}/submit": {"do=submit": "POST registry /registrations/{id}/submit"},
            sent: {f"{sent}/confirm": "POST registry /registrations/{id}/confirm"},
            f"{sent}/confirm": {"do=confirm": "POST registry /registrations/{id}/confirm"},
            card: {
                "do=report": "POST campaigns /scorecards/{id}/results",
                "do=verify": "POST campaigns /scorecards/{id}/verifications",
            },
            nomination: {
                "do=add": "POST awards /nominations/{id}/documents",
                "do=submit": "POST awards /nominations/{id}/submit",
            },
            someone: {
                "do=keep": "PUT registry /people/{id}/details",
                "do=grant": keeping,
                "do=revoke": f"{keeping}/revoke",
                f"{someone}/erase": f"{someone}/erase",
            },
            f"{someone}/erase": {"do=erase": "DELETE registry /people/{id}/details"},
        }

    def _presses(  # noqa: PLR0917
        self, opened: str, sent: str, card: str, nomination: str, waiting: str, someone: str, campaign: str
    ) -> None:
        pack = json.dumps({**PACK, "code": "khac"})
        proposal = {"campaign": campaign, "unit": str(OWN), "award": "merit_letter"}
        paper = {"do": "add", "kind": "minutes", "title": "Biên bản", "sha256": "f" * 64}
        decision = {"number": "2/QĐ-BHXH", "signed_on": "10/11/2024", "authority": str(OWN), "award": "no_such_award"}
        held = {"do": "revoke", "held": f"officer@{OWN}@{SINCE}"}
        grant = {"do": "grant", "role": "auditor", "unit": str(OWN), "since": "10/11/2024"}
        units, trial = "POST registry /units/import/trials", str(uuid4())
        registering, awarding = "POST registry /registrations/{id}", "POST awards /nominations/{id}"
        self.presses = [
            Press("/campaigns/launch", {"do": "look", "pack": pack}, "POST campaigns /packs/trial"),
            Press("/campaigns/launch", {"do": "launch", "pack": pack}, "POST campaigns /campaigns"),
            Press("/nominations/new", proposal, "POST awards /nominations"),
            Press(nomination, paper, f"{awarding}/documents"),
            Press(nomination, {"do": "submit"}, f"{awarding}/submit"),
            Press("/decisions/new", decision | {f"n-{waiting}": "1"}, "POST awards /decisions"),
            Press(opened, {"do": "save", "t-cover-2024": "91,5"}, f"{registering}/targets"),
            Press(opened, {"do": "next", "t-cover-2024": "91,5"}, f"{registering}/targets"),
            Press(opened, {"do": "submit"}, f"{registering}/submit"),
            Press(sent, {"do": "confirm"}, f"{registering}/confirm"),
            Press(card, {"do": "report", "r-cover-2024": "93"}, "POST campaigns /scorecards/{id}/results"),
            Press(card, {"do": "verify", "v-cover-2024": "1"}, "POST campaigns /scorecards/{id}/verifications"),
            Press("/people", {}, "POST registry /people/{id}/enrol"),
            Press("/units/import", {"do": "look", "file": "code"}, units),
            Press("/units/import", {"do": "import", "job": trial}, f"{units}/{{id}}/import"),
            Press("/units/import", {"do": "names-are-meant", "job": trial}, f"{units}/{{id}}/names-are-meant"),
            Press(someone, {"do": "keep", "full_name": "Nguyễn Thị Thử"}, "PUT registry /people/{id}/details"),
            Press(someone, {"do": "erase"}, "DELETE registry /people/{id}/details"),
            Press(someone, grant, "POST registry /people/{id}/roles"),
            Press(someone, held, "POST registry /people/{id}/roles/revoke"),
        ]

    def open(self, leads: str, role: Role | None, place: str) -> bool:
        """Whether a route of a service, or the page of an address, is open for a person."""
        if not leads.startswith("/"):
            return not verdict(leads, role, place)
        [address] = [each for each, path in self.to_open() if path == leads]
        return not address.verdict(role, place)

    def to_open(self) -> Iterator[tuple[Address, str]]:
        """Every address that a browser can open, with its line of the document."""
        for page in PAGES.values():
            if page.method == "GET" and page.path != "/{path}":
                for path in self.paths[page.path] if "{" in page.path else [page.path]:
                    yield page, path

    async def faults(self, people: Collection[tuple[Role | None, str]] = VISITORS) -> list[str]:
        """What is not as documented, for these people."""
        room = asyncio.Semaphore(8)

        async def one(role: Role | None, place: str) -> list[str]:
            async with room, Browser(self, role, place) as browser:
                return [f"{role} at {place or 'no unit'}: {fault}" async for fault in browser.faults()]

        return [fault for found in await asyncio.gather(*(one(*each) for each in people)) for fault in found]


TARGET = {"indicator": "cover", "year": 2024}


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
            if answer.status_code == 200:
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
            answer = await self.client.post(press.path, data={"csrf": csrf, "key": str(uuid4()), **press.fields})
            wanted = STATUS[verdict(press.route, self.role, self.place)]
            got = answer.status_code if answer.status_code in {403, 404} else 200
            if got != wanted or answer.is_server_error:
                yield f"POST {press.path} {press.fields.get('do', '')}: {answer.status_code}, not {wanted}"

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
        shown = seen.buttons | (seen.links & set(known))
        if shown != steps:
            yield f"{path} shows steps that differ by {sorted(shown ^ steps)}"


@pytest.fixture(scope="module")
async def drive(servers: Embedded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Drive]:
    Harmless.sent, Harmless.accepted = set(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "Services", Harmless)
        patch.setattr(stale, "TRIES", 1)  # nobody will have been faster
        patch.setattr(services, "SECONDS", 60.0)  # how fast a busy machine answers is not asked here
        async with an_empty_house(servers, tmp_path_factory.mktemp("house")) as house:
            drive = Drive(house)
            await drive.prepare()
            yield drive


async def test_everyone_finds_what_the_document_says_and_nothing_more(drive: Drive) -> None:
    assert await drive.faults() == []
    assert [each for each in Harmless.accepted if each != "campaigns /packs/trial"] == []  # it only says what would be
    led = {each for page in PAGES.values() if page.method != "GET" for each in page.leads_to}
    assert {_route(*sent, led) for sent in Harmless.sent} == led  # pages tell what they lead to, and nothing else


async def test_a_file_holds_what_its_person_s_page_shows(drive: Drive) -> None:
    """The heads, the rows and the figures of the page, also where it shows others less than to oneself."""
    for role, place in ((Role.DIRECTOR_GENERAL, "parent"), (Role.OFFICER, "own"), (Role.OFFICER, "other")):
        async with Browser(drive, role, place) as browser:
            for path in (
                "/",
                "/campaigns",
                "/registrations",
                "/nominations",
                "/dashboard",
                "/dashboard/units",
                "/units",
            ):
                page, file = await browser.get(path), await browser.get(f"{path}?as=xlsx")
                assert file.headers["content-disposition"].startswith("attachment"), path
                shown = [table.rows for table in read(page.text).tables]
                book = load_workbook(BytesIO(file.content))
                held = [
                    [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows(min_row=2)]
                    for sheet in book.worksheets[:-1]
                ]
                assert [len(rows) for rows in held] == [len(rows) for rows in shown] or not shown, path
                for rows, had in zip(shown, held, strict=bool(shown)):
                    for row, cells in zip(rows, had, strict=True):
                        assert len(cells) == len([cell for cell in row if cell is not None]), path
                        assert [each for each in row if isinstance(each, str)] == [
                            each for each in cells if isinstance(each, str)
                        ], path


async def test_a_file_that_another_asked_for_is_not_there(drive: Drive) -> None:
    async with Browser(drive, Role.OFFICER, "own") as asking, Browser(drive, Role.OFFICER, "other") as other:
        portal = drive.house.services["portal"].platform
        job = await jobs.ask(portal.pool, uuid4(), KIND, person(Role.OFFICER, "own"), b"")
        for path in (f"/exports/{job.id}", f"/exports/{job.id}/file", f"/exports/{uuid4()}"):
            assert (await other.get(path)).status_code == 404, path
        async with asyncio.timeout(20):
            while (await asking.client.get(f"/exports/{job.id}")).text.count('role="alert"') == 0:  # noqa: ASYNC110 - a worker is at it
                await asyncio.sleep(0.2)
        answer = await asking.get(f"/exports/{job.id}")  # what was asked cannot be read: it has failed, with a sentence
        assert (answer.status_code, "hãy làm lại" in answer.text) == (200, True)
        assert (await asking.get(f"/exports/{job.id}/file")).status_code == 409


def _kinds(path: str, links: Collection[str]) -> Collection[str]:
    """Where these links of a page lead; of those that differ in the values of their query alone, the first."""
    found: dict[tuple[str, frozenset[str]], str] = {}
    for link in sorted(urljoin(path, each) for each in links):
        parts = urlsplit(link)
        found.setdefault((parts.path, frozenset(name for name, _ in parse_qsl(parts.query))), link)
    return found.values()


def _route(method: str, service: str, path: str, led: Collection[str]) -> str:
    """The route among these to which a command went; the command itself where it went elsewhere."""
    told = f"{method} {service} {path}"
    return next((each for each in led if re.fullmatch(each.replace("{id}", "[0-9a-f-]{36}"), told)), told)


async def test_a_page_that_was_loosened_and_a_button_for_everybody_are_found(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    few: list[tuple[Role | None, str]] = [(Role.AUDITOR, "own"), (Role.OFFICER, "own")]
    [page] = [each for each in permissions.pages() if each.name == "show_launch"]
    whole = page.grant.may
    object.__setattr__(page.grant, "may", whole | {Role.OFFICER})
    object.__setattr__(page.grant, "where", ANYWHERE)
    try:
        loosened = await drive.faults(few)
    finally:
        object.__setattr__(page.grant, "may", whole)
        object.__setattr__(page.grant, "where", AT_ROOT)
    assert "officer at own: GET /campaigns/launch: 200, not 403" in loosened
    assert "officer at own: /campaigns shows steps that differ by ['/campaigns/launch']" in loosened
    assert not any(fault.startswith("auditor") for fault in loosened)
    with monkeypatch.context() as sabotage:
        sabotage.setattr(Rights, "open", lambda *_: True)
        shown = await drive.faults(few)
    assert "officer at own: / has a menu that differs by ['/people']" in shown
    assert "auditor at own: /nominations shows steps that differ by ['/nominations/new']" in shown
    assert "auditor at own: /nominations has a link to /nominations/new: 403" in shown
