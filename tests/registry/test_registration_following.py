"""Registrations go by what their campaign says later, and by what has become of their own deadline."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Signed, given
from contracts.campaigns import (
    CampaignAmended,
    CampaignExtended,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
    Terms,
    ThingKind,
)
from contracts.event import Event
from contracts.registry import (
    RegistrationDayChanged,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationTermsChanged,
    TargetPlace,
)
from contracts.values import Direction, Document, Period, RegistrationChange, RegistrationOrder, UnitKind
from services.registry.domain.policies import registrations_follow_a_campaign
from services.registry.domain.registration import REGISTRATION, registration_id
from services.registry.domain.registration_commands import (
    ConfirmRegistration,
    FollowCampaign,
    FollowDeadline,
    OpenRegistration,
    RegisterTarget,
    SubmitRegistration,
)
from services.registry.domain.unit import unit_id
from tests.registry.examples import (
    ABOUT,
    CAMPAIGN,
    COMPLETE,
    CONFIRMED,
    CONFIRMER,
    DUE,
    GOALS,
    HEAD,
    HEALTH,
    KEY,
    LATE,
    LAUNCHED,
    OPENED,
    PERIOD,
    PLAN,
    PROVINCE,
    goal,
    registered,
    revised,
    submitted,
)

DAY = timedelta(days=1)
LATER = date(2024, 12, 15)
PAPER = Document(number="99/BHXH-TĐKT", issued_on=date(2024, 11, 25))
HIGHER = (goal(HEALTH, 2025, "96", Direction.AT_LEAST), *GOALS[1:])
MORE = (*GOALS, goal(HEALTH, 2024, "94.2", Direction.AT_LEAST))
_SAID = {name: getattr(LAUNCHED, name) for name in Terms.model_fields}
_DUE: dict[str, Any] = {
    "deadline_id": UUID(int=8), "unit_id": PROVINCE, "thing_kind": ThingKind.REGISTRATION, "thing_id": KEY,
}  # fmt: skip


def amended(version: int = 3, **says: Any) -> FollowCampaign:
    said = CampaignAmended(**_SAID | says, amendment=PAPER, changed=tuple(says))
    return FollowCampaign(said=said, version=version)


def extended(until: date, register_before: date | None = DUE, version: int = 3) -> FollowCampaign:
    said = CampaignExtended(
        campaign_id=CAMPAIGN, until=until, previous=PERIOD.end, units=LAUNCHED.units, register_before=register_before,
        document=PAPER,
    )  # fmt: skip
    return FollowCampaign(said=said, version=version)


def changed(*names: str, version: int = 3, **says: Any) -> RegistrationTermsChanged:
    stands: dict[str, Any] = {
        "period": PERIOD, "goals": GOALS, "register_before": DUE, "previous_day": DUE, "submit_before": DUE,
        "movements": OPENED.movements,
    }  # fmt: skip
    return RegistrationTermsChanged(**ABOUT, **(stands | says), campaign_version=version, document=PAPER, changed=names)


def moved(before: date, version: int = 2) -> FollowDeadline:
    said = DeadlineMovedFor(**_DUE, before=before, previous=DUE, moved_on=DUE, reason="Bão lũ")
    return FollowDeadline(said=said, version=version)


def closed(version: int = 3) -> FollowDeadline:
    return FollowDeadline(said=DeadlineClosed(**_DUE, before=DUE), version=version)


def reopened(until: date, version: int = 4) -> FollowDeadline:
    return FollowDeadline(said=DeadlineReopened(**_DUE, until=until, reason="Bổ sung"), version=version)


def day(version: int, before: date | None = DUE, **says: Any) -> RegistrationDayChanged:
    return RegistrationDayChanged(**ABOUT, deadline_version=version, submit_before=before, **says)


def test_a_registration_goes_by_the_amended_goals_of_its_own_kind() -> None:
    others = goal(LATE, 2025, "2", Direction.BELOW).model_copy(update={"applies_to": (UnitKind.DISTRICT,)})
    given(REGISTRATION, OPENED).when(amended(goals=(*MORE, others))).then(changed("goals", goals=MORE))


def test_what_says_nothing_new_to_a_unit_changes_nothing() -> None:
    given(REGISTRATION, OPENED).when(amended(theme="Tên khác")).nothing()
    given(REGISTRATION).when(amended(goals=MORE)).nothing()


def test_what_comes_twice_or_after_what_was_said_later_changes_nothing() -> None:
    later = changed("goals", goals=MORE, version=5)
    given(REGISTRATION, OPENED, later).when(amended(5, goals=HIGHER)).nothing()
    given(REGISTRATION, OPENED, later).when(amended(4, goals=HIGHER)).nothing()
    opened_later = OPENED.model_copy(update={"campaign_version": 4})
    given(REGISTRATION, opened_later).when(amended(3, goals=HIGHER)).nothing()


def test_an_amended_goal_asks_for_a_target_before_the_registration_is_sent() -> None:
    now = changed("goals", goals=MORE)
    given(REGISTRATION, *COMPLETE, now).when(SubmitRegistration()).rejected("targets-missing")
    done = (*COMPLETE, now, registered(HEALTH, 2024, "94.5"))
    given(REGISTRATION, *done).when(SubmitRegistration(), on=DUE - DAY, by=HEAD).then(submitted())


def test_a_figure_that_was_pledged_before_its_goal_was_raised_is_not_sent() -> None:
    now = changed("goals", goals=HIGHER)
    given(REGISTRATION, *COMPLETE, now).when(SubmitRegistration()).rejected("target-below-national-goal")
    mended = (*COMPLETE, now, revised(HEALTH, 2025, "96", "95.5"))
    given(REGISTRATION, *mended).when(SubmitRegistration(), on=DUE - DAY, by=HEAD).then(submitted())


def test_what_was_sent_before_the_goal_was_raised_is_not_confirmed_but_returned() -> None:
    place = TargetPlace(indicator=HEALTH, year=2025)
    sent = (*COMPLETE, submitted())
    given(REGISTRATION, *sent).when(amended(goals=HIGHER)).then(
        changed("goals", goals=HIGHER, sent=True, outdated=(place,))
    )
    now = changed("goals", goals=HIGHER, sent=True, outdated=(place,))
    confirm = given(REGISTRATION, *sent, now).when(ConfirmRegistration(), by=CONFIRMER)
    assert HEALTH in confirm.rejected("targets-behind-amended-goals").vi


def test_a_registration_says_against_which_terms_it_was_confirmed_and_what_has_become_outdated_since() -> None:
    longer = changed("period", period=Period(start=PERIOD.start, end=date(2026, 12, 31)), sent=True)
    against = CONFIRMED.model_copy(update={"campaign_version": 3})
    given(REGISTRATION, *COMPLETE, submitted(), longer).when(ConfirmRegistration(), by=CONFIRMER).then(against)
    outdated = (TargetPlace(indicator=HEALTH, year=2025),)
    given(REGISTRATION, *COMPLETE, submitted(), against).when(amended(4, goals=HIGHER, period=PERIOD)).then(
        changed("goals", version=4, goals=HIGHER, sent=True, confirmed=True, outdated=outdated)
    )


def test_a_correction_means_what_was_confirmed_and_an_adjustment_meets_the_new_goals() -> None:
    now = changed("goals", goals=HIGHER, sent=True, confirmed=True)
    official = (*COMPLETE, submitted(), CONFIRMED, now)

    def reopening(change: RegistrationChange) -> RegistrationReopened:
        return RegistrationReopened(**ABOUT, change=change, reason="…", revision=2, reopened_by=HEAD)

    wrong = revised(PLAN, 2025, "102", "101").model_copy(update={"revision": 2})
    corrected = given(REGISTRATION, *official, reopening(RegistrationChange.CORRECTION), wrong)
    corrected.when(SubmitRegistration(), on=DUE, by=HEAD).then(submitted(revision=2))
    adjusted = given(REGISTRATION, *official, reopening(RegistrationChange.ADJUSTMENT), wrong)
    adjusted.when(SubmitRegistration(), on=DUE, by=HEAD).rejected("target-below-national-goal")


@pytest.mark.parametrize(("on", "late"), [(LATER - DAY, 0), (LATER, 1)])
def test_an_extended_day_judges_lateness(on: date, late: int) -> None:
    longer = Period(start=PERIOD.start, end=date(2026, 6, 30))
    says: Mapping[str, Any] = {"period": longer, "register_before": LATER, "submit_before": LATER}
    fact = changed("period", "register_before", **says)
    given(REGISTRATION, OPENED).when(extended(date(2026, 6, 30), LATER)).then(fact)
    given(REGISTRATION, *COMPLETE, fact).when(SubmitRegistration(), on=on, by=HEAD).then(submitted(late=late))


def test_targets_of_a_year_that_an_extension_brings_are_registered() -> None:
    longer = changed("period", period=Period(start=PERIOD.start, end=date(2026, 6, 30)))
    command = registered(PLAN, 2026, "101")
    ask = RegisterTarget(indicator=PLAN, year=2026, value=Decimal(101))
    given(REGISTRATION, OPENED).when(ask).rejected("year-outside-campaign")
    given(REGISTRATION, OPENED, longer).when(ask).then(command)


@pytest.mark.parametrize(
    ("own", "holds"), [(DUE - DAY * 5, DUE - DAY * 5), (DUE + DAY, LATER), (LATER + DAY, LATER + DAY)]
)
def test_a_campaign_that_moves_its_day_takes_nobodys_later_day_nor_the_earlier_one_of_the_unit_above(
    own: date, holds: date
) -> None:
    command = amended(register_before=LATER)
    fact = changed("register_before", register_before=LATER, submit_before=holds)
    given(REGISTRATION, OPENED, day(2, own)).when(command).then(fact)


def test_a_day_that_was_moved_for_one_unit_judges_its_lateness_alone() -> None:
    given(REGISTRATION, OPENED).when(moved(LATER)).then(day(2, LATER))
    given(REGISTRATION, *COMPLETE, day(2, LATER)).when(SubmitRegistration(), on=DUE, by=HEAD).then(submitted())


def test_closed_nothing_is_taken_and_reopened_it_is_taken_until_a_day_late_as_before() -> None:
    given(REGISTRATION, OPENED).when(closed()).then(day(3, closed=True))
    refused = given(REGISTRATION, *COMPLETE, day(3, closed=True)).when(SubmitRegistration(), on=DUE, by=HEAD)
    assert refused.rejected("registration-closed").source == "C9"
    until = DUE + DAY * 3
    again = (*COMPLETE, day(3, closed=True), day(4, reopened_until=until))
    given(REGISTRATION, *COMPLETE, day(3, closed=True)).when(reopened(until)).then(day(4, reopened_until=until))
    given(REGISTRATION, *again).when(SubmitRegistration(), on=DUE + DAY, by=HEAD).then(submitted(late=2))
    given(REGISTRATION, *again).when(SubmitRegistration(), on=until, by=HEAD).rejected("registration-closed")


def test_reopened_takes_what_a_strict_campaign_refuses() -> None:
    strict = OPENED.model_copy(update={"refuse_late": True})
    facts: tuple[Event, ...] = (strict, *COMPLETE[1:])
    given(REGISTRATION, *facts).when(SubmitRegistration(), on=DUE, by=HEAD).rejected("registration-late")
    again = (*facts, day(4, reopened_until=LATER))
    given(REGISTRATION, *again).when(SubmitRegistration(), on=DUE, by=HEAD).then(submitted(late=1))


def test_what_was_sent_once_goes_on_though_it_is_closed_since() -> None:
    returned = RegistrationReturned(**ABOUT, cells=(), note="…")
    facts = (*COMPLETE, submitted(), returned, day(3, closed=True))
    given(REGISTRATION, *facts).when(SubmitRegistration(), on=LATER, by=HEAD).then(submitted())


def test_a_later_day_of_the_campaign_opens_what_was_closed() -> None:
    fact = changed("register_before", register_before=LATER, submit_before=LATER)
    facts = (*COMPLETE, day(3, closed=True), fact)
    given(REGISTRATION, *facts).when(SubmitRegistration(), on=DUE, by=HEAD).then(submitted())


def test_an_excuse_stands_beside_and_takes_no_lateness_away() -> None:
    excused = FollowDeadline(said=LatenessExcused(**_DUE, reason="Mất điện"), version=3)
    given(REGISTRATION, OPENED).when(excused).then(day(3, excuse="Mất điện"))
    given(REGISTRATION, *COMPLETE, day(3, excuse="Mất điện")).when(SubmitRegistration(), on=DUE, by=HEAD).then(
        submitted(late=1)
    )


def test_a_deadlines_fact_that_comes_twice_late_or_about_another_unit_changes_nothing() -> None:
    facts: tuple[Event | Signed, ...] = (OPENED, day(4, LATER))
    given(REGISTRATION, *facts).when(moved(LATER, 4)).nothing()
    given(REGISTRATION, *facts).when(closed(3)).nothing()
    given(REGISTRATION, *facts).when(moved(LATER, 5)).nothing()
    other = DeadlineClosed(**_DUE | {"unit_id": unit_id("P02")}, before=DUE)
    given(REGISTRATION, *facts).when(FollowDeadline(said=other, version=9)).nothing()
    given(REGISTRATION).when(closed()).nothing()


def test_a_day_that_is_set_by_hand_holds_where_the_campaign_names_none() -> None:
    said = FollowDeadline(said=DeadlineSet(**_DUE, before=LATER, set_on=DUE), version=1)
    free = OPENED.model_copy(update={"submit_before": None})
    given(REGISTRATION, free).when(said).then(day(1, LATER))
    given(REGISTRATION, OPENED).when(said).nothing()
    names = amended(register_before=DUE)
    kept = changed("register_before", previous_day=None, submit_before=LATER)
    given(REGISTRATION, free, day(1, LATER)).when(names).then(kept)
    given(REGISTRATION, free).when(names).then(changed("register_before", previous_day=None))


def test_an_amendment_asks_the_units_that_it_takes_in_and_changes_what_is_open() -> None:
    office = unit_id("TST")
    said = CampaignAmended(
        **_SAID | {"units": (*LAUNCHED.units, UnitKind.CENTRAL_DEPARTMENT)}, amendment=PAPER, changed=("units",)
    )
    units = [(PROVINCE, UnitKind.PROVINCIAL), (office, UnitKind.CENTRAL_DEPARTMENT)]
    wanted = dict(registrations_follow_a_campaign(said, units, {KEY}, 3))
    assert list(wanted) == [KEY, registration_id(CAMPAIGN, office)]
    assert wanted[KEY] == FollowCampaign(said=said, version=3)
    opening = wanted[registration_id(CAMPAIGN, office)]
    assert isinstance(opening, OpenRegistration)
    assert opening.terms.campaign_version == 3


def test_an_extension_asks_nobody_who_was_not_asked() -> None:
    said = extended(date(2026, 6, 30)).said
    assert isinstance(said, CampaignExtended)
    assert list(dict(registrations_follow_a_campaign(said, [(PROVINCE, UnitKind.PROVINCIAL)], {KEY}, 3))) == [KEY]


def test_the_order_that_an_amendment_brings_holds_for_what_is_not_sent() -> None:
    command = amended(registration_order=RegistrationOrder.AGREED_FIRST)
    fact = changed("order", order=RegistrationOrder.AGREED_FIRST)
    given(REGISTRATION, *COMPLETE).when(command).then(fact)
    given(REGISTRATION, *COMPLETE, fact).when(SubmitRegistration(), by=HEAD).rejected("registration-not-appraised")
