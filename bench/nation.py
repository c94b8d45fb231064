"""The national data set: what a country of made-up people would have recorded in seven years, for every measurement.

One seed and one size give the same events under the same ids, in the same order. Every event is what a decider gave to
a command, so nothing stands here that the rules do not allow; what is asked of whom, and how it goes, is drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from bench.nation_awards import Awards
from bench.nation_desk import Desks
from bench.nation_drives import Drives
from bench.nation_people import Society
from bench.nation_story import Entry, Story
from bench.nation_telling import Telling
from contracts.people import PersonDetails

TODAY: Final = date(2025, 12, 20)
"""The last day on which anything happens: the last year's results come in, the next year's registrations are open."""


@dataclass(frozen=True, slots=True)
class Nation:
    """A size: the first `provinces` with all that is below them, so many people, and years up to TODAY."""

    provinces: int = 63
    people: int = 25_000
    years: int = 7
    seed: int = 1

    @property
    def first_day(self) -> date:
        """The day on which units and people are entered."""
        return date(TODAY.year - self.years + 1, 1, 2)

    def society(self) -> Society:
        """Units, people and their roles; details of people are in no event."""
        return Society(Story(f"{self.seed}/society"), self.provinces, self.people, self.first_day)

    def details(self) -> Iterator[PersonDetails]:
        """What the people directory holds."""
        return self.society().details()

    def entries(self) -> Iterator[Entry]:
        """Accepted commands of all services, each after what caused it; a stream's are in its order."""
        story, society = Story(f"{self.seed}/events"), self.society()
        telling = Telling(story, society)
        drives = Drives(story, society, telling)
        Awards(story, society, telling, drives)
        desks = Desks(story, society)
        society.enter(story)
        for year in range(self.first_day.year, TODAY.year + 2):
            drives.plan(year)
            desks.plan(year)
        yield from story.told(self.first_day, TODAY)
