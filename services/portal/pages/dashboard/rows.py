"""What was so from which day on: targets, results, honours, by unit. A day's picture is read from dated rows.

A row says what one fact made so, on the business day of the fact; what came later stands in another row. So any past
day is read as it was, and a fact that was entered late changes the days from its own on. See decision 36.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.awards import AwardGranted, NominationDrafted, NominationSubmitted
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    ResultRecomputed,
    ResultReported,
    ResultVerified,
    TargetAttained,
    TargetMissed,
)
from contracts.registry import RegistrationConfirmed, RegistrationOpened, RegistrationSubmitted


class What(StrEnum):
    """What became so for a unit: for one goal, or (indicator empty, year 0) for the campaign as a whole."""

    INVITED = "invited"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    PROPOSED = "proposed"
    COMPLETE = "complete"
    HONOURED = "honoured"
    TARGET = "target"
    REPORTED = "reported"
    VERIFIED = "verified"
    ATTAINED = "attained"


class FactRow(
    Row,
    named="country_facts",
    key=("campaign_id", "unit_id", "indicator", "year", "what", "since"),
    by=(("campaign_id", "indicator", "year", "what"),),
):
    """What was so for a unit from a day on: the figure where there is one, and whether a target was met, and early.

    A verified result has the two parts of its ratio, where they are known.
    """

    campaign_id: UUID
    unit_id: UUID
    indicator: str
    year: int
    what: What
    since: date
    value: Decimal | None
    early: bool = False
    numerator: Decimal | None = None
    denominator: Decimal | None = None


Reads = (
    RegistrationOpened
    | RegistrationSubmitted
    | RegistrationConfirmed
    | ResultReported
    | ResultVerified
    | ResultRecomputed
    | TargetAttained
    | TargetMissed
    | AttainmentLost
    | AttainmentRegained
    | NominationDrafted
    | NominationSubmitted
    | AwardGranted
)


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """The dated rows of one fact."""
    event, on = recorded.data, recorded.occurred_on
    if isinstance(event, ResultReported) and event.estimate:
        return
    if isinstance(event, ResultReported | ResultVerified | ResultRecomputed | _Judging):
        yield _of_a_goal(event, on)
    else:
        yield from _of_a_campaign(event, on)


_Judging = TargetAttained | TargetMissed | AttainmentLost | AttainmentRegained
_WithParts = ResultVerified | ResultRecomputed
_OfAGoal = ResultReported | ResultVerified | ResultRecomputed | _Judging
_OfACampaign = (
    RegistrationOpened
    | RegistrationSubmitted
    | RegistrationConfirmed
    | NominationDrafted
    | NominationSubmitted
    | AwardGranted
)


def _of_a_goal(event: _OfAGoal, on: date) -> Change:
    def row(what: What, value: Decimal, *, early: bool = False, of: _WithParts | None = None) -> Change:
        key = (event.campaign_id, event.unit_id, event.indicator, event.year, what, on)
        parts = {} if of is None else {"numerator": of.numerator, "denominator": of.denominator}
        return FactRow.put(*key, value=value, early=early, **parts)

    match event:
        case ResultReported(value=value):
            return row(What.REPORTED, value)
        case ResultVerified(value=value):
            return row(What.VERIFIED, value, of=event)
        case ResultRecomputed(value=value, verified=verified):
            return row(What.VERIFIED, value, of=event) if verified else row(What.REPORTED, value)
        case TargetAttained(early=early) | AttainmentRegained(early=early):
            return row(What.ATTAINED, Decimal(1), early=early)
        case TargetMissed() | AttainmentLost():
            return row(What.ATTAINED, Decimal(0))
        case _:
            assert_never(event)


_BECAME: Final[dict[type[_OfACampaign], What]] = {
    RegistrationOpened: What.INVITED,
    RegistrationSubmitted: What.SUBMITTED,
    RegistrationConfirmed: What.CONFIRMED,
    NominationDrafted: What.PROPOSED,
    NominationSubmitted: What.COMPLETE,
    AwardGranted: What.HONOURED,
}


def _of_a_campaign(event: _OfACampaign, on: date) -> Iterable[Change]:
    yield FactRow.put(event.campaign_id, event.unit_id, "", 0, _BECAME[type(event)], on)
    if isinstance(event, RegistrationConfirmed):
        for target in event.targets:
            key = (event.campaign_id, event.unit_id, target.indicator, target.year, What.TARGET, on)
            yield FactRow.put(*key, value=target.value)


COUNTRY: Final = Projection("country", 3, [FactRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = (
    (COUNTRY, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
