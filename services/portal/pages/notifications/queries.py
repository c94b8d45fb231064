"""Campaigns to choose from, as the portal knows them."""

from typing import Final

import asyncpg

_CAMPAIGNS: Final = "select campaign_id, code from progress_campaigns order by starts_on desc, code limit 200"


async def campaigns(pool: asyncpg.Pool) -> list[tuple[str, str]]:
    """Ids and codes of campaigns, the latest first."""
    return [(str(row["campaign_id"]), row["code"]) for row in await pool.fetch(_CAMPAIGNS)]
