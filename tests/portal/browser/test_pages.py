"""Every page as it looks and is read, in both themes, on a desk and on a phone; and forms when things go wrong."""

from urllib.parse import urlsplit

import asyncpg
import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi.routing import APIRoute
from playwright.async_api import Page, expect

from deploy.local.run_info import RunInfo
from services.portal.pages import all_pages
from tests.portal.browser.conftest import DEPARTMENT, GOALS, HEAD, LEADER, OFFICER, Desk, cells, press

pytestmark = pytest.mark.server

PLACES = {
    OFFICER: (
        "/",
        "/campaigns",
        "/registrations",
        "/results",
        "/nominations",
        "/nominations/new",
        "/people/me",
        "/help",
    ),
    LEADER: ("/campaigns/launch", "/decisions", "/decisions/new"),
    DEPARTMENT: ("/people",),
    HEAD: ("/styleguide", "/nowhere", "/session-ended", "/signed-out"),
}  # fmt: skip
PHONE = {"width": 390, "height": 844}


async def cut_off(page: Page) -> list[str]:
    """Parts of a page that reach beyond its width, those left out that scroll by themselves."""
    found: list[str] = await page.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
        " && !e.closest('.scroll, .nav, .out, .skip')).map(e => e.outerHTML.slice(0, 80))"
    )
    return found


def test_no_page_is_left_out() -> None:
    """Pages of one thing (with an id in their address) are opened on the way."""
    routes = [route for page in all_pages() for route in page.router.routes if isinstance(route, APIRoute)]
    listed = {path for paths in PLACES.values() for path in paths}
    assert {route.path for route in routes if "GET" in (route.methods or ()) and "{" not in route.path} <= listed


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_page_is_accessible_and_fits(desk: Desk, theme: str) -> None:
    await desk.launch(f"trang-{theme}")
    for name, paths in PLACES.items():
        page = await desk.open(name, color_scheme=theme)
        inside = list(paths)
        if name == OFFICER:
            await desk.task(page, "register")
            inside.append(urlsplit(page.url).path)
            await page.goto(f"{desk.url}/campaigns")
            inside.append(await page.locator("main tbody a").first.get_attribute("href") or "")
        for path in inside:
            await page.goto(f"{desk.url}{path}")
            found = await Axe().run(page)
            assert found.response["violations"] == [], f"{path}: {found.generate_report()}"
            await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
            assert await cut_off(page) == [], path
            menu = await page.locator("nav").bounding_box()
            assert menu is None or menu["height"] < 100, path  # a band above the page, no more
            await page.set_viewport_size({"width": 1440, "height": 900})


async def test_a_form_is_taken_up_again_after_the_session_ended(desk: Desk, platform: RunInfo) -> None:
    await desk.launch("het-phien")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    path, name = officer.url, await cells(officer).first.get_attribute("id")
    await officer.fill(f"#{name}", "94,9")
    connection = await asyncpg.connect(platform.database("portal"))
    await connection.execute("update shell.sessions set seen_at = now() - interval '31 minutes'")
    await connection.close()
    await press(officer, "Lưu")
    await expect(officer.locator("h1")).to_have_text("Phiên làm việc đã kết thúc")
    await officer.get_by_role("link", name="Đăng nhập", exact=True).click()
    await officer.get_by_role("link", name=OFFICER).click()
    await officer.wait_for_url(path)
    assert await officer.input_value(f"#{name}") == "94,9"
    await expect(officer.locator("main")).to_contain_text("đang nhập dở")


async def test_a_double_click_sends_once_and_a_reload_changes_nothing(desk: Desk) -> None:
    await desk.launch("nhap-dup")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    posts: list[str] = []
    officer.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    await cells(officer).nth(1).fill("95,9")
    await officer.locator("main").get_by_role("button", name="Lưu", exact=True).dblclick()
    await officer.wait_for_url("**done=saved**")
    assert len(posts) == 1
    await officer.reload()
    await expect(officer.locator("main")).to_contain_text("Đã lưu")


async def test_the_language_is_a_switch_away(desk: Desk) -> None:
    page = await desk.open(OFFICER)
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("h1")).to_have_text("Inbox")
    await page.get_by_role("link", name="Tiếng Việt").click()
    await expect(page.locator("h1")).to_have_text("Hộp việc")


async def test_two_at_one_form_see_each_others_figures_and_choose(desk: Desk) -> None:
    await desk.launch("hai-nguoi")
    officer, head = await desk.open(OFFICER), await desk.open(HEAD)
    await desk.task(officer, "register")
    await head.goto(officer.url)
    names = await cells(head).evaluate_all("inputs => inputs.map(input => input.id)")
    upward = [name for name in names if GOALS[name]["direction"] == "at_least" and GOALS[name]["value"] < 99]
    mine, both, theirs = upward[:3]
    for name, figure in ((both, "99,1"), (theirs, "99,2")):
        await head.fill(f"#{name}", figure)
    await press(head, "Lưu")
    await head.wait_for_url("**done=saved**")
    for name, figure in ((mine, "99,5"), (both, "99,6"), (theirs, "99,7")):
        await officer.fill(f"#{name}", figure)
    await press(officer, "Lưu")
    await expect(officer.locator("#errors")).to_be_focused()
    await expect(officer.locator(".errors li")).to_have_count(2)
    await expect(officer.locator(f"#{both}-error")).to_contain_text("99,1")
    assert await officer.input_value(f"#{both}") == "99,6"
    assert (await Axe().run(officer)).response["violations"] == []
    await desk.picture(officer, "registration-both")
    await officer.locator(f"[name=take-{theirs}][value=theirs]").check()
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    assert [await officer.input_value(f"#{name}") for name in (mine, both, theirs)] == ["99,5", "99,6", "99,2"]


async def test_what_is_typed_is_kept_by_itself(desk: Desk) -> None:
    await desk.launch("tu-giu")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    name = await cells(officer).first.get_attribute("id")
    async with officer.expect_response("**/drafts") as kept:
        await officer.fill(f"#{name}", "94,9")
    assert (await kept.value).status == 204
    await officer.reload()
    assert await officer.input_value(f"#{name}") == "94,9"
    await press(officer, "Bỏ nội dung đang dở")
    assert await officer.input_value(f"#{name}") == ""
