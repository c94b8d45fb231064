"""Rules of Scorecard."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.facts.decider import Context, Rejected
from chassis.testing import Signed, given
from contracts.campaigns import ResultReported, ScorecardEvent, TargetAttained, TargetMissed
from contracts.event import Event
from services.campaigns.domain.scorecard import (
    SCORECARD,
    Known,
    OpenScorecard,
    ReportResult,
    Scorecard,
    ScorecardCommand,
    VerifyResult,
)
from tests.campaigns.examples import (
    APPRAISER,
    CAMPAIGN_ID,
    CARD,
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

OPEN = OpenScorecard(campaign_id=CAMPAIGN_ID, unit_id=UNIT, targets=TARGETS)
VERIFY = VerifyResult(indicator=SOCIAL, year=2024)


def report(value: str, indicator: str = SOCIAL, year: int = 2024) -> ReportResult:
    return ReportResult(indicator=indicator, year=year, value=Decimal(value), evidence="Báo cáo tháng")


def attained(value: str, target: str, margin: str, *, early: bool, indicator: str = SOCIAL) -> TargetAttained:
    return TargetAttained(
        scorecard_id=CARD,
        campaign_id=CAMPAIGN_ID,
        unit_id=UNIT,
        indicator=indicator,
        year=2024,
        target=Decimal(target),
        value=Decimal(value),
        margin=Decimal(margin),
        early=early,
    )


def missed(value: str, target: str, shortfall: str, indicator: str = SOCIAL) -> TargetMissed:
    return TargetMissed(
        scorecard_id=CARD,
        campaign_id=CAMPAIGN_ID,
        unit_id=UNIT,
        indicator=indicator,
        year=2024,
        target=Decimal(target),
        value=Decimal(value),
        shortfall=Decimal(shortfall),
    )


def test_a_scorecard_opens_with_the_confirmed_targets() -> None:
    given(SCORECARD).when(OPEN).then(OPENED)


def test_opening_again_with_the_same_targets_changes_nothing() -> None:
    given(SCORECARD, OPENED).when(OPEN).nothing()


def test_opening_again_with_other_targets_is_refused() -> None:
    other = OPEN.model_copy(update={"targets": TARGETS[:1]})
    given(SCORECARD, OPENED).when(other).rejected("scorecard-already-open")


def test_a_result_is_reported_under_the_reporters_id() -> None:
    given(SCORECARD, OPENED).when(report("44"), by=OFFICER).then(reported("44"))


def test_a_result_reported_again_before_verification_replaces_the_first() -> None:
    given(SCORECARD, OPENED, reported("44")).when(report("44.2"), by=OFFICER).then(reported("44.2"))


def test_the_same_value_with_other_evidence_is_reported_anew() -> None:
    again = report("44").model_copy(update={"evidence": "Biên bản đối chiếu"})
    outcome = given(SCORECARD, OPENED, reported("44")).when(again, by=OFFICER)
    outcome.then(reported("44").model_copy(update={"evidence": "Biên bản đối chiếu"}))


@pytest.mark.parametrize("history", [(reported("44"),), (reported("44"), verified("44"))])
def test_the_same_result_again_changes_nothing(history: tuple[Event, ...]) -> None:
    given(SCORECARD, OPENED, *history).when(report("44.0"), by=OFFICER).nothing()


def test_another_value_after_verification_is_refused() -> None:
    history = (OPENED, reported("44"), verified("44"))
    given(SCORECARD, *history).when(report("45"), by=OFFICER).rejected("result-already-verified")


@pytest.mark.parametrize("value", ["100.01", "-0.01"])
def test_a_share_beyond_0_to_100_percent_is_refused(value: str) -> None:
    given(SCORECARD, OPENED).when(report(value), by=OFFICER).rejected("share-out-of-range")


@pytest.mark.parametrize("value", ["0", "100", "99.999999"])
def test_a_share_within_0_to_100_percent_is_accepted(value: str) -> None:
    given(SCORECARD, OPENED).when(report(value), by=OFFICER).then(reported(value))


def test_per_cent_of_a_plan_may_pass_100() -> None:
    given(SCORECARD, OPENED).when(report("104.2", PLAN), by=OFFICER).then(reported("104.2", PLAN))


@pytest.mark.parametrize("value", ["-1", "1000000000", "1E+400", "101.0000001"])
def test_per_cent_of_a_plan_out_of_bounds_is_refused(value: str) -> None:
    given(SCORECARD, OPENED).when(report(value, PLAN), by=OFFICER).rejected("value-out-of-bounds")


@pytest.mark.parametrize("value", ["0E-20000", f"2.{'0' * 16_384}", "44.0000000"])
@pytest.mark.parametrize("indicator", [SOCIAL, PLAN])
def test_more_places_than_databases_keep_are_refused_noughts_too(value: str, indicator: str) -> None:
    given(SCORECARD, OPENED).when(report(value, indicator), by=OFFICER).rejected("value-out-of-bounds")


@pytest.mark.parametrize("command", [report("5", "unknown_indicator"), VerifyResult(indicator="unknown", year=2024)])
def test_an_indicator_that_was_not_registered_is_refused(command: ScorecardCommand) -> None:
    given(SCORECARD, OPENED).when(command, by=OFFICER).rejected("indicator-unknown")


@pytest.mark.parametrize("command", [report("2", LATE, 2025), VerifyResult(indicator=LATE, year=2025)])
def test_a_year_that_was_not_registered_is_refused(command: ScorecardCommand) -> None:
    given(SCORECARD, OPENED).when(command, by=OFFICER).rejected("year-unknown")


@pytest.mark.parametrize("command", [report("44"), VERIFY])
def test_nothing_goes_into_a_scorecard_that_is_not_open(command: ScorecardCommand) -> None:
    given(SCORECARD).when(command, by=OFFICER).rejected("scorecard-not-open")


def test_what_was_not_reported_cannot_be_verified() -> None:
    given(SCORECARD, OPENED).when(VERIFY, by=APPRAISER).rejected("nothing-reported")


def test_whoever_reported_may_not_verify() -> None:
    given(SCORECARD, OPENED, reported("44")).when(VERIFY, by=OFFICER).rejected("reporter-may-not-verify")


def test_who_reported_it_first_may_not_verify_though_somebody_else_has_reported_it_anew() -> None:
    for first in (reported("44", by=APPRAISER), Signed(reported("44", by=None), APPRAISER)):
        history = (OPENED, first, reported("44.2", by=OFFICER))
        given(SCORECARD, *history).when(VERIFY, by=APPRAISER).rejected("reporter-may-not-verify")


def test_who_reported_another_years_result_may_verify_this_one() -> None:
    history = (OPENED, reported("44"), reported("45.2", year=2025, by=APPRAISER))
    assert given(SCORECARD, *history).when(VERIFY, by=APPRAISER).refusal is None


def test_sabotage_where_only_the_last_reporter_counts_the_first_one_verifies() -> None:
    def careless(card: Scorecard, event: ScorecardEvent) -> Scorecard:
        fresh = replace(card, results={}) if isinstance(event, ResultReported) else card
        return SCORECARD.evolve(fresh, event)

    history = (OPENED, reported("44", by=APPRAISER), reported("44.2", by=OFFICER))
    outcome = given(replace(SCORECARD, evolve=careless, signed=None), *history).when(VERIFY, by=APPRAISER)
    assert outcome.refusal is None


def test_a_head_above_may_let_somebody_verify_their_own_result() -> None:
    own = given(SCORECARD, OPENED, reported("44", by=APPRAISER))
    assert own.knowing(Known(excused=frozenset({APPRAISER}))).when(VERIFY, by=APPRAISER).refusal is None
    own.knowing(Known(excused=frozenset({OFFICER}))).when(VERIFY, by=APPRAISER).rejected("reporter-may-not-verify")


def test_nobody_known_may_not_verify_for_nobody_known() -> None:
    given(SCORECARD, OPENED, reported("44", by=None)).when(VERIFY).rejected("reporter-may-not-verify")


def test_after_a_replacement_the_second_reporter_may_not_verify() -> None:
    history = (OPENED, reported("44"), reported("44.2", by=APPRAISER))
    given(SCORECARD, *history).when(VERIFY, by=APPRAISER).rejected("reporter-may-not-verify")


def test_verifying_again_changes_nothing() -> None:
    given(SCORECARD, OPENED, reported("44"), verified("44")).when(VERIFY, by=APPRAISER).nothing()


@pytest.mark.parametrize(("day", "early"), [(date(2024, 12, 30), True), (date(2024, 12, 31), False)])
def test_a_target_reported_before_the_last_day_of_its_year_is_early(day: date, early: bool) -> None:  # noqa: FBT001
    history = (OPENED, reported("44", on=day))
    outcome = given(SCORECARD, *history).when(VERIFY, by=APPRAISER, on=date(2025, 3, 1))
    outcome.then(verified("44"), attained("44", "43.5", "0.5", early=early))


@pytest.mark.parametrize(("day", "early"), [(date(2024, 12, 30), True), (date(2024, 12, 31), False)])
def test_where_an_earlier_version_has_kept_no_report_day_that_of_verification_decides(day: date, early: bool) -> None:  # noqa: FBT001
    outcome = given(SCORECARD, OPENED, reported("44", on=None)).when(VERIFY, by=APPRAISER, on=day)
    outcome.then(verified("44"), attained("44", "43.5", "0.5", early=early))


def test_a_result_on_the_target_attains_it() -> None:
    outcome = given(SCORECARD, OPENED, reported("43.5")).when(VERIFY, by=APPRAISER)
    outcome.then(verified("43.5"), attained("43.5", "43.5", "0", early=True))


def test_a_result_short_of_the_target_misses_it() -> None:
    outcome = given(SCORECARD, OPENED, reported("43.1")).when(VERIFY, by=APPRAISER)
    outcome.then(verified("43.1"), missed("43.1", "43.5", "0.4"))


@pytest.mark.parametrize(
    ("value", "fact"),
    [
        ("2.3", attained("2.3", "2.5", "0.2", early=True, indicator=LATE)),
        ("2.6", missed("2.6", "2.5", "0.1", LATE)),
    ],
)
def test_where_lower_is_better_the_margin_turns_round(value: str, fact: Event) -> None:
    verify = VerifyResult(indicator=LATE, year=2024)
    outcome = given(SCORECARD, OPENED, reported(value, LATE)).when(verify, by=APPRAISER, on=date(2025, 1, 6))
    outcome.then(verified(value, LATE), fact)


def test_each_year_has_its_own_result() -> None:
    outcome = given(SCORECARD, OPENED, reported("44")).when(report("45.2", year=2025), by=OFFICER)
    outcome.then(reported("45.2", year=2025))


PLACES = some.sampled_from([(SOCIAL, 2024), (SOCIAL, 2025), (LATE, 2024), (PLAN, 2024), (PLAN, 2025), ("other", 2024)])
COMMANDS = some.one_of(
    some.just(OPEN),
    some.builds(
        lambda place, value: ReportResult(indicator=place[0], year=place[1], value=value),
        PLACES,
        some.sampled_from([Decimal(2), Decimal("2.00"), Decimal(44), Decimal(101), Decimal("1E+400")]),
    ),
    PLACES.map(lambda place: VerifyResult(indicator=place[0], year=place[1])),
)


@for_all(some.lists(some.tuples(COMMANDS, some.sampled_from([OFFICER, APPRAISER])), max_size=20))
def test_a_command_given_twice_yields_nothing_or_a_refusal(commands: list[tuple[ScorecardCommand, UUID]]) -> None:
    history: list[Event] = [OPENED]
    for command, actor in commands:
        context = Context(occurred_on=date(2024, 11, 20), actor=actor)
        try:
            history += SCORECARD.decide(command, SCORECARD.fold(history), None, context)
            assert not SCORECARD.decide(command, SCORECARD.fold(history), None, context)
        except Rejected:
            continue
