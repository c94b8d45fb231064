"""Rules of what persons register: one for each campaign, free until the head, who wrote none of it, confirms it."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Signed, given
from contracts.registry import (
    PersonalRegistrationConfirmed,
    PersonalRegistrationMade,
    PersonalRegistrationReturned,
    PersonalRegistrationRevised,
    PersonalRegistrationWithdrawn,
)
from services.registry.domain.personal_registration import (
    PERSONAL_REGISTRATION,
    ConfirmPersonally,
    ConfirmTogether,
    Known,
    PersonalCommand,
    RegisterPersonally,
    ReturnPersonally,
    RewritePersonally,
    WithdrawPersonally,
    digest,
    personal_registration_id,
)
from tests.registry.examples import CAMPAIGN, DUE, HEAD, NEIGHBOUR, OFFICER, OPENED, PERSON_ID, PROVINCE, ROOT

KEY = personal_registration_id(CAMPAIGN, PERSON_ID)
ABOUT: dict[str, Any] = {
    "registration_id": KEY, "campaign_id": CAMPAIGN, "unit_id": PROVINCE, "person_id": PERSON_ID,
}  # fmt: skip
TARGET, SOLUTION = digest(KEY, "100 % hồ sơ đúng hạn"), digest(KEY, "Rà soát mỗi tuần")
MADE = PersonalRegistrationMade(**ABOUT, target=TARGET, solution=SOLUTION)
OTHER = digest(KEY, "110 % kế hoạch")
REVISED = PersonalRegistrationRevised(**ABOUT, target=OTHER, solution=SOLUTION, revision=2)
RETURNED = PersonalRegistrationReturned(**ABOUT, reason=digest(KEY, "Chưa đo được"), revision=1, writer_id=OFFICER)
CONFIRMED = PersonalRegistrationConfirmed(**ABOUT, revision=1, writer_id=OFFICER)
WITHDRAWN = PersonalRegistrationWithdrawn(**ABOUT, revision=1)
WRITTEN = Signed(MADE, OFFICER)
TERMS = OPENED.model_copy(update={"persons_register": True})
KNOWN = Known(terms=TERMS, works_here=True)

REGISTER = RegisterPersonally(
    campaign_id=CAMPAIGN, unit_id=PROVINCE, person_id=PERSON_ID, target="100 % hồ sơ đúng hạn",
    solution="Rà soát mỗi tuần",
)  # fmt: skip
REWRITE = RewritePersonally(target="110 % kế hoạch", solution="Rà soát mỗi tuần")
CONFIRM, WITHDRAW, RETURN = ConfirmPersonally(), WithdrawPersonally(), ReturnPersonally(reason="Chưa đo được")


@pytest.mark.requirement("S001-14")
@pytest.mark.requirement("A4")
def test_a_person_registers_a_target_and_a_solution() -> None:
    given(PERSONAL_REGISTRATION).knowing(KNOWN).when(REGISTER, by=OFFICER).then(MADE)


def test_the_words_stand_in_no_fact() -> None:
    [event] = given(PERSONAL_REGISTRATION).knowing(KNOWN).when(REGISTER, by=OFFICER).events
    assert "hồ sơ" not in event.model_dump_json()


def test_there_is_one_for_each_person_and_campaign() -> None:
    again = given(PERSONAL_REGISTRATION, WRITTEN).knowing(KNOWN)
    again.when(REGISTER, by=OFFICER).nothing()
    again.when(REGISTER.model_copy(update={"target": "Khác"}), by=OFFICER).rejected(
        "personal-registration-already-made"
    )


@pytest.mark.requirement("S001-14")
def test_a_campaign_that_asks_units_alone_takes_none_of_a_person() -> None:
    for terms in (OPENED, None):
        asked = given(PERSONAL_REGISTRATION).knowing(replace(KNOWN, terms=terms))
        asked.when(REGISTER, by=OFFICER).rejected("personal-registration-not-asked")


def test_who_works_elsewhere_does_not_register_here() -> None:
    asked = given(PERSONAL_REGISTRATION).knowing(replace(KNOWN, works_here=False))
    asked.when(REGISTER, by=OFFICER).rejected("person-not-in-unit")


@pytest.mark.parametrize(
    ("before", "last", "closed"),
    [
        (DUE, date(2024, 11, 29), date(2024, 11, 30)),
        (None, date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_from_the_closing_day_on_nobody_registers_or_writes_anew(before: date | None, last: date, closed: date) -> None:
    known = replace(KNOWN, terms=TERMS.model_copy(update={"submit_before": before}))
    given(PERSONAL_REGISTRATION).knowing(known).when(REGISTER, by=OFFICER, on=last).then(MADE)
    for history, command in (((), REGISTER), ((WRITTEN,), REWRITE)):
        late = given(PERSONAL_REGISTRATION, *history).knowing(known).when(command, by=OFFICER, on=closed)
        assert f"{closed:%d/%m/%Y}" in late.rejected("personal-registration-closed").vi


def test_what_was_given_back_is_mended_after_the_closing_day_too() -> None:
    mended = given(PERSONAL_REGISTRATION, WRITTEN, RETURNED).knowing(KNOWN).when(REWRITE, by=OFFICER, on=DUE)
    mended.then(REVISED.model_copy(update={"asked": 1}))


def test_it_is_written_anew_until_it_is_confirmed() -> None:
    given(PERSONAL_REGISTRATION, WRITTEN).knowing(KNOWN).when(REWRITE, by=OFFICER).then(REVISED)
    given(PERSONAL_REGISTRATION, WRITTEN, Signed(REVISED, OFFICER)).knowing(KNOWN).when(REWRITE, by=OFFICER).nothing()
    done = given(PERSONAL_REGISTRATION, WRITTEN, Signed(CONFIRMED, HEAD)).knowing(KNOWN)
    for command in (REWRITE, WITHDRAW, RETURN):
        done.when(command, by=NEIGHBOUR).rejected("personal-registration-confirmed")


@pytest.mark.requirement("A4")
def test_the_head_confirms_it() -> None:
    given(PERSONAL_REGISTRATION, WRITTEN).knowing(KNOWN).when(CONFIRM, by=HEAD).then(CONFIRMED)
    given(PERSONAL_REGISTRATION, WRITTEN, CONFIRMED).knowing(KNOWN).when(CONFIRM, by=HEAD).nothing()


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("command", [CONFIRM, RETURN, ConfirmTogether(revision=1)])
def test_whose_it_is_and_who_wrote_any_of_it_do_not_judge_it(command: PersonalCommand) -> None:
    written = given(PERSONAL_REGISTRATION, WRITTEN, Signed(REVISED.model_copy(update={"revision": 1}), HEAD))
    for person in (OFFICER, HEAD, PERSON_ID):
        written.knowing(KNOWN).when(command, by=person).rejected("same-person-may-not-confirm-personal")


def test_a_head_above_may_let_somebody_confirm_their_own_work() -> None:
    let = given(PERSONAL_REGISTRATION, WRITTEN).knowing(replace(KNOWN, excused=frozenset({OFFICER})))
    let.when(CONFIRM, by=OFFICER).then(CONFIRMED)


def test_several_are_confirmed_as_they_were_seen() -> None:
    changed = given(PERSONAL_REGISTRATION, WRITTEN, Signed(REVISED, OFFICER)).knowing(KNOWN)
    changed.when(ConfirmTogether(revision=1), by=HEAD).rejected("personal-registration-changed")
    confirmed = CONFIRMED.model_copy(update={"revision": 2, "told": False})
    changed.when(ConfirmTogether(revision=2, told=False), by=HEAD).then(confirmed)


def test_it_is_given_back_for_a_reason_and_waits_until_it_is_mended() -> None:
    given(PERSONAL_REGISTRATION, WRITTEN).knowing(KNOWN).when(RETURN, by=HEAD).then(RETURNED)
    back = given(PERSONAL_REGISTRATION, WRITTEN, RETURNED).knowing(KNOWN)
    back.when(RETURN, by=HEAD).nothing()
    back.when(CONFIRM, by=HEAD).rejected("personal-registration-returned")


def test_what_was_withdrawn_may_be_registered_again_in_the_same_unit() -> None:
    given(PERSONAL_REGISTRATION, WRITTEN).knowing(KNOWN).when(WITHDRAW, by=OFFICER).then(WITHDRAWN)
    gone = given(PERSONAL_REGISTRATION, WRITTEN, WITHDRAWN).knowing(KNOWN)
    gone.when(WITHDRAW, by=OFFICER).nothing()
    for command in (CONFIRM, RETURN, REWRITE):
        gone.when(command, by=HEAD).rejected("personal-registration-withdrawn")
    gone.when(REGISTER, by=OFFICER).then(MADE.model_copy(update={"revision": 2}))
    moved = REGISTER.model_copy(update={"unit_id": ROOT})
    gone.when(moved, by=OFFICER).rejected("personal-registration-elsewhere")


@pytest.mark.parametrize("command", [CONFIRM, WITHDRAW, RETURN, REWRITE])
def test_where_nothing_was_registered_there_is_nothing_to_judge(command: PersonalCommand) -> None:
    given(PERSONAL_REGISTRATION).knowing(KNOWN).when(command, by=HEAD).rejected("personal-registration-not-made")


def test_nothing_new_is_written_about_who_was_erased() -> None:
    erased = replace(KNOWN, erased=True)
    given(PERSONAL_REGISTRATION).knowing(erased).when(REGISTER, by=OFFICER).rejected("person-erased")
    for command in (REWRITE, RETURN):
        written = given(PERSONAL_REGISTRATION, WRITTEN).knowing(erased)
        written.when(command, by=UUID(int=77)).rejected("person-erased")
