"""Notifications of the national data set: whom the rules tell, and how each message fares on its way."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from bench.nation_people import Society
from bench.nation_story import Fact, Story
from chassis.facts.envelope import Recorded
from contracts.notify import Channel
from contracts.registry import Role
from services.notify.domain.notification import (
    NOTIFICATION,
    BeginDelivery,
    Known,
    PassOver,
    RecordAccepted,
    RecordRefused,
    RecordUnknown,
)
from services.notify.domain.rule import AtTheTop, DirectlyAbove, Group, InKinds, InUnit, Oneself
from services.notify.domain.rules import RULES, tell_everyone_concerned

_ZALO: Final = ("accepted", "away", "refused", "later", "unknown")
_ZALO_SHARES: Final = (86, 5, 5, 3, 1)


class Telling:
    """Tells people of what concerns them, on the day on which it happens."""

    def __init__(self, story: Story, society: Society) -> None:
        self._story, self._society = story, society

    def tell(self, facts: Iterable[Fact]) -> None:
        """Tell of these facts, those that a rule names."""
        for fact in facts:
            if (rule := RULES.get(type(fact.event))) is None:
                continue
            people = {key for group in rule.audience(fact.event) for key in self._people(group)}
            recorded = Recorded(0, "", 0, fact.id, fact.event, "", None)  # type: ignore[arg-type]
            for wanted in tell_everyone_concerned(recorded, people):
                self._story.do(
                    "notify", NOTIFICATION, wanted.notification_id, wanted, fact.on, known=Known(), cause=fact
                )
                self._deliver(wanted.notification_id, fact)
                self._story.close(NOTIFICATION, wanted.notification_id)

    def _people(self, group: Group) -> Iterable[UUID]:
        match group:
            case InUnit(unit_id=unit):
                places = [self._society.places[unit]]
            case DirectlyAbove(unit_id=unit):
                above = self._society.places[unit].parent
                places = [] if above is None else [self._society.places[above]]
            case InKinds(kinds=kinds):
                places = self._society.of(*kinds)
            case AtTheTop():
                places = [self._society.root]
            case Oneself(person_id=person):
                return [person]
        roles = group.roles & set(Role)
        return [key for place in places for role in roles for key in place.holders.get(role, ())]

    def _deliver(self, key: UUID, cause: Fact) -> None:
        story = self._story
        fate = story.random.choices(_ZALO, _ZALO_SHARES)[0]
        if fate == "away":
            self._do(key, PassOver(notification_id=key, channel=Channel.ZALO, reason="no-zalo"), cause)
        elif self._try(key, Channel.ZALO, 1, fate, cause) or (
            fate == "later" and self._try(key, Channel.ZALO, 2, "accepted", cause)
        ):
            return
        self._try(key, Channel.EMAIL, 1, "accepted" if story.happens(0.95) else "refused", cause)

    def _try(self, key: UUID, channel: Channel, attempt: int, fate: str, cause: Fact) -> bool:
        at = {"notification_id": key, "channel": channel, "attempt": attempt}
        self._do(key, BeginDelivery.model_validate(at), cause)
        match fate:
            case "accepted":
                self._do(key, RecordAccepted.model_validate({**at, "provider_id": f"{channel}-{key.hex[:12]}"}), cause)
            case "unknown":
                self._do(key, RecordUnknown.model_validate(at), cause)
            case _:
                told = {"code": "-118" if channel is Channel.ZALO else "550", "permanent": fate == "refused"}
                self._do(key, RecordRefused.model_validate({**at, **told}), cause)
        return fate == "accepted"

    def _do(self, key: UUID, command: PassOver | BeginDelivery | RecordAccepted | RecordRefused | RecordUnknown,
            cause: Fact) -> None:  # fmt: skip
        self._story.do("notify", NOTIFICATION, key, command, cause.on, known=Known(), cause=cause)
