"""Who has died is told nothing: not as one of those concerned by an event, nor does a letter still go that waited."""

from datetime import date

import pytest

from chassis.testing import as_recorded, project_all
from contracts.registry import LeavingCancelled, LeavingReason, PersonLeft
from services.notify.audience import people_in
from services.notify.departed import DEPARTED
from services.notify.domain.rule import Oneself
from tests.notify.conftest import Office

pytestmark = pytest.mark.server
DAY = date(2024, 11, 20)


@pytest.mark.requirement("B3")
async def test_no_message_goes_to_who_has_died_nor_one_that_waited(office: Office) -> None:
    dead, alive = await office.person(), await office.person()
    [waiting], [other] = await office.tell(dead), await office.tell(alive)
    died = PersonLeft(person_id=dead.id, reason=LeavingReason.DIED, on=DAY)
    await office.learn(DEPARTED, as_recorded(died))
    async with office.delivering():
        assert await office.ended(waiting, "NotificationSuppressed")
        assert await office.ended(other, "NotificationCompleted")
    assert await people_in(office.database.pool, [Oneself(dead.id), Oneself(alive.id)], DAY) == {alive.id}
    assert project_all(DEPARTED, died, LeavingCancelled(person_id=dead.id))["departed"] == {}
    retired = died.model_copy(update={"reason": LeavingReason.RETIRED})
    assert project_all(DEPARTED, retired)["departed"] == {}
