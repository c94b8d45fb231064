"""What a registration's terms become as its campaign goes on, and its own day as its deadline does. Source: C9, B18."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final, assert_never

from contracts.campaigns import (
    CampaignAmended,
    CampaignExtended,
    DeadlineClosed,
    DeadlineMovedFor,
    DeadlineReopened,
    DeadlineSet,
    LatenessExcused,
)
from contracts.registry import (
    LinkedMovement,
    RegistrationDayChanged,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationTermsChanged,
    TargetPlace,
)
from contracts.values import Period
from services.registry.domain import registration_refusals as refuse
from services.registry.domain import registration_review_refusals as review
from services.registry.domain.registration_commands import FollowCampaign, FollowDeadline
from services.registry.domain.registration_state import Registration, ids, lacking

Facts = Sequence[RegistrationEvent]


def follow_campaign(command: FollowCampaign, registration: Registration) -> Facts:
    """The campaign's terms hold from now on as far as they concern this unit; what comes late or twice says nothing."""
    terms, said = registration.terms, command.said
    if terms is None or command.version <= terms.campaign_version:
        return []
    before = _said(terms) | {"register_before": registration.asked_before}
    document = said.document if isinstance(said, CampaignExtended) else said.amendment
    now = before | _says(said, terms)
    changed = tuple(name for name, value in now.items() if value != before[name])
    if not changed:
        return []
    about: dict[str, Any] = {
        **ids(terms),
        "campaign_version": command.version,
        "document": document,
        "changed": changed,
        "previous_day": registration.asked_before,
        "submit_before": _own_day(registration, now["register_before"]),
        "sent": registration.first_sent is not None,
        "confirmed": registration.confirmed,
    }
    fact = RegistrationTermsChanged(**now, **about)
    if not (registration.submitted or registration.confirmed):
        return [fact]
    outdated = tuple(TargetPlace(indicator=name, year=year) for name, year in lacking(changed_by(registration, fact)))
    return [fact.model_copy(update={"outdated": outdated})]


_TERMS: Final = ("period", "goals", "refuse_late", "order", "movements", "persons_register")


def _says(said: CampaignAmended | CampaignExtended, terms: RegistrationOpened) -> dict[str, Any]:
    if isinstance(said, CampaignExtended):
        return {"period": Period(start=terms.period.start, end=said.until), "register_before": said.register_before}
    return {
        "period": said.period,
        "goals": tuple(goal for goal in said.goals if terms.unit_kind in goal.applies_to),
        "register_before": said.register_before,
        "refuse_late": said.refuse_late,
        "order": said.registration_order,
        "movements": movements(said.linked_campaigns),
        "persons_register": said.persons_register,
    }


def movements(linked: Sequence[Any]) -> tuple[LinkedMovement, ...]:
    """The movements to which a campaign is tied, as a registration names them."""
    return tuple(LinkedMovement(theme=each.theme, document=each.document) for each in linked)


def _said(terms: RegistrationOpened) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in _TERMS}


def _own_day(registration: Registration, now: date | None) -> date | None:
    """The unit's day once the campaign names this one; what was set earlier from above, or later, stays."""
    own, before = registration.asked_of_it().submit_before, registration.asked_before
    if own is None or now is None:
        return now if own is None else own
    return own if before is None or own < before else max(own, now)


def follow_deadline(command: FollowDeadline, registration: Registration) -> Facts:
    """The unit's day is what its deadline says, which is kept by campaigns; what comes late or twice says nothing."""
    terms, said = registration.terms, command.said
    if terms is None or said.unit_id != terms.unit_id or command.version <= registration.deadline_version:
        return []
    day, closed, until = terms.submit_before, registration.closed, registration.reopened_until
    excuse = registration.excuse
    match said:
        case DeadlineSet():
            day = said.before if day is None else day
        case DeadlineMovedFor():
            day, closed, until = said.before, False, None
        case DeadlineClosed():
            closed, until = True, None
        case DeadlineReopened():
            closed, until = False, said.until
        case LatenessExcused():
            excuse = said.reason
        case _:
            assert_never(said)
    stands = terms.submit_before, registration.closed, registration.reopened_until, registration.excuse
    if stands == (day, closed, until, excuse):
        return []
    return [
        RegistrationDayChanged(
            **ids(terms), deadline_version=command.version, submit_before=day, closed=closed, reopened_until=until,
            excuse=excuse, sent=registration.first_sent is not None,
        )
    ]  # fmt: skip


def lateness(registration: Registration, today: date) -> tuple[bool, int]:
    """Whether it is sent late, and by how many days; raises Rejected where nothing is taken any more. Source: C9."""
    terms, first, until = registration.asked_of_it(), registration.first_sent, registration.reopened_until
    before = terms.submit_before
    if first is not None:
        return first.late, first.days_late
    if registration.closed or (until is not None and today >= until):
        raise review.CLOSED()
    if before is None or today < before:
        return False, 0
    if terms.refuse_late and until is None:
        raise refuse.LATE(day=f"{before:%d/%m/%Y}")
    return True, (today - before).days + 1


def changed_by(registration: Registration, event: RegistrationTermsChanged | RegistrationDayChanged) -> Registration:
    """The registration under its new terms, or with its new day; a later day opens what was closed."""
    terms = registration.terms
    if terms is None:
        return registration
    if isinstance(event, RegistrationDayChanged):
        return replace(
            registration,
            terms=terms.model_copy(update={"submit_before": event.submit_before}),
            deadline_version=event.deadline_version,
            closed=event.closed,
            reopened_until=event.reopened_until,
            excuse=event.excuse,
        )
    update = {name: getattr(event, name) for name in (*_said(terms), "submit_before", "campaign_version")}
    same = event.submit_before == terms.submit_before
    return replace(
        registration,
        terms=terms.model_copy(update=update),
        asked_before=event.register_before,
        changes=(*registration.changes, event),
        closed=registration.closed and same,
        reopened_until=registration.reopened_until if same else None,
    )
