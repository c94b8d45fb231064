"""What waits of a local committee's confirmation, and who is told that there is any."""

from typing import Any

import pytest

from chassis.facts.projection import Tell
from chassis.testing import as_recorded, project_all
from contracts.campaigns import ConfirmationEntered, ConfirmationJudged, ConfirmationWithdrawn
from contracts.event import Event
from contracts.examples import example
from services.portal.pages.inbox.rows import INBOX
from services.portal.shell.told import Told

ENTERED, JUDGED, WITHDRAWN = (
    example(kind) for kind in (ConfirmationEntered, ConfirmationJudged, ConfirmationWithdrawn)
)


def rows(table: str, *events: Event) -> list[str]:
    found: dict[Any, Any] = dict(project_all(INBOX, *events)[table])
    return [str(key[1]) for key in found]


@pytest.mark.requirement("A6")
def test_a_confirmation_waits_until_it_was_judged_or_withdrawn() -> None:
    assert rows("inbox_tasks", ENTERED) == ["judge"]
    assert rows("inbox_tasks", ENTERED, JUDGED) == []
    assert rows("inbox_done", ENTERED, JUDGED) == ["judge"]
    assert rows("inbox_tasks", ENTERED, WITHDRAWN) == []
    assert rows("inbox_done", ENTERED, WITHDRAWN) == []  # nobody has judged it


def test_the_unit_and_who_judges_are_told_that_there_is_something_new() -> None:
    [told] = [Told.of(str(each.said)) for each in INBOX.changes(as_recorded(ENTERED)) if isinstance(each, Tell)]
    assert told.page == "confirmations"
    assert set(told.roles) == {"emulation_department", "officer", "unit_head"}
