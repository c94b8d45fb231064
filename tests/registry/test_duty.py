"""Rules of exceptions from the separation of duties."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.registry import Duty, DutyExceptionAllowed, ExceptionReason
from services.registry.domain.duty import DUTY_EXCEPTION, AllowException, Known, exception_id
from services.registry.reference import ROLE_RULES

PERSON, HEAD, THING, UNIT, ABOVE = (UUID(int=number, version=4) for number in range(1, 6))
TODAY = date(2024, 11, 20)
ALLOW = AllowException(
    person_id=PERSON, duty=Duty.CONFIRM_TARGETS, thing_id=THING, unit_id=UNIT, authority_id=ABOVE,
    reason=ExceptionReason.OFFICE_TOO_SMALL, until=TODAY + timedelta(days=7),
)  # fmt: skip
ALLOWED = DutyExceptionAllowed(exception_id=exception_id(ALLOW), since=TODAY, allowed_by=HEAD, **ALLOW.model_dump())
FROM_ABOVE = Known(above=True)


def test_a_head_above_allows_it_once() -> None:
    given(DUTY_EXCEPTION).knowing(FROM_ABOVE).when(ALLOW, by=HEAD).then(ALLOWED)
    given(DUTY_EXCEPTION, ALLOWED).knowing(FROM_ABOVE).when(ALLOW, by=HEAD).nothing()
    assert exception_id(ALLOW) != exception_id(ALLOW.model_copy(update={"duty": Duty.DECIDE_AWARD}))


@pytest.mark.parametrize("by", [PERSON, None])
def test_nobody_allows_themselves_an_exception(by: UUID | None) -> None:
    given(DUTY_EXCEPTION).knowing(FROM_ABOVE).when(ALLOW, by=by).rejected("own-exception")


def test_the_head_of_the_unit_itself_or_of_another_allows_nothing() -> None:
    given(DUTY_EXCEPTION).knowing(Known()).when(ALLOW, by=HEAD).rejected("authority-not-above")


@pytest.mark.parametrize("days", [-1, ROLE_RULES.on(TODAY).exception_days + 1, 10_000])
def test_an_exception_is_for_some_days_from_today(days: int) -> None:
    asked = ALLOW.model_copy(update={"until": TODAY + timedelta(days=days)})
    given(DUTY_EXCEPTION).knowing(FROM_ABOVE).when(asked, by=HEAD).rejected("exception-period")
