"""What goes wrong in one fault run, drawn from its seed: the same seed draws the same faults in the same order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deploy.local.processes import SERVICES

KAFKA: Final = "kafka"
POSTGRES: Final = "postgres"
PROCESSES: Final = tuple(f"{service}-{role}" for service, roles in SERVICES.items() for role in roles)

LONGEST_PAUSE: Final = 14.0
"""Seconds that a process or the broker stands still at most: longer than a lease (10 s), than a session's (10 s)."""

LONGEST_DATABASE_PAUSE: Final = 5.0
"""Seconds for the database, on which every process waits."""

_KILLS_PER_SERVER_KILL: Final = 20
_PAUSES_PER_SERVER_PAUSE: Final = 8


@dataclass(frozen=True, slots=True)
class Fault:
    """A process, or the database server with all its sessions, is killed or stands still for a while."""

    after: float
    """Seconds since the fault before."""

    target: str
    """KAFKA, POSTGRES or one of PROCESSES."""

    pause: float | None
    """Seconds between SIGSTOP and SIGCONT; None for SIGKILL."""

    def __str__(self) -> str:
        """As it stands in the run's log."""
        return f"kill {self.target}" if self.pause is None else f"pause {self.target} {self.pause:.1f} s"


def plan(seed: int, kills: int, pauses: int) -> list[Fault]:
    """Draw so many kills and pauses, in random order, 1.25 s apart in the mean.

    One kill in twenty is the broker's and one the database's, one pause in eight each, rounded up: a short run has
    every kind.
    """
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    faults = [(target, False) for target in _targets(draw, kills, _KILLS_PER_SERVER_KILL)]
    faults += [(target, True) for target in _targets(draw, pauses, _PAUSES_PER_SERVER_PAUSE)]
    draw.shuffle(faults)
    return [Fault(draw.uniform(0.5, 2), target, _pause(draw, target) if stands else None) for target, stands in faults]


def _targets(draw: random.Random, count: int, share: int) -> Sequence[str]:
    servers = [KAFKA, POSTGRES] * -(-count // share)
    return [*servers, *(draw.choice(PROCESSES) for _ in range(count - len(servers)))][:count]


def _pause(draw: random.Random, target: str) -> float:
    return draw.uniform(0.5, LONGEST_DATABASE_PAUSE if target == POSTGRES else LONGEST_PAUSE)
