"""Scorecard: a unit's results in a campaign, held against the targets it has registered."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, assert_never

from chassis.facts.decider import Context, Decider
from contracts.campaigns import (
    JudgedAgain,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultVerified,
    ScorecardEvent,
    ScorecardOpened,
    TargetsReplaced,
)
from contracts.values import RegistrationChange
from services.campaigns.domain import scorecard_refusals as refuse
from services.campaigns.domain.behalf import file_on_behalf, on_behalf
from services.campaigns.domain.evidence import attach, delete
from services.campaigns.domain.history import past
from services.campaigns.domain.judging import judged
from services.campaigns.domain.measuring import cut, percent
from services.campaigns.domain.reporting import denominator_of, measured
from services.campaigns.domain.scorecard_commands import (
    NOTHING_KNOWN,
    AttachEvidence,
    CorrectResult,
    DeleteEvidenceBytes,
    FileResultsOnBehalf,
    Known,
    OpenScorecard,
    Recompute,
    ReportResult,
    ReturnResult,
    ScorecardCommand,
    VerifyResult,
)
from services.campaigns.domain.scorecard_places import facts_of, place_of
from services.campaigns.domain.scorecard_state import Place, Result, Scorecard, evolve, scorecard_id, signed

__all__ = [
    "SCORECARD",
    "AttachEvidence",
    "CorrectResult",
    "DeleteEvidenceBytes",
    "FileResultsOnBehalf",
    "Known",
    "OpenScorecard",
    "Recompute",
    "ReportResult",
    "ReturnResult",
    "Scorecard",
    "ScorecardCommand",
    "VerifyResult",
    "decide",
    "scorecard_id",
]


def decide(
    command: ScorecardCommand, card: Scorecard, known: Known | None, context: Context
) -> Sequence[ScorecardEvent]:
    """The scorecard's rules; a result stands as soon as it is verified."""
    known = known or NOTHING_KNOWN
    match command:
        case OpenScorecard():
            return _open(command, card, context)
        case Recompute():
            return _recompute(card, known, context)
        case ReportResult() | CorrectResult() | VerifyResult() | ReturnResult():
            return _about_a_result(command, card, known, context)
        case AttachEvidence():
            return attach(command, card, known, context)
        case DeleteEvidenceBytes():
            return delete(command, card, known, context)
        case FileResultsOnBehalf():
            return file_on_behalf(command, card, known, context)
        case _:
            assert_never(command)


def _about_a_result(
    command: ReportResult | CorrectResult | VerifyResult | ReturnResult, card: Scorecard, known: Known, context: Context
) -> Sequence[ScorecardEvent]:
    match command:
        case ReportResult():
            return _report(command, card, known, context)
        case CorrectResult():
            return _correct(command, card, known, context)
        case VerifyResult():
            return _verify(command, card, known, context)
        case ReturnResult():
            return _return(command, card, known, context)
        case _:
            assert_never(command)


def _open(command: OpenScorecard, card: Scorecard, context: Context) -> Sequence[ScorecardEvent]:
    """The first version opens the card; a later one replaces its targets, and a correction is judged at once."""
    key = scorecard_id(command.campaign_id, command.unit_id)
    whose: dict[str, Any] = {"scorecard_id": key, "campaign_id": command.campaign_id, "unit_id": command.unit_id}
    if card.opened is None:
        return [ScorecardOpened(**whose, targets=command.targets)]
    if command.revision < card.revision:
        return []
    wanted = {(each.indicator, each.year): each for each in command.targets}
    if command.revision == card.revision:
        if any(card.targets.get(place) != target for place, target in wanted.items()) or len(card.targets) > len(
            wanted
        ):
            raise refuse.ALREADY_OPEN()
        return []
    change = command.change or RegistrationChange.CORRECTION
    gone = tuple(target for place, target in card.targets.items() if place not in wanted)
    replaced = TargetsReplaced(
        **whose, targets=command.targets, revision=command.revision, change=change, withdrawn=gone
    )
    events: list[ScorecardEvent] = [replaced]
    if change is RegistrationChange.CORRECTION:
        for place, target in wanted.items():
            if card.targets.get(place) != target and (result := _standing(card, place)) is not None:
                facts = facts_of(card, place)
                events += judged(
                    facts, target, result, card.verdicts.get(place), JudgedAgain.TARGET, context.occurred_on
                )
    return events


def _report(command: ReportResult, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    place, target, name = place_of(command, card, known)
    if command.through is not None and command.through.year != command.year:
        raise refuse.PERIOD_OUTSIDE_YEAR(day=f"{command.through:%d/%m/%Y}", year=command.year)
    on_behalf(command, card, known)
    until = command.through or date(command.year, 12, 31)
    if known.cancelled:
        raise refuse.CAMPAIGN_CANCELLED()
    history = past(command.history, until, context.occurred_on)
    if history is None and (day := known.closed_on(until)) is not None:
        raise refuse.REPORT_CLOSED(day=f"{day:%d/%m/%Y}")
    figures = measured(command, target, known, name)
    if (before := card.results.get(place)) is not None:
        said = (before.value, before.evidence, before.numerator, before.denominator, before.estimate, before.paper)
        now = (
            figures.value, command.evidence, figures.numerator, figures.denominator, command.estimate, command.paper,
        )  # fmt: skip
        if said == now and before.until(command.year) == until and not before.returned:
            return []
        if command.estimate and not before.estimate:
            raise refuse.ESTIMATE_AFTER_RESULT(name=name, year=command.year)
        if not before.estimate and until < before.until(command.year):
            raise refuse.LATER_PERIOD_REPORTED(name=name, day=f"{before.until(command.year):%d/%m/%Y}")
        if before.verified and until == before.until(command.year):
            raise refuse.ALREADY_VERIFIED(name=name, year=command.year)
        if before.version > 1 and until == before.until(command.year) and not before.returned:
            raise refuse.CORRECTION_WAITS(name=name, year=command.year)
    return [
        ResultReported(
            **facts_of(card, place),
            value=figures.value,
            evidence=command.evidence,
            reported_by=context.actor,
            numerator=figures.numerator,
            denominator=figures.denominator,
            denominator_of=figures.denominator_of,
            estimate=command.estimate,
            through=command.through,
            reported_on=history.happened_on if history else context.occurred_on,
            paper=command.paper,
            history=history,
        )
    ]


def _correct(command: CorrectResult, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    place, target, name = place_of(command, card, known)
    result = card.results.get(place)
    if result is None or result.estimate:
        raise refuse.NOTHING_REPORTED(name=name, year=command.year)
    if known.cancelled:
        raise refuse.CAMPAIGN_CANCELLED()
    figures = measured(command, target, known, name)
    if (result.numerator, result.denominator, result.value) == (figures.numerator, figures.denominator, figures.value):
        return []
    if not result.verified:
        raise refuse.NOT_VERIFIED(name=name, year=command.year)
    return [
        ResultCorrected(
            **facts_of(card, place),
            version=result.version + 1,
            value=figures.value,
            previous=result.value,
            reason=command.reason,
            evidence=command.evidence or result.evidence,
            corrected_by=context.actor,
            numerator=figures.numerator,
            denominator=figures.denominator,
            denominator_of=figures.denominator_of,
            reported_on=context.occurred_on,
        )
    ]


def _verify(command: VerifyResult, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    place, target, name = place_of(command, card, known)
    result = _reported(card, place, name)
    if result.verified:
        return []
    if context.actor is None or context.actor in card.hands(place) - known.excused:
        raise refuse.REPORTER_MAY_NOT_VERIFY()
    facts = facts_of(card, place)
    verified = ResultVerified(
        **facts,
        value=result.value,
        numerator=result.numerator,
        denominator=result.denominator,
        through=result.through,
    )
    why = JudgedAgain.CORRECTION if result.version > 1 else JudgedAgain.NEW_RESULT
    return [verified, *judged(facts, target, result, card.verdicts.get(place), why, context.occurred_on)]


def _return(command: ReturnResult, card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    place, _, name = place_of(command, card, known)
    result = card.results.get(place)
    if result is not None and result.returned:
        return []
    if _reported(card, place, name).verified:
        raise refuse.ALREADY_VERIFIED(name=name, year=command.year)
    return [ResultReturned(**facts_of(card, place), reason=command.reason, returned_by=context.actor)]


def _recompute(card: Scorecard, known: Known, context: Context) -> Sequence[ScorecardEvent]:
    """Results whose official denominator is another one by now; those that were verified are judged again."""
    events: list[ScorecardEvent] = []
    for place, result in card.results.items():
        target = card.targets.get(place)
        official = known.official(target) if target else None
        if target is None or result.numerator is None or official is None or official == result.denominator:
            continue
        facts, value = facts_of(card, place), cut(percent(result.numerator, official))
        recomputed = ResultRecomputed(
            **facts,
            value=value,
            previous=result.value,
            numerator=result.numerator,
            denominator=official,
            denominator_of=denominator_of(target),
            verified=result.verified,
        )
        events.append(recomputed)
        if (standing := _standing(evolve(card, recomputed), place)) is not None:
            why, before = JudgedAgain.DENOMINATOR, card.verdicts.get(place)
            events += judged(facts, target, standing, before, why, context.occurred_on)
    return events


def _reported(card: Scorecard, place: Place, name: str) -> Result:
    """The result that waits for verification; raises Rejected where there is none."""
    result = card.results.get(place)
    if result is None or result.returned:
        raise refuse.NOTHING_REPORTED(name=name, year=place[1])
    if result.estimate:
        raise refuse.ESTIMATE_ATTAINS_NOTHING(name=name, year=place[1])
    return result


def _standing(card: Scorecard, place: Place) -> Result | None:
    """The result by which a target is judged now: one that is verified."""
    result = card.results.get(place)
    return result if result is not None and result.verified else None


SCORECARD: Final[Decider[ScorecardCommand, Scorecard, ScorecardEvent, Known | None]] = Decider(
    "scorecard", Scorecard(), decide, evolve, signed
)
