"""Dated reference data of campaigns, read once when the process starts: a file that does not hold together stops it."""

from datetime import date, timedelta
from importlib.resources import files
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from chassis.facts.decider import Rejected
from chassis.facts.working_days import working_day_after

_DAY: Final = timedelta(days=1)


class EntryRule(BaseModel):
    """How many working days the entry of an act on paper may take, from a day on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    since: date = Field(alias="from")
    days: int = Field(ge=1, le=60)
    source: str = Field(min_length=1)
    to_be_confirmed: str


ENTRIES: Final = TypeAdapter(tuple[EntryRule, ...]).validate_python(
    yaml.safe_load(files("services.campaigns.reference").joinpath("entries.yaml").read_text(encoding="utf-8"))
)


def on_time_since(today: date) -> date:
    """The first day of which an entry is not late today; today itself where the working days are not known.

    Source: B12.
    """
    days = next((rule.days for rule in reversed(ENTRIES) if rule.since <= today), ENTRIES[0].days)
    first = today
    try:
        while working_day_after(first - _DAY, days) >= today:
            first -= _DAY
    except Rejected:
        return first
    return first
