"""The organisation's root, in which the powers over the whole organisation are held."""

from uuid import UUID

from chassis.problem import AGAIN, Problem
from chassis.web import Asked
from services.registry import views


async def root(asked: Asked) -> UUID:
    """The root unit; raises Problem 503 `units-not-there-yet` before the organisation was imported."""
    found = await views.root_unit(asked.pool)
    if found is None:
        raise Problem(
            503,
            "units-not-there-yet",
            "Chưa có danh mục đơn vị; hãy nhập bằng lệnh “thidua units import TỆP” rồi gửi lại sau giây lát.",
            "No unit is known here yet; run “thidua units import FILE”, then send this again shortly.",
            headers=AGAIN,
        )
    return found
