"""Decision: one number, submitted nominees of one award within the authority, never decided by who drafted them."""

from dataclasses import replace
from datetime import date
from typing import NamedTuple
from uuid import UUID, uuid5

import pytest
from hypothesis import given as for_any
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.facts.decider import Context, Rejected
from chassis.testing import Outcome, Signed, folded, given
from contracts.awards import DecisionEvent
from contracts.event import Event
from services.awards.domain.decision import DECISION, IssueDecision, LegalBasis, Nominee, decision_id
from services.awards.domain.nomination import NOMINATION
from tests.awards.examples import (
    AUTHORITY,
    AWARD,
    BASIS,
    COMPLETE,
    DIRECTOR,
    GRANTED,
    ISSUED,
    NOMINATION_ID,
    NUMBER,
    OFFICER,
    SIGNED,
    SUBMITTED,
)

OTHER_ID = uuid5(NOMINATION_ID, "other")
VERIFIER = uuid5(NOMINATION_ID, "verifier")
READY = (*COMPLETE, SUBMITTED)


def nominee(
    *history: Event | Signed,
    key: UUID = NOMINATION_ID,
    within: bool = True,
    verifiers: frozenset[UUID | None] = frozenset({VERIFIER}),
    excused: bool = False,
) -> Nominee:
    nomination = folded(NOMINATION, *history)
    return Nominee(nomination_id=key, nomination=nomination, within=within, verifiers=verifiers, excused=excused)


class Issue(NamedTuple):
    """What is asked, and the nominations as they stand."""

    command: IssueDecision
    nominees: tuple[Nominee, ...]


def issue(
    *nominees: Nominee, number: str = NUMBER, signed_on: date = SIGNED, award: str = AWARD, base: LegalBasis = BASIS
) -> Issue:
    command = IssueDecision(
        number=number,
        signed_on=signed_on,
        authority_id=AUTHORITY,
        award=award,
        nominations=tuple(one.nomination_id for one in nominees),
        legal_bases=(base,),
    )
    return Issue(command, nominees)


def decision(asked: Issue, *history: DecisionEvent, by: UUID = DIRECTOR) -> Outcome:
    return given(DECISION, *history).knowing(asked.nominees).when(asked.command, by=by, on=SIGNED)


def refused(code: str, asked: Issue, by: UUID = DIRECTOR) -> Rejected:
    return decision(asked, by=by).rejected(code)


def test_a_decision_on_a_submitted_nomination_is_issued() -> None:
    decision(issue(nominee(*READY))).then(ISSUED)


def test_the_same_decision_again_changes_nothing_even_when_the_award_is_granted() -> None:
    decision(issue(nominee(*READY, GRANTED)), ISSUED).nothing()


def test_a_number_serves_one_decision_a_year() -> None:
    other = issue(nominee(*READY, key=OTHER_ID))
    decision(other, ISSUED).rejected("decision-number-taken")


def test_numbers_start_anew_each_year_and_with_each_authority() -> None:
    ids = {
        decision_id(AUTHORITY, NUMBER, SIGNED),
        decision_id(AUTHORITY, NUMBER, date(2025, 1, 1)),
        decision_id(DIRECTOR, NUMBER, SIGNED),
        decision_id(AUTHORITY, "124/QĐ-BHXH", SIGNED),
    }
    assert len(ids) == 4
    assert decision_id(AUTHORITY, NUMBER, date(2024, 1, 2)) == decision_id(AUTHORITY, NUMBER, SIGNED)


def test_nobody_signs_in_the_future() -> None:
    refused("signed-in-the-future", issue(nominee(*READY), signed_on=date(2025, 1, 1)))


def test_a_decision_without_nominees_is_refused() -> None:
    refused("no-nominee", issue())


def test_a_nominee_is_listed_once() -> None:
    refused("nominee-repeated", issue(nominee(*READY), nominee(*READY)))


def test_a_nominee_that_was_not_submitted_is_refused() -> None:
    refusal = refused("not-submitted", issue(nominee(*READY, key=OTHER_ID), nominee(*COMPLETE)))
    assert str(NOMINATION_ID) in refusal.vi


def test_a_nominee_for_another_award_is_refused() -> None:
    refused("award-differs", issue(nominee(*READY), award="merit_letter"))


def test_a_nominee_that_was_honoured_already_is_refused() -> None:
    refused("already-granted", issue(nominee(*READY, GRANTED)))


@pytest.mark.parametrize("history", [COMPLETE, READY, (*READY, GRANTED)])
@pytest.mark.parametrize("award", ["merit_certificate_dg", "merit_letter"])
def test_of_a_nominee_beyond_the_authority_nothing_is_told(history: tuple[Event, ...], award: str) -> None:
    unknown = refused("nominee-outside-authority", issue(nominee(within=False), award=award))
    foreign = refused("nominee-outside-authority", issue(nominee(*history, within=False), award=award))
    assert (unknown.vi, unknown.en) == (foreign.vi, foreign.en)


def test_who_drafted_a_nomination_does_not_decide_on_it() -> None:
    refused("proposer-may-not-decide", issue(nominee(*READY)), by=OFFICER)


@pytest.mark.parametrize("place", range(1, len(READY)))
def test_who_put_any_paper_into_the_dossier_or_sent_it_in_does_not_decide_on_it(place: int) -> None:
    history: list[Event | Signed] = [
        Signed(event, DIRECTOR) if at == place else event for at, event in enumerate(READY)
    ]
    refused("proposer-may-not-decide", issue(nominee(*history)))
    decision(issue(nominee(*history)), by=OTHER_ID).then(ISSUED)


def test_sabotage_where_nobody_signs_who_wrote_the_dossier_decides() -> None:
    unsigned = replace(NOMINATION, signed=None)
    history: list[Event | Signed] = [READY[0], *(Signed(event, DIRECTOR) for event in READY[1:])]
    state = folded(unsigned, *history)
    careless = Nominee(nomination_id=NOMINATION_ID, nomination=state, within=True, verifiers=frozenset({VERIFIER}))
    decision(issue(careless)).then(ISSUED)


def test_who_verified_a_result_that_it_rests_on_does_not_decide_on_it() -> None:
    refused("verifier-may-not-decide", issue(nominee(*READY, verifiers=frozenset({VERIFIER, DIRECTOR}))))
    decision(issue(nominee(*READY, verifiers=frozenset({VERIFIER})))).then(ISSUED)


def test_while_it_is_not_known_who_verified_nothing_is_decided() -> None:
    for verifiers in (frozenset({None}), frozenset({VERIFIER, None})):
        refused("verifier-unknown", issue(nominee(*READY, verifiers=verifiers)))
        refused("verifier-unknown", issue(nominee(*READY, verifiers=verifiers, excused=True)))


def test_a_head_above_may_let_somebody_decide_on_their_own_work() -> None:
    own = [Signed(event, DIRECTOR) for event in READY]
    decision(issue(nominee(*own, verifiers=frozenset({DIRECTOR}), excused=True))).then(ISSUED)
    other = nominee(*own, key=OTHER_ID)
    refused("proposer-may-not-decide", issue(nominee(*own, excused=True), other))


@pytest.mark.parametrize("number", ["123/QĐ-BHXH", "1/QĐ-UBND", "4225/QĐ-BHXH-TĐKT"])
def test_a_number_as_written_in_documents_is_taken(number: str) -> None:
    assert issue(nominee(*READY), number=number).command.number == number


@pytest.mark.parametrize(
    "number", ["", "123", "0/QĐ-BHXH", "123/QD-BHXH", "123/QĐ-bhxh", "123/QĐ-BHXH\n", " 1/QĐ-BHXH"]
)
def test_another_form_of_number_is_refused(number: str) -> None:
    with pytest.raises(ValidationError, match="number"):
        issue(nominee(*READY), number=number)


COMMANDS = [
    issue(nominee(*READY)),
    issue(nominee(*READY, key=OTHER_ID)),
    issue(nominee(*READY), nominee(*READY, key=OTHER_ID)),
    issue(nominee(*COMPLETE)),
    issue(),
]


@for_any(st.lists(st.sampled_from(COMMANDS), max_size=5), st.sampled_from(COMMANDS))
def test_whatever_happened_the_same_command_twice_changes_nothing_more(history: list[Issue], last: Issue) -> None:
    state = DECISION.initial
    for each in [*history, last]:
        try:
            state = DECISION.fold(DECISION.decide(each.command, state, each.nominees, Context(SIGNED, DIRECTOR)), state)
        except Rejected:
            continue
    try:
        again = DECISION.decide(last.command, state, last.nominees, Context(SIGNED, DIRECTOR))
    except Rejected:
        return
    assert list(again) == []
