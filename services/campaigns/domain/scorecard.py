"""Scorecard: a unit's results in a campaign, held against the targets it has registered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Final, assert_never
from uuid import UUID, uuid5

from pydantic import Field

from chassis.facts.decider import Command, Context, Decider, hand
from chassis.facts.kinds import Figure, Paragraphs, Year
from chassis.facts.offers import offered
from contracts.campaigns import (
    ResultReported,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
)
from contracts.values import Indicator, Target
from services.campaigns.domain import scorecard_refusals as refuse

Place = tuple[str, int]
"""An indicator and a year."""


def scorecard_id(campaign: UUID, unit: UUID) -> UUID:
    """Id of a unit's scorecard in a campaign."""
    return uuid5(campaign, f"scorecard/{unit}")


class OpenScorecard(Command):
    """Hold a unit's results in a campaign against these confirmed targets from now on."""

    campaign_id: UUID
    unit_id: UUID
    targets: tuple[Target, ...]


@offered(vi="Báo cáo kết quả", en="Report a result", trials=lambda card, _: _reports(card), by=("indicator", "year"))
class ReportResult(Command):
    """State what was reached for one indicator and year, in the target's measure."""

    indicator: Indicator
    year: Year
    value: Figure = Field(description="Per cent, at most 6 decimal places.")
    evidence: Annotated[str, Paragraphs(2000, shortest=0)] = ""


@offered(
    vi="Xác nhận kết quả",
    en="Verify a result",
    trials=lambda card, _: (VerifyResult(indicator=name, year=year) for name, year in card.results),
    by=("indicator", "year"),
)
class VerifyResult(Command):
    """Find the reported result of one indicator and year right."""

    indicator: Indicator
    year: Year


ScorecardCommand = OpenScorecard | ReportResult | VerifyResult


@dataclass(frozen=True, slots=True)
class Result:
    """What was reported, who has ever reported something there, and whether it was found right."""

    value: Decimal
    evidence: str
    reporters: frozenset[UUID] = frozenset()
    verified: bool = False


Excused = frozenset[UUID]
"""Persons who may verify though it is their own work: a head above has allowed it."""


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Targets and results by indicator and year; not open as long as `opened` is None."""

    opened: ScorecardOpened | None = None
    targets: Mapping[Place, Target] = field(default_factory=dict)
    results: Mapping[Place, Result] = field(default_factory=dict)

    def target(self, indicator: str, year: int) -> Target:
        """The registered target; raises Rejected when there is none for this indicator, or none for this year."""
        if (target := self.targets.get((indicator, year))) is not None:
            return target
        if years := sorted(known for name, known in self.targets if name == indicator):
            raise refuse.year_unknown(indicator, year, years)
        raise refuse.indicator_unknown(indicator)


def decide(
    command: ScorecardCommand, card: Scorecard, excused: Excused | None, context: Context
) -> Sequence[ScorecardEvent]:
    """The scorecard's rules; a result stands as soon as it is verified."""
    match command:
        case OpenScorecard(campaign_id=campaign, unit_id=unit, targets=targets):
            opened = ScorecardOpened(
                scorecard_id=scorecard_id(campaign, unit), campaign_id=campaign, unit_id=unit, targets=targets
            )
            if card.opened is None:
                return [opened]
            if card.opened != opened:
                raise refuse.already_open()
            return []
        case ReportResult():
            return _report(command, card, context)
        case VerifyResult():
            return _verify(command, card, excused or frozenset(), context)
        case _:
            assert_never(command)


def _report(command: ReportResult, card: Scorecard, context: Context) -> Sequence[ScorecardEvent]:
    opened = _open(card)
    target = card.target(command.indicator, command.year)
    refuse.unless_possible(command.value, target.measure)
    if (result := card.results.get((command.indicator, command.year))) is not None:
        if (result.value, result.evidence) == (command.value, command.evidence):
            return []
        if result.verified:
            raise refuse.already_verified(command.indicator, command.year)
    return [
        ResultReported(
            scorecard_id=opened.scorecard_id,
            campaign_id=opened.campaign_id,
            unit_id=opened.unit_id,
            indicator=command.indicator,
            year=command.year,
            value=command.value,
            evidence=command.evidence,
            reported_by=context.actor,
        )
    ]


def _verify(command: VerifyResult, card: Scorecard, excused: Excused, context: Context) -> Sequence[ScorecardEvent]:
    opened = _open(card)
    target = card.target(command.indicator, command.year)
    result = card.results.get((command.indicator, command.year))
    if result is None:
        raise refuse.nothing_reported(command.indicator, command.year)
    if result.verified:
        return []
    if context.actor is None or context.actor in result.reporters - excused:
        raise refuse.reporter_may_not_verify()
    verified = ResultVerified(
        scorecard_id=opened.scorecard_id,
        campaign_id=opened.campaign_id,
        unit_id=opened.unit_id,
        indicator=command.indicator,
        year=command.year,
        value=result.value,
    )
    return [verified, _held_against(target, verified, context.occurred_on)]


def _held_against(target: Target, verified: ResultVerified, on: date) -> TargetAttained | TargetMissed:
    """Targets are due on the last day of their year ("đến hết năm"): met before that day is early. Source: S001-2."""
    facts = {**verified.model_dump(), "target": target.value}
    margin = target.direction.margin(verified.value, target.value)
    if target.direction.reaches(verified.value, target.value):
        early = on < date(verified.year, 12, 31)
        return TargetAttained.model_validate({**facts, "margin": margin, "early": early})
    return TargetMissed.model_validate({**facts, "shortfall": -margin})


def _open(card: Scorecard) -> ScorecardOpened:
    if card.opened is None:
        raise refuse.not_open()
    return card.opened


def evolve(card: Scorecard, event: ScorecardEvent) -> Scorecard:
    """The scorecard after an event of its stream."""
    match event:
        case ScorecardOpened(targets=targets):
            return Scorecard(event, {(each.indicator, each.year): each for each in targets}, card.results)
        case ResultReported(indicator=indicator, year=year):
            before = card.results.get((indicator, year))
            reporters = hand(event.reported_by) | (before.reporters if before else frozenset())
            reported = Result(event.value, event.evidence, reporters)
            return Scorecard(card.opened, card.targets, {**card.results, (indicator, year): reported})
        case ResultVerified(indicator=indicator, year=year):
            reported = card.results.get((indicator, year), Result(event.value, ""))
            verified = replace(reported, verified=True)
            return Scorecard(card.opened, card.targets, {**card.results, (indicator, year): verified})
        case TargetAttained() | TargetMissed():
            return card
        case _:
            assert_never(event)


def signed(card: Scorecard, event: ScorecardEvent, actor: UUID) -> Scorecard:
    """The scorecard once it is known who caused an event: whoever reported a result is one of its reporters."""
    if not isinstance(event, ResultReported):
        return card
    place = (event.indicator, event.year)
    result = replace(card.results[place], reporters=card.results[place].reporters | {actor})
    return Scorecard(card.opened, card.targets, {**card.results, place: result})


SCORECARD: Final[Decider[ScorecardCommand, Scorecard, ScorecardEvent, Excused | None]] = Decider(
    "scorecard", Scorecard(), decide, evolve, signed
)


def _reports(card: Scorecard) -> Iterable[ReportResult]:
    """Results that could be meant, for each target: what it asks for, with and without a word on it."""
    for (indicator, year), target in card.targets.items():
        for evidence in ("", "…"):
            yield ReportResult(indicator=indicator, year=year, value=target.value, evidence=evidence)
