"""Which step of a registration waits after a fact."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from chassis.facts.projection import Change
from contracts.registry import (
    AppraisalCompleted,
    DraftSentForAppraisal,
    Judge,
    RegistrationApproved,
    RegistrationConfirmed,
    RegistrationDayChanged,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationReturned,
    RegistrationSubmitted,
    RegistrationTermsChanged,
)
from services.portal.pages.inbox.waiting import TaskRow, done, task

_CONFIRMING: Final = {Judge.SECTOR: "confirm", Judge.UNIT_ABOVE: "confirm_below"}


def registering(event: RegistrationEvent, on: date) -> Iterable[Change]:
    """What waits after a fact of a registration."""
    match event:
        case RegistrationOpened(registration_id=thing):
            yield task(thing, "register", event, on, until=event.submit_before, strict=True)
        case RegistrationTermsChanged() | RegistrationDayChanged():
            yield from _changed(event, on)
        case DraftSentForAppraisal(registration_id=thing, for_approval=whole):
            step = "approve" if whole else "appraise"
            yield task(thing, step, event, on, until=event.appraise_before, strict=True)
        case AppraisalCompleted(registration_id=thing):
            yield from done(thing, "appraise", event, on)
        case RegistrationApproved(registration_id=thing):
            yield from done(thing, "approve", event, on)
        case RegistrationSubmitted(registration_id=thing):
            yield from done(thing, "register", event, on)
            yield task(thing, _CONFIRMING[event.judge], event, on)
        case RegistrationReturned(registration_id=thing) | RegistrationReopened(registration_id=thing):
            yield TaskRow.drop(thing, "adjust", "", 0)
            if isinstance(event, RegistrationReturned):
                yield from done(thing, _CONFIRMING[event.judge], event, on)
            yield task(thing, "register", event, on)
        case RegistrationConfirmed(registration_id=thing):
            yield from done(thing, _CONFIRMING[event.judge], event, on)
        case _:  # what is written meanwhile waits for nobody else
            return


def _changed(event: RegistrationTermsChanged | RegistrationDayChanged, on: date) -> Iterable[Change]:
    """What is still to be sent has another day; what is official and reaches the goals no longer is to be adjusted."""
    thing = event.registration_id
    if not event.sent:
        yield TaskRow.put(thing, "register", "", 0, until=_day(event))
    elif isinstance(event, RegistrationTermsChanged) and event.confirmed:
        adjust = task(thing, "adjust", event, on)
        yield adjust if event.outdated else TaskRow.drop(thing, "adjust", "", 0)


def _day(event: RegistrationTermsChanged | RegistrationDayChanged) -> date | None:
    reopened = event.reopened_until if isinstance(event, RegistrationDayChanged) else None
    return reopened or event.submit_before
