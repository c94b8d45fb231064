"""News in the browser: an open page says what others have done, moves nothing, and all tabs hold one stream."""

import pytest
from playwright.async_api import Page, Request, expect

from tests.portal.browser.conftest import GOALS, HEAD, OFFICER, Desk, better, cells, press

pytestmark = pytest.mark.server


async def pledge(officer: Page, number: int) -> None:
    """The officer saves one figure of the registration that is open."""
    cell = cells(officer).nth(number)
    await cell.fill(better(GOALS[await cell.get_attribute("id") or ""]))
    await press(officer, "Lưu")
    await officer.wait_for_url("**done=saved**")


async def test_an_open_page_says_what_another_person_has_done(desk: Desk) -> None:
    await desk.launch("tin-moi")
    officer = await desk.open(OFFICER)
    await desk.task(officer, "register")
    registration = officer.url.partition("?")[0]
    head, without = await desk.open(HEAD), await desk.open(HEAD, java_script_enabled=False)
    note = head.locator("#news")
    await expect(note).to_be_empty()
    await pledge(officer, 0)
    await expect(note).to_have_text("1 thay đổi mới, xem")
    await expect(officer.locator("#news")).to_be_empty()  # who did it knows
    await without.goto(registration)
    await expect(without.locator("#news")).to_be_empty()

    await head.goto(registration)
    await expect(note).to_be_empty()
    await cells(head).nth(5).fill("đang gõ")
    before = await cells(head).nth(5).bounding_box()
    await pledge(officer, 1)
    await expect(note).to_have_text("Trang này vừa có thay đổi, xem lại")
    assert await cells(head).nth(5).bounding_box() == before
    await expect(cells(head).nth(5)).to_be_focused()
    assert await cells(head).nth(5).input_value() == "đang gõ"
    await desk.look(head, "news")
    await note.get_by_role("link").click()
    await expect(cells(head).nth(1)).not_to_have_value("")
    await expect(note).to_be_empty()


async def test_eight_tabs_hold_one_stream_and_all_are_told(desk: Desk) -> None:
    await desk.launch("tam-the")
    officer, first = await desk.open(OFFICER), await desk.open(HEAD)
    await desk.task(officer, "register")
    streams = set[Request]()

    def gone(request: Request) -> None:
        streams.discard(request)

    context = first.context
    context.on("request", lambda request: streams.add(request) if "/news?" in request.url else None)
    context.on("requestfailed", gone)
    context.on("requestfinished", gone)
    tabs = [first, *[await context.new_page() for _ in range(7)]]
    for tab in tabs:
        await tab.goto(desk.url)
    await pledge(officer, 0)
    for tab in tabs:
        await expect(tab.locator("#news")).to_have_text("1 thay đổi mới, xem")
    assert len(streams) == 1
    await tabs.pop().goto("about:blank")  # the one that holds the stream goes
    await desk.launch("tam-the-nua")
    for tab in tabs:
        await expect(tab.locator("#news")).to_have_text("2 thay đổi mới, xem")
    assert len(streams) == 1


async def test_a_browser_without_channels_between_its_tabs_is_told_too(desk: Desk) -> None:
    head = await desk.open(HEAD)
    await head.context.add_init_script("delete window.BroadcastChannel")
    tabs = [head, await head.context.new_page()]
    for tab in tabs:
        await tab.goto(desk.url)
    await desk.launch("khong-kenh")
    for tab in tabs:
        await expect(tab.locator("#news")).to_have_text("1 thay đổi mới, xem")
