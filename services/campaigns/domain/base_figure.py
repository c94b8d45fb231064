"""Base figures: one official denominator of each unit, for an indicator and year, by which everybody divides.

Published once a year by the department, first perhaps provisionally; a revision recomputes what used it. Source: B15.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from chassis.facts.decider import Context, Decider
from chassis.facts.kinds import Truth
from chassis.facts.refusal import Refusal
from contracts.campaigns import BaseFigureEvent, BaseFigurePublished
from services.campaigns.domain.official import OfficialFigures, checked

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:thidua:base-figures")

ALREADY_FINAL: Final = Refusal(
    "base-figure-final",
    "Bảng có {count} đơn vị đã có số liệu chính thức; số liệu tạm tính không thay được; hãy công bố là chính thức.",
    "{count} units of the table have their final figure, which no provisional one replaces; publish a final one.",
    "B15",
)


def table_id(indicator: str, year: int) -> UUID:
    """Id of the base figures of an indicator for a year."""
    return uuid5(_NAMESPACE, f"{indicator}/{year}")


class PublishBaseFigures(OfficialFigures):
    """Publish the denominators of an indicator for a year, or revise them; all of the table or none."""

    provisional: Truth = False


@dataclass(frozen=True, slots=True)
class BaseFigures:
    """The newest figure of each unit."""

    newest: Mapping[UUID, BaseFigurePublished] = field(default_factory=dict)


def decide(
    command: PublishBaseFigures, table: BaseFigures, units: frozenset[UUID] | None, _: Context
) -> Sequence[BaseFigureEvent]:
    """A figure that stands already as it is, is no news; a final one is revised by a final one only."""
    checked(command.figures, units or frozenset())
    known = [table.newest[each.unit_id] for each in command.figures if each.unit_id in table.newest]
    if command.provisional and (final := [each for each in known if not each.provisional]):
        raise ALREADY_FINAL(count=len(final))
    events = []
    for each in command.figures:
        before = table.newest.get(each.unit_id)
        if before is not None and (before.figure, before.provisional) == (each.figure, command.provisional):
            continue
        events.append(
            BaseFigurePublished.model_validate(
                {
                    **command.model_dump(include={"indicator", "year", "document", "provisional"}),
                    "table_id": table_id(command.indicator, command.year),
                    "unit_id": each.unit_id,
                    "figure": each.figure,
                    "revision": 1 if before is None else before.revision + 1,
                    "previous": None if before is None else before.figure,
                }
            )
        )
    return events


def evolve(table: BaseFigures, event: BaseFigureEvent) -> BaseFigures:
    """The table after an event of its stream."""
    return BaseFigures({**table.newest, event.unit_id: event})


BASE_FIGURES: Final[Decider[PublishBaseFigures, BaseFigures, BaseFigureEvent, frozenset[UUID] | None]] = Decider(
    "basefigures", BaseFigures(), decide, evolve
)
