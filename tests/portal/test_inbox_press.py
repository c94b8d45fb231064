"""What waits of publicity and of reported violations, and who is told that there is any."""

from typing import Any

import pytest

from chassis.facts.projection import Tell
from chassis.testing import as_recorded, project_all
from contracts.campaigns import (
    Office,
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
    ViolationAnswered,
    ViolationHandedOver,
    ViolationReported,
)
from contracts.event import Event
from contracts.examples import example
from services.portal.pages.inbox.rows import INBOX
from services.portal.shell.told import Told

REPORTED, ANSWERED = example(ViolationReported), example(ViolationAnswered)
TO_DEPARTMENT, TO_INSPECTION = (example(ViolationHandedOver, to=office) for office in Office)


def waiting(*events: Event) -> list[str]:
    rows: dict[Any, Any] = dict(project_all(INBOX, *events)["inbox_tasks"])
    return [str(key[1]) for key in rows]


def test_what_must_come_down_waits_until_it_has() -> None:
    published, required, down = (
        example(kind) for kind in (PublicityPublished, PublicityToComeDown, PublicityTakenDown)
    )
    assert waiting(published) == []
    assert waiting(published, required) == ["take_down"]
    assert waiting(published, required, down) == []


def test_a_report_waits_for_the_department_and_then_for_the_office_that_looks_into_it() -> None:
    assert waiting(REPORTED) == ["hand_over"]
    assert waiting(REPORTED, TO_INSPECTION) == ["inspect"]
    assert waiting(REPORTED, TO_INSPECTION, TO_DEPARTMENT) == ["look_into"]
    assert waiting(REPORTED, TO_INSPECTION, ANSWERED) == []


@pytest.mark.requirement("S001-23")
@pytest.mark.parametrize("event", [REPORTED, TO_DEPARTMENT, TO_INSPECTION, ANSWERED])
def test_the_unit_is_not_told_that_something_of_it_was_reported(event: Event) -> None:
    [told] = [Told.of(str(each.said)) for each in INBOX.changes(as_recorded(event)) if isinstance(each, Tell)]
    assert told.page == "violations"
    assert set(told.roles) <= {"emulation_department", "inspector"}
