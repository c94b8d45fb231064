"""Rules of proposed roles and of appointments by the owner's hand: who may, until when, and what follows."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.testing import Given, given
from contracts.event import Event
from contracts.registry import (
    AdministratorAppointedByOwner,
    AppointmentReason,
    Backdating,
    ProposalEvent,
    Role,
    RoleGranted,
    RoleProposalConfirmed,
    RoleProposalDeclined,
    RoleProposalWithdrawn,
    RoleProposed,
)
from services.registry.domain.appointment import APPOINTMENT, AppointAdministrator
from services.registry.domain.appointment import Known as KnownOfAppointment
from services.registry.domain.proposal import (
    PROPOSAL,
    ConfirmProposal,
    DeclineProposal,
    Known,
    Proposal,
    ProposalCommand,
    ProposeRole,
    WithdrawProposal,
    begins,
    proposal_id,
)
from services.registry.domain.roles import Roles
from services.registry.reference import ROLE_RULES
from services.registry.reference.role_rules import RoleRules
from tests.registry.examples import ADMIN, OWNER, PERSON_ID, ROOT, SECOND

TODAY = date(2024, 11, 20)
YESTERDAY = TODAY - timedelta(days=1)
LAST = TODAY + timedelta(days=13)
PAPER: dict[str, Any] = {"reason": Backdating.DECISION_CAME_LATE, "document": "12/QĐ-BHXH"}


def wanted(role: Role = Role.DIRECTOR_GENERAL, since: date = TODAY, **more: Any) -> ProposeRole:
    return ProposeRole(person_id=PERSON_ID, role=role, unit_id=ROOT, since=since, **more)


def proposed(command: ProposeRole | None = None, by: UUID = ADMIN) -> RoleProposed:
    terms = command or wanted()
    return RoleProposed(
        proposal_id=proposal_id(terms), proposed_by=by, lapses_after=LAST, **terms.model_dump()
    )  # fmt: skip


def about() -> dict[str, Any]:
    return proposed().model_dump(include={"proposal_id", "person_id", "role", "unit_id"})


def a_proposal(*history: Event, **known: Any) -> Given[ProposalCommand, Proposal, ProposalEvent, Known]:
    return given(PROPOSAL, *history).knowing(Known(**{"unit": True, "proposer_may": True} | known))


CONFIRMED = RoleProposalConfirmed(**about(), proposed_by=ADMIN, confirmed_by=SECOND)


def test_a_role_that_takes_two_is_proposed_and_waits_for_some_days() -> None:
    a_proposal().when(wanted(), by=ADMIN).then(proposed())
    a_proposal(proposed()).when(wanted(), by=ADMIN).nothing()
    a_proposal(proposed()).when(wanted(), by=SECOND).rejected("proposed-already")


def test_nobody_proposes_oneself_and_no_program_proposes() -> None:
    a_proposal().when(wanted(), by=PERSON_ID).rejected("own-role")
    a_proposal().when(wanted()).rejected("own-proposal")


def test_what_needs_no_second_person_and_what_is_held_already_is_not_proposed() -> None:
    a_proposal().when(wanted(Role.OFFICER), by=ADMIN).rejected("second-person-not-needed")
    held = Roles((RoleGranted(person_id=PERSON_ID, role=Role.DIRECTOR_GENERAL, unit_id=ROOT, since=YESTERDAY),))
    a_proposal(roles=held).when(wanted(), by=ADMIN).nothing()
    a_proposal(unit=False).when(wanted(), by=ADMIN).rejected("unit-unknown")


@pytest.mark.parametrize("lacking", [{}, {"reason": PAPER["reason"]}, {"document": PAPER["document"]}])
@pytest.mark.parametrize("role", [Role.OFFICER, Role.EMULATION_DEPARTMENT])
def test_a_day_before_today_takes_a_reason_and_a_paper(role: Role, lacking: dict[str, Any]) -> None:
    asked = wanted(role, YESTERDAY, **lacking)
    a_proposal().when(asked, by=ADMIN).rejected("grant-backdated-without-reason")
    whole = wanted(role, YESTERDAY, **PAPER)
    a_proposal().when(whole, by=ADMIN).then(proposed(whole))
    a_proposal().when(wanted(role, date(1, 1, 1), **PAPER), by=ADMIN).then(
        proposed(wanted(role, date(1, 1, 1), **PAPER))
    )


def test_a_period_is_looked_at_when_it_is_proposed() -> None:
    a_proposal().when(wanted(until=YESTERDAY), by=ADMIN).rejected("period-ends-before-it-starts")
    a_proposal().when(wanted(since=TODAY + timedelta(days=367)), by=ADMIN).rejected("role-starts-too-late")
    over = wanted(since=date(2024, 1, 1), until=YESTERDAY, **PAPER)
    a_proposal().when(over, by=ADMIN).then(proposed(over))


@pytest.mark.parametrize("document", ["Nguyễn Văn A", "12", "12/QĐ BHXH", "12/qđ-bhxh", "12/QĐ-BHXH\n", ""])
def test_a_paper_s_number_names_nobody(document: str) -> None:
    with pytest.raises(ValueError, match="document"):
        wanted(since=YESTERDAY, reason=PAPER["reason"], document=document)


def test_a_second_person_confirms() -> None:
    a_proposal(proposed()).when(ConfirmProposal(), by=SECOND).then(CONFIRMED)
    a_proposal(proposed()).when(ConfirmProposal(), by=ADMIN).rejected("own-proposal")
    a_proposal(proposed()).when(ConfirmProposal(), by=PERSON_ID).rejected("own-role")
    a_proposal(proposed()).when(ConfirmProposal()).rejected("own-proposal")


def test_who_has_proposed_must_still_may_when_it_is_confirmed() -> None:
    a_proposal(proposed(), proposer_may=False).when(ConfirmProposal(), by=SECOND).rejected("proposer-lost-the-right")
    a_proposal(proposed(), proposer_may=False).when(DeclineProposal(), by=SECOND).then(
        RoleProposalDeclined(**about(), declined_by=SECOND)
    )


def test_a_proposal_lapses_after_its_last_day() -> None:
    a_proposal(proposed()).when(ConfirmProposal(), by=SECOND, on=LAST).then(CONFIRMED)
    late = LAST + timedelta(days=1)
    a_proposal(proposed()).when(ConfirmProposal(), by=SECOND, on=late).rejected("proposal-lapsed")
    again = wanted(since=late)
    assert proposal_id(again) != proposal_id(wanted())
    kept = wanted(since=LAST + timedelta(days=9))
    a_proposal(proposed(kept)).when(kept, by=SECOND, on=late).then(
        proposed(kept, SECOND).model_copy(update={"lapses_after": late + timedelta(days=13)})
    )


def test_only_others_decline_and_only_who_proposed_withdraws() -> None:
    declined = RoleProposalDeclined(**about(), declined_by=SECOND)
    a_proposal(proposed()).when(DeclineProposal(), by=SECOND).then(declined)
    a_proposal(proposed()).when(DeclineProposal(), by=ADMIN).rejected("own-proposal")
    a_proposal(proposed()).when(WithdrawProposal(), by=ADMIN).then(RoleProposalWithdrawn(**about()))
    a_proposal(proposed()).when(WithdrawProposal(), by=SECOND).rejected("not-own-proposal")


@pytest.mark.parametrize("end", [CONFIRMED, RoleProposalDeclined(**about(), declined_by=SECOND)])
def test_what_has_ended_is_ended_until_it_is_proposed_again(end: ProposalEvent) -> None:
    for step, by in ((ConfirmProposal(), SECOND), (DeclineProposal(), SECOND), (WithdrawProposal(), ADMIN)):
        a_proposal(proposed(), end).when(step, by=by).rejected("proposal-not-open")
        a_proposal().when(step, by=by).rejected("proposal-not-open")
    a_proposal(proposed(), end).when(wanted(), by=SECOND).then(proposed(by=SECOND))
    a_proposal(proposed(), end, proposed(by=SECOND)).when(ConfirmProposal(), by=ADMIN).then(
        RoleProposalConfirmed(**about(), proposed_by=SECOND, confirmed_by=ADMIN)
    )


def test_a_role_never_counts_from_before_it_was_confirmed_unless_that_was_agreed_on() -> None:
    assert begins(proposed(), TODAY + timedelta(days=3)) == TODAY + timedelta(days=3)
    assert begins(proposed(wanted(since=YESTERDAY, **PAPER)), TODAY) == YESTERDAY
    short = proposed(wanted(until=TODAY))
    a_proposal(short).when(ConfirmProposal(), by=SECOND, on=TODAY + timedelta(days=1)).rejected("role-over-already")


def test_each_term_is_part_of_what_is_confirmed() -> None:
    terms = [
        wanted(), wanted(Role.EMULATION_DEPARTMENT), wanted(since=YESTERDAY), wanted(until=LAST), wanted(**PAPER),
        wanted().model_copy(update={"person_id": OWNER}), wanted().model_copy(update={"unit_id": OWNER}),
    ]  # fmt: skip
    assert len({proposal_id(each) for each in terms}) == len(terms)


def test_rules_of_roles_hold_from_their_day_and_stand_in_order() -> None:
    rule = {
        "second_person": ["auditor"],
        "proposal_days": 3,
        "days_ahead": 9,
        "exception_days": 31,
        "source": "x",
        "to_be_confirmed": "",
    }
    rules = RoleRules.model_validate({"rules": [{"from": date(2024, 1, 1), **rule}, {"from": TODAY, **rule}]})
    assert [rules.on(day).since for day in (date(2020, 1, 1), YESTERDAY, TODAY)] == [
        date(2024, 1, 1), date(2024, 1, 1), TODAY,
    ]  # fmt: skip
    with pytest.raises(ValueError, match="order"):
        RoleRules.model_validate({"rules": [{"from": TODAY, **rule}, {"from": TODAY, **rule}]})
    assert ROLE_RULES.on(TODAY).second_person == {Role.DIRECTOR_GENERAL, Role.EMULATION_DEPARTMENT}
    assert all(pair.source for pair in ROLE_RULES.conflicts)


def appoints(reason: AppointmentReason, hand: UUID = OWNER) -> AppointAdministrator:
    return AppointAdministrator(
        appointment_id=UUID(int=9), person_id=PERSON_ID, unit_id=ROOT, since=TODAY, hand=hand, reason=reason
    )


@pytest.mark.parametrize(
    ("reason", "known", "code"),
    [
        (AppointmentReason.FIRST, KnownOfAppointment(ever=True), "administrator-exists"),
        (AppointmentReason.NOBODY_LEFT, KnownOfAppointment(administrators=1, ever=True), "administrator-exists"),
        (AppointmentReason.NO_SECOND_PERSON, KnownOfAppointment(2, ever=True), "second-administrator-exists"),
        (AppointmentReason.FIRST, KnownOfAppointment(), ""),
        (AppointmentReason.NOBODY_LEFT, KnownOfAppointment(ever=True), ""),
        (AppointmentReason.NO_SECOND_PERSON, KnownOfAppointment(1, ever=True), ""),
        (AppointmentReason.NOBODY_REACHABLE, KnownOfAppointment(5, ever=True), ""),
    ],
)
def test_the_owner_s_reason_must_be_so(reason: AppointmentReason, known: KnownOfAppointment, code: str) -> None:
    outcome = given(APPOINTMENT).knowing(known).when(appoints(reason))
    if code:
        outcome.rejected(code)
    else:
        made = AdministratorAppointedByOwner(**appoints(reason).model_dump())
        outcome.then(made)
        given(APPOINTMENT, made).knowing(known).when(appoints(reason)).nothing()


def test_the_owner_s_hand_does_not_appoint_itself() -> None:
    known = KnownOfAppointment()
    given(APPOINTMENT).knowing(known).when(appoints(AppointmentReason.FIRST, PERSON_ID)).rejected("own-role")
