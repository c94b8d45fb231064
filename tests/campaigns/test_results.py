"""Results as exact ratios, estimates, periods, returns and corrections; attainment lost and regained."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Outcome, given
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    DenominatorOf,
    JudgedAgain,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
)
from contracts.event import Event
from contracts.values import Direction, Goal, Measure, RegistrationChange
from services.campaigns.domain.measuring import cut, difference, percent
from services.campaigns.domain.scorecard import (
    SCORECARD,
    CorrectResult,
    Known,
    OpenScorecard,
    Recompute,
    ReportResult,
    ReturnResult,
    VerifyResult,
)
from services.campaigns.domain.verdicts import goal_verdict, progress
from tests.campaigns.examples import (
    APPRAISER,
    CAMPAIGN_ID,
    LATE,
    OFFICER,
    OPENED,
    PLAN,
    SOCIAL,
    TARGETS,
    UNIT,
    reported,
    verified,
)

BASES = Known(bases={(SOCIAL, 2024): Decimal(1000)}, names={SOCIAL: "Tỷ lệ tham gia BHXH"})
PLANNED = Known(plans={(PLAN, 2024): Decimal(1000)})
VERIFY = VerifyResult(indicator=SOCIAL, year=2024)


def report(indicator: str = SOCIAL, **figures: Any) -> ReportResult:
    return ReportResult(indicator=indicator, year=2024, **figures)


def correct(**figures: Any) -> CorrectResult:
    return CorrectResult(indicator=SOCIAL, year=2024, reason="Nhập sai", **figures)


def corrected(value: str, previous: str, version: int = 2) -> ResultCorrected:
    facts = reported(value).model_dump(include={"scorecard_id", "campaign_id", "unit_id", "indicator", "year"})
    return ResultCorrected(
        **facts,
        version=version,
        value=Decimal(value),
        previous=Decimal(previous),
        reason="Nhập sai",
        evidence="Báo cáo tháng",
        corrected_by=OFFICER,
        reported_on=date(2024, 11, 20),
    )


def ratio(numerator: int, denominator: int, **more: Any) -> ResultReported:
    parts: dict[str, Any] = {"numerator": Decimal(numerator), "denominator": Decimal(denominator)}
    value = cut(percent(Decimal(numerator), Decimal(denominator)))
    return reported(str(value), **parts, denominator_of=DenominatorOf.BASE, **more)


def only(outcome: Outcome, kind: type[Event]) -> Any:
    """The one fact of this kind that follows."""
    [found] = [each for each in outcome.events if isinstance(each, kind)]
    return found


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (25_899, 1_000_000, "2.5899"),
        (45_099_999, 100_000_000, "45.099999"),
        (450_999_999, 1_000_000_000, "45.099999"),  # cut: never shown on a bound that it does not reach
        (1, 3, "33.333333"),
        (300, 300, "100"),
    ],
)
def test_a_ratio_is_shown_cut_to_six_places(numerator: int, denominator: int, shown: str) -> None:
    assert str(cut(percent(Decimal(numerator), Decimal(denominator)))) == shown


def test_a_shortfall_is_nothing_only_where_there_is_none() -> None:
    assert difference(percent(Decimal(1), Decimal(10**12))) == Decimal("0.000001")
    assert difference(percent(Decimal(0), Decimal(1))) == 0


def test_a_ratio_just_below_the_target_misses_it_though_it_would_round_to_it() -> None:
    history = (OPENED, ratio(434_999_999, 1_000_000_000))
    missed = only(given(SCORECARD, *history).when(VERIFY, by=APPRAISER), TargetMissed)
    assert (missed.value, missed.shortfall) == (Decimal("43.499999"), Decimal("0.000001"))


@pytest.mark.parametrize(
    ("direction", "asked", "reached", "verdict"),
    [
        (Direction.ABOUT, "42.71", "42.71", "met"), (Direction.ABOUT, "42.71", "42.70", "missed"),
        (Direction.ABOVE, "83", "83.00", "missed"), (Direction.ABOVE, "83", "83.01", "met"),
        (Direction.BELOW, "2.59", "2.59", "missed"), (Direction.BELOW, "2.59", "2.58", "met"),
        (Direction.AT_LEAST, "45.1", "45.10", "met"), (Direction.AT_LEAST, "45.1", "45.09", "missed"),
    ],
)  # fmt: skip
def test_a_goal_is_held_against_in_its_own_direction(
    direction: Direction, asked: str, reached: str, verdict: str
) -> None:
    goal = Goal(indicator="cover", name="Tỷ lệ", year=2024, direction=direction, value=Decimal(asked))
    assert goal_verdict(goal, percent(Decimal(reached), Decimal(100))) == verdict


@pytest.mark.parametrize(("reached", "verdict"), [("99.99", "missed"), ("100", "met"), ("100.01", "exceeded")])
def test_collections_meet_their_plan_or_exceed_it(reached: str, verdict: str) -> None:
    goal = Goal(
        indicator="collected", name="Số thu", year=2024, direction=Direction.AT_LEAST, value=Decimal(100),
        measure=Measure.PERCENT_OF_PLAN,
    )  # fmt: skip
    assert goal_verdict(goal, percent(Decimal(reached), Decimal(100))) == verdict


def test_a_numerator_is_divided_by_the_official_base_figure() -> None:
    said = only(
        given(SCORECARD, OPENED).knowing(BASES).when(report(numerator=Decimal(440)), by=OFFICER), ResultReported
    )
    assert (said.value, said.denominator, said.denominator_of) == (Decimal(44), Decimal(1000), DenominatorOf.BASE)


def test_collections_are_divided_by_the_plan() -> None:
    outcome = given(SCORECARD, OPENED).knowing(PLANNED).when(report(PLAN, numerator=Decimal(1042)), by=OFFICER)
    said = only(outcome, ResultReported)
    assert (said.value, said.denominator_of) == (Decimal("104.2"), DenominatorOf.PLAN)


def test_where_there_is_no_official_figure_the_unit_states_both_parts() -> None:
    asked = report(LATE, numerator=Decimal(2), denominator=Decimal(100))
    said = only(given(SCORECARD, OPENED).when(asked, by=OFFICER), ResultReported)
    assert (said.value, said.denominator_of) == (Decimal(2), DenominatorOf.UNIT)


@pytest.mark.requirement("B15")
@pytest.mark.parametrize("denominator", [Decimal(1000), Decimal(999)])
def test_a_denominator_that_the_unit_types_beside_the_official_one_is_refused(denominator: Decimal) -> None:
    asked = report(numerator=Decimal(440), denominator=denominator)
    refused = given(SCORECARD, OPENED).knowing(BASES).when(asked, by=OFFICER).rejected("denominator-typed")
    assert "Tỷ lệ tham gia BHXH" in refused.vi


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({"value": Decimal(44)}, "numerator-wanted"),
        ({}, "numerator-wanted"),
        ({"numerator": Decimal(440), "value": Decimal(44)}, "two-figures"),
        ({"numerator": Decimal(1001)}, "share-out-of-range"),
        ({"numerator": Decimal(-1)}, "amount-out-of-bounds"),
        ({"numerator": Decimal("1E+400")}, "amount-out-of-bounds"),
    ],
)
def test_a_result_over_an_official_figure_is_its_numerator(figures: dict[str, Any], code: str) -> None:
    given(SCORECARD, OPENED).knowing(BASES).when(report(**figures), by=OFFICER).rejected(code)


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        ({}, "figure-missing"),
        ({"denominator": Decimal(1)}, "figure-missing"),
        ({"numerator": Decimal(1)}, "denominator-missing"),
        ({"numerator": Decimal(0), "denominator": Decimal(0)}, "denominator-zero"),
        ({"numerator": Decimal(1), "denominator": Decimal("0.0000001")}, "amount-out-of-bounds"),
        ({"numerator": Decimal(10**15), "denominator": Decimal(1)}, "amount-out-of-bounds"),
        ({"numerator": Decimal(100_000_001), "denominator": Decimal(100_000_000)}, "share-out-of-range"),
    ],
)
def test_a_ratio_without_sense_is_refused(figures: dict[str, Any], code: str) -> None:
    given(SCORECARD, OPENED).when(report(LATE, **figures), by=OFFICER).rejected(code)


def test_an_estimate_attains_nothing_and_the_real_figure_replaces_it() -> None:
    estimate = reported("99", estimate=True)
    given(SCORECARD, OPENED).when(report(value=Decimal(99), evidence="Báo cáo tháng", estimate=True), by=OFFICER).then(
        estimate
    )
    given(SCORECARD, OPENED, estimate).when(VERIFY, by=APPRAISER).rejected("estimate-attains-nothing")
    real = report(value=Decimal(44), evidence="Báo cáo tháng")
    given(SCORECARD, OPENED, estimate).when(real, by=OFFICER).then(reported("44"))
    again = report(value=Decimal(98), estimate=True)
    given(SCORECARD, OPENED, reported("44")).when(again, by=OFFICER).rejected("estimate-after-result")


HALF = date(2024, 6, 30)


def test_a_half_year_is_no_miss_but_progress() -> None:
    history = (OPENED, reported("18.705", through=HALF))
    outcome = given(SCORECARD, *history).when(VERIFY, by=APPRAISER)
    outcome.then(verified("18.705", through=HALF))
    assert progress(Direction.ABOUT, percent(Decimal("18.705"), Decimal(100)), Decimal("43.5")) == 43
    assert progress(Direction.BELOW, percent(Decimal(1), Decimal(100)), Decimal("2.5")) is None


def test_a_half_year_that_reaches_the_target_attains_it_early() -> None:
    outcome = given(SCORECARD, OPENED, reported("43.5", through=HALF)).when(VERIFY, by=APPRAISER)
    assert only(outcome, TargetAttained).early


def test_the_years_result_follows_that_of_a_half_year_though_it_is_verified() -> None:
    history = (OPENED, reported("44", through=HALF), verified("44", through=HALF))
    given(SCORECARD, *history).when(report(value=Decimal("44.5"), evidence="Báo cáo tháng"), by=OFFICER).then(
        reported("44.5")
    )
    before = report(value=Decimal(40), through=date(2024, 3, 31))
    given(SCORECARD, *history).when(before, by=OFFICER).rejected("later-period-reported")
    outside = report(value=Decimal(40), through=date(2025, 3, 31))
    given(SCORECARD, OPENED).when(outside, by=OFFICER).rejected("period-outside-year")


def attained_in_the_half_year() -> tuple[Event, ...]:
    first = (OPENED, reported("44", through=HALF))
    return (*first, *given(SCORECARD, *first).when(VERIFY, by=APPRAISER).events)


@pytest.mark.requirement("B16")
def test_an_attainment_is_lost_by_a_later_result_and_regained_by_its_correction() -> None:
    history = (*attained_in_the_half_year(), reported("43"))
    lost = given(SCORECARD, *history).when(VERIFY, by=APPRAISER)
    fact = only(lost, AttainmentLost)
    assert (fact.shortfall, fact.because) == (Decimal("0.5"), JudgedAgain.NEW_RESULT)
    assert not any(isinstance(each, TargetMissed) for each in lost.events)

    history = (*history, *lost.events, corrected("43.6", "43"))
    again = given(SCORECARD, *history).when(VERIFY, by=APPRAISER)
    back = only(again, AttainmentRegained)
    assert (back.margin, back.early, back.because) == (Decimal("0.1"), True, JudgedAgain.CORRECTION)


def test_what_is_lost_and_regained_after_the_year_is_not_early() -> None:
    history: tuple[Event, ...] = (*attained_in_the_half_year(), reported("43", on=date(2025, 1, 5)))
    history = (*history, *given(SCORECARD, *history).when(VERIFY, by=APPRAISER).events)
    late = corrected("43.6", "43").model_copy(update={"reported_on": date(2025, 1, 9)})
    assert not only(given(SCORECARD, *history, late).when(VERIFY, by=APPRAISER), AttainmentRegained).early


def test_what_was_attained_early_and_is_held_on_the_judging_day_stays_early() -> None:
    history = (*attained_in_the_half_year(), reported("44.5", on=date(2025, 1, 5)))
    assert only(given(SCORECARD, *history).when(VERIFY, by=APPRAISER, on=date(2025, 2, 1)), TargetAttained).early


DONE = (OPENED, reported("44"), verified("44"))


def test_a_verified_result_is_corrected_as_its_next_version() -> None:
    asked = correct(value=Decimal("43.9"))
    given(SCORECARD, *DONE).when(asked, by=OFFICER).then(corrected("43.9", "44"))
    given(SCORECARD, *DONE, corrected("43.9", "44")).when(asked, by=OFFICER).nothing()
    given(SCORECARD, *DONE).when(correct(value=Decimal(44)), by=OFFICER).nothing()


def test_what_is_not_verified_is_reported_again_and_not_corrected() -> None:
    given(SCORECARD, OPENED, reported("44")).when(correct(value=Decimal(43)), by=OFFICER).rejected(
        "result-not-verified"
    )
    given(SCORECARD, OPENED).when(correct(value=Decimal(43)), by=OFFICER).rejected("nothing-reported")
    given(SCORECARD, *DONE, corrected("43.9", "44")).when(report(value=Decimal(45)), by=OFFICER).rejected(
        "correction-waits"
    )


def test_who_corrected_a_result_may_not_verify_it() -> None:
    own = corrected("43.9", "44").model_copy(update={"corrected_by": APPRAISER})
    given(SCORECARD, *DONE, own).when(VERIFY, by=APPRAISER).rejected("reporter-may-not-verify")


RETURN = ReturnResult(indicator=SOCIAL, year=2024, reason="Thiếu biên bản")


def test_a_returned_result_is_reported_again_even_as_it_was() -> None:
    outcome = given(SCORECARD, OPENED, reported("44")).when(RETURN, by=APPRAISER)
    returned = only(outcome, ResultReturned)
    assert (returned.reason, returned.returned_by) == ("Thiếu biên bản", APPRAISER)
    back = (OPENED, reported("44"), returned)
    given(SCORECARD, *back).when(RETURN, by=APPRAISER).nothing()
    given(SCORECARD, *back).when(VERIFY, by=APPRAISER).rejected("nothing-reported")
    given(SCORECARD, *back).when(report(value=Decimal(44), evidence="Báo cáo tháng"), by=OFFICER).then(reported("44"))
    given(SCORECARD, *DONE).when(RETURN, by=APPRAISER).rejected("result-already-verified")
    given(SCORECARD, OPENED).when(RETURN, by=APPRAISER).rejected("nothing-reported")


@pytest.mark.requirement("B15")
def test_a_revised_base_figure_recomputes_what_used_it_and_judges_it_again() -> None:
    first = (OPENED, ratio(440, 1000))
    history = (*first, *given(SCORECARD, *first).when(VERIFY, by=APPRAISER).events)
    revised = Known(bases={(SOCIAL, 2024): Decimal(1100)})
    outcome = given(SCORECARD, *history).knowing(revised).when(Recompute())
    now = only(outcome, ResultRecomputed)
    assert (now.value, now.previous, now.denominator, now.verified) == (Decimal(40), Decimal(44), Decimal(1100), True)
    lost = only(outcome, AttainmentLost)
    assert lost.because is JudgedAgain.DENOMINATOR
    given(SCORECARD, *history, *outcome.events).knowing(revised).when(Recompute()).nothing()
    given(SCORECARD, *history).when(Recompute()).nothing()


def test_a_result_without_parts_is_not_recomputed() -> None:
    given(SCORECARD, *DONE).knowing(BASES).when(Recompute()).nothing()


def opened_again(value: str, change: RegistrationChange, revision: int = 2) -> OpenScorecard:
    targets = (TARGETS[0].model_copy(update={"value": Decimal(value)}), *TARGETS[1:])
    return OpenScorecard(campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=targets, revision=revision, change=change)


def judged_history() -> tuple[Event, ...]:
    first = (OPENED, reported("44"))
    return (*first, *given(SCORECARD, *first).when(VERIFY, by=APPRAISER).events)


def test_a_corrected_registration_counts_from_the_start_and_is_judged_at_once() -> None:
    outcome = given(SCORECARD, *judged_history()).when(opened_again("45", RegistrationChange.CORRECTION))
    assert only(outcome, TargetsReplaced).revision == 2
    lost = only(outcome, AttainmentLost)
    assert (lost.target, lost.because) == (Decimal(45), JudgedAgain.TARGET)
    done = (*judged_history(), *outcome.events)
    given(SCORECARD, *done).when(opened_again("45", RegistrationChange.CORRECTION)).nothing()
    given(SCORECARD, *done).when(opened_again("46", RegistrationChange.CORRECTION)).rejected("scorecard-already-open")
    given(SCORECARD, *done).when(opened_again("46", RegistrationChange.CORRECTION, 1)).nothing()


def test_an_adjusted_registration_counts_from_its_day_only() -> None:
    outcome = given(SCORECARD, *judged_history()).when(opened_again("45", RegistrationChange.ADJUSTMENT))
    assert [type(each) for each in outcome.events] == [TargetsReplaced]
    history = (*judged_history(), *outcome.events, corrected("44.5", "44"))
    lost = only(given(SCORECARD, *history).when(VERIFY, by=APPRAISER), AttainmentLost)
    assert (lost.target, lost.shortfall) == (Decimal(45), Decimal("0.5"))


def test_facts_of_an_earlier_version_are_judged_as_before() -> None:
    plain = ResultReported.model_validate_json(
        reported("43").model_dump_json(include=set(reported("43").model_fields_set) - {"reported_on"})
    )
    assert plain.numerator is None
    assert only(given(SCORECARD, OPENED, plain).when(VERIFY, by=UUID(int=5)), TargetMissed).shortfall == Decimal("0.5")


def test_a_target_that_was_withdrawn_is_reported_on_no_more() -> None:
    fewer = OpenScorecard(
        campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS[1:], revision=2, change=RegistrationChange.ADJUSTMENT
    )
    outcome = given(SCORECARD, *judged_history()).when(fewer)
    assert only(outcome, TargetsReplaced).withdrawn == TARGETS[:1]
    history = (*judged_history(), *outcome.events)
    given(SCORECARD, *history).when(report(value=Decimal(45)), by=OFFICER).rejected("year-unknown")


def test_of_a_cancelled_campaign_no_result_is_reported_or_corrected() -> None:
    gone = Known(cancelled=True)
    given(SCORECARD, OPENED).knowing(gone).when(report(value=Decimal(44))).rejected("campaign-cancelled")
    standing = (OPENED, reported("44"), verified("44"))
    given(SCORECARD, *standing).knowing(gone).when(correct(value=Decimal(43))).rejected("campaign-cancelled")


@pytest.mark.parametrize(
    ("due", "taken"),
    [
        ((), True),
        (((date(2025, 1, 15), False),), True),
        (((date(2025, 1, 15), True),), False),
        (((date(2025, 1, 15), True), (date(2026, 1, 15), False)), False),
        (((date(2024, 7, 15), True), (date(2025, 1, 15), False)), True),
        (((date(2024, 7, 15), True),), True),
        (((date(2025, 1, 15), True), (date(2025, 1, 15), False)), True),
    ],
)
def test_a_report_is_refused_where_the_next_day_after_its_period_is_closed(
    due: tuple[tuple[date, bool], ...], *, taken: bool
) -> None:
    found = given(SCORECARD, OPENED).knowing(Known(due=due)).when(report(value=Decimal(44)))
    if taken:
        assert found.events
    else:
        refused = found.rejected("report-closed")
        assert (refused.source, "15/01/2025" in refused.vi) == ("C9", True)


def test_a_verified_result_is_corrected_though_its_report_is_closed() -> None:
    closed = Known(due=((date(2025, 1, 15), True),))
    standing = (OPENED, reported("44"), verified("44"))
    assert given(SCORECARD, *standing).knowing(closed).when(correct(value=Decimal(43)), by=OFFICER).events
