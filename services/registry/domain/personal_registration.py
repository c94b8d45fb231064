"""What a person of a unit registers for a campaign: target, solution, confirmed by the head. Source: S001-14, A4."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Annotated, Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Paragraphs
from chassis.facts.offers import offered
from contracts.registry import (
    PersonalRegistrationConfirmed,
    PersonalRegistrationEvent,
    PersonalRegistrationMade,
    PersonalRegistrationReturned,
    PersonalRegistrationRevised,
    PersonalRegistrationWithdrawn,
    RegistrationOpened,
)
from services.registry.domain import personal_registration_refusals as refuse

Words = Annotated[str, Paragraphs(2000)]
Reason = Annotated[str, Paragraphs(500)]
_SAID: Final = "…"


def personal_registration_id(campaign: UUID, person: UUID) -> UUID:
    """Id of a person's registration for a campaign: there is one."""
    return uuid5(campaign, f"personal-registration/{person}")


def digest(registration: UUID, words: str) -> str:
    """What a fact says of words: enough to tell them from others, nothing to read."""
    return sha256(f"{registration}\n{words}".encode()).hexdigest()


class RegisterPersonally(Command):
    """Register for a person; `asked` and `whole` tell how many are entered at once, and in which request."""

    campaign_id: UUID
    unit_id: UUID
    person_id: UUID
    target: Words
    solution: Words
    asked: int = 1
    whole: str = ""


@offered(
    vi="Sửa đăng ký",
    en="Change the registration",
    trials=lambda _, __: [RewritePersonally(target=_SAID, solution=_SAID)],
)
class RewritePersonally(Command):
    """Say another target, or another way to it, before the head has confirmed it."""

    target: Words
    solution: Words


@offered(vi="Xác nhận đăng ký", en="Confirm the registration")
class ConfirmPersonally(Command):
    """Confirm, as the head, what a person of the unit has registered."""


class ConfirmTogether(Command):
    """Confirm one of several at once, as it was seen: in that revision."""

    revision: int
    told: bool = True
    whole: str = ""


@offered(vi="Trả lại để sửa", en="Give it back", trials=lambda _, __: [ReturnPersonally(reason=_SAID)])
class ReturnPersonally(Command):
    """Give it back, as the head, for a reason."""

    reason: Reason


@offered(vi="Rút đăng ký", en="Withdraw the registration")
class WithdrawPersonally(Command):
    """Take it back before it is confirmed."""


PersonalCommand = (
    RegisterPersonally | RewritePersonally | ConfirmPersonally | ConfirmTogether | ReturnPersonally | WithdrawPersonally
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked up: the terms of the nearest unit that takes part, whether the person works in the unit today.

    `above`: whose it is, or who writes it, is head there. `excused` may confirm their own work.
    """

    terms: RegistrationOpened | None = None
    works_here: bool = False
    above: bool = False
    erased: bool = False
    excused: frozenset[UUID] = frozenset()


Written = PersonalRegistrationMade | PersonalRegistrationRevised


@dataclass(frozen=True, slots=True)
class Personal:
    """All that was written, the last of which counts; what became of it; who wrote it last, and all who ever did."""

    versions: tuple[Written, ...] = ()
    returned: PersonalRegistrationReturned | None = None
    confirmed: bool = False
    withdrawn: bool = False
    writer: UUID | None = None
    hands: frozenset[UUID] = frozenset()

    @property
    def last(self) -> Written:
        """What counts; raises Rejected where nothing was registered."""
        if not self.versions:
            raise refuse.NONE()
        return self.versions[-1]


def closes(terms: RegistrationOpened) -> date:
    """The day from which on persons no longer register: the campaign's own, else the day after its end."""
    return terms.submit_before or terms.period.end + timedelta(days=1)


def decide(
    command: PersonalCommand, it: Personal, known: Known | None, context: Context
) -> Sequence[PersonalRegistrationEvent]:
    """One for each person and campaign, free until the head confirms it, who wrote none of it."""
    known = known or Known()
    if known.erased and isinstance(command, RegisterPersonally | RewritePersonally | ReturnPersonally):
        raise refuse.ERASED()
    match command:
        case RegisterPersonally():
            return _register(command, it, known, context)
        case RewritePersonally():
            return _rewrite(command, it, known, context)
        case ConfirmPersonally() | ConfirmTogether():
            return _confirm(command, it, known, context)
        case ReturnPersonally(reason=reason):
            return _return(reason, it, known, context)
        case WithdrawPersonally():
            if it.versions and it.withdrawn:
                return []
            _open(it)
            return [PersonalRegistrationWithdrawn(**_about(it.last), revision=it.last.revision, above=it.last.above)]
        case _:
            assert_never(command)


def _register(
    command: RegisterPersonally, it: Personal, known: Known, context: Context
) -> Sequence[PersonalRegistrationEvent]:
    key = personal_registration_id(command.campaign_id, command.person_id)
    said: dict[str, Any] = {name: digest(key, getattr(command, name)) for name in ("target", "solution")}
    if it.versions and it.last.unit_id != command.unit_id:
        raise refuse.ELSEWHERE()
    if it.versions and not it.withdrawn:
        if said == {"target": it.last.target, "solution": it.last.solution}:
            return []
        raise refuse.ALREADY()
    if not known.works_here:
        raise refuse.NOT_IN_UNIT()
    _in_time(known, context)
    about = {"registration_id": key, **command.model_dump(include={"campaign_id", "unit_id", "person_id"})}
    revision = len(it.versions) + 1
    return [PersonalRegistrationMade(**about, **said, revision=revision, asked=command.asked, above=known.above)]


def _rewrite(
    command: RewritePersonally, it: Personal, known: Known, context: Context
) -> Sequence[PersonalRegistrationEvent]:
    last = it.last
    said: dict[str, Any] = {
        name: digest(last.registration_id, getattr(command, name)) for name in ("target", "solution")
    }
    same = said == {"target": last.target, "solution": last.solution}
    if same and it.returned is None and not it.withdrawn:
        return []
    _open(it)
    if it.returned is None:  # what was in time is mended also later
        _in_time(known, context)
    again, revision = int(it.returned is not None), len(it.versions) + 1
    return [PersonalRegistrationRevised(**_about(last), **said, revision=revision, asked=again, above=known.above)]


def _in_time(known: Known, context: Context) -> None:
    terms = known.terms
    if terms is None or not terms.persons_register:
        raise refuse.NOT_ASKED()
    day = closes(terms)
    if context.occurred_on >= day:
        raise refuse.CLOSED(day=f"{day:%d/%m/%Y}", day_en=f"{day}")


def _open(it: Personal) -> None:
    _ = it.last
    if it.withdrawn:
        raise refuse.WITHDRAWN()
    if it.confirmed:
        raise refuse.CONFIRMED()


def _judge(it: Personal, known: Known, context: Context) -> UUID:
    """Who wrote it; raises Rejected unless it waits and the head is neither whose it is nor who wrote any of it."""
    _open(it)
    if it.returned is not None:
        raise refuse.RETURNED()
    own = {it.last.person_id, *it.hands} - known.excused
    if context.actor in own or it.writer is None:
        raise refuse.OWN_WORK()
    return it.writer


def _confirm(
    command: ConfirmPersonally | ConfirmTogether, it: Personal, known: Known, context: Context
) -> Sequence[PersonalRegistrationEvent]:
    if isinstance(command, ConfirmTogether) and it.last.revision != command.revision:
        raise refuse.CHANGED()
    if it.confirmed:
        return []
    writer = _judge(it, known, context)
    told = not isinstance(command, ConfirmTogether) or command.told
    return [PersonalRegistrationConfirmed(**_about(it.last), revision=it.last.revision, writer_id=writer, told=told)]


def _return(reason: str, it: Personal, known: Known, context: Context) -> Sequence[PersonalRegistrationEvent]:
    said = digest(it.last.registration_id, reason)
    if it.returned is not None and it.returned.reason == said:
        return []
    writer = _judge(it, known, context)
    return [PersonalRegistrationReturned(**_about(it.last), reason=said, revision=it.last.revision, writer_id=writer)]


def _about(event: Written) -> dict[str, Any]:
    return event.model_dump(include={"registration_id", "campaign_id", "unit_id", "person_id"})


def evolve(it: Personal, event: PersonalRegistrationEvent) -> Personal:
    """The registration after an event of its stream."""
    match event:
        case PersonalRegistrationMade() | PersonalRegistrationRevised():
            return replace(it, versions=(*it.versions, event), returned=None, withdrawn=False)
        case PersonalRegistrationReturned():
            return replace(it, returned=event)
        case PersonalRegistrationConfirmed():
            return replace(it, confirmed=True)
        case PersonalRegistrationWithdrawn():
            return replace(it, withdrawn=True, returned=None)
        case _:
            assert_never(event)


def signed(it: Personal, event: PersonalRegistrationEvent, actor: UUID) -> Personal:
    """The registration once it is known who caused an event: whoever wrote something is one of its hands."""
    if isinstance(event, PersonalRegistrationMade | PersonalRegistrationRevised):
        return replace(it, writer=actor, hands=it.hands | {actor})
    return it


PERSONAL_REGISTRATION: Final[Decider[PersonalCommand, Personal, PersonalRegistrationEvent, Known | None]] = Decider(
    "personal_registration", Personal(), decide, evolve, signed
)
