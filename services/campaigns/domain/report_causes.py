"""Causes of what a unit did not reach, what it does about it, what it learned: asked about in its next report.

What stands here is said anew under its number; whether a remedy helped is said by a later report of the same unit.
Source: B17.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Annotated, Any, Final, assert_never
from uuid import UUID

from pydantic import Field

from chassis.facts.decider import Command
from chassis.facts.kinds import Day, Line, Paragraphs, Year
from chassis.facts.offers import offered
from contracts.campaigns import (
    LessonRecorded,
    RemedyChecked,
    RemedyOutcome,
    RemedyPlanned,
    ReportOpened,
    ShortfallExplained,
)
from services.campaigns.domain import report_cause_refusals as refuse

MOST: Final = 100
"""Shortfalls, remedies and lessons of one report at most, of each."""

_Words = Annotated[str, Paragraphs(2000)]
_Number = Annotated[int, Field(ge=1, le=MOST)]
_TRIED: Final = "…"


@offered(vi="Nêu nguyên nhân chưa đạt", en="Explain a shortfall", trials=lambda _, __: [ExplainShortfall(cause=_TRIED)])
class ExplainShortfall(Command):
    """Say why a target was not reached, or anything else fell short; with its `number`, say it anew."""

    number: _Number | None = None
    indicator: Annotated[str, Line(60, shortest=0)] = ""
    year: Year | None = None
    cause: _Words


@offered(vi="Đề ra biện pháp", en="Plan a remedy", trials=lambda _, __: [PlanRemedy(what=_TRIED)])
class PlanRemedy(Command):
    """Say what is to be done, for which shortfall of this report, before which day; the next report is asked of it."""

    number: _Number | None = None
    shortfall: _Number | None = None
    what: _Words
    before: Day | None = None


def _checks(_: object, known: Any) -> Iterator["CheckRemedy"]:
    """Each remedy of an earlier report that nobody has checked."""
    for each in getattr(known, "remedies", ()):
        yield CheckRemedy(earlier_report_id=each.report_id, number=each.number, outcome=RemedyOutcome.DONE, how=_TRIED)


@offered(
    vi="Kiểm điểm biện pháp kỳ trước",
    en="Check an earlier remedy",
    trials=_checks,
    by=("earlier_report_id", "number"),
)
class CheckRemedy(Command):
    """Say what became of a remedy that an earlier report of the unit planned."""

    earlier_report_id: UUID
    number: _Number
    outcome: RemedyOutcome
    how: _Words


@offered(vi="Ghi bài học kinh nghiệm", en="Record a lesson", trials=lambda _, __: [RecordLesson(what=_TRIED)])
class RecordLesson(Command):
    """Say what was learned; with its `number`, say it anew."""

    number: _Number | None = None
    what: _Words


CauseCommand = ExplainShortfall | PlanRemedy | CheckRemedy | RecordLesson
CauseEvent = ShortfallExplained | RemedyPlanned | RemedyChecked | LessonRecorded


@dataclass(frozen=True, slots=True)
class Causes:
    """What a report says of causes so far: shortfalls, remedies and lessons by number, checks by report and number."""

    shortfalls: Mapping[int, ShortfallExplained] = field(default_factory=lambda: MappingProxyType({}))
    remedies: Mapping[int, RemedyPlanned] = field(default_factory=lambda: MappingProxyType({}))
    lessons: Mapping[int, LessonRecorded] = field(default_factory=lambda: MappingProxyType({}))
    checks: Mapping[tuple[UUID, int], RemedyChecked] = field(default_factory=lambda: MappingProxyType({}))

    def after(self, event: CauseEvent) -> "Causes":
        """What it says after an event."""
        match event:
            case ShortfallExplained(number=number):
                return replace(self, shortfalls={**self.shortfalls, number: event})
            case RemedyPlanned(number=number):
                return replace(self, remedies={**self.remedies, number: event})
            case LessonRecorded(number=number):
                return replace(self, lessons={**self.lessons, number: event})
            case RemedyChecked(earlier_report_id=report, number=number):
                return replace(self, checks={**self.checks, (report, number): event})
            case _:
                assert_never(event)


NO_CAUSES: Final = Causes()


def unchecked(earlier: Iterable[Causes]) -> tuple[RemedyPlanned, ...]:
    """What earlier reports of a unit have planned, as far as none of them says what became of it."""
    said = list(earlier)
    checked = {place for causes in said for place in causes.checks}
    planned = (each for causes in said for each in causes.remedies.values())
    return tuple(each for each in planned if (each.report_id, each.number) not in checked)


def decide_cause(
    command: CauseCommand, causes: Causes, opened: ReportOpened, remedies: Sequence[RemedyPlanned]
) -> Sequence[CauseEvent]:
    """The rules of a report that may be written; `remedies` are those of earlier reports that were looked up."""
    whose = opened.model_dump(include={"report_id", "review_id", "unit_id", "campaign_id"})
    if isinstance(command, CheckRemedy):
        return _check(command, causes, whose, remedies)
    event: CauseEvent
    said: Mapping[int, CauseEvent]
    match command:
        case ExplainShortfall(number=number, indicator=indicator, year=year, cause=cause):
            said = causes.shortfalls
            event = ShortfallExplained(
                **whose, number=_place(number, said), indicator=indicator, year=year, cause=cause
            )
        case PlanRemedy(number=number, shortfall=shortfall, what=what, before=before):
            said = causes.remedies
            if shortfall is not None:
                _place(shortfall, causes.shortfalls)
            if before is not None and before <= opened.opened_on:
                raise refuse.REMEDY_LATER(day=f"{before:%d/%m/%Y}", opened=f"{opened.opened_on:%d/%m/%Y}")
            place = _place(number, said)
            event = RemedyPlanned(**whose, number=place, shortfall=shortfall, what=what, before=before)
        case RecordLesson(number=number, what=what):
            said = causes.lessons
            event = LessonRecorded(**whose, number=_place(number, said), what=what)
        case _:
            assert_never(command)
    stands = said.values() if command.number is None else [said[event.number]]
    return [] if any(event == each.model_copy(update={"number": event.number}) for each in stands) else [event]


def _place(number: int | None, said: Mapping[int, CauseEvent]) -> int:
    """The number under which it is said, the next one where none is named; raises Rejected for one not there."""
    if number is not None and number not in said:
        raise refuse.CAUSE_UNKNOWN(number=number)
    if number is None and len(said) >= MOST:
        raise refuse.TOO_MANY_CAUSES(most=MOST)
    return number or len(said) + 1


def _check(
    command: CheckRemedy, causes: Causes, whose: Mapping[str, Any], remedies: Sequence[RemedyPlanned]
) -> Sequence[CauseEvent]:
    """A remedy is one of another report of the same unit; whoever checked it otherwise says so anew."""
    place = (command.earlier_report_id, command.number)
    planned = next((each for each in remedies if (each.report_id, each.number) == place), None)
    if planned is None or planned.unit_id != whose["unit_id"] or planned.report_id == whose["report_id"]:
        raise refuse.REMEDY_UNKNOWN()
    event = RemedyChecked(**whose, **dict(command))
    return [] if causes.checks.get(place) == event else [event]
