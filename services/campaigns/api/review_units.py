"""The units below one that asks for reports, as they stand today: of which kinds they are, and which were not asked."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from chassis.organisation.organisation import Unit
from chassis.web.api import Asked
from contracts.values import UnitKind
from services.campaigns.domain.review import Review
from services.campaigns.views import reports


async def standing_below(asked: Asked, unit: UUID) -> Mapping[UUID, Unit]:
    """The units below this one, at whatever depth."""
    organisation, today = asked.platform.organisation, asked.context().occurred_on
    below = {key for key, _ in await organisation.below_on(unit, today)} - {unit}
    return await organisation.on(below, today)


def of_kinds(units: Mapping[UUID, Unit], kinds: Collection[UnitKind]) -> dict[UUID, UnitKind]:
    """Those of these kinds that take part."""
    found = {key: UnitKind(unit.kind) for key, unit in units.items()}
    return {key: kind for key, kind in found.items() if kind in kinds and kind.takes_part}


def above(units: Mapping[UUID, Unit], some: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these units below which some of them stand, at whatever depth."""
    found = set[UUID]()
    for each in some:
        key = _parent(units, each)
        while key is not None and key not in found:
            found.add(key)
            key = _parent(units, key)
    return frozenset(found)


def _parent(units: Mapping[UUID, Unit], key: UUID) -> UUID | None:
    unit = units.get(key)
    return unit.parent_id if unit and unit.parent_id in units else None


async def unasked(asked: Asked, review: Review) -> dict[UUID, UnitKind]:
    """Units of the review's kinds that have no report in it: they came to stand there after it was opened."""
    if (opened := review.opened) is None:
        return {}
    found = of_kinds(await standing_below(asked, opened.unit_id), opened.unit_kinds)
    there = {*review.units, *await reports.reporting(asked.pool, opened.review_id)}
    return {unit: kind for unit, kind in found.items() if unit not in there}
