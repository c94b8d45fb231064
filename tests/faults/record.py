"""What is known of the seeds of a long run, kept in a file: an interrupted run goes on with those that are not done."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict

from deploy.local.files import write_atomically


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Asked(_Part):
    """What was asked for; `kills` and `pauses` are those of each seed."""

    seeds: int
    kills: int
    pauses: int
    provinces: int
    first: int | None = None
    """A seed that is given, not drawn: the first one."""


class Result(_Part):
    """What one seed gave; `faults` are the ledger's counts of what must be nothing, `why` its first words."""

    whole: bool
    seconds: float
    faults: Mapping[str, int]
    why: str = ""


class Record(BaseModel):
    """The seeds of a run, and the results so far."""

    asked: Asked
    seeds: Sequence[int]
    results: dict[int, Result] = {}

    @classmethod
    def new(cls, asked: Asked) -> Self:
        """Draw seeds that nobody has seen."""
        given = [] if asked.first is None else [asked.first]
        return cls(asked=asked, seeds=[*given, *random.SystemRandom().sample(range(10**6), asked.seeds)][: asked.seeds])

    @classmethod
    def unfinished(cls, file: Path, asked: Asked) -> Self | None:
        """The run that the file tells of, if the same was asked for and some of it is left to do."""
        try:
            record = cls.model_validate_json(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return record if record.asked == asked and record.left else None

    @property
    def left(self) -> list[int]:
        """The seeds without a result."""
        return [seed for seed in self.seeds if seed not in self.results]

    @property
    def whole(self) -> bool:
        """Whether every seed is done and left the ledger whole."""
        return not self.left and all(result.whole for result in self.results.values())

    def keep(self, file: Path, seed: int, result: Result) -> None:
        """Add what a seed gave, and write the file."""
        self.results[seed] = result
        write_atomically(file, self.model_dump_json(indent=2))
