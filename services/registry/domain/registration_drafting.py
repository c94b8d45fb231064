"""The rules of writing a registration: targets, what has no figure, solutions, movements. Source: S002-13, S002-15."""

from collections.abc import Sequence
from typing import assert_never

from chassis.facts.kinds import shown, shown_en
from contracts.registry import (
    MovementsTied,
    QualitativeProgressTold,
    QualitativeTargetSet,
    RegistrationEvent,
    RegistrationOpened,
    SolutionSet,
    TargetRegistered,
    TargetRevised,
    TargetWithdrawn,
)
from contracts.values import TargetKind
from services.registry.domain import registration_refusals as refuse
from services.registry.domain import registration_review_refusals as review
from services.registry.domain.registration_commands import (
    RegisterTarget,
    SetQualitativeTarget,
    SetSolution,
    TellQualitativeProgress,
    TieMovements,
    WithdrawTarget,
)
from services.registry.domain.registration_state import Registration, goals_for, ids

Facts = Sequence[RegistrationEvent]


def register(command: RegisterTarget, registration: Registration) -> Facts:
    """A figure is pledged on the good side of its goal; a weaker one than the official says why."""
    terms, place = registration.asked_of_it(), (command.indicator, command.year)
    goals = goals_for(terms, *place)
    if not goals:
        raise refuse.indicator_unknown(command.indicator, sorted({goal.name for goal in terms.goals}))
    if command.year not in terms.period.years():
        raise refuse.year_outside(command.year, terms.period)
    previous = registration.pledges.get(place)
    same_kind = (command.kind is TargetKind.MAINTAIN) == (place in registration.maintained)
    if previous == command.value and same_kind:
        return []
    _unless_sent(registration)
    refuse.unless_possible(command.value, goals[0].measure)
    for goal in goals:
        if goal.year == command.year and not goal.allows(command.value):
            raise refuse.below_goal(goal)
    official = registration.official().get(place)
    if official and official.direction.margin(command.value, official.value) < 0 and not command.reason:
        raise review.LOWERED_SILENTLY(
            target=registration.named(place), official=shown(official.value), official_en=shown_en(official.value)
        )
    facts = {**ids(terms), **command.model_dump(exclude={"reason"}), "revision": registration.revision}
    if previous is None:
        return [TargetRegistered.model_validate(facts)]
    return [TargetRevised.model_validate({**facts, "previous": previous, "reason": command.reason})]


def withdraw(command: WithdrawTarget, registration: Registration) -> Facts:
    """What the campaign has no goal for may be taken back."""
    terms, place = registration.asked_of_it(), (command.indicator, command.year)
    previous = registration.pledges.get(place)
    if previous is None:
        if place in registration.withdrawn:
            return []
        raise review.TARGET_NOT_THERE(target=registration.named(place))
    _unless_sent(registration)
    if any((goal.indicator, goal.year) == place for goal in terms.goals):
        raise review.NOT_DRAFTED(target=registration.named(place))
    about = {**command.model_dump(), "previous": previous, "revision": registration.revision}
    return [TargetWithdrawn.model_validate({**ids(terms), **about})]


def say(
    command: SetQualitativeTarget | TellQualitativeProgress | SetSolution | TieMovements, registration: Registration
) -> Facts:
    """What is said without a figure; what holds already is not said again. Progress is told at any time."""
    terms = registration.asked_of_it()
    facts = {**ids(terms), **command.model_dump()}
    fact: RegistrationEvent
    held: object
    match command:
        case SetQualitativeTarget(number=number):
            _numbered(registration, number, len(registration.qualitative) + 1)
            fact, held = QualitativeTargetSet.model_validate(facts), registration.qualitative.get(number)
        case TellQualitativeProgress(number=number):
            _numbered(registration, number, len(registration.qualitative))
            fact, held = QualitativeProgressTold.model_validate(facts), registration.progress.get(number)
        case SetSolution(indicator=indicator):
            if not any(goal.indicator == indicator for goal in terms.goals):
                raise refuse.indicator_unknown(indicator, sorted({goal.name for goal in terms.goals}))
            fact = SolutionSet.model_validate(facts)
            held = fact if registration.solutions.get(indicator) == command.solution else None
        case TieMovements(numbers=numbers):
            _linked(terms, numbers)
            fact, held = MovementsTied.model_validate(facts), registration.movements
        case _:
            assert_never(command)
    if held == fact:
        return []
    if not isinstance(command, TellQualitativeProgress):
        _unless_sent(registration)
    return [fact]


def _numbered(registration: Registration, number: int, most: int) -> None:
    if number > most:
        raise review.QUALITATIVE_UNKNOWN(number=number, next=len(registration.qualitative) + 1)


def _linked(terms: RegistrationOpened, numbers: Sequence[str]) -> None:
    known = [each.document.number for each in terms.movements]
    for number in numbers:
        if number not in known:
            raise review.MOVEMENT_UNKNOWN(number=number, known="; ".join(known) or "–")


def _unless_sent(registration: Registration) -> None:
    if registration.confirmed:
        raise refuse.ALREADY_CONFIRMED()
    if registration.submitted:
        raise refuse.ALREADY_SUBMITTED()
