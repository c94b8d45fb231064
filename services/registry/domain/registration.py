"""Registration: the targets that one unit pledges for one campaign. Source: S002 §5.1.1."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Context, Decider, hand
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    MovementsTied,
    OpinionAsked,
    OpinionRecorded,
    QualitativeProgressTold,
    QualitativeTargetSet,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationDayChanged,
    RegistrationEnteredAsHistory,
    RegistrationEvent,
    RegistrationFiledOnBehalf,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    SolutionSet,
    TargetAgreed,
    TargetObjected,
    TargetPlace,
    TargetRegistered,
    TargetRevised,
    TargetWithdrawn,
)
from contracts.values import RegistrationChange, TargetKind
from services.registry.domain import registration_drafting as drafting
from services.registry.domain import registration_following as following
from services.registry.domain import registration_review as reviewing
from services.registry.domain.registration_commands import (
    AgreeWithTarget,
    ApproveRegistration,
    AskOpinion,
    ConfirmFromAbove,
    ConfirmRegistration,
    FollowCampaign,
    FollowDeadline,
    ObjectToTarget,
    OpenRegistration,
    RecordOpinion,
    RegisterTarget,
    RegistrationCommand,
    ReopenRegistration,
    ReturnFromAbove,
    ReturnRegistration,
    SendDraftForAppraisal,
    SetQualitativeTarget,
    SetSolution,
    SubmitRegistration,
    TellQualitativeProgress,
    TieMovements,
    WithdrawTarget,
)
from services.registry.domain.registration_filing import EnterAsHistory, FileOnBehalf
from services.registry.domain.registration_state import Appraised, Known, Place, Registration

Facts = Sequence[RegistrationEvent]


def registration_id(campaign: UUID, unit: UUID) -> UUID:
    """Id of a unit's registration for a campaign."""
    return uuid5(campaign, f"registration/{unit}")


def decide(  # noqa: C901, PLR0911, PLR0912 - a line for each command
    command: RegistrationCommand, registration: Registration, known: Known | None, context: Context
) -> Facts:
    """The registration's rules: targets are free until it is sent in, and official once somebody else confirms them."""
    match command:
        case OpenRegistration(terms=terms):
            return [terms] if registration.terms is None else []
        case FollowCampaign():
            return following.follow_campaign(command, registration)
        case FollowDeadline():
            return following.follow_deadline(command, registration)
        case RegisterTarget():
            return drafting.register(command, registration)
        case WithdrawTarget():
            return drafting.withdraw(command, registration)
        case SetQualitativeTarget() | TellQualitativeProgress() | SetSolution() | TieMovements():
            return drafting.say(command, registration)
        case AskOpinion():
            return reviewing.ask_opinion(command, registration, context)
        case RecordOpinion():
            return reviewing.record_opinion(command, registration)
        case SendDraftForAppraisal():
            return reviewing.send_draft(registration, context)
        case AgreeWithTarget() | ObjectToTarget():
            return reviewing.appraise(command, registration, context)
        case ApproveRegistration():
            return reviewing.approve(registration, context)
        case SubmitRegistration():
            return reviewing.submit(registration, context)
        case FileOnBehalf():
            return reviewing.file_on_behalf(command, registration, known or Known(), context)
        case EnterAsHistory():
            return reviewing.enter_as_history(command, registration, context)
        case ConfirmRegistration() | ConfirmFromAbove():
            registration.asked_of_it()
            reviewing.judge(registration, known or Known(), above=isinstance(command, ConfirmFromAbove))
            return reviewing.confirm(registration, known or Known(), context)
        case ReturnRegistration() | ReturnFromAbove():
            registration.asked_of_it()
            reviewing.judge(registration, known or Known(), above=isinstance(command, ReturnFromAbove))
            return reviewing.give_back(command, registration)
        case ReopenRegistration():
            return reviewing.reopen(command, registration, context)
        case _:
            assert_never(command)


def _without(said: Mapping[Place, Appraised], place: Place) -> Mapping[Place, Appraised]:
    return {known: each for known, each in said.items() if known != place}


def evolve(  # noqa: C901, PLR0911, PLR0912 - a line for each fact
    registration: Registration, event: RegistrationEvent
) -> Registration:
    """The registration after an event of its stream."""
    it = registration
    match event:
        case RegistrationOpened():
            return replace(it, terms=event, asked_before=event.submit_before)
        case RegistrationTermsChanged() | RegistrationDayChanged():
            return following.changed_by(it, event)
        case TargetRegistered() | TargetRevised():
            place = (event.indicator, event.year)
            keeps = event.kind is TargetKind.MAINTAIN
            return replace(
                it,
                pledges={**it.pledges, place: event.value},
                maintained=it.maintained | {place} if keeps else it.maintained - {place},
                appraised=_without(it.appraised, place),
                withdrawn={known: each for known, each in it.withdrawn.items() if known != place},
                approved=False,
            )
        case TargetWithdrawn():
            place = (event.indicator, event.year)
            gone = TargetPlace(indicator=event.indicator, year=event.year, reason=event.reason)
            return replace(
                it,
                pledges={known: value for known, value in it.pledges.items() if known != place},
                maintained=it.maintained - {place},
                appraised=_without(it.appraised, place),
                withdrawn={**it.withdrawn, place: gone},
                approved=False,
            )
        case QualitativeTargetSet():
            return replace(it, qualitative={**it.qualitative, event.number: event}, approved=False)
        case QualitativeProgressTold():
            return replace(it, progress={**it.progress, event.number: event})
        case SolutionSet():
            return replace(it, solutions={**it.solutions, event.indicator: event.solution})
        case MovementsTied():
            return replace(it, movements=event)
        case OpinionAsked():
            return replace(it, asked={**it.asked, event.body: event.asked_on})
        case OpinionRecorded():
            return replace(it, opinions={**it.opinions, event.body: event})
        case DraftSentForAppraisal():
            return replace(it, under_appraisal=True, appraise_before=event.appraise_before, returned=None)
        case TargetAgreed() | TargetObjected():
            objection = event.reason if isinstance(event, TargetObjected) else None
            said = Appraised(event.value, objection)
            return replace(it, appraised={**it.appraised, (event.indicator, event.year): said})
        case AppraisalCompleted():
            return replace(it, under_appraisal=False)
        case RegistrationApproved():
            return replace(it, approved=True, under_appraisal=False)
        case RegistrationSubmitted():
            hands = it.hands | hand(event.submitted_by)
            return replace(it, submitted=event, first_sent=it.first_sent or event, returned=None, hands=hands)
        case RegistrationEnteredAsHistory(entered_by=person):
            return replace(it, history=event, hands=it.hands | hand(person))
        case RegistrationFiledOnBehalf(filed_by=person):
            return replace(it, filings=(*it.filings, event), hands=it.hands | hand(person))
        case RegistrationReturned():
            return replace(it, submitted=None, returned=event, approved=False)
        case RegistrationConfirmed():
            return replace(it, versions=(*it.versions, event), reopened=False, withdrawn={}, under_appraisal=False)
        case RegistrationReopened():
            opened = replace(it, submitted=None, reopened=True, reopenings=(*it.reopenings, event), approved=False)
            if event.change is RegistrationChange.ADJUSTMENT:
                return replace(opened, appraised={}, appraise_before=None)
            return opened
        case _:
            assert_never(event)


_WRITES: Final = (
    TargetRegistered,
    TargetRevised,
    TargetWithdrawn,
    QualitativeTargetSet,
    SolutionSet,
    DraftSentForAppraisal,
    RegistrationSubmitted,
)


def signed(registration: Registration, event: RegistrationEvent, actor: UUID) -> Registration:
    """The registration once it is known who caused an event: whoever wrote something is one of its hands."""
    if isinstance(event, _WRITES):
        return replace(registration, hands=registration.hands | {actor})
    return registration


REGISTRATION: Final[Decider[RegistrationCommand, Registration, RegistrationEvent, Known | None]] = Decider(
    "registration", Registration(), decide, evolve, signed
)
