"""Exceptions from the separation of duties: a head above allows one person one duty about one thing, for some days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day
from chassis.facts.refusal import Refusal
from contracts.registry import Duty, DutyEvent, DutyExceptionAllowed, ExceptionReason
from services.registry.reference import ROLE_RULES

OWN_EXCEPTION: Final = Refusal(
    "own-exception",
    "Không ai được tự cho phép ngoại lệ cho mình; hãy đề nghị thủ trưởng cấp trên cho phép.",
    "Nobody allows themselves an exception; ask the head above.",
)
NOT_ABOVE: Final = Refusal(
    "authority-not-above",
    "Ngoại lệ do thủ trưởng của đơn vị cấp trên cho phép; hãy chọn đơn vị cấp trên của đơn vị này.",
    "An exception is allowed by the head of a unit above; choose a unit above this one.",
)
PERIOD: Final = Refusal(
    "exception-period",
    "Ngoại lệ có hiệu lực từ hôm nay đến tối đa {days} ngày sau; hãy nhập lại ngày cuối.",
    "An exception holds from today for at most {days} days; enter its last day again.",
)


class AllowException(Command):
    """Let a person do one duty about one thing of a unit below, though it is the person's own work."""

    person_id: UUID
    duty: Duty
    thing_id: UUID
    unit_id: UUID
    authority_id: UUID
    reason: ExceptionReason
    until: Day


@dataclass(frozen=True, slots=True)
class Known:
    """Whether the authority is a unit above the one concerned; of the topmost unit it is that unit itself."""

    above: bool = False


def exception_id(command: AllowException) -> UUID:
    """Id of an exception: the same again is the same."""
    return uuid5(command.thing_id, f"exception/{command.duty}/{command.person_id}/{command.until}")


def decide(
    command: AllowException, allowed: DutyExceptionAllowed | None, known: Known, context: Context
) -> Sequence[DutyEvent]:
    """A head above allows it, for somebody else, for some days. Source: decision 44."""
    if context.actor is None or context.actor == command.person_id:
        raise OWN_EXCEPTION()
    if not known.above:
        raise NOT_ABOVE()
    if allowed is not None:
        return []
    days = ROLE_RULES.on(context.occurred_on).exception_days
    if not context.occurred_on <= command.until <= context.occurred_on + timedelta(days=days):
        raise PERIOD(days=days)
    facts = command.model_dump()
    return [
        DutyExceptionAllowed(
            exception_id=exception_id(command), since=context.occurred_on, allowed_by=context.actor, **facts
        )
    ]


def evolve(_: DutyExceptionAllowed | None, event: DutyEvent) -> DutyExceptionAllowed | None:
    """The exception after an event of its stream."""
    match event:
        case DutyExceptionAllowed():
            return event
        case _:
            assert_never(event)


DUTY_EXCEPTION: Final[Decider[AllowException, DutyExceptionAllowed | None, DutyEvent, Known]] = Decider(
    "exception", None, decide, evolve
)
