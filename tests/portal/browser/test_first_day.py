"""The portal before anybody has done anything: where nothing is, the page leads on."""

from playwright.async_api import expect

from tests.portal.browser.conftest import DISTRICT, Desk


async def test_where_nothing_is_the_page_leads_on(desk: Desk) -> None:
    district = await desk.open(DISTRICT)
    for path in ("/", "/registrations", "/results", "/nominations", "/registrations?status=confirmed"):
        await district.goto(f"{desk.url}{path}")
        await expect(district.locator(".empty a")).to_have_count(1)
        await desk.look(district, f"empty-{path.strip('/').replace('?', '-').replace('=', '-') or 'inbox'}")
    await district.goto(f"{desk.url}/notifications")
    await expect(district.locator(".empty")).to_contain_text("Bạn chưa được báo việc gì")
    await district.goto(f"{desk.url}/people")
    await expect(district.locator("h1")).to_have_text("Chưa thực hiện được")
    await desk.look(district, "refused")
