"""What the facts of a scorecard add up to: targets, results with their versions and files, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import hand
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    DenominatorOf,
    EvidenceAttached,
    EvidenceBytesDeleted,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultsFiledOnBehalf,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
)
from contracts.values import StoredFile, Target
from services.campaigns.domain.measuring import exact

Place = tuple[str, int]
"""An indicator and a year."""


def scorecard_id(campaign: UUID, unit: UUID) -> UUID:
    """Id of a unit's scorecard in a campaign."""
    return uuid5(campaign, f"scorecard/{unit}")


@dataclass(frozen=True, slots=True)
class Result:
    """What was reported, who has ever reported something there, and how far it is with its verification.

    `version` counts from 1: a later one corrects what was verified. `paper` is that by which it was filed on behalf.
    """

    value: Decimal
    evidence: str
    reporters: frozenset[UUID] = frozenset()
    verified: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    denominator_of: DenominatorOf | None = None
    estimate: bool = False
    through: date | None = None
    reported_on: date | None = None
    returned: bool = False
    version: int = 1
    paper: str = ""

    @property
    def exact(self) -> Fraction:
        """The result as it is compared."""
        return exact(self.value, self.numerator, self.denominator)

    def until(self, year: int) -> date:
        """The last day that its figures cover."""
        return self.through or date(year, 12, 31)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a target is attained, by which figure; `lost`: it once was and was no longer since."""

    attained: bool
    value: Decimal
    target: Decimal
    early: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that proves a result, whether its bytes are still there, and who attached it."""

    file: StoredFile
    attached_by: frozenset[UUID] = frozenset()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Targets, results and verdicts by indicator and year; not open as long as `opened` is None.

    `revision` is that of the registration whose targets these are; `filings` are the unit's papers, by their hashes.
    """

    opened: ScorecardOpened | None = None
    targets: Mapping[Place, Target] = field(default_factory=dict)
    results: Mapping[Place, Result] = field(default_factory=dict)
    verdicts: Mapping[Place, Verdict] = field(default_factory=dict)
    files: Mapping[Place, Mapping[str, Evidence]] = field(default_factory=dict)
    revision: int = 1
    filings: Mapping[str, ResultsFiledOnBehalf] = field(default_factory=dict)

    def hands(self, place: Place) -> frozenset[UUID]:
        """Who has reported something there, attached a file to it, or filed the paper by which it was reported."""
        result = self.results.get(place)
        found = result.reporters if result else frozenset[UUID]()
        if result and (filing := self.filings.get(result.paper)):
            found |= hand(filing.filed_by)
        return found.union(*(each.attached_by for each in self.files.get(place, {}).values()))


def evolve(card: Scorecard, event: ScorecardEvent) -> Scorecard:  # noqa: PLR0911 - a line for each fact
    """The scorecard after an event of its stream."""
    match event:
        case ScorecardOpened(targets=targets):
            return replace(card, opened=event, targets=_by_place(targets))
        case TargetsReplaced(targets=targets, revision=revision):
            return replace(card, targets=_by_place(targets), revision=revision)
        case ResultReported() | ResultCorrected():
            return _with(card, event, _reported(card, event))
        case ResultReturned() | ResultVerified() | ResultRecomputed():
            return _with(card, event, _gone_on(_result(card, event), event))
        case EvidenceAttached() | EvidenceBytesDeleted():
            return replace(card, files=_files(card, event))
        case ResultsFiledOnBehalf():
            return replace(card, filings={**card.filings, event.paper.sha256: event})
        case TargetAttained() | TargetMissed() | AttainmentLost() | AttainmentRegained():
            place = (event.indicator, event.year)
            return replace(card, verdicts={**card.verdicts, place: _verdict(card.verdicts.get(place), event)})
        case _:
            assert_never(event)


_Step = ResultReturned | ResultVerified | ResultRecomputed
_OfAPlace = ResultReported | ResultCorrected | _Step
_Judging = TargetAttained | TargetMissed | AttainmentLost | AttainmentRegained


def _by_place(targets: tuple[Target, ...]) -> dict[Place, Target]:
    return {(each.indicator, each.year): each for each in targets}


def _result(card: Scorecard, event: _Step) -> Result:
    known = card.results.get((event.indicator, event.year))
    return known or Result(Decimal(0) if isinstance(event, ResultReturned) else event.value, "")


def _gone_on(result: Result, event: _Step) -> Result:
    match event:
        case ResultReturned():
            return replace(result, returned=True)
        case ResultVerified():
            return replace(result, verified=True)
        case ResultRecomputed(value=value, denominator=denominator, denominator_of=whose):
            return replace(result, value=value, denominator=denominator, denominator_of=whose)
        case _:
            assert_never(event)


def _verdict(before: Verdict | None, event: _Judging) -> Verdict:
    said: dict[str, Any] = {"value": event.value, "target": event.target}
    match event:
        case TargetAttained(early=early) | AttainmentRegained(early=early):
            return Verdict(attained=True, early=early, **said)
        case TargetMissed():
            return Verdict(attained=False, lost=before is not None and before.lost, **said)
        case AttainmentLost():
            return Verdict(attained=False, lost=True, **said)
        case _:
            assert_never(event)


def _reported(card: Scorecard, event: ResultReported | ResultCorrected) -> Result:
    before = card.results.get((event.indicator, event.year))
    until = None if before is None else before.through
    by = event.reported_by if isinstance(event, ResultReported) else event.corrected_by
    return Result(
        event.value,
        event.evidence,
        hand(by) | (before.reporters if before else frozenset()),
        numerator=event.numerator,
        denominator=event.denominator,
        denominator_of=event.denominator_of,
        estimate=isinstance(event, ResultReported) and event.estimate,
        through=event.through if isinstance(event, ResultReported) else until,
        reported_on=event.reported_on,
        version=event.version if isinstance(event, ResultCorrected) else 1,
        paper=event.paper if isinstance(event, ResultReported) else "",
    )


def _with(card: Scorecard, event: _OfAPlace, result: Result) -> Scorecard:
    return replace(card, results={**card.results, (event.indicator, event.year): result})


def _files(card: Scorecard, event: EvidenceAttached | EvidenceBytesDeleted) -> Mapping[Place, Mapping[str, Evidence]]:
    place = (event.indicator, event.year)
    known = card.files.get(place, {})
    if isinstance(event, EvidenceAttached):
        return {**card.files, place: {**known, event.file.sha256: Evidence(event.file, hand(event.attached_by))}}
    changed = {name: replace(each, deleted=each.deleted or name == event.sha256) for name, each in known.items()}
    return {**card.files, place: changed}


def signed(card: Scorecard, event: ScorecardEvent, actor: UUID) -> Scorecard:
    """The scorecard once it is known who caused an event: whoever reported a result is one of its reporters."""
    if not isinstance(event, ResultReported | ResultCorrected):
        return card
    place = (event.indicator, event.year)
    return _with(card, event, replace(card.results[place], reporters=card.results[place].reporters | {actor}))
