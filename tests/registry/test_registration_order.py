"""The order of a registration's life: opinions, appraisal, sending in, return, confirmation, opening again."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.facts.decider import Context
from chassis.facts.offers import offers, opening
from chassis.testing import Given, Signed, given
from contracts.event import Event
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    LocalBody,
    LoweredTarget,
    OpinionAsked,
    OpinionRecorded,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    TargetAgreed,
    TargetObjected,
    TargetPlace,
    TargetRevised,
    TargetWithdrawn,
)
from contracts.values import RegistrationChange, RegistrationOrder, UnitKind
from services.registry.domain.registration import REGISTRATION
from services.registry.domain.registration_commands import (
    AgreeWithTarget,
    ApproveRegistration,
    AskOpinion,
    Cell,
    ConfirmFromAbove,
    ConfirmRegistration,
    ObjectToTarget,
    RecordOpinion,
    RegisterTarget,
    RegistrationCommand,
    ReopenRegistration,
    ReturnFromAbove,
    ReturnRegistration,
    SendDraftForAppraisal,
    SubmitRegistration,
    WithdrawTarget,
)
from services.registry.domain.registration_state import Known
from tests.registry.examples import (
    ABOUT,
    COMPLETE,
    CONFIRMED,
    CONFIRMER,
    DUE,
    HEAD,
    HEALTH,
    LATE,
    OPENED,
    PLAN,
    registered,
    revised,
    submitted,
)

APPRAISER = UUID(int=21)
AGREED_FIRST = OPENED.model_copy(update={"order": RegistrationOrder.AGREED_FIRST})
DRAFT = (AGREED_FIRST, *COMPLETE[1:])
FIGURES = {(HEALTH, 2025): "95.5", (LATE, 2024): "2.5", (PLAN, 2025): "101"}
SENT = DraftSentForAppraisal(**ABOUT, appraise_before=date(2024, 11, 23))
TODAY = date(2024, 11, 12)
CORRECTION, ADJUSTMENT = RegistrationChange


def agreed(*places: tuple[str, int]) -> list[Event]:
    return [
        TargetAgreed(**ABOUT, indicator=name, year=year, value=Decimal(FIGURES[name, year])) for name, year in places
    ]


ALL_AGREED = (*DRAFT, SENT, *agreed(*FIGURES), AppraisalCompleted(**ABOUT, objected=0))


def of_kind(kind: UnitKind, *events: Event) -> list[Event]:
    """What happened, but in a unit of another kind."""
    return [each.model_copy(update={"unit_kind": kind}) if each is events[0] else each for each in events]


def test_a_local_body_is_asked_and_nothing_waits_for_its_answer() -> None:
    asked = OpinionAsked(**ABOUT, body=LocalBody.PEOPLES_COUNCIL, asked_on=TODAY)
    given(REGISTRATION, *DRAFT).when(AskOpinion(body=LocalBody.PEOPLES_COUNCIL), on=TODAY).then(asked)
    given(REGISTRATION, *DRAFT, asked).when(AskOpinion(body=LocalBody.PEOPLES_COUNCIL), on=TODAY).nothing()
    given(REGISTRATION, *ALL_AGREED, asked).when(SubmitRegistration(), by=HEAD).then(submitted())
    answer = RecordOpinion(body=LocalBody.PEOPLES_COUNCIL, opinion="Nhất trí", document="5/HĐND")
    given(REGISTRATION, *DRAFT).when(answer).rejected("opinion-not-asked")
    recorded = OpinionRecorded(**ABOUT, body=LocalBody.PEOPLES_COUNCIL, opinion="Nhất trí", document="5/HĐND")
    given(REGISTRATION, *ALL_AGREED, asked, submitted()).when(answer).then(recorded)


def test_a_draft_goes_to_the_departments_who_have_a_due_day_of_their_own() -> None:
    given(REGISTRATION, *DRAFT).when(SendDraftForAppraisal(), on=TODAY).then(SENT)
    given(REGISTRATION, *DRAFT, SENT).when(SendDraftForAppraisal(), on=TODAY).nothing()
    given(REGISTRATION, *DRAFT[:2]).when(SendDraftForAppraisal(), on=TODAY).rejected("targets-missing")
    given(REGISTRATION, *COMPLETE).when(SendDraftForAppraisal(), on=TODAY).rejected("appraisal-not-asked-for")


def test_each_figure_is_agreed_with_and_the_last_answer_completes_the_appraisal() -> None:
    [first, second, third] = agreed(*FIGURES)
    agree = AgreeWithTarget(indicator=PLAN, year=2025)
    given(REGISTRATION, *DRAFT, SENT).when(agree, by=APPRAISER).then(third)
    history = (*DRAFT, SENT, first, second)
    given(REGISTRATION, *history).when(agree, by=APPRAISER).then(third, AppraisalCompleted(**ABOUT, objected=0))
    objected = TargetObjected(**ABOUT, indicator=PLAN, year=2025, value=Decimal(101), reason="Thấp hơn năm trước")
    given(REGISTRATION, *history).when(
        ObjectToTarget(indicator=PLAN, year=2025, reason="Thấp hơn năm trước"), by=APPRAISER
    ).then(objected, AppraisalCompleted(**ABOUT, objected=1))
    given(REGISTRATION, *DRAFT).when(agree, by=APPRAISER).rejected("draft-not-under-appraisal")
    given(REGISTRATION, *DRAFT, SENT).when(AgreeWithTarget(indicator=PLAN, year=2024)).rejected("target-not-registered")
    wrote: list[Event | Signed] = [AGREED_FIRST, *(Signed(each, APPRAISER) for each in COMPLETE[1:]), SENT]
    given(REGISTRATION, *wrote).when(agree, by=APPRAISER).rejected("same-person-may-not-appraise")


def test_nothing_is_sent_without_agreement_and_what_lacks_it_is_named_by_its_name() -> None:
    given(REGISTRATION, *DRAFT).when(SubmitRegistration(), by=HEAD).rejected("registration-not-appraised")
    history = (*DRAFT, SENT, *agreed((HEALTH, 2025), (LATE, 2024)))
    refusal = given(REGISTRATION, *history).when(SubmitRegistration(), by=HEAD, on=TODAY).rejected("targets-not-agreed")
    assert PLAN in refusal.vi
    assert HEALTH not in refusal.vi
    given(REGISTRATION, *ALL_AGREED).when(SubmitRegistration(), by=HEAD).then(submitted())


def test_a_figure_that_is_changed_needs_agreement_anew() -> None:
    changed = (*ALL_AGREED, revised(PLAN, 2025, "102", "101"))
    given(REGISTRATION, *changed).when(SubmitRegistration(), by=HEAD, on=TODAY).rejected("targets-not-agreed")
    given(REGISTRATION, *changed).when(SendDraftForAppraisal(), on=TODAY).then(SENT)


def test_an_objection_stands_until_the_figure_is_changed() -> None:
    objected = TargetObjected(**ABOUT, indicator=PLAN, year=2025, value=Decimal(101), reason="Thấp")
    history = (*DRAFT, SENT, *agreed((HEALTH, 2025), (LATE, 2024)), objected, AppraisalCompleted(**ABOUT, objected=1))
    given(REGISTRATION, *history).when(SendDraftForAppraisal()).rejected("objections-stand")
    given(REGISTRATION, *history).when(SubmitRegistration(), by=HEAD, on=DUE).rejected("targets-not-agreed")


def test_a_late_department_makes_no_unit_late_but_nothing_is_official_without_it() -> None:
    waiting = (*DRAFT, SENT, *agreed((HEALTH, 2025), (LATE, 2024)))
    given(REGISTRATION, *waiting).when(SubmitRegistration(), by=HEAD, on=date(2024, 11, 22)).rejected(
        "targets-not-agreed"
    )
    given(REGISTRATION, *waiting).when(SubmitRegistration(), by=HEAD, on=date(2024, 11, 23)).then(submitted())
    sent = given(REGISTRATION, *waiting, submitted())
    sent.when(ConfirmRegistration(), by=CONFIRMER).rejected("targets-not-agreed")
    sent.when(AgreeWithTarget(indicator=PLAN, year=2025), by=APPRAISER).then(
        *agreed((PLAN, 2025)), AppraisalCompleted(**ABOUT, objected=0)
    )
    given(REGISTRATION, *ALL_AGREED, submitted()).when(ConfirmRegistration(), by=CONFIRMER).then(CONFIRMED)


def test_a_leader_of_the_sector_approves_a_central_units_draft_before_it_is_sent() -> None:
    draft = of_kind(UnitKind.CENTRAL_DEPARTMENT, *DRAFT)
    laid = SENT.model_copy(update={"for_approval": True})
    given(REGISTRATION, *draft).when(SubmitRegistration(), by=HEAD).rejected("registration-not-approved")
    given(REGISTRATION, *draft).when(ApproveRegistration(), by=APPRAISER).rejected("draft-not-under-appraisal")
    given(REGISTRATION, *draft).when(SendDraftForAppraisal(), on=TODAY).then(laid)
    approved = RegistrationApproved(**ABOUT)
    given(REGISTRATION, *draft, laid).when(ApproveRegistration(), by=APPRAISER).then(approved)
    given(REGISTRATION, *draft, Signed(laid, HEAD)).when(ApproveRegistration(), by=HEAD).rejected(
        "same-person-may-not-appraise"
    )
    given(REGISTRATION, *draft, laid, approved).when(SubmitRegistration(), by=HEAD).then(submitted())
    changed = revised(PLAN, 2025, "102", "101")
    given(REGISTRATION, *draft, laid, approved, changed).when(SubmitRegistration(), by=HEAD).rejected(
        "registration-not-approved"
    )
    given(REGISTRATION, *DRAFT).when(ApproveRegistration(), by=APPRAISER).rejected("approval-not-asked-for")


def below(*events: Event) -> Given[Any, Any, Any, Any]:
    return given(REGISTRATION, *of_kind(UnitKind.DISTRICT, *events))


def test_a_districts_registration_is_confirmed_by_its_province_alone() -> None:
    sent = submitted().model_copy(update={"judge": Judge.UNIT_ABOVE})
    below(*DRAFT).when(SubmitRegistration(), by=HEAD).then(sent)
    waits = below(*DRAFT, sent)
    waits.when(ConfirmRegistration(), by=CONFIRMER).rejected("unit-above-confirms")
    waits.when(ConfirmFromAbove(), by=CONFIRMER).rejected("head-of-the-unit-above-needed")
    by_province = CONFIRMED.model_copy(update={"judge": Judge.UNIT_ABOVE})
    waits.knowing(Known(above=True)).when(ConfirmFromAbove(), by=CONFIRMER).then(by_province)
    returned = RegistrationReturned(**ABOUT, cells=(), note="Sai năm", judge=Judge.UNIT_ABOVE)
    waits.knowing(Known(above=True)).when(ReturnFromAbove(note="Sai năm"), by=CONFIRMER).then(returned)
    of_a_province = given(REGISTRATION, *COMPLETE, submitted()).knowing(Known(above=True))
    of_a_province.when(ConfirmFromAbove(), by=CONFIRMER).rejected("sector-confirms")


def test_what_was_sent_before_provinces_confirmed_is_confirmed_as_it_was_sent() -> None:
    below(*COMPLETE, submitted()).when(ConfirmRegistration(), by=CONFIRMER).then(CONFIRMED)


WRONG = ReturnRegistration(cells=[Cell(indicator=HEALTH, year=2025, reason="Nhập nhầm")], note="Sửa rồi gửi lại")
RETURNED = RegistrationReturned(
    **ABOUT, cells=(TargetPlace(indicator=HEALTH, year=2025, reason="Nhập nhầm"),), note="Sửa rồi gửi lại"
)


def test_a_registration_is_returned_with_a_reason_for_each_figure_and_can_be_changed_again() -> None:
    given(REGISTRATION, *COMPLETE, submitted()).when(WRONG, by=CONFIRMER).then(RETURNED)
    given(REGISTRATION, *COMPLETE, submitted()).when(ReturnRegistration()).rejected("return-without-reason")
    nowhere = ReturnRegistration(cells=[Cell(indicator=HEALTH, year=2024, reason="?")])
    given(REGISTRATION, *COMPLETE, submitted()).when(nowhere).rejected("target-not-registered")
    given(REGISTRATION, *COMPLETE).when(WRONG).rejected("registration-not-submitted")
    given(REGISTRATION, *COMPLETE, submitted(), CONFIRMED).when(WRONG).rejected("registration-already-confirmed")
    back = given(REGISTRATION, *COMPLETE, submitted(), RETURNED)
    back.when(WRONG).rejected("registration-already-returned")
    change = RegisterTarget(indicator=HEALTH, year=2025, value=Decimal(96))
    back.when(change).then(revised(HEALTH, 2025, "96", "95.5"))


def test_what_was_sent_in_time_and_returned_keeps_its_first_day() -> None:
    given(REGISTRATION, *COMPLETE, submitted(), RETURNED).when(
        SubmitRegistration(), by=HEAD, on=date(2024, 12, 20)
    ).then(submitted())
    given(REGISTRATION, *COMPLETE, submitted(late=3), RETURNED).when(SubmitRegistration(), by=HEAD, on=TODAY).then(
        submitted(late=3)
    )


OFFICIAL = (*COMPLETE, submitted(), CONFIRMED)


def reopened(change: RegistrationChange, revision: int = 2) -> RegistrationReopened:
    return RegistrationReopened(**ABOUT, change=change, reason="9,51", revision=revision, reopened_by=HEAD)


def lowering(value: str, reason: str = "") -> RegisterTarget:
    return RegisterTarget(indicator=PLAN, year=2025, value=Decimal(value), reason=reason)


def test_official_targets_are_opened_again_by_a_person_for_a_reason() -> None:
    correct = ReopenRegistration(change=CORRECTION, reason="9,51")
    given(REGISTRATION, *OFFICIAL).when(correct, by=HEAD).then(reopened(CORRECTION))
    given(REGISTRATION, *COMPLETE, submitted()).when(correct, by=HEAD).rejected("registration-not-confirmed")
    given(REGISTRATION, *OFFICIAL, reopened(CORRECTION)).when(correct, by=HEAD).rejected(
        "registration-already-reopened"
    )
    raising = RegisterTarget(indicator=PLAN, year=2025, value=Decimal(110))
    [fact] = given(REGISTRATION, *OFFICIAL, reopened(CORRECTION)).when(raising).events
    assert isinstance(fact, TargetRevised)
    assert fact.revision == 2


def test_a_target_is_not_lowered_silently() -> None:
    official = (*COMPLETE[:3], registered(PLAN, 2025, "110"), submitted(), _confirmed_with("110"))
    again = given(REGISTRATION, *official, reopened(ADJUSTMENT))
    refusal = again.when(lowering("105")).rejected("target-lowered-silently")
    assert PLAN in refusal.vi
    [fact] = again.when(lowering("105", "Mất nguồn thu")).events
    assert isinstance(fact, TargetRevised)
    assert fact.reason == "Mất nguồn thu"
    again.when(lowering("100", "Mất nguồn thu")).rejected("target-below-national-goal")


def _confirmed_with(plan: str) -> RegistrationConfirmed:
    now = tuple(
        each.model_copy(update={"value": Decimal(plan)}) if each.indicator == PLAN else each
        for each in CONFIRMED.targets
    )
    return CONFIRMED.model_copy(update={"targets": now})


def confirmed_again(change: RegistrationChange, on: date, *, first: str, then: str) -> RegistrationConfirmed:
    """What is confirmed when the plan's figure was one, and another one after opening again."""
    lowered = revised(PLAN, 2025, then, first).model_copy(update={"revision": 2, "reason": "Lý do"})
    history = (
        *COMPLETE[:3], registered(PLAN, 2025, first), submitted(), _confirmed_with(first), reopened(change), lowered,
        submitted(revision=2),
    )  # fmt: skip
    [fact] = given(REGISTRATION, *history).when(ConfirmRegistration(), by=CONFIRMER, on=on).events
    assert isinstance(fact, RegistrationConfirmed)
    return fact


def test_a_later_version_says_what_it_lowers_and_whether_in_the_last_quarter() -> None:
    early = confirmed_again(ADJUSTMENT, date(2025, 9, 30), first="110", then="105")
    assert (early.revision, early.change) == (2, ADJUSTMENT)
    low = LoweredTarget(indicator=PLAN, year=2025, value=Decimal(105), previous=Decimal(110), last_quarter=False)
    assert early.lowered == (low,)
    late = confirmed_again(ADJUSTMENT, date(2025, 10, 1), first="110", then="105")
    assert late.lowered == (low.model_copy(update={"last_quarter": True}),)
    assert confirmed_again(ADJUSTMENT, date(2025, 10, 1), first="105", then="110").lowered == ()


def test_awards_read_the_version_that_was_fixed_and_a_correction_always_counts() -> None:
    def judged(fact: RegistrationConfirmed) -> list[Decimal]:
        return [each.value for each in (fact.eligible or fact.targets) if each.indicator == PLAN]

    assert judged(confirmed_again(ADJUSTMENT, date(2025, 11, 30), first="110", then="105")) == [Decimal(105)]
    assert judged(confirmed_again(ADJUSTMENT, date(2025, 12, 1), first="110", then="105")) == [Decimal(110)]
    assert judged(confirmed_again(CORRECTION, date(2025, 12, 20), first="110", then="105")) == [Decimal(105)]


def test_an_adjustment_is_appraised_anew_and_a_correction_is_not() -> None:
    official = (*ALL_AGREED, submitted(), CONFIRMED)
    change = revised(PLAN, 2025, "102", "101").model_copy(update={"revision": 2})
    adjusting = given(REGISTRATION, *official, reopened(ADJUSTMENT), change)
    adjusting.when(SubmitRegistration(), by=HEAD).rejected("registration-not-appraised")
    adjusting.when(SendDraftForAppraisal(), on=TODAY).then(SENT)
    correcting = given(REGISTRATION, *official, reopened(CORRECTION), change)
    correcting.when(SubmitRegistration(), by=HEAD).then(submitted(revision=2))
    correcting.when(SendDraftForAppraisal(), on=TODAY).rejected("appraisal-not-asked-for")


def test_only_a_target_beyond_the_goals_is_withdrawn_and_the_next_version_says_so() -> None:
    extra = registered(HEALTH, 2024, "94")
    out = WithdrawTarget(indicator=HEALTH, year=2024, reason="Ngoài mục tiêu")
    fact = TargetWithdrawn(
        **ABOUT, indicator=HEALTH, year=2024, previous=Decimal(94), reason="Ngoài mục tiêu", revision=1
    )
    given(REGISTRATION, *COMPLETE, extra).when(out).then(fact)
    given(REGISTRATION, *COMPLETE, extra, fact).when(out).nothing()
    given(REGISTRATION, *COMPLETE).when(WithdrawTarget(indicator=HEALTH, year=2025, reason="?")).rejected(
        "target-required"
    )
    given(REGISTRATION, *COMPLETE).when(out).rejected("target-not-registered")
    given(REGISTRATION, *OFFICIAL).when(WithdrawTarget(indicator=HEALTH, year=2025, reason="?")).rejected(
        "registration-already-confirmed"
    )
    with_it = CONFIRMED.model_copy(update={"targets": CONFIRMED.targets})
    history = (*COMPLETE, extra, submitted(), with_it, reopened(ADJUSTMENT), fact, submitted(revision=2))
    [again] = given(REGISTRATION, *history).when(ConfirmRegistration(), by=CONFIRMER).events
    assert isinstance(again, RegistrationConfirmed)
    assert again.withdrawn == (TargetPlace(indicator=HEALTH, year=2024, reason="Ngoài mục tiêu"),)


def test_a_sent_registration_says_how_many_days_late_it_was() -> None:
    [sent] = given(REGISTRATION, *COMPLETE).when(SubmitRegistration(), by=HEAD, on=date(2024, 12, 5)).events
    assert isinstance(sent, RegistrationSubmitted)
    assert (sent.late, sent.days_late) == (True, 6)


def test_a_target_may_be_changed_whatever_stands() -> None:
    for value in ("101", "102"):
        state = REGISTRATION.fold((*COMPLETE[:3], registered(PLAN, 2025, value)))
        [offer] = [each for each in offers(RegistrationCommand) if each.command is RegisterTarget]
        found = opening(REGISTRATION, offer, state, Known(), Context(TODAY, HEAD))
        assert {"indicator": PLAN, "year": 2025} in found.choices
