"""The texts of reports, beside the facts, which hold their digests: each version that was ever written. Decision 65."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from services.campaigns.domain.report import digest

Kept = Mapping[tuple[UUID, str], str]
"""Texts by their report and digest."""

_KEEP: Final = """
    insert into report_words (report_id, digest, words) select $1, * from unnest($2::text[], $3::text[])
    on conflict do nothing returning digest
"""
_DROP: Final = "delete from report_words where report_id = $1 and digest = any($2::text[])"


@asynccontextmanager
async def kept(pool: asyncpg.Pool, report: UUID, texts: Sequence[str]) -> AsyncIterator[None]:
    """Texts that are there while a command about them is decided; what is new goes again where that is refused."""
    said = {digest(report, text): text for text in texts if text}
    new = await pool.fetch(_KEEP, report, [*said], [*said.values()])
    try:
        yield
    except Exception:
        await pool.execute(_DROP, report, [row["digest"] for row in new])
        raise


async def words(pool: asyncpg.Pool, reports: Sequence[UUID]) -> Kept:
    """What is kept of these reports, by the digests that facts hold; the empty text is that of the empty digest."""
    rows = await pool.fetch(
        "select report_id, digest, words from report_words where report_id = any($1::uuid[])", reports
    )
    return {(UUID(int=row["report_id"].int), row["digest"]): row["words"] for row in rows}
