"""Registration: the targets that one unit pledges for one campaign. Source: S002 §5.1.1."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider, hand
from chassis.facts.kinds import Figure, Year
from chassis.facts.offers import offered
from contracts.registry import (
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationSubmitted,
    TargetRegistered,
    TargetRevised,
)
from contracts.values import Goal, Indicator, Target
from services.registry.domain import registration_refusals as refuse

Place = tuple[str, int]
"""An indicator and a year."""


def registration_id(campaign: UUID, unit: UUID) -> UUID:
    """Id of a unit's registration for a campaign."""
    return uuid5(campaign, f"registration/{unit}")


class OpenRegistration(Command):
    """Ask a unit to register, on a campaign's terms; the goals are those that apply to the unit's kind."""

    terms: RegistrationOpened


@offered(
    vi="Đăng ký chỉ tiêu",
    en="Register a target",
    trials=lambda registration, _: _possible(registration),
    by=("indicator", "year"),
)
class RegisterTarget(Command):
    """Pledge a value for one indicator and year, in the measure of the campaign's goal."""

    indicator: Indicator
    year: Year
    value: Figure = Field(description="Per cent, at most 6 decimal places.")


@offered(vi="Gửi bản đăng ký", en="Send the registration in")
class SubmitRegistration(Command):
    """Send the registration in, as the unit's head."""


@offered(vi="Xác nhận bản đăng ký", en="Confirm the registration")
class ConfirmRegistration(Command):
    """Make the targets official. Source: S002-17, S002-21."""


RegistrationCommand = OpenRegistration | RegisterTarget | SubmitRegistration | ConfirmRegistration


@dataclass(frozen=True, slots=True)
class Registration:
    """Terms, None as long as the unit was not asked; pledges so far; how it was submitted; whether it is confirmed.

    `hands`: all who have written a target or sent it in.
    """

    terms: RegistrationOpened | None = None
    pledges: Mapping[Place, Decimal] = field(default_factory=dict)
    submitted: RegistrationSubmitted | None = None
    confirmed: bool = False
    hands: frozenset[UUID] = frozenset()


Excused = frozenset[UUID]
"""Persons who may confirm though it is their own work: a head above has allowed it."""


def decide(
    command: RegistrationCommand, registration: Registration, excused: Excused | None, context: Context
) -> Sequence[RegistrationEvent]:
    """The registration's rules: targets are free until it is sent in, and official once somebody else confirms them."""
    match command:
        case OpenRegistration(terms=terms):
            return [terms] if registration.terms is None else []
        case RegisterTarget():
            return _register(command, registration)
        case SubmitRegistration():
            return _submit(registration, context)
        case ConfirmRegistration():
            return _confirm(registration, excused or frozenset(), context)
        case _:
            assert_never(command)


def _register(command: RegisterTarget, registration: Registration) -> Sequence[RegistrationEvent]:
    terms = _terms(registration)
    goals = _goals(terms, command.indicator, command.year)
    if not goals:
        raise refuse.indicator_unknown(command.indicator, sorted({goal.indicator for goal in terms.goals}))
    if command.year not in terms.period.years():
        raise refuse.year_outside(command.year, terms.period)
    previous = registration.pledges.get((command.indicator, command.year))
    if previous == command.value:
        return []
    if registration.confirmed:
        raise refuse.ALREADY_CONFIRMED()
    if registration.submitted:
        raise refuse.ALREADY_SUBMITTED()
    refuse.unless_possible(command.value, goals[0].measure)
    for goal in goals:
        if goal.year == command.year and not goal.allows(command.value):
            raise refuse.below_goal(goal)
    facts = {**_ids(terms), **dict(command)}
    if previous is None:
        return [TargetRegistered.model_validate(facts)]
    return [TargetRevised.model_validate({**facts, "previous": previous})]


def _submit(registration: Registration, context: Context) -> Sequence[RegistrationEvent]:
    terms = _terms(registration)
    if registration.submitted:
        return []
    if not registration.pledges:
        raise refuse.EMPTY()
    if missing := [goal for goal in terms.goals if (goal.indicator, goal.year) not in registration.pledges]:
        raise refuse.targets_missing(missing)
    before = terms.submit_before
    late = before is not None and context.occurred_on >= before
    if before is not None and late and terms.refuse_late:
        raise refuse.LATE(day=f"{before:%d/%m/%Y}")
    return [RegistrationSubmitted(**_ids(terms), late=late, submitted_by=context.actor)]


def _confirm(registration: Registration, excused: Excused, context: Context) -> Sequence[RegistrationEvent]:
    terms = _terms(registration)
    if registration.submitted is None:
        raise refuse.NOT_SUBMITTED()
    if registration.confirmed:
        return []
    if context.actor is None or context.actor in registration.hands - excused:
        raise refuse.OWN_WORK_NOT_CONFIRMED()
    return [RegistrationConfirmed(**_ids(terms), targets=tuple(targets(terms, registration.pledges)))]


def targets(terms: RegistrationOpened, pledges: Mapping[Place, Decimal]) -> list[Target]:
    """Targets by year and indicator, each held against results as the indicator's goal is."""
    return [
        Target(indicator=indicator, year=year, value=value, direction=goal.direction, measure=goal.measure)
        for year, indicator, value in sorted((year, name, value) for (name, year), value in pledges.items())
        for goal in _goals(terms, indicator, year)[:1]
    ]


def _goals(terms: RegistrationOpened, indicator: str, year: int) -> list[Goal]:
    """Goals for an indicator, that of the year first: where a year has none, the others tell how it is measured."""
    goals = [goal for goal in terms.goals if goal.indicator == indicator]
    return sorted(goals, key=lambda goal: abs(goal.year - year))


def _terms(registration: Registration) -> RegistrationOpened:
    if registration.terms is None:
        raise refuse.NOT_OPEN()
    return registration.terms


def _ids(terms: RegistrationOpened) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in ("registration_id", "campaign_id", "unit_id")}


def evolve(registration: Registration, event: RegistrationEvent) -> Registration:
    """The registration after an event of its stream."""
    match event:
        case RegistrationOpened():
            return replace(registration, terms=event)
        case (
            TargetRegistered(indicator=indicator, year=year, value=value)
            | TargetRevised(indicator=indicator, year=year, value=value)
        ):
            return replace(registration, pledges={**registration.pledges, (indicator, year): value})
        case RegistrationSubmitted():
            return replace(registration, submitted=event, hands=registration.hands | hand(event.submitted_by))
        case RegistrationConfirmed():
            return replace(registration, confirmed=True)
        case _:
            assert_never(event)


def signed(registration: Registration, event: RegistrationEvent, actor: UUID) -> Registration:
    """The registration once it is known who caused an event: whoever wrote something is one of its hands."""
    if isinstance(event, TargetRegistered | TargetRevised | RegistrationSubmitted):
        return replace(registration, hands=registration.hands | {actor})
    return registration


REGISTRATION: Final[Decider[RegistrationCommand, Registration, RegistrationEvent, Excused | None]] = Decider(
    "registration", Registration(), decide, evolve, signed
)


def _possible(registration: Registration) -> Iterable[RegisterTarget]:
    """Pledges that could be meant, for each goal: what it asks for, a little more, a little less."""
    for goal in registration.terms.goals if registration.terms else ():
        for value in (goal.value, goal.value + 1, goal.value - 1):
            yield RegisterTarget(indicator=goal.indicator, year=goal.year, value=value)
