"""Headcount of a unit: how many people work in it by category, at a day; its establishment (biên chế) is kept apart.

A figure is never replaced silently: a correction is a revision of its own, and who counted an older one can be told so.
Source: B2.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, assert_never
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.facts.decider import Command, Context, Decider
from chassis.facts.kinds import Day, Line
from chassis.facts.refusal import Refusal
from contracts.registry import (
    EstablishmentAssigned,
    HeadcountCorrected,
    HeadcountEvent,
    HeadcountReported,
    Heads,
    StaffCategory,
)
from contracts.values import LegalBasis
from services.registry.domain.unit_commands import Basis
from services.registry.domain.unit_state import Unit

_MOST: Final = 1_000_000
"""More than the whole sector has, by far: what is above was typed wrong."""

UNKNOWN_UNIT: Final = Refusal(
    "headcount-of-unknown-unit",
    "Không có đơn vị này, hoặc đây là cơ quan ngoài ngành; hãy chọn một đơn vị trong danh sách.",
    "There is no such unit, or it is an outside body; choose one from the list.",
    "B2",
)
NOT_THERE: Final = Refusal(
    "headcount-of-no-unit",
    "Vào ngày {day} đơn vị chưa có hoặc không còn hoạt động; hãy chọn ngày khác hoặc đơn vị kế thừa.",
    "On {day} the unit was not there, or was there no more; choose another day, or its successor.",
    "B2",
)
AHEAD: Final = Refusal(
    "headcount-ahead",
    "Ngày {day} chưa đến; hãy báo cáo số lao động của hôm nay hoặc của một ngày đã qua.",
    "{day} has not come yet; report how many people work today, or worked on a day that has passed.",
    "B2",
)
CATEGORY_TWICE: Final = Refusal(
    "headcount-category-twice",
    "Một loại lao động được nhập hai lần; hãy giữ một dòng cho mỗi loại.",
    "A category stands twice; keep one figure for each.",
    "B2",
)
REPORTED_BEFORE: Final = Refusal(
    "headcount-reported-before",
    "Đơn vị đã báo cáo số khác cho ngày {day}; hãy dùng “Đính chính” và nêu lý do.",
    "Other figures were reported for {day} before; correct them, and say why.",
    "B2",
)
NOTHING_REPORTED: Final = Refusal(
    "headcount-not-reported",
    "Chưa có số lao động nào được báo cáo cho ngày {day}; hãy chọn đúng ngày đã báo cáo hoặc báo cáo mới.",
    "Nothing was reported for {day}; choose the day that was reported, or report it.",
    "B2",
)
UNCHANGED: Final = Refusal(
    "headcount-unchanged",
    "Số đính chính giống hệt số đang có của ngày {day}; hãy nhập số đúng hoặc bỏ qua.",
    "These are the very figures that {day} has already; enter the right ones, or leave it.",
    "B2",
)

People = Annotated[int, Field(ge=0, le=_MOST)]


class HeadsOf(BaseModel):
    """How many people of one category there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: StaffCategory
    people: People


Stated = Annotated[tuple[HeadsOf, ...], Field(min_length=1, max_length=20)]


class ReportHeadcount(Command):
    """Say how many people work in just this unit at a day; who is not named in a category is not there."""

    unit_id: UUID
    on: Day
    heads: Stated


class CorrectHeadcount(Command):
    """Put right what was reported for a day, and say why; both stay to be read."""

    unit_id: UUID
    on: Day
    heads: Stated
    reason: Annotated[str, Line(1000)]


class AssignEstablishment(Command):
    """Give just this unit so many posts from a day on, by a paper; entered again for the day, it is put right."""

    unit_id: UUID
    on: Day
    posts: People
    basis: Basis


HeadcountCommand = ReportHeadcount | CorrectHeadcount | AssignEstablishment


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a day: figures, and the how manieth time it is."""

    heads: tuple[Heads, ...]
    revision: int


@dataclass(frozen=True, slots=True)
class Headcount:
    """What was reported of a unit by day, and the posts that it was given by the day from which on."""

    reported: Mapping[date, Said] = field(default_factory=dict)
    posts: Mapping[date, tuple[int, LegalBasis]] = field(default_factory=dict)


def decide(command: HeadcountCommand, headcount: Headcount, unit: Unit, context: Context) -> Sequence[HeadcountEvent]:
    """Figures of a day on which the unit was there; others for the same day are a correction. Source: B2."""
    first = unit.established
    if first is None or not first.kind.takes_part:
        raise UNKNOWN_UNIT()
    until = unit.now.until
    if command.on < first.established_on or (until is not None and command.on > until):
        raise NOT_THERE(day=f"{command.on:%d/%m/%Y}")
    match command:
        case AssignEstablishment():
            return _assigned(command, headcount)
        case ReportHeadcount():
            return _reported(command, headcount, context)
        case CorrectHeadcount():
            return _corrected(command, headcount)
        case _:
            assert_never(command)


def _assigned(command: AssignEstablishment, headcount: Headcount) -> Sequence[HeadcountEvent]:
    basis, was = LegalBasis(**command.basis.model_dump()), headcount.posts.get(command.on)
    if was == (command.posts, basis):
        return []
    previous = None if was is None else was[0]
    about = command.model_dump(include={"unit_id", "on", "posts"})
    return [EstablishmentAssigned(**about, basis=basis, previous=previous)]


def _reported(command: ReportHeadcount, headcount: Headcount, context: Context) -> Sequence[HeadcountEvent]:
    day, before, heads = f"{command.on:%d/%m/%Y}", headcount.reported.get(command.on), _heads(command.heads)
    if command.on > context.occurred_on:
        raise AHEAD(day=day)
    if before is None:
        return [HeadcountReported(unit_id=command.unit_id, on=command.on, heads=heads)]
    if before.heads != heads:
        raise REPORTED_BEFORE(day=day)
    return []


def _corrected(command: CorrectHeadcount, headcount: Headcount) -> Sequence[HeadcountEvent]:
    day, before, heads = f"{command.on:%d/%m/%Y}", headcount.reported.get(command.on), _heads(command.heads)
    if before is None:
        raise NOTHING_REPORTED(day=day)
    if before.heads == heads:
        raise UNCHANGED(day=day)
    about = command.model_dump(include={"unit_id", "on", "reason"})
    return [HeadcountCorrected(**about, revision=before.revision + 1, heads=heads, previous=before.heads)]


def _heads(stated: Sequence[HeadsOf]) -> tuple[Heads, ...]:
    """In one order, so that the same figures are the same."""
    if len({each.category for each in stated}) < len(stated):
        raise CATEGORY_TWICE()
    return tuple(
        Heads(category=each.category, people=each.people)
        for each in sorted(stated, key=lambda each: each.category)
        if each.people
    )


def evolve(headcount: Headcount, event: HeadcountEvent) -> Headcount:
    """What is known after an event of the stream."""
    match event:
        case HeadcountReported(on=on, heads=heads):
            return Headcount({**headcount.reported, on: Said(heads, 1)}, headcount.posts)
        case HeadcountCorrected(on=on, heads=heads, revision=revision):
            return Headcount({**headcount.reported, on: Said(heads, revision)}, headcount.posts)
        case EstablishmentAssigned(on=on, posts=posts, basis=basis):
            return Headcount(headcount.reported, {**headcount.posts, on: (posts, basis)})
        case _:
            assert_never(event)


HEADCOUNT: Final[Decider[HeadcountCommand, Headcount, HeadcountEvent, Unit]] = Decider(
    "headcount", Headcount(), decide, evolve
)
