"""Units are urged for their reports: one, those that are ticked, or all that are late; each report notes it."""

from collections.abc import Sequence
from typing import Final

from chassis.facts.problem import Problem
from contracts.campaigns import UrgingChannel
from services.portal.shell.forms import Form
from services.portal.shell.stepping import Ask, Taken, body_of
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

ASKS: Final = (Ask("channel"), Ask("on", "day", required=False), Ask("note", "area", required=False))


async def urge(asked: Visit, chosen: Sequence[str], form: Form) -> Taken:
    """Urge for these reports through the platform today, or write down the day on which it was done by hand."""
    if not chosen:
        return Taken({"urge-channel": say(asked.language, "reviews.urge_nobody")}, 422)
    body, wrong = body_of(form, ASKS, "urge-", asked.language)
    if wrong:
        return Taken(wrong, 422)
    if body["channel"] == UrgingChannel.PLATFORM or "on" not in body:
        body["on"] = asked.today.isoformat()
    for report in chosen:
        try:
            await asked.tell("campaigns", f"/reports/{report}/urgings", body, key=form.key_of(report))
        except Problem as problem:
            if problem.status not in {403, 409, 422}:
                raise
            named = {f"urge-{name}": text for name, text in asked.fields_with_errors(problem).items()}
            return Taken(named or {"": asked.sentence(problem)}, problem.status)
    return Taken()
