"""Looks at the deadlines each day: who is to be reminded, and what has passed. It decides nothing, the decider does.

It waits for nothing but the next day: after days away it looks once, at what is due by then, and what has gone out does
not go out again. The day is the service's, which a simulated clock may move.
"""

import asyncio
import time
from datetime import date
from typing import Final

from chassis.facts.clock import business_date
from chassis.facts.decider import Context
from chassis.facts.reminders import reminder_due
from chassis.service.platform import Platform
from chassis.store.patience import patiently
from services.campaigns.domain.deadline import DEADLINE, LookAtDeadline
from services.campaigns.views.deadlines import DeadlineRow, DeadlineState, ahead

POLICY: Final = "campaigns/look_at_deadlines"
_AGAIN_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 1.0


class Reminding:
    """The worker's loop over deadlines."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._looked = (date.min, 0.0)

    async def run(self) -> None:
        """Look at each new day at once, and twice a minute at what was set meanwhile, until cancelled."""
        while True:
            day, at = self._looked
            if business_date(self._platform.clock()) != day or time.monotonic() - at > _AGAIN_SECONDS:
                await patiently(self.look, "reminding")
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> int:
        """Look at every deadline for which it is time; how many there were."""
        today = business_date(self._platform.clock())
        due = [row for row in await ahead(self._platform.pool, today) if _is_due(row, today)]
        for row in due:
            context = Context(occurred_on=today, policy=POLICY)
            await self._platform.executor.execute(DEADLINE, row.deadline_id, LookAtDeadline(), context, known=None)
        self._looked = (today, time.monotonic())
        return len(due)


def _is_due(row: DeadlineRow, today: date) -> bool:
    """Whether the rules will find something to say: so no command is given in vain."""
    if row.state is DeadlineState.REOPENED:
        return row.until is not None and today >= row.until
    return today >= row.before or reminder_due(row.before, row.since, row.reminded, today) is not None
