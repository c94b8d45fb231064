"""The rules of judging a registration: opinions, appraisal, sending in, return, confirmation, opening again.

Source: A2, A3, B7, B11, E8.
"""

from collections.abc import Sequence
from datetime import timedelta

from chassis.facts.behalf import filed_by
from chassis.facts.decider import Context
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    LoweredTarget,
    OpinionAsked,
    OpinionRecorded,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationEnteredAsHistory,
    RegistrationEvent,
    RegistrationFiledOnBehalf,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    TargetAgreed,
    TargetObjected,
    TargetPlace,
)
from contracts.values import Document, RegistrationChange, Target
from services.registry.domain import registration_refusals as refuse
from services.registry.domain import registration_review_refusals as review
from services.registry.domain.registration_commands import (
    AgreeWithTarget,
    AskOpinion,
    ObjectToTarget,
    RecordOpinion,
    ReopenRegistration,
    ReturnFromAbove,
    ReturnRegistration,
)
from services.registry.domain.registration_filing import EnterAsHistory, FileOnBehalf
from services.registry.domain.registration_following import lateness
from services.registry.domain.registration_state import Known, Registration, ids, lacking, targets
from services.registry.reference.registration_rules import REGISTRATION_RULES

Facts = Sequence[RegistrationEvent]


def ask_opinion(command: AskOpinion, registration: Registration, context: Context) -> Facts:
    """A body is asked once."""
    terms = registration.asked_of_it()
    if command.body in registration.asked:
        return []
    if registration.submitted or registration.confirmed:
        raise refuse.ALREADY_SUBMITTED()
    return [OpinionAsked(**ids(terms), body=command.body, asked_on=context.occurred_on)]


def record_opinion(command: RecordOpinion, registration: Registration) -> Facts:
    """What a body answers may come at any time, even after the registration was sent in."""
    terms = registration.asked_of_it()
    if command.body not in registration.asked:
        raise review.OPINION_NOT_ASKED()
    fact = OpinionRecorded.model_validate({**ids(terms), **command.model_dump()})
    return [] if registration.opinions.get(command.body) == fact else [fact]


def send_draft(registration: Registration, context: Context) -> Facts:
    """All targets are laid before those who appraise; what they have agreed with is not asked again."""
    _not_sent(registration)
    if not registration.agrees_first and not registration.approved_first:
        raise review.NO_APPRAISAL()
    _complete(registration)
    if registration.approved_first:
        return [] if registration.under_appraisal or registration.approved else [_draft(registration, context)]
    if objected := registration.disagreed(unanswered=False):
        raise review.OBJECTIONS_STAND(targets="; ".join(map(registration.named, objected)))
    if registration.under_appraisal or not registration.disagreed(unanswered=True):
        return []
    return [_draft(registration, context)]


def _draft(registration: Registration, context: Context) -> DraftSentForAppraisal:
    days = REGISTRATION_RULES.on(context.occurred_on).appraisal_days
    return DraftSentForAppraisal(
        **ids(registration.asked_of_it()),
        appraise_before=context.occurred_on + timedelta(days=days + 1),
        judge=registration.judge,
        for_approval=registration.approved_first,
    )


def appraise(command: AgreeWithTarget | ObjectToTarget, registration: Registration, context: Context) -> Facts:
    """One figure is agreed with, or not; the appraisal is complete when every figure has its answer."""
    terms, place = registration.asked_of_it(), (command.indicator, command.year)
    value = registration.pledges.get(place)
    if value is None:
        raise review.TARGET_NOT_THERE(target=registration.named(place))
    said = registration.appraised.get(place)
    objection = command.reason if isinstance(command, ObjectToTarget) else None
    if said is not None and (said.value, said.objection) == (value, objection):
        return []
    if registration.appraise_before is None or registration.confirmed:
        raise review.NOT_SENT_FOR_APPRAISAL()
    if context.actor in registration.hands:
        raise review.OWN_WORK_NOT_APPRAISED()
    about = {**ids(terms), "indicator": command.indicator, "year": command.year, "value": value}
    fact: RegistrationEvent = (
        TargetAgreed.model_validate(about)
        if objection is None
        else TargetObjected.model_validate({**about, "reason": objection})
    )
    open_ones = set(registration.disagreed(unanswered=True)) - set(registration.disagreed(unanswered=False))
    if not registration.under_appraisal or open_ones - {place}:
        return [fact]
    objected = set(registration.disagreed(unanswered=False)) - {place} | ({place} if objection is not None else set())
    return [fact, AppraisalCompleted(**ids(terms), objected=len(objected))]


def approve(registration: Registration, context: Context) -> Facts:
    """A leader approves what others have written, before it is sent in."""
    terms = registration.asked_of_it()
    if registration.approved:
        return []
    _not_sent(registration)
    if not registration.approved_first:
        raise review.NO_APPROVAL()
    if registration.appraise_before is None:
        raise review.NOT_SENT_FOR_APPRAISAL()
    _complete(registration)
    if context.actor is None or context.actor in registration.hands:
        raise review.OWN_WORK_NOT_APPRAISED()
    return [RegistrationApproved(**ids(terms))]


def submit(registration: Registration, context: Context) -> Facts:
    """What is complete, and agreed where the campaign asks for that, is sent in; the day of the first time counts.

    Those who appraise have a due day of their own: what they have not answered by then holds up nobody.
    """
    terms = registration.asked_of_it()
    if registration.submitted:
        return []
    if registration.confirmed:
        raise refuse.ALREADY_CONFIRMED()
    _complete(registration)
    if registration.approved_first and not registration.approved:
        raise review.NOT_APPROVED()
    if registration.agrees_first:
        due = registration.appraise_before
        if due is None:
            raise review.NOT_YET_APPRAISED()
        if open_ones := registration.disagreed(unanswered=context.occurred_on < due):
            raise review.TARGETS_NOT_AGREED(targets="; ".join(map(registration.named, open_ones)))
    late, days = lateness(registration, context.occurred_on)
    return [
        RegistrationSubmitted(
            **ids(terms),
            late=late,
            days_late=days,
            submitted_by=context.actor,
            judge=registration.judge,
            revision=registration.revision,
        )
    ]


def file_on_behalf(command: FileOnBehalf, registration: Registration, known: Known, context: Context) -> Facts:
    """The unit directly above sends in what the unit itself has signed on paper. Source: B7."""
    _not_sent(registration)
    unit, person = filed_by(known.files_for, command.signed_on, context)
    facts = {"by_unit_id": unit, "filed_by": person, **command.model_dump()}
    filed = RegistrationFiledOnBehalf.model_validate({**ids(registration.asked_of_it()), **facts})
    return [filed, *submit(registration, context)]


def enter_as_history(command: EnterAsHistory, registration: Registration, context: Context) -> Facts:
    """What was registered outside the platform goes in with its evidence; a second person confirms it. Source: B12."""
    document = None if command.document is None else Document(**command.document.model_dump())
    entered = RegistrationEnteredAsHistory(
        **ids(registration.asked_of_it()), happened_on=command.happened_on, document=document,
        evidence=command.evidence, entered_by=context.actor,
    )  # fmt: skip
    before = registration.history
    same = before is not None and before.model_copy(update={"entered_by": context.actor}) == entered
    if same and (registration.submitted is not None or registration.confirmed):
        return []
    _not_sent(registration)
    if command.document is None and not command.evidence:
        raise review.HISTORY_WITHOUT_EVIDENCE()
    if command.happened_on >= context.occurred_on:
        raise review.HISTORY_NOT_PAST(day=f"{command.happened_on:%d/%m/%Y}")
    if command.document is not None and command.document.issued_on > context.occurred_on:
        raise review.HISTORY_NOT_PAST(day=f"{command.document.issued_on:%d/%m/%Y}")
    _complete(registration)
    late, days = lateness(registration, command.happened_on)
    sent = RegistrationSubmitted(
        **ids(registration.asked_of_it()), late=late, days_late=days, submitted_by=context.actor,
        judge=registration.judge, revision=registration.revision,
    )  # fmt: skip
    return [entered, sent]


def judge(registration: Registration, known: Known, *, above: bool) -> None:
    """Go on if this is who judges; raises Rejected where it is somebody else's work."""
    if above and registration.judge is Judge.SECTOR:
        raise review.SECTOR_JUDGES()
    if not above and registration.judge is Judge.UNIT_ABOVE:
        raise review.UNIT_ABOVE_JUDGES()
    if above and not known.above:
        raise review.NOT_ABOVE()


def confirm(registration: Registration, known: Known, context: Context) -> Facts:
    """The targets are official once somebody else confirms them; what they make weaker is said."""
    terms = registration.asked_of_it()
    if registration.confirmed:
        return []
    if registration.submitted is None:
        raise refuse.NOT_SUBMITTED()
    if context.actor is None or context.actor in registration.hands - known.excused:
        raise refuse.OWN_WORK_NOT_CONFIRMED()
    if registration.agrees_first and (open_ones := registration.disagreed(unanswered=True)):
        raise review.TARGETS_NOT_AGREED(targets="; ".join(map(registration.named, open_ones)))
    if short := lacking(registration):
        raise review.TERMS_CHANGED(targets="; ".join(map(registration.named, short)))
    confirmed = tuple(targets(registration))
    return [
        RegistrationConfirmed(
            **ids(terms),
            targets=confirmed,
            revision=registration.revision,
            change=registration.change,
            lowered=tuple(_lowered(registration, confirmed, context)),
            withdrawn=tuple(registration.withdrawn.values()) if registration.versions else (),
            eligible=_eligible(registration, confirmed, context),
            judge=registration.judge,
            campaign_version=terms.campaign_version,
        )
    ]


def _lowered(registration: Registration, now: Sequence[Target], context: Context) -> list[LoweredTarget]:
    official, rule = registration.official(), REGISTRATION_RULES.on(context.occurred_on)
    return [
        LoweredTarget(
            indicator=target.indicator,
            year=target.year,
            value=target.value,
            previous=was.value,
            last_quarter=context.occurred_on >= rule.last_quarter_begins.of(target.year),
        )
        for target in now
        if (was := official.get((target.indicator, target.year))) is not None
        and target.direction.margin(target.value, was.value) < 0
    ]


def _eligible(registration: Registration, now: Sequence[Target], context: Context) -> tuple[Target, ...] | None:
    """The targets by which awards are judged: for a year whose day has passed, an adjustment comes too late."""
    if not registration.versions:
        return None
    last = registration.versions[-1]
    judged = {(each.indicator, each.year): each for each in (last.targets if last.eligible is None else last.eligible)}
    if registration.change is RegistrationChange.ADJUSTMENT:
        fixed = REGISTRATION_RULES.on(context.occurred_on).version_fixed
        old = {place: each for place, each in judged.items() if context.occurred_on >= fixed.of(place[1])}
    else:  # where an adjustment came too late, a correction of what it left alone still counts
        official = registration.official()
        old = {place: each for place, each in judged.items() if official.get(place) != each}
    both = {(each.indicator, each.year): each for each in now if (each.indicator, each.year) not in old} | old
    found = tuple(both[place] for place in sorted(both, key=lambda place: (place[1], place[0])))
    return None if found == tuple(now) else found


def give_back(command: ReturnRegistration | ReturnFromAbove, registration: Registration) -> Facts:
    """What was sent in goes back with reasons: for each wrong figure, or for the whole."""
    terms = registration.asked_of_it()
    if registration.confirmed:
        raise refuse.ALREADY_CONFIRMED()
    if registration.submitted is None:
        raise refuse.NOT_SUBMITTED() if registration.returned is None else review.ALREADY_RETURNED()
    if not command.cells and not command.note:
        raise review.REASON_MISSING()
    for cell in command.cells:
        if (cell.indicator, cell.year) not in registration.pledges:
            raise review.TARGET_NOT_THERE(target=registration.named((cell.indicator, cell.year)))
    cells = tuple(TargetPlace(**cell.model_dump()) for cell in command.cells)
    return [RegistrationReturned(**ids(terms), cells=cells, note=command.note, judge=registration.judge)]


def reopen(command: ReopenRegistration, registration: Registration, context: Context) -> Facts:
    """Official targets are opened again, by a person and for a reason; they hold until the next version does."""
    terms = registration.asked_of_it()
    if registration.reopened:
        raise review.ALREADY_REOPENED()
    if not registration.versions or context.actor is None:
        raise review.NOT_CONFIRMED_YET()
    return [
        RegistrationReopened(
            **ids(terms), change=command.change, reason=command.reason, revision=len(registration.versions) + 1,
            reopened_by=context.actor,
        )
    ]  # fmt: skip


def _not_sent(registration: Registration) -> None:
    registration.asked_of_it()
    if registration.confirmed:
        raise refuse.ALREADY_CONFIRMED()
    if registration.submitted:
        raise refuse.ALREADY_SUBMITTED()


def _complete(registration: Registration) -> None:
    terms = registration.asked_of_it()
    if not registration.pledges and not registration.qualitative:
        raise refuse.EMPTY()
    short = lacking(registration)
    goals = [goal for goal in terms.goals if (goal.indicator, goal.year) in short]
    if missing := [goal for goal in goals if (goal.indicator, goal.year) not in registration.pledges]:
        raise refuse.targets_missing(missing)
    for goal in goals:  # which was raised since the figure was pledged
        raise refuse.below_goal(goal)
