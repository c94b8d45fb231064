"""Every component in every state, for who changes the look: on a local platform only."""

from datetime import timedelta
from typing import Final

from fastapi import Response

from chassis.facts.problem import not_found
from services.portal.shell.pages import EVERYBODY, Page, opens_for, page_router
from services.portal.shell.visit import Visit

router = page_router()
_DAYS: Final = (-2, 0, 3, 12)


@router.get("/styleguide")
@opens_for(EVERYBODY)
async def show_styleguide(asked: Visit) -> Response:
    """The components; production has no such page."""
    if asked.shell.settings.thidua_env == "production":
        raise not_found()
    actions = [
        {"vi": "Đăng ký chỉ tiêu", "en": "Register a target", "open": False, "why": _why("step-done")},
        {"vi": "Gửi bản đăng ký", "en": "Send the registration in", "open": True, "why": None},
        {"vi": "Xác nhận bản đăng ký", "en": "Confirm the registration", "open": False, "why": _why("role-missing")},
    ]
    return asked.show(
        "styleguide/page.html",
        days=[asked.today + timedelta(days=days) for days in _DAYS],
        actions=actions,
        errors=[("wrong", "Hãy nhập một số, như 95,16. / Enter a number, such as 95,16.")],
    )


def _why(code: str) -> dict[str, str]:
    return {"code": code, "vi": "Lý do, kèm việc cần làm tiếp.", "en": "Why, and what to do next.", "source": "S002-17"}


PAGE: Final = Page(router)
