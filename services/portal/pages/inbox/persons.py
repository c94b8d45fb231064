"""What persons register as what waits: all of a unit and a campaign are one line, each registration a part of it."""

from collections.abc import Iterable
from datetime import date
from typing import Final, assert_never
from uuid import uuid5

from chassis.facts.projection import Change
from contracts.registry import (
    PersonalRegistrationConfirmed,
    PersonalRegistrationEvent,
    PersonalRegistrationMade,
    PersonalRegistrationReturned,
    PersonalRegistrationRevised,
    PersonalRegistrationWithdrawn,
)
from services.portal.pages.inbox.waiting import TaskRow, done, task

STEPS: Final = ("confirm_persons", "confirm_persons_below", "mend_persons")


def persons(event: PersonalRegistrationEvent, on: date) -> Iterable[Change]:
    """Which head waits, or that it is to be mended."""
    thing, place = uuid5(event.campaign_id, f"persons/{event.unit_id}"), (str(event.registration_id), 0)
    for step in STEPS:
        yield TaskRow.drop(thing, step, *place)
    match event:
        case PersonalRegistrationMade() | PersonalRegistrationRevised():
            yield task(thing, "confirm_persons_below" if event.above else "confirm_persons", event, on, place=place)
        case PersonalRegistrationConfirmed():
            yield from done(thing, "confirm_persons", event, on, place=place)
        case PersonalRegistrationReturned():
            yield from done(thing, "confirm_persons", event, on, place=place)
            yield task(thing, "mend_persons", event, on, place=place)
        case PersonalRegistrationWithdrawn():
            return
        case _:
            assert_never(event)
