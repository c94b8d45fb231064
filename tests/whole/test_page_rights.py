"""Every page × every role × own unit, parent, child, sibling, other province, none: as docs/permissions.md has it.

Addresses answer, menus lead and buttons stand exactly as a person may: no link and no button that the portal or a
service would refuse for rights, and nothing that is open and not shown.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from chassis.store import jobs
from chassis.web.rights import ANYWHERE, AT_ROOT
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services import permissions
from services.portal import web
from services.portal.shell import services, stale
from services.portal.shell.export import KIND
from services.portal.shell.rights import Rights
from services.portal.shell.tables import Cell, read
from tests.whole.everybody import person
from tests.whole.house import an_empty_house
from tests.whole.page_browser import Browser, faults
from tests.whole.page_document import PAGES
from tests.whole.page_drive import Drive, Harmless

pytestmark = pytest.mark.usefixtures("connections_shared")


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
    found = await faults(drive)
    assert not found, "\n".join(found)
    assert [each for each in Harmless.accepted if each != "campaigns /packs/trial"] == []  # it only says what would be
    led = {each for page in PAGES.values() if page.method != "GET" for each in page.leads_to}
    assert {_route(*sent, led) for sent in Harmless.sent} == led  # pages tell what they lead to, and nothing else


async def test_a_file_holds_what_its_person_s_page_shows(drive: Drive) -> None:
    """Cell by cell, in its type, also where a page shows others less than to oneself."""
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
                shown = [
                    [[_plain(cell) for cell in row if cell is not None] for row in table.rows]
                    for table in read(page.text).tables
                ]
                book = load_workbook(BytesIO(file.content))
                held = [
                    [[cell.value for cell in row if cell.value is not None] for row in sheet.iter_rows(min_row=2)]
                    for sheet in book.worksheets[:-1]
                ]
                assert held == (shown or [[]]), path  # a page without a table is a sheet without a row


def _plain(cell: Cell) -> object:
    """A cell as an Excel file gives it back."""
    if isinstance(cell, Decimal):
        return float(cell)
    return datetime.combine(cell, time()) if isinstance(cell, date) and not isinstance(cell, datetime) else cell


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
        loosened = await faults(drive, few)
    finally:
        object.__setattr__(page.grant, "may", whole)
        object.__setattr__(page.grant, "where", AT_ROOT)
    assert "officer at own: /campaigns has a link to /campaigns/launch: 403" in loosened  # its service still says no
    assert "officer at own: /campaigns shows steps that differ by ['/campaigns/launch']" in loosened
    assert not any(fault.startswith("auditor") for fault in loosened)
    with monkeypatch.context() as sabotage:
        sabotage.setattr(Rights, "open", lambda *_: True)
        shown = await faults(drive, few)
    assert (
        "officer at own: / has a menu that differs by ['/exceptions', '/people', '/vacancies', '/violations']" in shown
    )
    assert "auditor at own: /nominations shows steps that differ by ['/nominations/new']" in shown
    assert "auditor at own: /nominations has a link to /nominations/new: 403" in shown
