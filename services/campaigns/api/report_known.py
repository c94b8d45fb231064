"""What the rules of reviews and reports want to know besides their own facts."""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from chassis.facts.offers import offers
from chassis.organisation.signing import signature_of
from chassis.web.api import EVERY_ROLE, Asked, Resource
from contracts.campaigns import RemedyPlanned, ReportOpened, UsedReport
from contracts.registry import Role
from contracts.values import DocumentKind, SigningCapacity, UnitKind
from services.campaigns.api.review_units import unasked
from services.campaigns.domain import review as reviews
from services.campaigns.domain.consolidating import uncounted
from services.campaigns.domain.deadline import DEADLINE, deadline_id, is_shut
from services.campaigns.domain.report import REPORT
from services.campaigns.domain.report_causes import unchecked
from services.campaigns.domain.report_commands import ReportCommand
from services.campaigns.domain.report_state import Below, Known, Report, ReportState, report_id
from services.campaigns.domain.review import REVIEW, Review, ReviewCommand
from services.campaigns.reference import on_time_since
from services.campaigns.views import annexes
from services.campaigns.views import reports as view

HOLDERS: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.UNIT_HEAD})
"""Who opens reviews and adds reports up: the emulation department, or the head of a unit for those below it."""
_CENTRAL: Final = frozenset({Role.EMULATION_DEPARTMENT})
_ABOVE: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
RECEIVES: Final = _CENTRAL | _ABOVE
"""Who accepts reports: the emulation department at the root; officers and the head of a unit that asks those below."""

_BELOW: Final = "select unit_id, kind from organisation_units where parent_id = $1 and until is null"
_WRITTEN: Final = frozenset({ReportState.OPEN, ReportState.RETURNED})


async def known_of(asked: Asked, report: Report) -> Known:
    """What the review asks for, the unit's day, what the person may, and what is below; the last where it matters."""
    if (opened := report.opened) is None:
        return Known()
    executor, today = asked.platform.executor, asked.context().occurred_on
    _, review = await executor.state(REVIEW, opened.review_id)
    _, deadline = await executor.state(DEADLINE, deadline_id(opened.review_id, opened.unit_id))
    written = report.state in _WRITTEN
    return Known(
        review=review.opened,
        closed=review.closed,
        before=deadline.before,
        shut=is_shut(deadline, today),
        capacities=await _capacities(asked, opened.unit_id, today) if written else {},
        receives=await receives(asked, opened),
        remedies=await _remedies(asked, opened) if report.accepted is None else (),
        below=await below_of(asked, report),
        units_below=await _units_below(asked, opened, review.units) if written else {},
        on_time_since=on_time_since(today),
    )


async def _capacities(asked: Asked, unit: UUID, today: date) -> Mapping[SigningCapacity, UUID | None]:
    found = await signature_of(asked.pool, asked.person, unit, DocumentKind.REPORT, today)
    return {} if found is None else {found.capacity: found.principal}


async def receives(asked: Asked, opened: ReportOpened) -> bool:
    """Whether the person accepts reports for the unit to which this one goes; the root never for a province. A3."""
    roles = _CENTRAL if opened.to_unit_id == await asked.root() else _ABOVE
    return await asked.platform.access.allows(asked.person, roles, opened.to_unit_id, asked.context().occurred_on)


async def _remedies(asked: Asked, opened: ReportOpened) -> tuple[RemedyPlanned, ...]:
    """What earlier reports of the unit have planned and none of them has checked. Source: B17."""
    keys = await view.earlier(asked.pool, opened.unit_id, opened.report_id, opened.opened_on)
    return unchecked(each.causes for each in await _states(asked, keys))


async def below_of(asked: Asked, report: Report) -> tuple[Below, ...]:
    """The accepted reports below that go into this one, each in the revision that counts."""
    return tuple(
        Below(
            used=UsedReport(report_id=each.opened.report_id, unit_id=each.opened.unit_id, revision=said.revision),
            whole=said.whole,
        )
        for each in await reports_below(asked, report)
        if each.opened and (said := each.accepted)
    )


async def reports_below(asked: Asked, report: Report) -> list[Report]:
    """The reports below that go into this one, in the order of their units."""
    if (opened := report.opened) is None:
        return []
    states = await _states(asked, (report_id(opened.review_id, unit) for unit in sorted(report.unit_ids_below)))
    return [each for each in states if each.opened and each.opened.under == opened.report_id]


async def _states(asked: Asked, keys: Iterable[UUID]) -> list[Report]:
    found = await asyncio.gather(*(asked.platform.executor.state(REPORT, key) for key in keys))
    return [state for _, state in found]


async def _units_below(asked: Asked, opened: ReportOpened, own: Collection[UUID]) -> Mapping[UUID, UnitKind]:
    """The units directly below, but for its `own`: those that the review asks itself."""
    rows = await asked.pool.fetch(_BELOW, opened.unit_id)
    found = {UUID(int=row["unit_id"].int): UnitKind(row["kind"]) for row in rows}
    return {unit: kind for unit, kind in found.items() if kind.takes_part and unit not in own}


async def known_of_review(asked: Asked, review: Review) -> reviews.Known:
    """The units of which no report was accepted, whom it concerns when a review is closed or reopened.

    What accepted reports add up to is known here by their revisions: whether there is anything to consolidate. Which
    units might be asked too is looked up for who may ask them.
    """
    if (opened := review.opened) is None:
        return reviews.Known()
    asks = await asked.platform.access.allows(asked.person, HOLDERS, opened.unit_id, asked.context().occurred_on)
    return reviews.Known(
        unasked=await unasked(asked, review) if asks and not review.closed else {},
        consolidated=uncounted(await annexes.named(asked.pool, opened.review_id), len(review.units)),
        unaccepted=await view.unaccepted(asked.pool, opened.review_id),
    )


REVIEWS: Final = Resource(
    "/reviews",
    REVIEW,
    unit=lambda it: it.opened.unit_id if it.opened else None,
    seen_by=EVERY_ROLE,
    offers=offers(ReviewCommand),
    known=known_of_review,
)
REPORTS: Final = Resource(
    "/reports",
    REPORT,
    unit=lambda it: it.opened.unit_id if it.opened else None,
    seen_by=EVERY_ROLE,
    offers=offers(ReportCommand),
    known=known_of,
)
