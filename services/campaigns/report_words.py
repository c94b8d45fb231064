"""The texts of reports, beside the facts, which hold their digests: each version that was ever written. Decision 65."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from chassis.store.database import TRANSIENT
from services.campaigns.domain.report import digest

Kept = Mapping[tuple[UUID, str], str]
"""Texts by their report and digest."""

_KEEP: Final = """
    insert into report_words (report_id, attempt, digest, words) select $1, $2, * from unnest($3::text[], $4::text[])
"""
_DROP: Final = "delete from report_words where report_id = $1 and attempt = $2"


@asynccontextmanager
async def kept(pool: asyncpg.Pool, report: UUID, texts: Sequence[str]) -> AsyncIterator[None]:
    """Texts that are there while a command about them is decided; they go again where that is refused.

    Each attempt keeps its own: somebody else's, with the same words, may be the one that is accepted.
    """
    said, attempt = {digest(report, text): text for text in texts if text}, uuid4()
    await pool.execute(_KEEP, report, attempt, [*said], [*said.values()])
    try:
        yield
    except TRANSIENT:  # whether it was accepted is not known: what a fact may say is not taken away
        raise
    except Exception:
        await pool.execute(_DROP, report, attempt)
        raise


async def words(pool: asyncpg.Pool, reports: Sequence[UUID]) -> Kept:
    """What is kept of these reports, by the digests that facts hold; the empty text is that of the empty digest."""
    rows = await pool.fetch(
        "select report_id, digest, words from report_words where report_id = any($1::uuid[])", reports
    )
    return {(UUID(int=row["report_id"].int), row["digest"]): row["words"] for row in rows}
