"""The units of a local platform: those of the file, known from the day from which something is played with them."""

from datetime import date
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from services.registry.domain.unit import UNIT, unit_id
from services.registry.imports import import_units

if TYPE_CHECKING:
    from chassis.service.platform import Platform

UNITS: Final = files("services.registry").joinpath("data/units-2024.csv")
REFERENCE: Final = date(2024, 11, 10)
"""The day of which the file is."""

_ANY: Final = unit_id("TDKT")


async def known_since(registry: "Platform") -> date | None:
    """The day from which this platform knows the units of the file; None before they are there."""
    _, unit = await registry.executor.state(UNIT, _ANY)
    return None if unit.established is None else unit.established.established_on


async def import_organisation(registry: "Platform", since: date = REFERENCE) -> None:
    """Establish the units of the file, from a day on where they are not there yet; again it changes nothing.

    Of an earlier day there is no list: what is played on one takes the units of the reference date for those of then.
    """
    since = await known_since(registry) or since
    await import_units(registry, UNITS.read_bytes().replace(f",{REFERENCE}".encode(), f",{since}".encode()))
