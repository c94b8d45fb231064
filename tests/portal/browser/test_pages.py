"""Every page as it looks and is read, in both themes, on a desk and on a phone; and forms when things go wrong."""

import json
import os
import re

import asyncpg
import pytest
from fastapi.routing import APIRoute
from playwright.async_api import expect

from deploy.local.run_info import RunInfo
from services.portal.pages import all_pages
from tests.portal.browser.conftest import DEPARTMENT, GOALS, HEAD, LEADER, OFFICER, PACK, Desk, better, cells, press

pytestmark = pytest.mark.server

SIGNED_OUT = ("/session-ended", "/signed-out")
PLACES = {
    OFFICER: (
        "/",
        "/campaigns",
        *("/registrations", "/registrations/import"),
        *("/personal-registrations", "/my-registrations"),
        "/results",
        *("/reports", "/reports?open=true"),
        "/reviews",
        *("/rollup", "/base-figures", "/plans"),
        "/nominations",
        "/nominations/new",
        "/deadlines",
        *("/obstacles", "/obstacles/new", "/exemplars", "/exemplars/new", "/inspections"),
        *("/publicity", "/publicity/new"),
        *("/confirmations", "/confirmations/new", "/ratings"),
        *("/history/registrations", "/history/results"),
        "/documents",
        "/documents/new",
        "/incoming",
        "/notifications",
        "/people/me",
        "/units",
        "/units?kind=provincial",
        "/help",
        "/help/licences",
        "/glossary",
        "/search",
    ),
    LEADER: (
        *("/dashboard", "/dashboard/units", "/campaigns/launch"),
        *("/decisions", "/decisions/new", "/exceptions", "/exceptions/new", "/deadlines/new"),
        *("/signing", "/signing/new", "/vacancies"),
    ),
    DEPARTMENT: (
        *("/people", "/people/import", "/people/proposals", "/people/conflicts"),
        "/reviews/open",
        *("/inspections/new", "/base-figures/new", "/plans/new"),
        *("/violations", "/violations/new"),
        "/ratings/new",
        *("/units/import", "/notifications/all", "/notifications/templates"),
    ),
    HEAD: ("/styleguide", "/nowhere", *SIGNED_OUT),
}  # fmt: skip


def test_no_page_is_left_out() -> None:
    """Pages of one thing (with an id in their address) are opened on the way."""
    routes = [route for page in all_pages() for route in page.router.routes if isinstance(route, APIRoute)]
    listed = {path for paths in PLACES.values() for path in paths}
    assert {route.path for route in routes if "GET" in (route.methods or ()) and "{" not in route.path} <= listed


async def test_every_page_is_accessible_and_fits(desk: Desk) -> None:
    await desk.launch("trang-nao-cung-vua")
    for name, paths in PLACES.items():
        page = await desk.open(name)
        if name == OFFICER:
            await desk.task(page, "register")
        for path in paths:
            if path in SIGNED_OUT:
                await page.context.clear_cookies()
            await page.goto(f"{desk.url}{path}")
            await desk.look(page, re.sub("[/?=]", "-", path.strip("/")) or "inbox")
    await page.goto(desk.url)
    await desk.look(page, "sign-in")
    leader = await desk.open(LEADER)
    await leader.goto(f"{desk.url}/campaigns/launch")
    await leader.fill("#pack", json.dumps({**PACK, "code": "chi-xem"}, default=str, ensure_ascii=False, indent=2))
    await press(leader, "Xem lại")
    await expect(leader.locator("main")).to_contain_text("Xem lại trước khi phát động")
    await desk.look(leader, "campaigns-launch-look")
    await leader.fill("#pack", "[")
    await press(leader, "Xem lại")
    await desk.look(leader, "campaigns-launch-refused")


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_word_is_explained_where_it_stands(desk: Desk, scripts: bool) -> None:  # noqa: FBT001 - with or without
    await desk.launch(f"tu-ngu-{scripts}".lower())
    officer = await desk.open(OFFICER, java_script_enabled=scripts, has_touch=True)
    await desk.task(officer, "register")
    word = officer.get_by_role("button", name="Đang đăng ký", exact=True)
    tip = officer.get_by_text("Đơn vị đã được mời và còn sửa được các chỉ tiêu")
    await expect(tip).to_be_hidden()
    await word.focus()
    await officer.keyboard.press("Enter")
    await expect(tip).to_be_visible()
    await expect(word).to_have_accessible_description(re.compile("Đơn vị đã được mời"))
    await officer.keyboard.press("Escape")
    await expect(tip).to_be_hidden()
    await expect(word).to_be_focused()
    await word.tap()
    await expect(tip).to_be_visible()
    if scripts:
        await desk.look(officer, "registration-explained")
    await officer.get_by_role("link", name="Căn cứ").click()
    await officer.wait_for_url("**/glossary#registration_open")
    await expect(officer.locator("#registration_open")).to_be_in_viewport()


async def test_first_steps_open_at_ones_own_role(desk: Desk) -> None:
    head = await desk.open(HEAD)
    await head.goto(f"{desk.url}/help")
    opened = head.locator("details[open]")
    await expect(opened).to_have_count(1)
    await expect(opened.locator("summary")).to_contain_text("Thủ trưởng đơn vị")
    paths = await head.locator("details li a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    for path in sorted(set(paths)):
        answer = await head.goto(f"{desk.url}{path}")
        assert answer is not None
        assert answer.status == 200, path  # what a role may not do there is said on the page


async def test_a_page_prints_as_a_paper(desk: Desk) -> None:
    await desk.launch("in-ra-giay")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    await cells(officer).first.fill("94,9")
    await officer.emulate_media(media="print")
    for width in (1440, 700):  # a sheet is narrower than the width below which screens show cards
        await officer.set_viewport_size({"width": width, "height": 900})
        for part in (".nav", ".actions", ".buttons", ".words", ".crumbs", "details"):
            await expect(officer.locator(part).first).to_be_hidden()
        await expect(officer.locator("thead").first).to_have_css("display", "table-header-group")
        await expect(officer.locator("thead").first).to_be_visible()
        await expect(officer.locator("tbody tr").first).to_have_css("display", "table-row")
        await expect(cells(officer).first).to_be_visible()
        await expect(cells(officer).first).to_have_css("border-top-style", "none")
    await officer.goto(f"{desk.url}/help/licences")
    folder = os.environ.get("PICTURES")
    sheet = await officer.pdf(prefer_css_page_size=True, path=f"{folder}/licences.pdf" if folder else None)
    assert b"/MediaBox [0 0 594.95996 841.91998]" in sheet


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
    await desk.look(page, "inbox-en")
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
    untouched = next(name for name in names if name not in upward[:3])
    alone = better(GOALS[untouched])
    for name, figure in ((both, "99,1"), (theirs, "99,2"), (untouched, alone)):
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
    assert await officer.input_value(f"#{untouched}") == alone  # what one has not touched is never sent as one's own
    await desk.look(officer, "registration-both")
    await officer.locator(f"[name=take-{theirs}][value=theirs]").check()
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")
    assert [await officer.input_value(f"#{name}") for name in (mine, both, theirs, untouched)] == [
        "99,5",
        "99,6",
        "99,2",
        alone,
    ]


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
    await desk.look(officer, "registration-restored")
    await press(officer, "Bỏ nội dung đang dở")
    await expect(officer.locator(f"#{name}")).to_have_value("")
