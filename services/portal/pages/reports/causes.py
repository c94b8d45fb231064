"""What a unit did not reach and why, what it does about it, what it learned: forms of a report's page. Source: B17."""

from typing import Final
from uuid import UUID

from services.portal.shell.forms import Form
from services.portal.shell.stepping import Ask, Step, take
from services.portal.shell.visit import Visit

_NUMBER: Final = Ask("number", "whole", required=False)
CAUSES: Final = {
    "explain_shortfall": Step(
        "shortfalls",
        (_NUMBER, Ask("indicator", required=False), Ask("year", "whole", required=False), Ask("cause", "area")),
    ),
    "plan_remedy": Step(
        "remedies",
        (_NUMBER, Ask("shortfall", "whole", required=False), Ask("what", "area"), Ask("before", "day", required=False)),
    ),
    "check_remedy": Step(
        "remedy-checks",
        (Ask("earlier_report_id"), Ask("number", "whole"), Ask("outcome"), Ask("how", "area")),
    ),
    "record_lesson": Step("lessons", (_NUMBER, Ask("what", "area"))),
    "ask_below": Step("reports-below", (Ask("before", "day"),)),
}  # fmt: skip
"""The forms by the names of their actions."""


async def send(asked: Visit, key: UUID, form: Form, name: str) -> tuple[dict[str, str], int]:
    """Say it; gives sentences by field, of the whole under an empty name, and the status of a refusal."""
    prefix = {"check_remedy": form.get("prefix", ""), "ask_below": "below-"}.get(name, f"{name}-")
    step = CAUSES[name]
    taken = await take(asked, "campaigns", f"/reports/{key}/{step.path}", step.asks, prefix)
    return taken.wrong, taken.status
