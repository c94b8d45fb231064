"""Pages as Excel files: one at once, a list of many pages as a job that goes through them as the person's browser does.

So a file holds what its person may see at that time, as the routes say, and a session that ends ends the job.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

import httpx
import orjson
from fastapi import Response
from starlette.responses import RedirectResponse

from chassis.facts.clock import VIETNAM
from chassis.facts.problem import Problem
from chassis.service.jobs import Job, Result, Work
from chassis.service.platform import Platform
from chassis.store import jobs
from services.portal.shell import render
from services.portal.shell.excel import workbook
from services.portal.shell.figures import show_moment
from services.portal.shell.settings import PortalSettings
from services.portal.shell.tables import Shown, Table, joined, read
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

KIND: Final = "portal.export"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PAGES: Final = 2_000
_SECONDS: Final = 30.0
_AWAY: Final = frozenset({429, 502, 503, 504})


def wanted(asked: Visit) -> bool:
    """Whether this request asks for the page's tables as a file."""
    return asked.method == "GET" and asked.query_params.get("as") == "xlsx"


async def exported(asked: Visit, page: Response, cookie: str) -> Response:
    """The page's tables as a file; of a list that goes on, the page of the job that makes it."""
    shown = await asyncio.to_thread(read, bytes(page.body).decode())
    if shown.next is None:
        now = asked.platform.clock()
        content = await asyncio.to_thread(_file, asked.language, _plain(asked.here), [shown], now)
        named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(_name(shown.title, now))}"}
        return Response(content, 200, {**render.HEADERS, **named}, _TYPE)
    request = orjson.dumps(
        {
            "path": _plain(asked.file),
            "cookies": {cookie: asked.cookies[cookie], "language": asked.language},
            "language": asked.language,
        }
    )
    sealed = asked.shell.settings.seal().encrypt(request)
    job = await jobs.ask(asked.pool, uuid4(), KIND, asked.person, sealed)
    return RedirectResponse(f"/exports/{job.id}", 303, dict(render.HEADERS))


async def export(platform: Platform, job: Job) -> Result:
    """Go through a list's pages and put their tables into a file; raises Problem where a page is not to be had."""
    known = platform.settings
    settings = PortalSettings.read(
        thidua_issuer=known.thidua_issuer, thidua_env=known.thidua_env, thidua_data=known.thidua_data
    )
    asked = orjson.loads(settings.seal().decrypt(job.request))
    path, query = asked["path"].partition("?")[::2]
    pages: list[Shown] = []
    following: str | None = query
    async with httpx.AsyncClient(base_url=settings.portal_url, timeout=_SECONDS, cookies=asked["cookies"]) as http:
        while following is not None:
            pages.append(await _page(http, f"{path}?{following}"))
            following = pages[-1].next
            if len(pages) == _PAGES and following is not None:
                raise _too_long()
    now = platform.clock()
    content = await asyncio.to_thread(_file, asked["language"], asked["path"], pages, now)
    return Result(content, _TYPE, _name(pages[0].title, now))


JOBS: Final[Mapping[str, Work]] = {KIND: export}


async def _page(http: httpx.AsyncClient, address: str) -> Shown:
    """A page; raises ConnectionError while the portal is away or busy, Problem where the page is not to be had."""
    try:
        answer = await http.get(address)
    except httpx.TransportError as error:
        raise ConnectionError(str(error)) from error
    if answer.status_code in _AWAY:
        raise ConnectionError(answer.status_code)
    if answer.status_code != 200:  # noqa: PLR2004
        raise Problem(
            409,
            "export-interrupted",
            "Danh sách không mở được nữa trong lúc tạo tệp; hãy đăng nhập lại, mở danh sách rồi tải lại.",
            "The list could not be opened any more while the file was made; sign in, open it and export again.",
        )
    return await asyncio.to_thread(read, answer.text)


def _file(language: str, path: str, pages: Sequence[Shown], now: datetime) -> bytes:
    tables = joined(pages) or [Table(title=pages[0].title, heads=[say(language, "excel.nothing")])]
    rows = sum(len(table.rows) for table in tables)
    about = [
        (say(language, "excel.page"), pages[0].title),
        (say(language, "excel.address"), path),
        (say(language, "excel.made"), show_moment(now)),
        (say(language, "excel.rows"), str(rows)),
    ]
    return workbook(tables, about, say(language, "excel.about"))


def _plain(address: str) -> str:
    path, query = address.partition("?")[::2]
    kept = urlencode([(name, value) for name, value in parse_qsl(query) if name != "as"])
    return f"{path}?{kept}" if kept else path


def _name(title: str, now: datetime) -> str:
    return f"{title.replace('/', '-')[:80]} {now.astimezone(VIETNAM):%Y-%m-%d}.xlsx"


def _too_long() -> Problem:
    return Problem(
        422,
        "export-too-long",
        f"Danh sách dài hơn {_PAGES} trang; hãy lọc bớt (theo đơn vị, năm, trạng thái) rồi tải lại.",
        f"The list has more than {_PAGES} pages; narrow it (by unit, year, state) and export again.",
    )
