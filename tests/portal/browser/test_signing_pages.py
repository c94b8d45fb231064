"""A head lets the deputy sign, sees it, and ends it; who is no head is told why not."""

import pytest
from playwright.async_api import expect

from tests.portal.browser.conftest import HEAD, Desk, follow, press

pytestmark = pytest.mark.server

DEPUTY = "Tạ Văn Phó Mẫu"


async def test_a_head_lets_the_deputy_sign_and_ends_it(desk: Desk) -> None:
    head = await desk.open(HEAD)
    await head.goto(f"{desk.url}/signing/new")
    await desk.look(head, "signing-new")
    await head.select_option("#capacity", "by_delegation")
    signer = head.locator("#signer option", has_text=DEPUTY).first
    await head.select_option("#signer", await signer.get_attribute("value"))
    await head.fill("#basis", "12/QĐ-BHXH")
    await press(head, "Giao ký")
    await expect(head.locator(".errors")).to_contain_text("phải nêu loại văn bản và ngày kết thúc")
    await desk.look(head, "signing-refused")
    await head.select_option("#capacity", "deputy")
    await press(head, "Giao ký")
    await expect(head.locator(".note")).to_contain_text("Đã giao ký")
    await desk.look(head, "signing-one")

    deputy = await desk.open(DEPUTY)
    await deputy.goto(f"{desk.url}/signing")
    await desk.look(deputy, "signing-list")
    await follow(deputy, DEPUTY)
    await expect(deputy.locator("main")).to_contain_text("Ký thay (KT.)")
    assert await deputy.locator("button", has_text="Chấm dứt việc giao ký").count() == 0

    await press(head, "Chấm dứt việc giao ký")
    await expect(head.locator(".note")).to_contain_text("Đã chấm dứt")
    assert await head.locator("button", has_text="Chấm dứt việc giao ký").count() == 0
