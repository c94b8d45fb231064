"""Rules of Deadline: reminded, passed, met, moved, excused, closed, reopened."""

from datetime import date
from uuid import UUID

import pytest

from chassis.testing import given
from contracts.campaigns import (
    DeadlineApproaching,
    DeadlineClosed,
    DeadlineMet,
    DeadlineMovedFor,
    DeadlinePassed,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
    SubDeadlineSet,
    ThingKind,
)
from services.campaigns.domain.deadline import (
    DEADLINE,
    CloseDeadline,
    ExcuseLateness,
    Known,
    LookAtDeadline,
    MeetDeadline,
    MoveDeadline,
    ReopenDeadline,
    SetDeadline,
    SetSubDeadline,
    deadline_id,
)

THING, PROVINCE, DISTRICT, OTHER, JUDGE, HEAD = (UUID(int=number, version=4) for number in range(1, 7))
BEFORE = date(2020, 8, 28)
ABOUT = {
    "deadline_id": deadline_id(THING, PROVINCE), "unit_id": PROVINCE, "thing_kind": ThingKind.REVIEW,
    "thing_id": THING, "title": "Báo cáo tổng kết",
}  # fmt: skip
SET = DeadlineSet.model_validate({**ABOUT, "before": BEFORE, "set_on": date(2020, 8, 10)})
PASSED = DeadlinePassed.model_validate({**ABOUT, "before": BEFORE})
CLOSED = DeadlineClosed.model_validate({**ABOUT, "before": BEFORE})
ABOVE = Known(from_above=True, below=frozenset({DISTRICT, OTHER}))
LOOK = LookAtDeadline()


def met(on: date, days_late: int, by: UUID | None = HEAD) -> DeadlineMet:
    return DeadlineMet.model_validate({**ABOUT, "on": on, "days_late": days_late, "met_by": by})


def approaching(on: date, left: int) -> DeadlineApproaching:
    return DeadlineApproaching.model_validate({**ABOUT, "before": BEFORE, "reminder_on": on, "days_left": left})


def moved(before: date, on: date, reason: str = "Bão lũ", previous: date = BEFORE) -> DeadlineMovedFor:
    facts = {"before": before, "previous": previous, "moved_on": on, "reason": reason}
    return DeadlineMovedFor.model_validate({**ABOUT, **facts})


def excused(reason: str = "Mất điện") -> LatenessExcused:
    return LatenessExcused.model_validate({**ABOUT, "excused_by": JUDGE, "reason": reason})


@pytest.mark.parametrize(("day", "left"), [(20, 7), (24, 3), (26, 1)])
def test_the_unit_is_reminded_seven_three_and_one_days_before_the_last_day(day: int, left: int) -> None:
    on = date(2020, 8, day)
    given(DEADLINE, SET).when(LOOK, on=on).then(approaching(on, left))


def test_after_days_away_one_reminder_goes_out_and_not_again() -> None:
    late = approaching(date(2020, 8, 24), 2)
    given(DEADLINE, SET).when(LOOK, on=date(2020, 8, 25)).then(late)
    given(DEADLINE, SET, late).when(LOOK, on=date(2020, 8, 25)).nothing()
    given(DEADLINE, SET, late).when(LOOK, on=BEFORE).then(PASSED)
    given(DEADLINE, SET, late, PASSED).when(LOOK, on=date(2020, 9, 10)).nothing()


def test_who_is_done_is_neither_reminded_nor_late() -> None:
    history = (SET, met(date(2020, 8, 19), 0))
    given(DEADLINE, *history).when(LOOK, on=date(2020, 8, 20)).nothing()
    given(DEADLINE, *history).when(LOOK, on=date(2020, 9, 20)).nothing()


@pytest.mark.parametrize(("on", "late"), [(date(2020, 8, 27), 0), (BEFORE, 1), (date(2020, 8, 31), 4)])
def test_what_comes_is_judged_by_the_day_of_its_receipt(on: date, late: int) -> None:
    asked = given(DEADLINE, SET, PASSED).knowing(ABOVE).when(MeetDeadline(on=on), by=JUDGE, on=date(2020, 9, 1))
    asked.then(met(on, late, JUDGE))


def test_a_day_of_receipt_that_has_not_come_is_refused() -> None:
    asked = given(DEADLINE, SET).knowing(ABOVE).when(MeetDeadline(on=BEFORE), by=JUDGE, on=date(2020, 8, 20))
    asked.rejected("receipt-in-future")


def test_a_deadline_moved_for_a_unit_is_reminded_of_anew() -> None:
    later, on = date(2020, 9, 16), BEFORE
    move = MoveDeadline(before=later, reason="Bão lũ")
    given(DEADLINE, SET, PASSED).knowing(ABOVE).when(move, by=JUDGE, on=on).then(moved(later, on))
    reminder = DeadlineApproaching.model_validate(
        {**ABOUT, "before": later, "reminder_on": date(2020, 9, 8), "days_left": 7}
    )
    given(DEADLINE, SET, PASSED, moved(later, on)).when(LOOK, on=date(2020, 9, 8)).then(reminder)


def test_a_deadline_is_moved_to_a_later_day_ahead_only_and_while_nothing_has_come() -> None:
    on = date(2020, 8, 20)
    asked = given(DEADLINE, SET).knowing(ABOVE)
    asked.when(MoveDeadline(before=BEFORE, reason="…"), by=JUDGE, on=on).rejected("deadline-not-later")
    move = MoveDeadline(before=date(2020, 9, 1), reason="…")
    asked.when(move, by=JUDGE, on=date(2020, 9, 1)).rejected("deadline-not-ahead")
    done = given(DEADLINE, SET, met(on, 0)).knowing(ABOVE)
    done.when(move, by=JUDGE, on=on).rejected("deadline-met")


@pytest.mark.parametrize("history", [(SET, PASSED), (SET, PASSED, met(date(2020, 8, 31), 4))])
def test_lateness_is_excused_for_a_reason_before_or_after_it_comes(
    history: tuple[DeadlineSet | DeadlinePassed | DeadlineMet, ...],
) -> None:
    asked = given(DEADLINE, *history).knowing(ABOVE)
    asked.when(ExcuseLateness(reason="Mất điện"), by=JUDGE, on=date(2020, 9, 1)).then(excused())


def test_who_is_in_time_needs_no_excuse_and_nobody_excuses_what_they_sent() -> None:
    excuse, on = ExcuseLateness(reason="…"), date(2020, 9, 1)
    given(DEADLINE, SET, met(date(2020, 8, 27), 0)).knowing(ABOVE).when(excuse, by=JUDGE, on=on).rejected("not-late")
    asked = given(DEADLINE, SET, met(BEFORE, 1, JUDGE)).knowing(ABOVE)
    asked.when(excuse, by=JUDGE, on=on).rejected("own-lateness-not-excused")


@pytest.mark.parametrize(
    "command",
    [
        MoveDeadline(before=date(2020, 9, 16), reason="…"),
        ExcuseLateness(reason="…"),
        CloseDeadline(),
        ReopenDeadline(until=date(2020, 9, 16), reason="…"),
        MeetDeadline(on=BEFORE),
    ],
)
def test_a_unit_does_not_judge_its_own_deadline(
    command: MoveDeadline | ExcuseLateness | CloseDeadline | ReopenDeadline | MeetDeadline,
) -> None:
    asked = given(DEADLINE, SET, PASSED).knowing(Known()).when(command, by=HEAD, on=date(2020, 9, 1))
    asked.rejected("own-deadline-not-judged")


def test_closed_nothing_is_accepted_and_whom_to_ask_is_said_until_it_is_reopened() -> None:
    on, receipt = date(2020, 9, 2), MeetDeadline(on=date(2020, 9, 1))
    given(DEADLINE, SET, PASSED).knowing(ABOVE).when(CloseDeadline(), by=JUDGE, on=on).then(CLOSED)
    refused = given(DEADLINE, SET, PASSED, CLOSED).knowing(ABOVE).when(receipt, by=JUDGE, on=on)
    assert "Vụ Thi đua - Khen thưởng" in refused.rejected("deadline-closed").vi
    reopened = DeadlineReopened.model_validate({**ABOUT, "until": date(2020, 9, 10), "reason": "Bổ sung"})
    reopen = ReopenDeadline(until=date(2020, 9, 10), reason="Bổ sung")
    given(DEADLINE, SET, PASSED, CLOSED).knowing(ABOVE).when(reopen, by=JUDGE, on=on).then(reopened)
    again = given(DEADLINE, SET, PASSED, CLOSED, reopened).knowing(ABOVE)
    again.when(receipt, by=JUDGE, on=on).then(met(date(2020, 9, 1), 5, JUDGE))
    again.when(LOOK, on=date(2020, 9, 9)).nothing()
    again.when(LOOK, on=date(2020, 9, 10)).then(CLOSED)


def test_what_another_service_has_accepted_has_come_though_it_was_closed() -> None:
    asked = given(DEADLINE, SET, PASSED, CLOSED).knowing(Known(met_by=HEAD))
    asked.when(MeetDeadline(on=date(2020, 9, 1)), on=date(2020, 9, 1)).then(met(date(2020, 9, 1), 5))


def test_it_is_closed_once_it_has_passed_and_reopened_once_it_is_closed() -> None:
    asked = given(DEADLINE, SET).knowing(ABOVE)
    asked.when(CloseDeadline(), by=JUDGE, on=date(2020, 8, 27)).rejected("deadline-not-passed")
    reopen = ReopenDeadline(until=date(2020, 9, 10), reason="…")
    asked.when(reopen, by=JUDGE, on=date(2020, 9, 1)).rejected("deadline-not-closed")
    closed = given(DEADLINE, SET, CLOSED).knowing(ABOVE)
    closed.when(reopen, by=JUDGE, on=date(2020, 9, 10)).rejected("deadline-not-ahead")


def test_a_province_asks_its_districts_for_an_earlier_day() -> None:
    earlier = date(2020, 8, 20)
    sub = SubDeadlineSet.model_validate({**ABOUT, "before": earlier, "units": (DISTRICT, OTHER)})
    asked = given(DEADLINE, SET).knowing(ABOVE)
    asked.when(SetSubDeadline(before=earlier), by=HEAD).then(sub)
    asked.when(SetSubDeadline(before=BEFORE), by=HEAD).rejected("sub-deadline-not-earlier")
    given(DEADLINE, SET).knowing(Known()).when(SetSubDeadline(before=earlier), by=HEAD).rejected("nobody-below")


def test_the_earlier_of_two_days_from_above_holds() -> None:
    sub = SetDeadline(
        unit_id=PROVINCE, thing_kind=ThingKind.REVIEW, thing_id=THING, before=date(2020, 8, 20), under=OTHER
    )
    on = date(2020, 8, 12)
    given(DEADLINE, SET).when(sub, by=HEAD, on=on).then(moved(date(2020, 8, 20), on, ""))
    given(DEADLINE, SET).when(sub.model_copy(update={"before": date(2020, 9, 20)}), by=HEAD, on=on).nothing()


def test_a_deadline_is_set_once_by_hand_and_a_second_time_by_nobody() -> None:
    again = SetDeadline(
        unit_id=PROVINCE, thing_kind=ThingKind.REVIEW, thing_id=THING, before=date(2020, 9, 1), title="Báo cáo tổng kết"
    )
    given(DEADLINE, SET).when(again, by=JUDGE).rejected("deadline-already-set")
    given(DEADLINE, SET).when(again).nothing()
    given(DEADLINE, SET).when(again.model_copy(update={"before": BEFORE}), by=JUDGE).nothing()
    given(DEADLINE).when(again.model_copy(update={"before": BEFORE}), by=JUDGE, on=date(2020, 8, 10)).then(SET)


def test_what_has_no_deadline_is_not_moved_and_what_comes_is_no_matter() -> None:
    given(DEADLINE).knowing(ABOVE).when(CloseDeadline(), by=JUDGE).rejected("deadline-not-set")
    given(DEADLINE).when(MeetDeadline(on=BEFORE), on=BEFORE).nothing()


@pytest.mark.parametrize(("stands", "moves"), [(BEFORE, True), (date(2020, 8, 30), True), (date(2020, 8, 20), False),
                                               (date(2020, 9, 20), False)])  # fmt: skip
def test_a_campaign_moves_its_day_for_whom_it_held_and_takes_nobody_a_later_one_nor_an_earlier_one_from_above(
    stands: date, *, moves: bool
) -> None:
    on, before = date(2020, 8, 11), date(2020, 9, 10)
    follows = SetDeadline(
        unit_id=PROVINCE, thing_kind=ThingKind.REVIEW, thing_id=THING, before=before, instead_of=BEFORE
    )
    facts = (SET,) if stands == BEFORE else (SET, moved(stands, on))
    found = given(DEADLINE, *facts).when(follows, on=on)
    if moves:
        found.then(moved(before, on, "", stands))
    else:
        found.nothing()


def test_a_campaign_that_moves_its_day_asks_nothing_of_who_has_sent_and_opens_what_was_closed() -> None:
    on, before = date(2020, 9, 1), date(2020, 9, 10)
    follows = SetDeadline(
        unit_id=PROVINCE, thing_kind=ThingKind.REVIEW, thing_id=THING, title="Báo cáo tổng kết", before=before,
        instead_of=BEFORE,
    )  # fmt: skip
    given(DEADLINE, SET, met(date(2020, 8, 20), 0)).when(follows, on=on).nothing()
    given(DEADLINE, SET, PASSED, CLOSED).when(follows, on=on).then(moved(before, on, ""))
    opened = DEADLINE.fold([SET, PASSED, CLOSED, moved(before, on, "")])
    assert (opened.closed, opened.passed, opened.before) == (False, False, before)
    first = given(DEADLINE).when(follows, on=on)
    first.then(DeadlineSet.model_validate({**ABOUT, "before": before, "set_on": on}))
