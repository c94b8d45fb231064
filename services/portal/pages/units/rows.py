"""What happened to each unit, one row for a fact: when, what kind of sentence tells it, and who may read that.

Each row follows from one fact alone, so the order between topics does not matter.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, assert_never
from uuid import UUID, uuid5

from chassis.facts.envelope import Recorded
from chassis.facts.projection import Change, Projection
from chassis.facts.rows import Row
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from contracts.awards import (
    AwardGranted,
    DossierDocumentAdded,
    NominationDrafted,
    NominationEvent,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
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
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    DutiesTakenOver,
    HeadcountCorrected,
    HeadcountEvent,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationDayChanged,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
    TargetRegistered,
    TargetRevised,
    UnitEstablished,
    UnitEvent,
    UnitMerged,
)
from services.portal.pages.units.unit_facts import Seen, Told, paper, people_fact, unit_fact


class FactRow(Row, named="timeline", key=("event_id",), by=(("unit_id", "occurred_on"),)):
    """A fact of a unit; `kind` is its sentence's name, `said` what stands in it, `thing` what it leads to."""

    event_id: UUID
    unit_id: UUID
    occurred_on: date
    recorded_at: datetime
    kind: str
    thing: UUID | None
    said: dict[str, Any]
    seen: Seen


Reads = UnitEvent | HeadcountEvent | RegistrationEvent | ScorecardEvent | NominationEvent


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """The row of a fact; nothing where it tells nothing new of a unit."""
    event, on = recorded.data, recorded.occurred_on
    if isinstance(event, UnitEvent):
        told: Told | None = unit_fact(event)
        on = event.established_on if isinstance(event, UnitEstablished) else getattr(event, "on", on)
    elif isinstance(event, HeadcountEvent):
        told, on = people_fact(event), on if isinstance(event, HeadcountCorrected) else event.on
    elif isinstance(event, RegistrationEvent):
        told = _registration(event)
    elif isinstance(event, ScorecardEvent):
        told = _result(event)
    elif isinstance(event, NominationEvent):
        told = _award(event)
    else:
        assert_never(event)
    if told is None or isinstance(event, DossierDocumentAdded):
        return
    kind, seen, thing, said = told
    if not isinstance(event, UnitEvent | HeadcountEvent):
        said = {"campaign": str(event.campaign_id), **said}
    yield FactRow.put(
        recorded.id,
        unit_id=event.unit_id,
        occurred_on=on,
        recorded_at=recorded.recorded_at,
        kind=kind,
        thing=thing,
        said=said,
        seen=seen,
    )
    yield from _told_by_the_other(recorded, on)


def _told_by_the_other(recorded: Recorded[Reads], on: date) -> Iterable[Change]:
    """The same fact in the life of the unit that goes on with what another one was or did."""
    match event := recorded.data:
        case UnitMerged(successor_id=other):
            kind = "merged_here"
        case DutiesTakenOver(to_id=other):
            kind = "takes_over"
        case _:
            return
    said = {**paper(event), "units": [str(event.unit_id)]}
    yield FactRow.put(
        uuid5(recorded.id, str(other)),
        unit_id=other, occurred_on=on, recorded_at=recorded.recorded_at, kind=kind, thing=None, said=said,
        seen=Seen.PUBLIC,
    )  # fmt: skip


def _registration(event: RegistrationEvent) -> Told | None:
    match event:
        case RegistrationOpened(submit_before=None):
            told: tuple[str, Seen, Mapping[str, Any]] | None = "registration_opened", Seen.OWN, {}
        case RegistrationOpened(submit_before=until):
            told = "registration_due", Seen.OWN, {"until": str(until)}
        case TargetRegistered():
            told = "target_registered", Seen.OWN, _figures(event, "value")
        case TargetRevised():
            told = "target_revised", Seen.OWN, _figures(event, "value", "previous")
        case RegistrationSubmitted(late=late):
            told = ("registration_late" if late else "registration_submitted"), Seen.OWN, {}
        case RegistrationConfirmed(targets=targets):
            pledged = [{"indicator": t.indicator, "year": t.year, "value": str(t.value)} for t in targets]
            told = "registration_confirmed", Seen.PUBLIC, {"targets": pledged}
        case _:
            told = _judged(event)
    return None if told is None else (told[0], told[1], event.registration_id, told[2])


def _judged(  # noqa: PLR0911 - a line for each fact
    event: RegistrationEvent,
) -> tuple[str, Seen, Mapping[str, Any]] | None:
    match event:
        case DraftSentForAppraisal(appraise_before=until):
            return "registration_draft_sent", Seen.OWN, {"until": str(until)}
        case AppraisalCompleted(objected=objected):
            return "registration_appraised", Seen.OWN, {"objected": objected}
        case RegistrationTermsChanged(document=document):
            return "registration_terms", Seen.OWN, {"number": document.number, "issued_on": str(document.issued_on)}
        case RegistrationDayChanged():
            return "registration_day", Seen.OWN, {}
        case RegistrationApproved():
            return "registration_approved", Seen.OWN, {}
        case RegistrationReturned():
            return "registration_returned", Seen.OWN, {}
        case RegistrationReopened(change=change):
            return f"registration_{change}", Seen.OWN, {}
        case _:  # what is written on the way stands on the registration's own page
            return None


_STEPS: Final[Mapping[type[ScorecardEvent], tuple[str, list[str]]]] = {
    ResultReported: ("result_reported", ["value"]),
    ResultReturned: ("result_returned", []),
    ResultCorrected: ("result_corrected", ["value", "previous"]),
    ResultRecomputed: ("result_recomputed", ["value", "previous"]),
}


def _result(event: ScorecardEvent) -> Told | None:
    match event:
        case ScorecardOpened() | TargetsReplaced() | EvidenceAttached() | EvidenceBytesDeleted():
            return None
        case ResultsFiledOnBehalf():
            return None
        case ResultReported() | ResultReturned() | ResultCorrected() | ResultRecomputed():
            kind, names = _STEPS[type(event)]
            seen = Seen.OWN
        case ResultVerified():
            kind, seen, names = "result_verified", Seen.PUBLIC, ["value"]
        case TargetAttained(early=early):
            kind, seen, names = ("attained_early" if early else "attained"), Seen.PUBLIC, ["target", "margin"]
        case TargetMissed():
            kind, seen, names = "missed", Seen.PUBLIC, ["target", "shortfall"]
        case AttainmentLost():
            kind, seen, names = "attainment_lost", Seen.PUBLIC, ["target", "shortfall"]
        case AttainmentRegained():
            kind, seen, names = "attainment_regained", Seen.PUBLIC, ["target", "margin"]
        case _:
            assert_never(event)
    return kind, seen, event.scorecard_id, _figures(event, *names)


def _award(event: NominationEvent) -> Told | None:
    match event:
        case DossierDocumentAdded():
            return None
        case NominationDrafted(nomination_id=thing, award=award):
            return "nomination_drafted", Seen.NOMINATIONS, thing, {"award": award}
        case NominationSubmitted(nomination_id=thing, award=award):
            return "nomination_submitted", Seen.NOMINATIONS, thing, {"award": award}
        case NominationFlagged(nomination_id=thing):
            return "nomination_flagged", Seen.NOMINATIONS, thing, {}
        case AwardGranted(decision_id=thing, award=award, decision_number=number):
            return "award_granted", Seen.PUBLIC, thing, {"award": award, "number": number}
        case _:
            assert_never(event)


_OfTarget = (
    TargetRegistered
    | TargetRevised
    | ResultReported
    | ResultReturned
    | ResultCorrected
    | ResultRecomputed
    | ResultVerified
    | TargetAttained
    | TargetMissed
    | AttainmentLost
    | AttainmentRegained
)


def _figures(event: _OfTarget, *names: str) -> Mapping[str, Any]:
    """Indicator, year and these figures, exactly as they are."""
    return {
        "indicator": event.indicator,
        "year": event.year,
        **{name: str(getattr(event, name)) for name in names},
    }


TIMELINE: Final = Projection("timeline", 4, [FactRow.table], project)
LEARNS: Final[tuple[Learns, ...]] = (
    (TIMELINE, tuple(events_topic(name) for name in ("registry", "campaigns", "awards"))),
)
