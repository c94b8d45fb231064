"""Nomination: drafted, its dossier completed, submitted when every due target was met, honoured once."""

from datetime import date
from uuid import uuid5

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st

from chassis.facts.decider import Context, Rejected
from contracts.awards import DossierDocumentAdded, NominationFlagged, NominationSubmitted
from contracts.campaigns import ReportAccepted
from services.awards.domain.nomination import (
    NOMINATION,
    FlagNomination,
    GrantAward,
    Known,
    Nomination,
    NominationCommand,
)
from services.awards.domain.policies import flag_what_used_a_corrected_report
from tests.awards.examples import (
    CAMPAIGN,
    COMPLETE,
    DRAFTED,
    GRANTED,
    ISSUED,
    MET,
    NOMINATION_ID,
    OFFICER,
    PERIOD,
    RULE,
    SUBMIT,
    SUBMITTED,
    UNIT,
    YEAR_END,
    add,
    draft,
    drafted,
    nomination,
    paper,
    rule_on,
    target,
)

GRANT = GrantAward(nomination_id=NOMINATION_ID, decision_id=ISSUED.decision_id, decision_number=ISSUED.number)


def test_an_officer_proposes_a_unit() -> None:
    nomination().when(draft(), by=OFFICER).then(DRAFTED)


def test_the_whole_campaign_may_count() -> None:
    nomination().when(draft(year=None), by=OFFICER).then(drafted(year=None))


def test_proposing_again_changes_nothing() -> None:
    nomination(DRAFTED).when(draft()).nothing()


def test_an_award_outside_the_catalogue_is_refused() -> None:
    nomination(rule=None).when(draft(award="golden_cup")).rejected("award-unknown")
    nomination(DRAFTED, rule=None).when(add("minutes")).rejected("award-unknown")
    nomination(*COMPLETE, rule=None).when(SUBMIT).rejected("award-unknown")


def test_a_year_that_the_campaign_does_not_touch_is_refused() -> None:
    nomination().when(draft(year=2023)).rejected("year-outside-campaign")
    nomination().when(draft(year=2026)).rejected("year-outside-campaign")
    nomination().when(draft(year=2025), by=OFFICER).then(drafted(year=2025))


def test_a_paper_of_the_catalogue_goes_into_the_dossier() -> None:
    expected = DossierDocumentAdded(nomination_id=NOMINATION_ID, document=paper("minutes"))
    nomination(DRAFTED).when(add("minutes")).then(expected)


def test_the_same_paper_again_changes_nothing_even_after_submission() -> None:
    nomination(*COMPLETE).when(add("minutes")).nothing()
    nomination(*COMPLETE, SUBMITTED).when(add("minutes")).nothing()


def test_another_paper_of_the_same_kind_is_taken() -> None:
    expected = DossierDocumentAdded(nomination_id=NOMINATION_ID, document=paper("minutes", 2))
    nomination(*COMPLETE).when(add("minutes", 2)).then(expected)


def test_a_kind_of_paper_outside_the_catalogue_is_refused() -> None:
    refusal = nomination(DRAFTED).when(add("photograph")).rejected("document-kind-unknown")
    assert "minutes" in refusal.vi


def test_a_submitted_dossier_takes_no_other_paper() -> None:
    nomination(*COMPLETE, SUBMITTED).when(add("minutes", 2)).rejected("nomination-already-submitted")


def test_nothing_can_be_done_with_a_nomination_that_nobody_drafted() -> None:
    nomination().when(add("minutes")).rejected("nomination-unknown")
    nomination().when(SUBMIT).rejected("nomination-unknown")


def test_a_complete_dossier_with_every_due_target_met_is_submitted() -> None:
    nomination(*COMPLETE).when(SUBMIT, on=YEAR_END).then(SUBMITTED)


def test_the_rule_is_that_of_the_day_of_receipt() -> None:
    outcome = nomination(*COMPLETE, rule=rule_on(date(2025, 7, 1))).when(SUBMIT)
    outcome.then(SUBMITTED.model_copy(update={"rule": "merit_certificate_dg@152/2025"}))


def test_submitting_again_changes_nothing() -> None:
    nomination(*COMPLETE, SUBMITTED).when(SUBMIT).nothing()
    nomination(*COMPLETE, SUBMITTED, GRANTED).when(SUBMIT).nothing()


def test_an_incomplete_dossier_is_refused_naming_what_is_missing() -> None:
    without_minutes = (COMPLETE[0], COMPLETE[1], COMPLETE[3])
    refusal = nomination(*without_minutes).when(SUBMIT).rejected("dossier-incomplete")
    assert "Biên bản" in refusal.vi
    assert "minutes" in refusal.en
    assert "submission_letter" not in refusal.en
    assert refusal.source == "S003-9"


def test_a_unit_without_confirmed_targets_is_refused() -> None:
    nomination(*COMPLETE, targets=()).when(SUBMIT).rejected("targets-not-registered")


def test_targets_of_later_years_alone_are_not_enough() -> None:
    later = target("health_insurance_coverage", 2025, attained=True)
    nomination(*COMPLETE, targets=(later,)).when(SUBMIT).rejected("targets-not-registered")


def test_a_due_target_without_a_verified_result_is_named() -> None:
    unverified = target("satisfaction_index", 2024, attained=None)
    refusal = nomination(*COMPLETE, targets=(*MET, unverified)).when(SUBMIT).rejected("targets-not-verified")
    assert "satisfaction_index 2024" in refusal.vi


def test_one_missed_target_is_enough_to_refuse() -> None:
    missed = target("late_payment_rate", 2024, attained=False)
    refusal = nomination(*COMPLETE, targets=(*MET, missed)).when(SUBMIT).rejected("targets-not-attained")
    assert "late_payment_rate 2024" in refusal.vi
    assert refusal.source == "S003-6"


def test_a_missed_target_of_a_later_year_does_not_count() -> None:
    later = target("late_payment_rate", 2025, attained=False)
    nomination(*COMPLETE, targets=(*MET[:2], later)).when(SUBMIT).then(SUBMITTED)


def test_for_the_whole_campaign_every_target_is_due() -> None:
    history = (drafted(year=None), *COMPLETE[1:])
    nomination(*history).when(SUBMIT).rejected("targets-not-verified")
    met = (*MET[:2], target("health_insurance_coverage", 2025, attained=True))
    outcome = nomination(*history, targets=met).when(SUBMIT)
    (submitted,) = outcome.events
    assert isinstance(submitted, NominationSubmitted)
    assert (submitted.year, submitted.attained) == (None, 3)


def test_a_submitted_nomination_is_honoured() -> None:
    nomination(*COMPLETE, SUBMITTED).when(GRANT).then(GRANTED)


def test_an_honoured_nomination_is_not_honoured_again_by_any_decision() -> None:
    other = GRANT.model_copy(
        update={"decision_id": uuid5(ISSUED.decision_id, "other"), "decision_number": "124/QĐ-BHXH"}
    )
    nomination(*COMPLETE, SUBMITTED, GRANTED).when(GRANT).nothing()
    nomination(*COMPLETE, SUBMITTED, GRANTED).when(other).rejected("already-granted")


def test_what_was_not_submitted_is_not_honoured() -> None:
    nomination().when(GRANT).rejected("not-submitted")
    nomination(*COMPLETE).when(GRANT).rejected("not-submitted")


COMMANDS: list[NominationCommand] = [
    draft(),
    draft(award="golden_cup"),
    *(add(kind, n) for kind in ("submission_letter", "minutes", "achievement_report", "photograph") for n in (1, 2)),
    SUBMIT,
    GRANT,
]
KNOWN = Known(RULE, PERIOD, MET)
ANY_HISTORY = st.lists(st.sampled_from(COMMANDS), max_size=12)
"""Commands in any order; those that are refused leave no trace."""


def after(commands: list[NominationCommand]) -> Nomination:
    state = NOMINATION.initial
    for command in commands:
        try:
            state = NOMINATION.fold(NOMINATION.decide(command, state, KNOWN, Context(YEAR_END)), state)
        except Rejected:
            continue
    return state


@for_any(ANY_HISTORY, st.sampled_from(COMMANDS))
def test_whatever_happened_the_same_command_twice_changes_nothing_more(
    history: list[NominationCommand], command: NominationCommand
) -> None:
    try:
        again = NOMINATION.decide(command, after([*history, command]), KNOWN, Context(YEAR_END))
    except Rejected:
        return
    assert list(again) == []


def test_the_commands_of_the_property_reach_every_status() -> None:
    papers = [add(kind) for kind in ("submission_letter", "minutes", "achievement_report")]
    full: list[NominationCommand] = [draft(), *papers, SUBMIT]
    assert {str(after(full[:n]).status) for n in (1, 5)} | {str(after([*full, GRANT]).status)} == {
        "draft",
        "submitted",
        "granted",
    }


REPORT, REVIEW = uuid5(NOMINATION_ID, "report"), uuid5(NOMINATION_ID, "review")
FLAG = FlagNomination(report_id=REPORT, review_id=REVIEW, revision=2)
FLAGGED = NominationFlagged(
    nomination_id=NOMINATION_ID,
    campaign_id=CAMPAIGN,
    unit_id=UNIT,
    report_id=REPORT,
    review_id=REVIEW,
    revision=2,
)


@pytest.mark.requirement("S003-16")
def test_a_corrected_report_flags_what_was_sent_in_once_for_each_revision() -> None:
    nomination(*COMPLETE, SUBMITTED).when(FLAG).then(FLAGGED)
    nomination(*COMPLETE, SUBMITTED, GRANTED).when(FLAG).then(FLAGGED)
    nomination(*COMPLETE, SUBMITTED, FLAGGED).when(FLAG).nothing()
    again = FLAG.model_copy(update={"revision": 3})
    nomination(*COMPLETE, SUBMITTED, FLAGGED).when(again).then(FLAGGED.model_copy(update={"revision": 3}))


@pytest.mark.requirement("S003-16")
def test_a_draft_is_not_flagged_and_what_is_flagged_stays_as_it_is() -> None:
    nomination(*COMPLETE).when(FLAG).nothing()
    nomination().when(FLAG).nothing()
    nomination(*COMPLETE, SUBMITTED, FLAGGED).when(SUBMIT).nothing()
    nomination(*COMPLETE, SUBMITTED, FLAGGED).when(GRANT).then(GRANTED)


@pytest.mark.requirement("S003-16")
def test_the_first_acceptance_of_a_report_flags_nothing() -> None:
    accepted = ReportAccepted(
        report_id=REPORT, review_id=REVIEW, unit_id=UNIT, campaign_id=CAMPAIGN, revision=2, whole=()
    )
    assert flag_what_used_a_corrected_report(accepted) == FLAG
    assert flag_what_used_a_corrected_report(accepted.model_copy(update={"revision": 1})) is None
    assert flag_what_used_a_corrected_report(accepted.model_copy(update={"campaign_id": None})) is None
