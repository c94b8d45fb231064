"""Whoever asks whom, and whatever a report's figures cover: each unit's figure is in the sum once, or not at all."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from chassis.facts.decider import Context, Rejected
from chassis.testing import folded
from contracts.campaigns import Covers, ReportEvent, UsedReport
from contracts.values import SigningCapacity, UnitKind
from services.campaigns.domain import report_commands as ask
from services.campaigns.domain.consolidating import Counted, consolidated
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_state import Below, Known, Report, report_id
from tests.campaigns.reviews import ASKED, BEFORE, HEAD, OPENED, RECEIVER, REVIEW, ROOT

PARENTS: Final = {"A": "", "B": "", "A1": "A", "A2": "A", "B1": "B", "A1x": "A1", "A1y": "A1", "B1x": "B1"}
"""Two provinces, their districts, and what stands below these."""
UNITS: Final = {name: UUID(int=100 + number) for number, name in enumerate(PARENTS)}
ACTIONS: Final = ("review", "above", "own", "whole", "send", "accept", "return")
Step = tuple[str, str]
STEPS: Final = some.lists(some.tuples(some.sampled_from(sorted(PARENTS)), some.sampled_from(ACTIONS)), max_size=40)


def upwards(unit: str) -> Iterator[str]:
    """The units above one."""
    while unit := PARENTS[unit]:
        yield unit


def at_and_below(unit: str) -> set[str]:
    return {each for each in PARENTS if unit in {each, *upwards(each)}}


def figure(*units: str) -> int:
    """A number in which each unit has a place of its own: who counts twice shows."""
    return sum(16 ** list(PARENTS).index(each) for each in units)


@dataclass
class Country:
    """The reports of all units in one review; `itself` are the units that it asks itself."""

    itself: set[str] = field(default_factory=set)
    facts: dict[str, list[ReportEvent]] = field(default_factory=lambda: {unit: [] for unit in PARENTS})

    def report(self, unit: str) -> Report:
        return folded(REPORT, *self.facts[unit])

    def do(self, unit: str, action: str) -> None:
        """Take a step, if the rules let it happen."""
        try:
            said = self.decided(unit, action)
        except Rejected:
            return
        for each, events in said:
            self.facts[each] += events
        if action == "review":
            self.itself.add(unit)

    def decided(self, unit: str, action: str) -> list[tuple[str, list[ReportEvent]]]:
        """What follows, for which units: all of it, or nothing."""
        if action == "review":
            noted = [
                (each, self.decide(each, ask.NoteUnitBelow(review=OPENED, unit_id=UNITS[each], below_id=UNITS[unit])))
                for each in upwards(unit)
            ]
            return [(unit, self.decide(unit, self.opening(unit, ""))), *noted]
        if action == "above":
            above = PARENTS[unit]
            asked = self.decide(above, ask.AskBelow(before=ASKED.replace(day=24))) if above else []
            return [(above, asked), *self._below(above)] if asked else []
        command: Any = {
            "own": self.filling(figure(unit), Covers.OWN),
            "whole": self.filling(figure(*at_and_below(unit)), Covers.WHOLE),
            "send": ask.SubmitReport(),
            "accept": ask.AcceptReport(),
            "return": ask.ReturnReport(reason="Thiếu"),
        }[action]
        return [(unit, self.decide(unit, command, RECEIVER if action in {"accept", "return"} else HEAD))]

    def _below(self, above: str) -> list[tuple[str, list[ReportEvent]]]:
        return [
            (each, self.decide(each, self.opening(each, above)))
            for each in PARENTS
            if PARENTS[each] == above and each not in self.itself
        ]

    def opening(self, unit: str, above: str) -> ask.OpenReport:
        return ask.OpenReport(
            review=OPENED,
            unit_id=UNITS[unit],
            unit_kind=UnitKind.PROVINCIAL,
            to_unit_id=UNITS[above] if above else ROOT,
            before=BEFORE,
            under=report_id(REVIEW, UNITS[above]) if above else None,
            own_only=any(unit in upwards(each) for each in self.itself),
        )

    @staticmethod
    def filling(cards: int, covers: Covers) -> ask.FillAnnex:
        cells = (ask.Cell.model_validate({"column": "cards", "number": cards}),)
        return ask.FillAnnex(table="support", year=2019, cells=cells, covers=covers)

    def decide(self, unit: str, command: Any, by: UUID = HEAD) -> list[ReportEvent]:
        known = Known(
            review=OPENED,
            before=BEFORE,
            capacities={SigningCapacity.DIRECT: None},
            receives=True,
            below=tuple(self.into(unit)),
            units_below={
                UNITS[each]: UnitKind.DISTRICT for each in PARENTS if PARENTS[each] == unit and each not in self.itself
            },
        )
        return list(REPORT.decide(command, self.report(unit), known, Context(occurred_on=ASKED, actor=by)))

    def into(self, unit: str) -> Iterator[Below]:
        """The accepted reports that go into this unit's."""
        for each in PARENTS:
            report = self.report(each)
            if report.opened and report.accepted and report.opened.under == report_id(REVIEW, UNITS[unit]):
                used = UsedReport(report_id=report.opened.report_id, unit_id=UNITS[each], revision=1)
                yield Below(used=used, whole=report.accepted.whole)

    def summed(self) -> int:
        """What the review adds up to."""
        counted = [
            Counted(UsedReport(report_id=it.report_id, unit_id=it.unit_id, revision=1), report.accepted.whole)
            for report in map(self.report, PARENTS)
            if (it := report.opened) and report.accepted and it.under is None
        ]
        return sum(int(each.amount) for each in consolidated(OPENED, counted, len(self.itself)).sums)

    def counting(self) -> list[str]:
        """The units whose figures are to be in the sum, each as often as some report brings it."""
        return [
            each
            for unit in PARENTS
            if (it := self.report(unit)).accepted and it.opened and it.opened.under is None
            for each in self.brought(unit)
        ]

    def brought(self, unit: str) -> list[str]:
        """Whose figures a report brings: its unit's with those of the reports in it, or those of all below it."""
        report, names = self.report(unit), {key: name for name, key in UNITS.items()}
        if report.covers is Covers.WHOLE:
            return sorted(at_and_below(unit))
        own = [unit] if report.rows else []
        return own + [each for below in report.includes for each in self.brought(names[below.unit_id])]


def told(words: str) -> list[Step]:
    """Steps as they are told: `A review, A own`."""
    return [(unit, action) for unit, action in (each.split() for each in words.split(", "))]


@pytest.mark.requirement("S003-16", "E21")
@settings(max_examples=400, deadline=None)
@given(STEPS)
@example(told("A review, A1 review, A whole, A own, A send, A accept, A1 own, A1 send, A1 accept"))
@example(told("A review, A whole, A send, A accept, A1x review, A1x own, A1x send, A1x accept"))
@example(told("A review, A1 above, A1x review, A1 whole, A1 own, A1 send, A1 accept, A own, A send, A accept, A1x own"))
@example(told("A review, A whole, A send, A return, A2 review, A send, A accept, A2 own, A2 send, A2 accept"))
@example(told("A1x review, A1x own, A1x send, A1x accept, A review, A whole, A send, A accept"))
def test_no_units_figure_is_counted_twice_and_none_is_lost(steps: list[Step]) -> None:
    country = Country()
    for unit, action in steps:
        country.do(unit, action)
    counting = country.counting()
    assert len(counting) == len(set(counting)), counting
    assert country.summed() == figure(*counting)


@pytest.mark.requirement("E21")
def test_both_ways_of_writing_give_one_sum_where_the_province_asks_its_districts() -> None:
    below = [(unit, step) for unit in ("A1", "A2") for step in ("own", "send", "accept")]
    for covers in ("own", "whole"):
        country = Country()
        for unit, step in [("A", "review"), ("A1", "above"), *below, ("A", covers), ("A", "send"), ("A", "accept")]:
            country.do(unit, step)
        of = {"A", "A1", "A2"} if covers == "own" else at_and_below("A")
        assert country.summed() == figure(*of)
