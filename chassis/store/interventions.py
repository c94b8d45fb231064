"""What people did by hand to what a service keeps: each with who decided so, and why."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg


@dataclass(frozen=True, slots=True)
class By:
    """Who decides something by hand, and why, in that person's own words; raises ValueError for what says nothing."""

    who: str
    why: str

    def __post_init__(self) -> None:
        if not self.who.strip() or not self.why.strip():
            raise ValueError("who decides, and why, must be said")


@dataclass(frozen=True, slots=True)
class Intervention:
    """What somebody did, to what, and what came of it."""

    id: int
    what: str
    about: str
    decided_by: str
    reason: str
    outcome: str
    done_at: datetime


async def note(connection: asyncpg.Connection | asyncpg.Pool, what: str, about: str, by: By, outcome: str = "") -> None:
    """Keep what somebody did; in the transaction that does it, where there is one."""
    await connection.execute(
        "insert into chassis.interventions (what, about, decided_by, reason, outcome) values ($1, $2, $3, $4, $5)",
        what, about, by.who, by.why, outcome,
    )  # fmt: skip


async def noted(pool: asyncpg.Pool) -> list[Intervention]:
    """What was done by hand, the newest last."""
    rows = await pool.fetch(
        "select id, what, about, decided_by, reason, outcome, done_at from chassis.interventions order by id"
    )
    return [Intervention(**dict(row)) for row in rows]
