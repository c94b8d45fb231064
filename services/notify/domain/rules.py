"""Who is told of what: one visible table from event type to rule, and the people each event concerns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.envelope import Recorded
from contracts.awards import AwardGranted, NominationSubmitted
from contracts.campaigns import CampaignLaunched
from contracts.notify import Channel
from contracts.registry import Role, TargetRegistered
from contracts.values import UnitKind
from services.notify.domain.notification import RequestNotification

Told = CampaignLaunched | TargetRegistered | NominationSubmitted | AwardGranted
"""What people are told of: each has its rule, its audience and its words."""

ZALO_THEN_EMAIL: Final = (Channel.ZALO, Channel.EMAIL)


class Category(StrEnum):
    """How much a notification obliges: a duty of the office, or good news that serves the person told."""

    DUTY = "duty"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is sent for one type of event; `channels` are tried in this order, each the fallback of the one before."""

    name: str
    category: Category
    template: str
    channels: tuple[Channel, ...] = ZALO_THEN_EMAIL


RULES: Final[Mapping[type[Told], Rule]] = MappingProxyType(
    {
        CampaignLaunched: Rule("tell_units_of_a_launched_campaign", Category.DUTY, "campaign_launched"),
        TargetRegistered: Rule("tell_the_unit_head_of_a_registered_target", Category.DUTY, "target_registered"),
        NominationSubmitted: Rule("tell_those_who_act_on_a_nomination", Category.DUTY, "nomination_submitted"),
        AwardGranted: Rule("congratulate_an_honoured_unit", Category.SERVICE, "award_granted"),
    }
)
BY_NAME: Final[Mapping[str, Rule]] = MappingProxyType({rule.name: rule for rule in RULES.values()})


@dataclass(frozen=True, slots=True)
class InUnit:
    """Everybody who holds one of the roles in exactly this unit."""

    roles: frozenset[Role]
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class InKinds:
    """Everybody who holds one of the roles in a unit of one of these kinds."""

    roles: frozenset[Role]
    kinds: tuple[UnitKind, ...]


@dataclass(frozen=True, slots=True)
class AtTheTop:
    """Everybody who holds one of the roles in the root unit."""

    roles: frozenset[Role]


Group = InUnit | InKinds | AtTheTop

_HEAD: Final = frozenset({Role.UNIT_HEAD})
_HEAD_AND_OFFICERS: Final = frozenset({Role.UNIT_HEAD, Role.OFFICER})
_EMULATION_DEPARTMENT: Final = frozenset({Role.EMULATION_DEPARTMENT})


def audience(event: Told) -> tuple[Group, ...]:
    """The groups of people that a fact concerns."""
    match event:
        case CampaignLaunched(units=kinds):
            return (InKinds(_HEAD_AND_OFFICERS, kinds),)
        case TargetRegistered(unit_id=unit):
            return (InUnit(_HEAD, unit),)
        case NominationSubmitted(unit_id=unit):
            return (AtTheTop(_EMULATION_DEPARTMENT), InUnit(_HEAD, unit))
        case AwardGranted(unit_id=unit):
            return (InUnit(_HEAD_AND_OFFICERS, unit),)
        case _:
            assert_never(event)


def last_day(event: Told) -> date | None:
    """The last day on which it makes sense to tell of an event; None when it always does.

    A launched campaign asks to register targets and to act: after its period nobody can. What was registered, submitted
    or granted stays so, and is worth knowing late.
    """
    match event:
        case CampaignLaunched(period=period):
            return period.end
        case TargetRegistered() | NominationSubmitted() | AwardGranted():
            return None
        case _:
            assert_never(event)


def tell_everyone_concerned(recorded: Recorded[Told], people: Iterable[UUID]) -> list[RequestNotification]:
    """One request for each person, under an id by which a repeated event is recognised."""
    rule = RULES[type(recorded.data)]
    return [
        RequestNotification(
            notification_id=uuid5(recorded.id, f"{rule.name}/{person}"),
            source_event_id=recorded.id,
            source_type=recorded.data.type_name(),
            rule=rule.name,
            person_id=person,
            channels=rule.channels,
        )
        for person in sorted(set(people))
    ]
