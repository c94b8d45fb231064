"""Exemplar (điển hình tiên tiến): identified, acclaimed, nurtured, publicised, replicated; refused or withdrawn.

Source: S001-13
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day, Line, Paragraphs
from chassis.facts.offers import offered
from chassis.facts.refusal import Refusal
from contracts.campaigns import (
    ExemplarAcclaimed,
    ExemplarEvent,
    ExemplarIdentified,
    ExemplarNurtured,
    ExemplarPublicised,
    ExemplarRefused,
    ExemplarReplicated,
    ExemplarWithdrawn,
    Medium,
)

NOT_IDENTIFIED: Final = Refusal(
    "exemplar-not-identified",
    "Không có điển hình này; hãy chọn một điển hình trong danh mục.",
    "There is no such exemplar; choose one of the catalogue.",
    "S001-13",
)
NOT_ACCLAIMED: Final = Refusal(
    "exemplar-not-acclaimed",
    "Điển hình chưa được tập thể suy tôn nên chưa tuyên truyền, nhân rộng được; hãy tổ chức suy tôn trước.",
    "The collective has not acclaimed it, so it is not made known or replicated yet; have it acclaimed first.",
    "S001-13",
)
ENDED: Final = Refusal(
    "exemplar-ended",
    "Điển hình đã bị từ chối hoặc rút khỏi danh mục; hãy phát hiện lại nếu có thành tích mới.",
    "The exemplar was refused or withdrawn; identify it anew if there is new merit.",
    "S001-13",
)
ACCLAIMED_ALREADY: Final = Refusal(
    "exemplar-acclaimed-already",
    "Tập thể đã suy tôn ngày {on}; nếu không còn xứng đáng, hãy rút khỏi danh mục.",
    "The collective has acclaimed it on {on}; withdraw it if it is a model no longer.",
    "S001-13",
)
TOO_FEW: Final = Refusal(
    "exemplar-too-few-for-it",
    "Chỉ {votes_for}/{present} người có mặt đồng ý, chưa quá nửa; hãy xem xét và suy tôn lại.",
    "Only {votes_for} of {present} who were present were for it, no majority; discuss it and ask them again.",
    "S001-13",
)
MORE_THAN_PRESENT: Final = Refusal(
    "exemplar-more-for-than-present",
    "Số người đồng ý ({votes_for}) lớn hơn số người có mặt ({present}); hãy nhập lại theo biên bản.",
    "More were for it ({votes_for}) than were present ({present}); enter it as the minutes have it.",
    "S001-13",
)
IN_FUTURE: Final = Refusal(
    "exemplar-day-in-future",
    "Ngày {on} chưa tới; hãy ghi nhận sau khi việc đã diễn ra.",
    "The day {on} has not come yet; note it once it has happened.",
    "S001-13",
)
OWN_UNIT: Final = Refusal(
    "exemplar-own-unit",
    "Nhân rộng là ở đơn vị khác; hãy chọn đơn vị đã học theo điển hình.",
    "It is replicated in another unit; choose the unit that has taken it over.",
    "S001-13",
)

Link = Annotated[str, Field(max_length=500, pattern=r"^(https?://[!-~]+)?$")]
"""Where something can be read, or an empty text."""
Reason = Annotated[str, Paragraphs(500)]


class IdentifyExemplar(Command):
    """Name a model: a unit, or a person of it by id."""

    unit_id: UUID
    campaign_id: UUID | None = None
    person_id: UUID | None = None
    title: Annotated[str, Line(200)]
    merit: Annotated[str, Paragraphs(4000)]
    evidence: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")], ...], Field(max_length=20)] = ()


@offered(
    vi="Ghi nhận suy tôn",
    en="Note that it was acclaimed",
    trials=lambda _, __: [AcclaimExemplar(held_on=date.min, present=1, votes_for=1)],
)
class AcclaimExemplar(Command):
    """Note that the collective has acclaimed it."""

    held_on: Day
    present: Annotated[int, Field(ge=1, le=100_000)]
    votes_for: Annotated[int, Field(ge=0, le=100_000)]


@offered(vi="Ghi việc bồi dưỡng", en="Note how it is nurtured", trials=lambda _, __: [NurtureExemplar(measure="…")])
class NurtureExemplar(Command):
    """Note what is done so that it grows."""

    measure: Annotated[str, Paragraphs(2000)]


@offered(
    vi="Ghi nhận tuyên truyền",
    en="Note where it was made known",
    trials=lambda _, __: [PublicizeExemplar(outlet="…", published_on=date.min)],
)
class PublicizeExemplar(Command):
    """Note where it was made known."""

    outlet: Annotated[str, Line(200)]
    published_on: Day
    link: Link = ""
    medium: Medium = Medium.ARTICLE


@offered(
    vi="Ghi nhận nhân rộng",
    en="Note where it is replicated",
    trials=lambda _, __: [ReplicateExemplar(in_unit_id=UUID(int=0), since=date.min)],
)
class ReplicateExemplar(Command):
    """Note which other unit has taken it over."""

    in_unit_id: UUID
    since: Day


@offered(vi="Từ chối", en="Refuse it", trials=lambda _, __: [RefuseExemplar(reason="…")])
class RefuseExemplar(Command):
    """Find that it is no model."""

    reason: Reason


@offered(vi="Rút khỏi danh mục", en="Withdraw it", trials=lambda _, __: [WithdrawExemplar(reason="…")])
class WithdrawExemplar(Command):
    """Find that it is a model no longer."""

    reason: Reason


Step = AcclaimExemplar | NurtureExemplar | PublicizeExemplar | ReplicateExemplar | RefuseExemplar | WithdrawExemplar
ExemplarCommand = (
    IdentifyExemplar
    | AcclaimExemplar
    | NurtureExemplar
    | PublicizeExemplar
    | ReplicateExemplar
    | RefuseExemplar
    | WithdrawExemplar
)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """What was identified, None before; whether and when it was acclaimed; what was done; what has ended it."""

    identified: ExemplarIdentified | None = None
    acclaimed: ExemplarAcclaimed | None = None
    done: tuple[ExemplarEvent, ...] = ()
    ended: ExemplarRefused | ExemplarWithdrawn | None = None


def decide(command: ExemplarCommand, exemplar: Exemplar, key: UUID | None, context: Context) -> Sequence[ExemplarEvent]:
    """The rules of exemplars: nothing is made known before the collective has acclaimed it; `key` is a new one's id."""
    if isinstance(command, IdentifyExemplar):
        if exemplar.identified is not None or key is None:
            return []
        return [ExemplarIdentified(exemplar_id=key, **dict(command))]
    if exemplar.identified is None:
        raise NOT_IDENTIFIED()
    event = _event(command, exemplar.identified, context.occurred_on)
    if event in (*exemplar.done, exemplar.acclaimed, exemplar.ended):
        return []
    if exemplar.ended is not None:
        raise ENDED()
    if isinstance(event, ExemplarAcclaimed | ExemplarRefused) and exemplar.acclaimed:
        raise ACCLAIMED_ALREADY(on=f"{exemplar.acclaimed.held_on:%d/%m/%Y}")
    if isinstance(event, ExemplarPublicised | ExemplarReplicated | ExemplarWithdrawn) and not exemplar.acclaimed:
        raise NOT_ACCLAIMED()
    return [event]


def _event(command: Step, identified: ExemplarIdentified, today: date) -> ExemplarEvent:
    about: dict[str, Any] = identified.model_dump(include={"exemplar_id", "unit_id", "campaign_id", "person_id"})
    match command:
        case AcclaimExemplar():
            event: ExemplarEvent = _acclaimed(command, about, today)
        case NurtureExemplar(measure=measure):
            event = ExemplarNurtured(**about, measure=measure)
        case PublicizeExemplar():
            _unless_future(command.published_on, today)
            event = ExemplarPublicised(**about, **dict(command))
        case ReplicateExemplar():
            _unless_future(command.since, today)
            if command.in_unit_id == identified.unit_id:
                raise OWN_UNIT()
            event = ExemplarReplicated(**about, **dict(command))
        case RefuseExemplar(reason=reason):
            event = ExemplarRefused(**about, reason=reason)
        case WithdrawExemplar(reason=reason):
            event = ExemplarWithdrawn(**about, reason=reason)
        case _:
            assert_never(command)
    return event


def _acclaimed(command: AcclaimExemplar, about: dict[str, Any], today: date) -> ExemplarAcclaimed:
    _unless_future(command.held_on, today)
    if command.votes_for > command.present:
        raise MORE_THAN_PRESENT(votes_for=command.votes_for, present=command.present)
    if command.votes_for * 2 <= command.present:
        raise TOO_FEW(votes_for=command.votes_for, present=command.present)
    return ExemplarAcclaimed(**about, **dict(command))


def _unless_future(on: date, today: date) -> None:
    if on > today:
        raise IN_FUTURE(on=f"{on:%d/%m/%Y}")


def evolve(exemplar: Exemplar, event: ExemplarEvent) -> Exemplar:
    """The exemplar after an event of its stream."""
    match event:
        case ExemplarIdentified():
            return Exemplar(event)
        case ExemplarAcclaimed():
            return replace(exemplar, acclaimed=event)
        case ExemplarNurtured() | ExemplarPublicised() | ExemplarReplicated():
            return replace(exemplar, done=(*exemplar.done, event))
        case ExemplarRefused() | ExemplarWithdrawn():
            return replace(exemplar, ended=event)
        case _:
            assert_never(event)


EXEMPLAR: Final[Decider[ExemplarCommand, Exemplar, ExemplarEvent, UUID | None]] = Decider(
    "exemplar", Exemplar(), decide, evolve
)
