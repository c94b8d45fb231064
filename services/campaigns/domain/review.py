"""Review: what units are to report on a period, before which day, and what their accepted reports add up to.

Source: S003 I, III, B19.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.kinds import Day, Paragraphs
from chassis.facts.offers import offered
from contracts.campaigns import (
    AnnexSum,
    AnnexTable,
    OutlineSection,
    ReviewClosed,
    ReviewConsolidated,
    ReviewEvent,
    ReviewExtended,
    ReviewOpened,
    ReviewOutdated,
    ReviewReopened,
    UsedReport,
)
from contracts.values import Period, UnitKind
from services.campaigns.domain import review_refusals as refuse
from services.campaigns.domain.pack_parts import PackDocument
from services.campaigns.domain.pack_review_rules import faults_of_reviews
from services.campaigns.domain.pack_reviews import PackReview


def review_id(campaign: UUID | None, unit: UUID, code: str) -> UUID:
    """Id of the review with this code: of a campaign, or of the unit that holds it where it is in none."""
    return uuid5(campaign or unit, f"review/{unit}/{code}")


class OpenReview(Command):
    """Ask the units of some kinds below a unit to report on a period, as a campaign's papers have it, or on its own.

    They are asked before a day ("trước ngày"): the one before it is the last in time. `document` is the letter by which
    they are asked, that of the guidance where none is named.
    """

    unit_id: UUID
    campaign_id: UUID | None = None
    review: PackReview
    document: PackDocument | None = None
    document_id: UUID | None = None


def _unasked(review: "Review", known: "Known | None") -> Iterable["ExtendReview"]:
    """Each unit that may be asked too; where there is none, the one that asks, of which the rules say so."""
    for unit in (known.unasked if known else ()) or ([review.opened.unit_id] if review.opened else []):
        yield ExtendReview(unit_id=unit, before=date.max)


@offered(vi="Yêu cầu thêm đơn vị", en="Ask another unit", trials=_unasked, by=("unit_id",))
class ExtendReview(Command):
    """Ask one more unit of these kinds, before a day of its own: one that was not there when the review was opened."""

    unit_id: UUID
    before: Day


@offered(vi="Tổng hợp số liệu", en="Consolidate")
class ConsolidateReview(Command):
    """Add up the accepted reports: the next version of the annex."""


class ConsolidateAgain(Command):
    """Add them up anew, because a report that was in the last version was corrected. Source: B19."""

    because: UUID


class NoteReviewOutdated(Command):
    """A report was accepted which may not be in the version that counts."""

    because: UsedReport


@offered(vi="Khép đợt báo cáo", en="Close the review")
class CloseReview(Command):
    """Take no reports any more."""


@offered(vi="Mở lại đợt báo cáo", en="Reopen the review", trials=lambda *_: [ReopenReview(reason="…")])
class ReopenReview(Command):
    """Take reports once more."""

    reason: Annotated[str, Paragraphs(500)]


ReviewCommand = (
    OpenReview | ExtendReview | ConsolidateReview | ConsolidateAgain | NoteReviewOutdated | CloseReview | ReopenReview
)


@dataclass(frozen=True, slots=True)
class Consolidated:
    """What the accepted reports add up to: of so many `asked` units so many have `reported`."""

    sums: tuple[AnnexSum, ...]
    used: tuple[UsedReport, ...]
    reported: int
    asked: int


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up: the units of the kinds below the one that asks; what accepted reports add up to.

    `unasked`: units of the kinds that stand there today and have no report in the review. `unaccepted`: those of which
    no report was accepted.
    """

    units: tuple[UUID, ...] = ()
    unasked: Mapping[UUID, UnitKind] = field(default_factory=dict)
    consolidated: Consolidated | None = None
    unaccepted: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What it asks for, None before it is opened; each version of its sums; whether it takes reports.

    `extended`: the units that were asked later, one by one. `outdated`: a report that the version that counts lacks.
    """

    opened: ReviewOpened | None = None
    extended: tuple[ReviewExtended, ...] = ()
    versions: tuple[ReviewConsolidated, ...] = ()
    outdated: UsedReport | None = None
    closed: bool = False
    reopened: ReviewReopened | None = None

    @property
    def units(self) -> tuple[UUID, ...]:
        """The units that it has asked itself, whenever."""
        return (*(self.opened.units if self.opened else ()), *(each.asked_unit_id for each in self.extended))

    @property
    def last(self) -> ReviewConsolidated | None:
        """The version that counts."""
        return self.versions[-1] if self.versions else None


def decide(  # noqa: PLR0911 - a line for each command
    command: ReviewCommand, review: Review, known: Known | None, context: Context
) -> Sequence[ReviewEvent]:
    """A review is opened once; it is added up whenever reports were accepted; closed, it takes nothing."""
    known = known or Known()
    if isinstance(command, OpenReview):
        return _open(command, review, known, context)
    if review.opened is None:
        raise refuse.UNKNOWN()
    about = about_of(review.opened)
    match command:
        case ExtendReview():
            return _extend(command, review, known, about, context)
        case ConsolidateReview():
            return _consolidate(review, known, about, None)
        case ConsolidateAgain(because=because):
            return _consolidate(review, known, about, because) if review.versions else []
        case NoteReviewOutdated(because=because):
            return _outdated(review, because, about)
        case CloseReview():
            return [] if review.closed else [ReviewClosed(**about, units=known.unaccepted)]
        case ReopenReview(reason=reason):
            if not review.closed:
                raise refuse.NOT_CLOSED()
            return [ReviewReopened(**about, reason=reason, units=known.unaccepted)]
        case _:
            assert_never(command)


def _open(command: OpenReview, review: Review, known: Known, context: Context) -> Sequence[ReviewEvent]:
    said = opened_of(command, review.opened.units if review.opened else known.units, context)
    if review.opened is not None:
        if said.model_copy(update={"opened_on": review.opened.opened_on}) == review.opened:
            return []
        raise refuse.ALREADY_OPEN(code=said.code)
    if said.before <= context.occurred_on:
        raise refuse.DAY_PASSED(before=f"{said.before:%d/%m/%Y}", today=f"{context.occurred_on:%d/%m/%Y}")
    if not known.units:
        raise refuse.NO_UNITS()
    return [said]


def opened_of(command: OpenReview, units: tuple[UUID, ...], context: Context) -> ReviewOpened:
    """What is asked for, as the fact has it; raises Rejected where it does not hold together."""
    said = command.review
    for fault in faults_of_reviews([said]):
        raise Rejected(fault.code, fault.vi, fault.en)
    letter = command.document or (said.guidance.document if said.guidance else None)
    about = said.model_dump(include={"code", "kind", "title", "unit_kinds", "before", "refuse_late"})
    return ReviewOpened(
        review_id=review_id(command.campaign_id, command.unit_id, said.code),
        unit_id=command.unit_id,
        campaign_id=command.campaign_id,
        period=Period(**dict(said.period)),
        units=units,
        outline=tuple(OutlineSection.model_validate(dict(each)) for each in said.outline),
        annexes=tuple(AnnexTable.model_validate(each.model_dump()) for each in said.annexes),
        opened_on=context.occurred_on,
        document=letter and letter.fact(),
        document_id=command.document_id,
        based_on=tuple(each.fact() for each in said.based_on),
        **about,
    )


def _extend(
    command: ExtendReview, review: Review, known: Known, about: dict[str, Any], context: Context
) -> Sequence[ReviewEvent]:
    """A unit that stands below today and has no report in it; whether it is to report, a person decides."""
    if command.unit_id in review.units:
        return []
    if review.closed:
        raise refuse.CLOSED()
    if not known.unasked:
        raise refuse.ALL_ASKED()
    if command.unit_id not in known.unasked:
        raise refuse.NOT_TO_BE_ASKED()
    if command.before <= context.occurred_on:
        raise refuse.DAY_PASSED(before=f"{command.before:%d/%m/%Y}", today=f"{context.occurred_on:%d/%m/%Y}")
    return [ReviewExtended(**about, asked_unit_id=command.unit_id, before=command.before)]


def _consolidate(review: Review, known: Known, about: dict[str, Any], because: UUID | None) -> Sequence[ReviewEvent]:
    now, last = known.consolidated, review.last
    if now is None or not now.used:
        raise refuse.NOTHING_ACCEPTED()
    if last is not None and (last.used, last.asked) == (now.used, now.asked):  # so the sums are the same
        return []
    return [
        ReviewConsolidated(
            **about, version=len(review.versions) + 1, sums=now.sums, used=now.used, reported=now.reported,
            asked=now.asked, because=because,
        )
    ]  # fmt: skip


def _outdated(review: Review, because: UsedReport, about: dict[str, Any]) -> Sequence[ReviewEvent]:
    """Before it was added up, and where the report is in the sums, there is nothing to do again."""
    last = review.last
    if last is None or review.outdated is not None:
        return []
    there = any(each.report_id == because.report_id and each.revision >= because.revision for each in last.used)
    return [] if there else [ReviewOutdated(**about, because=because)]


def about_of(opened: ReviewOpened) -> dict[str, Any]:
    """What each fact about a review says of it."""
    return opened.model_dump(include={"review_id", "unit_id", "campaign_id", "title"})


def evolve(review: Review, event: ReviewEvent) -> Review:
    """The review after an event of its stream."""
    match event:
        case ReviewOpened():
            return replace(review, opened=event)
        case ReviewExtended():
            return replace(review, extended=(*review.extended, event))
        case ReviewConsolidated():
            return replace(review, versions=(*review.versions, event), outdated=None)
        case ReviewOutdated(because=because):
            return replace(review, outdated=because)
        case ReviewClosed():
            return replace(review, closed=True)
        case ReviewReopened():
            return replace(review, closed=False, reopened=event)
        case _:
            assert_never(event)


REVIEW: Final[Decider[ReviewCommand, Review, ReviewEvent, Known | None]] = Decider("review", Review(), decide, evolve)
