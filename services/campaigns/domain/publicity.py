"""Publicity: what was published about a unit, campaign or exemplar, and that it came down again.

Source: S001-23, B22
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day, Line
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import (
    ExemplarIdentified,
    ExemplarPublicised,
    Medium,
    PublicityEvent,
    PublicityPublished,
    PublicityTakenDown,
    PublicityToComeDown,
)
from services.campaigns.domain.exemplar import NOT_IDENTIFIED, Link

NOT_PUBLISHED: Final = Refusal(
    "publicity-not-published",
    "Không có tin, bài này; hãy chọn một mục trong danh sách.",
    "There is no such publication; choose one of the list.",
    "S001-23",
)
IN_FUTURE: Final = Refusal(
    "publicity-day-in-future",
    "Ngày {on} chưa tới; hãy ghi nhận sau khi đã đăng, phát hoặc gỡ.",
    "The day {on} has not come yet; note it once it is published or taken down.",
    "S001-23",
)
BEFORE_IT: Final = Refusal(
    "publicity-down-before-published",
    "Ngày gỡ {on} trước ngày đăng {published}; hãy nhập lại ngày gỡ.",
    "It came down on {on}, before it was published on {published}; enter the day anew.",
    "S001-23",
)
DOWN_ALREADY: Final = Refusal(
    "publicity-down-already",
    "Việc gỡ đã được ghi nhận ngày {on}; hãy chọn bài khác còn phải gỡ.",
    "That it came down on {on} is noted; choose another one that must come down.",
    "S001-23",
)
_SPACE: Final = UUID("5f0b6c0a-7f0e-4a57-9d1e-2f6a3c1d9b23")


def publicity_id(exemplar: UUID, outlet: str, published_on: date, link: str) -> UUID:
    """The id of what makes an exemplar known, whichever door it was noted at: it is noted once."""
    return uuid5(_SPACE, f"{exemplar}/{published_on}/{link}/{outlet}")


class PublishPublicity(Command):
    """Note a publication about a unit, a campaign, or an exemplar of the unit."""

    unit_id: UUID
    campaign_id: UUID | None = None
    exemplar_id: UUID | None = None
    medium: Medium
    title: Annotated[str, Line(200)]
    outlet: Annotated[str, Line(200)]
    published_on: Day
    link: Link = ""


class RequireTakingDown(Command):
    """What it makes known is a model no longer."""

    reason: str


@offered(
    vi="Ghi nhận đã gỡ",
    en="Note that it came down",
    trials=lambda it, _: [TakeDownPublicity(on=it.published.published_on if it.published else date.min)],
)
class TakeDownPublicity(Command):
    """Note that it came down."""

    on: Day


PublicityCommand = PublishPublicity | RequireTakingDown | TakeDownPublicity


@dataclass(frozen=True, slots=True)
class Publicity:
    """What was published, None before; why it must come down, and when it did."""

    published: PublicityPublished | None = None
    required: PublicityToComeDown | None = None
    down: PublicityTakenDown | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The id of a new publication, and the exemplar that it names, as it was identified."""

    publicity_id: UUID
    exemplar: ExemplarIdentified | None = None


def decide(
    command: PublicityCommand, publicity: Publicity, known: Known | None, context: Context
) -> Sequence[PublicityEvent]:
    """The rules of publicity: noted once it is there, about an exemplar of the same unit; it comes down once."""
    if isinstance(command, PublishPublicity):
        if publicity.published is not None or known is None:
            return []
        return [_published(command, known, context.occurred_on)]
    published = publicity.published
    if published is None:
        raise NOT_PUBLISHED()
    about: dict[str, Any] = published.model_dump(include={"publicity_id", "unit_id", "campaign_id", "exemplar_id"})
    match command:
        case RequireTakingDown(reason=reason):
            over = publicity.required is not None or publicity.down is not None
            return [] if over else [PublicityToComeDown(**about, reason=reason)]
        case TakeDownPublicity(on=on):
            if publicity.down is not None:
                if publicity.down.on == on:
                    return []
                raise DOWN_ALREADY(on=f"{publicity.down.on:%d/%m/%Y}")
            if on < published.published_on:
                raise BEFORE_IT(on=f"{on:%d/%m/%Y}", published=f"{published.published_on:%d/%m/%Y}")
            _unless_future(on, context.occurred_on)
            return [PublicityTakenDown(**about, on=on)]
        case _:
            assert_never(command)


def _published(command: PublishPublicity, known: Known, today: date) -> PublicityPublished:
    if command.exemplar_id is not None and (known.exemplar is None or known.exemplar.unit_id != command.unit_id):
        raise NOT_IDENTIFIED()
    _unless_future(command.published_on, today)
    return PublicityPublished(publicity_id=known.publicity_id, **dict(command))


def _unless_future(on: date, today: date) -> None:
    if on > today:
        raise IN_FUTURE(on=f"{on:%d/%m/%Y}")


def evolve(publicity: Publicity, event: PublicityEvent) -> Publicity:
    """The publication after an event of its stream."""
    match event:
        case PublicityPublished():
            return Publicity(event)
        case PublicityToComeDown():
            return replace(publicity, required=event)
        case PublicityTakenDown():
            return replace(publicity, down=event)
        case _:
            assert_never(event)


PUBLICITY: Final[Decider[PublicityCommand, Publicity, PublicityEvent, Known | None]] = Decider(
    "publicity", Publicity(), decide, evolve
)


def note_what_makes_an_exemplar_known(
    event: ExemplarPublicised, identified: ExemplarIdentified
) -> tuple[UUID, PublishPublicity, Known]:
    """The publication by which an exemplar was made known at its own door, by its id. Source: S001-13, S001-23."""
    key = publicity_id(event.exemplar_id, event.outlet, event.published_on, event.link)
    about = event.model_dump(exclude={"person_id"})
    return key, PublishPublicity(**about, title=identified.title), Known(key, identified)
