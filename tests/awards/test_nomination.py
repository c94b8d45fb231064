"""Nomination: drafted, its dossier completed, submitted when every due target was met, honoured once."""

from datetime import date
from uuid import uuid5

from hypothesis import given as for_any
from hypothesis import strategies as st

from chassis.facts.decider import Context, Rejected
from chassis.testing import given
from contracts.awards import DossierDocumentAdded, NominationSubmitted
from services.awards.domain.nomination import NOMINATION, GrantAward, Nomination, NominationCommand
from tests.awards.examples import (
    COMPLETE,
    DRAFTED,
    GRANTED,
    ISSUED,
    MET,
    NOMINATION_ID,
    OFFICER,
    SUBMITTED,
    YEAR_END,
    add,
    draft,
    drafted,
    paper,
    rule_on,
    submit,
    target,
)

GRANT = GrantAward(nomination_id=NOMINATION_ID, decision_id=ISSUED.decision_id, decision_number=ISSUED.number)


def test_an_officer_proposes_a_unit() -> None:
    given(NOMINATION).when(draft(), by=OFFICER).then(DRAFTED)


def test_the_whole_campaign_may_count() -> None:
    given(NOMINATION).when(draft(year=None), by=OFFICER).then(drafted(year=None))


def test_proposing_again_changes_nothing() -> None:
    given(NOMINATION, DRAFTED).when(draft()).nothing()


def test_an_award_outside_the_catalogue_is_refused() -> None:
    given(NOMINATION).when(draft(award="golden_cup", rule=None)).rejected("award-unknown")
    given(NOMINATION, DRAFTED).when(add("minutes", rule=None)).rejected("award-unknown")
    given(NOMINATION, *COMPLETE).when(submit(*MET, rule=None)).rejected("award-unknown")


def test_a_year_that_the_campaign_does_not_touch_is_refused() -> None:
    given(NOMINATION).when(draft(year=2023)).rejected("year-outside-campaign")
    given(NOMINATION).when(draft(year=2026)).rejected("year-outside-campaign")
    given(NOMINATION).when(draft(year=2025), by=OFFICER).then(drafted(year=2025))


def test_a_paper_of_the_catalogue_goes_into_the_dossier() -> None:
    expected = DossierDocumentAdded(nomination_id=NOMINATION_ID, document=paper("minutes"))
    given(NOMINATION, DRAFTED).when(add("minutes")).then(expected)


def test_the_same_paper_again_changes_nothing_even_after_submission() -> None:
    given(NOMINATION, *COMPLETE).when(add("minutes")).nothing()
    given(NOMINATION, *COMPLETE, SUBMITTED).when(add("minutes")).nothing()


def test_another_paper_of_the_same_kind_is_taken() -> None:
    expected = DossierDocumentAdded(nomination_id=NOMINATION_ID, document=paper("minutes", 2))
    given(NOMINATION, *COMPLETE).when(add("minutes", 2)).then(expected)


def test_a_kind_of_paper_outside_the_catalogue_is_refused() -> None:
    refusal = given(NOMINATION, DRAFTED).when(add("photograph")).rejected("document-kind-unknown")
    assert "minutes" in refusal.vi


def test_a_submitted_dossier_takes_no_other_paper() -> None:
    given(NOMINATION, *COMPLETE, SUBMITTED).when(add("minutes", 2)).rejected("nomination-already-submitted")


def test_nothing_can_be_done_with_a_nomination_that_nobody_drafted() -> None:
    given(NOMINATION).when(add("minutes")).rejected("nomination-unknown")
    given(NOMINATION).when(submit(*MET)).rejected("nomination-unknown")


def test_a_complete_dossier_with_every_due_target_met_is_submitted() -> None:
    given(NOMINATION, *COMPLETE).when(submit(*MET), on=YEAR_END).then(SUBMITTED)


def test_the_rule_is_that_of_the_day_of_receipt() -> None:
    outcome = given(NOMINATION, *COMPLETE).when(submit(*MET, rule=rule_on(date(2025, 7, 1))))
    outcome.then(SUBMITTED.model_copy(update={"rule": "merit_certificate_dg@152/2025"}))


def test_submitting_again_changes_nothing() -> None:
    given(NOMINATION, *COMPLETE, SUBMITTED).when(submit(*MET)).nothing()
    given(NOMINATION, *COMPLETE, SUBMITTED, GRANTED).when(submit(*MET)).nothing()


def test_an_incomplete_dossier_is_refused_naming_what_is_missing() -> None:
    without_minutes = (COMPLETE[0], COMPLETE[1], COMPLETE[3])
    refusal = given(NOMINATION, *without_minutes).when(submit(*MET)).rejected("dossier-incomplete")
    assert "Biên bản" in refusal.vi
    assert "minutes" in refusal.en
    assert "submission_letter" not in refusal.en
    assert refusal.source == "S003-9"


def test_a_unit_without_confirmed_targets_is_refused() -> None:
    given(NOMINATION, *COMPLETE).when(submit()).rejected("targets-not-registered")


def test_targets_of_later_years_alone_are_not_enough() -> None:
    later = target("health_insurance_coverage", 2025, attained=True)
    given(NOMINATION, *COMPLETE).when(submit(later)).rejected("targets-not-registered")


def test_a_due_target_without_a_verified_result_is_named() -> None:
    unverified = target("satisfaction_index", 2024, attained=None)
    refusal = given(NOMINATION, *COMPLETE).when(submit(*MET, unverified)).rejected("targets-not-verified")
    assert "satisfaction_index 2024" in refusal.vi


def test_one_missed_target_is_enough_to_refuse() -> None:
    missed = target("late_payment_rate", 2024, attained=False)
    refusal = given(NOMINATION, *COMPLETE).when(submit(*MET, missed)).rejected("targets-not-attained")
    assert "late_payment_rate 2024" in refusal.vi
    assert refusal.source == "S003-6"


def test_a_missed_target_of_a_later_year_does_not_count() -> None:
    later = target("late_payment_rate", 2025, attained=False)
    given(NOMINATION, *COMPLETE).when(submit(*MET[:2], later)).then(SUBMITTED)


def test_for_the_whole_campaign_every_target_is_due() -> None:
    history = (drafted(year=None), *COMPLETE[1:])
    given(NOMINATION, *history).when(submit(*MET)).rejected("targets-not-verified")
    met = (*MET[:2], target("health_insurance_coverage", 2025, attained=True))
    outcome = given(NOMINATION, *history).when(submit(*met))
    (submitted,) = outcome.events
    assert isinstance(submitted, NominationSubmitted)
    assert (submitted.year, submitted.attained) == (None, 3)


def test_a_submitted_nomination_is_honoured() -> None:
    given(NOMINATION, *COMPLETE, SUBMITTED).when(GRANT).then(GRANTED)


def test_an_honoured_nomination_is_not_honoured_again_by_any_decision() -> None:
    other = GRANT.model_copy(
        update={"decision_id": uuid5(ISSUED.decision_id, "other"), "decision_number": "124/QĐ-BHXH"}
    )
    given(NOMINATION, *COMPLETE, SUBMITTED, GRANTED).when(GRANT).nothing()
    given(NOMINATION, *COMPLETE, SUBMITTED, GRANTED).when(other).rejected("already-granted")


def test_what_was_not_submitted_is_not_honoured() -> None:
    given(NOMINATION).when(GRANT).rejected("not-submitted")
    given(NOMINATION, *COMPLETE).when(GRANT).rejected("not-submitted")


COMMANDS: list[NominationCommand] = [
    draft(),
    draft(award="golden_cup", rule=None),
    *(add(kind, n) for kind in ("submission_letter", "minutes", "achievement_report", "photograph") for n in (1, 2)),
    submit(*MET),
    submit(),
    GRANT,
]
ANY_HISTORY = st.lists(st.sampled_from(COMMANDS), max_size=12)
"""Commands in any order; those that are refused leave no trace."""


def after(commands: list[NominationCommand]) -> Nomination:
    state = NOMINATION.initial
    for command in commands:
        try:
            state = NOMINATION.fold(NOMINATION.decide(command, state, Context(YEAR_END)), state)
        except Rejected:
            continue
    return state


@for_any(ANY_HISTORY, st.sampled_from(COMMANDS))
def test_whatever_happened_the_same_command_twice_changes_nothing_more(
    history: list[NominationCommand], command: NominationCommand
) -> None:
    try:
        again = NOMINATION.decide(command, after([*history, command]), Context(YEAR_END))
    except Rejected:
        return
    assert list(again) == []


def test_the_commands_of_the_property_reach_every_status() -> None:
    papers = [add(kind) for kind in ("submission_letter", "minutes", "achievement_report")]
    full: list[NominationCommand] = [draft(), *papers, submit(*MET)]
    assert {str(after(full[:n]).status) for n in (1, 5)} | {str(after([*full, GRANT]).status)} == {
        "draft",
        "submitted",
        "granted",
    }
