"""A platform as `make run` starts it, and the system's Chromium, in which its cast is signed in."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from deploy.local.run_info import RunInfo

DATA = Path(".thidua-browser")
PACK = yaml.safe_load(Path("services/campaigns/packs/4225-2024.yaml").read_text(encoding="utf-8"))
GOALS: dict[str, dict[str, Any]] = {f"t-{goal['indicator']}-{goal['year']}": goal for goal in PACK["goals"]}
_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
_CUT_OFF = (
    "() => [...document.querySelectorAll('body *')].filter(e => (e.getBoundingClientRect().right > innerWidth + 1"
    " || (e.matches('main td, main th, main dd, main li, main p') && e.scrollWidth > e.clientWidth + 1))"
    " && !e.closest('.nav, .out, .skip') && !e.closest('.scroll:not(.cards)')).map(e => e.outerHTML.slice(0, 80))"
)
"""Parts of a page that reach beyond its width, those left out that scroll by themselves."""
OFFICER, HEAD, DISTRICT = "Nguyễn Thị Mẫu", "Phạm Văn Thử", "Lê Thị Giả Định"
DEPARTMENT, PROFESSIONAL, LEADER = "Trần Văn Ví Dụ", "Hoàng Thị Minh Họa", "Vũ Văn Tưởng Tượng"


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunInfo]:
    """The platform on an empty data folder, with its cast."""
    shutil.rmtree(DATA, ignore_errors=True)
    log = tmp_path_factory.mktemp("browser") / "run.log"
    command = [sys.executable, "-m", "cli.main", "run", "--data", str(DATA)]
    env = os.environ | {"THIDUA_CLOCK": str((DATA / "clock").resolve())}  # stands nothing there, it is today
    with log.open("w") as out, subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=env) as process:
        deadline = time.monotonic() + 300
        while not (DATA / "cast.json").exists():
            if process.poll() is not None or time.monotonic() > deadline:
                process.terminate()
                pytest.fail(log.read_text()[-3000:])
            time.sleep(0.2)
        info = RunInfo.read(DATA)
        assert info is not None
        yield info
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of the system: Debian's package `chromium`."""
    found = shutil.which("chromium")
    assert found, (
        "Không có Chromium; hãy cài gói chromium rồi chạy lại. / Install the package chromium, then run again."
    )
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        await browser.close()


@dataclass
class Desk:
    """Browsers in which people are signed in; what a browser complains of is kept, and who else was asked."""

    browser: Browser
    url: str
    said: list[str] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    contexts: list[BrowserContext] = field(default_factory=list)
    code: str = ""

    async def open(self, name: str, **options: Any) -> Page:
        """A new browser, signed in as one of the cast."""
        context = await self.browser.new_context(**options)
        self.contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: self._heard(message.type, message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))
        await page.goto(self.url)
        await page.get_by_role("link", name=name).click()
        await page.wait_for_url(f"{self.url}/")
        return page

    async def look(self, page: Page, name: str) -> None:
        """Hold a page against what is promised of each, in both themes: accessible, and nothing cut on a phone.

        Where PICTURES names a folder, pictures at both widths are kept there.
        """
        folder = os.environ.get("PICTURES")
        for theme in _THEMES:
            await page.emulate_media(color_scheme=theme)
            found = await Axe().run(page)
            assert found.response["violations"] == [], f"{name}, {theme}: {found.generate_report()}"
            for width in (1440, 390):
                await page.set_viewport_size({"width": width, "height": 900})
                assert await page.evaluate(_CUT_OFF) == [], f"{name}, {width}"
                assert await page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}, {width}"
                if folder:
                    await page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
            for menu in await page.locator(".nav").all():  # none for whom is signed out
                box = await menu.bounding_box()
                assert box is not None
                assert box["height"] < 100, name  # a band above the page, no more
            await page.set_viewport_size({"width": 1440, "height": 900})
        await page.emulate_media(color_scheme="light")

    def _heard(self, kind: str, text: str) -> None:
        refused = "the server responded with a status of 4"  # an answer that a test provokes is no fault of the page
        if kind in {"error", "warning"} and refused not in text:
            self.said.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith("http://127.0.0.1:"):
            self.foreign.add(url)

    async def task(self, page: Page, step: str) -> None:
        """Open the first task of a kind, in the drive that was launched last, as soon as the inbox shows one."""
        deadline = time.monotonic() + 30
        rows = page.locator("table.inbox tbody tr", has_text=f"{self.code}:")
        while True:
            await page.goto(f"{self.url}/?step={step}")
            if await rows.count():
                break
            assert time.monotonic() < deadline, f"no task: {step}"
            await page.wait_for_timeout(200)
        async with page.expect_navigation():
            await rows.first.locator("a").first.click()

    async def launch(self, code: str, **terms: Any) -> None:
        """Launch a drive of another code, or of other terms too, as its leader does."""
        self.code = code
        page = await self.open(LEADER)
        await page.goto(f"{self.url}/campaigns/launch")
        await page.fill("#pack", json.dumps({**PACK, **terms, "code": code}, default=str))
        await press(page, "Xem lại")
        await press(page, "Phát động phong trào")
        await page.wait_for_url("**done=launched**")


async def press(page: Page, name: str) -> None:
    """Press a button of the page's own part."""
    await page.locator("main").get_by_role("button", name=name, exact=True).first.click()


async def follow(page: Page, name: str) -> None:
    """Follow a link of the page's own part."""
    await page.locator("main").get_by_role("link", name=name, exact=True).first.click()


async def follow_first(page: Page) -> None:
    """Open what the first row of a list leads to."""
    async with page.expect_navigation():
        await page.locator("main tbody a").first.click()


def cells(page: Page) -> Locator:
    """The cells of a grid that can be filled in."""
    return page.locator("table[data-grid] input:not([type=checkbox])")


def better(goal: dict[str, Any]) -> str:
    """A figure that beats a goal a little, as it is typed in Viet Nam."""
    up = goal["direction"] in {"at_least", "about", "above"}
    return f"{float(goal['value']) + (0.25 if up else -0.25):.2f}".replace(".", ",")


@pytest.fixture
async def desk(platform: RunInfo, chromium: Browser) -> AsyncIterator[Desk]:
    """A desk for one test; no page may complain or ask another host."""
    desk = Desk(chromium, platform.services["portal"].url)
    yield desk
    for context in desk.contexts:
        await context.close()
    assert desk.said == []
    assert desk.foreign == set()
