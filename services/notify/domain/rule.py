"""What a rule of telling is: for one type of event, to whom, in which words, and until when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Generic, TypeVar
from uuid import UUID

from contracts.event import Event
from contracts.notify import Channel
from contracts.registry import Role
from contracts.values import UnitKind
from services.notify.domain.sentences import Sentence
from services.notify.domain.texts import Names

E = TypeVar("E", bound=Event)

HEAD: Final = frozenset({Role.UNIT_HEAD})
HEAD_AND_OFFICERS: Final = frozenset({Role.UNIT_HEAD, Role.OFFICER})
ZALO_THEN_EMAIL: Final = (Channel.ZALO, Channel.EMAIL)


class Category(StrEnum):
    """How much a notification obliges: a duty of the office, or good news that serves the person told."""

    DUTY = "duty"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class InUnit:
    """Everybody who holds one of the roles in exactly this unit, or in one that took its duties over.

    Once it has ended its own are among them no more, unless those are meant who held a role as it ended (`former`).
    """

    roles: frozenset[Role]
    unit_id: UUID
    former: bool = False


@dataclass(frozen=True, slots=True)
class InKinds:
    """Everybody who holds one of the roles in a unit of one of these kinds."""

    roles: frozenset[Role]
    kinds: tuple[UnitKind, ...]


@dataclass(frozen=True, slots=True)
class AtTheTop:
    """Everybody who holds one of the roles in the root unit, but for whom it comes from or concerns."""

    roles: frozenset[Role]
    but: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Oneself:
    """A person, whatever role is held."""

    person_id: UUID


@dataclass(frozen=True, slots=True)
class DirectlyAbove:
    """Everybody who holds one of the roles in exactly the unit directly above this one."""

    roles: frozenset[Role]
    unit_id: UUID


Group = InUnit | InKinds | AtTheTop | Oneself | DirectlyAbove


def always(_: Event) -> None:
    """No last day: it makes sense to tell of it whenever that is."""
    return


@dataclass(frozen=True, slots=True)
class Rule(Generic[E]):
    """What is sent for one type of event: to whom, and every word that its template may use; an absent date is empty.

    `title` says what people are told of, `whom` who the audience is. `last_day` is the last on which it makes sense to
    tell of the event; None when it always does. `channels` are tried in this order, each the fallback of the one
    before.
    """

    event: type[E]
    name: str
    category: Category
    template: str
    title: Sentence
    whom: Sentence
    audience: Callable[[E], tuple[Group, ...]]
    words: Callable[[E, Names], Mapping[str, str]]
    last_day: Callable[[E], date | None] = always
    channels: tuple[Channel, ...] = ZALO_THEN_EMAIL
