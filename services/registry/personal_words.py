"""The words of what persons register, beside the directory and erased with it: facts hold their digests. Source: A4."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from chassis.store.database import TRANSIENT
from services.registry.domain.personal_registration import digest

Said = tuple[UUID, UUID, str]
"""A registration, whose it is, and words about it."""

Kept = Mapping[tuple[UUID, str], str]
"""Words by their registration and digest."""

_KEEP: Final = """
    insert into personal_words (attempt, registration_id, digest, person_id, words)
    select $1, * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[]) on conflict do nothing
"""
_ERASED: Final = "select person_id, details is null as erased from people where person_id = any($1::uuid[])"
_DROP: Final = "delete from personal_words where registration_id = any($2::uuid[]) and attempt = $1"
FORGET: Final = "delete from personal_words where person_id = $1"
"""Erases all words about a person, in the transaction that erases the details."""


@asynccontextmanager
async def kept(pool: asyncpg.Pool, said: Iterable[Said]) -> AsyncIterator[None]:
    """Words that are there while a command about them is decided; they go again where it is refused.

    About who was erased nothing is kept: an erasure waits for this, or this for the erasure. Each attempt keeps its
    own: somebody else's, with the same words, may be the one that is accepted.
    """
    attempt = uuid4()
    rows = [(registration, digest(registration, words), person, words) for registration, person, words in said]
    async with pool.acquire() as connection, connection.transaction():
        gone = await connection.fetch(_ERASED + " for share", [row[2] for row in rows])
        erased_ones = {row["person_id"] for row in gone if row["erased"]}
        rows = [row for row in rows if row[2] not in erased_ones]
        await connection.execute(_KEEP, attempt, *([row[place] for row in rows] for place in range(4)))
    try:
        yield
    except TRANSIENT:  # whether it was accepted is not known: what a fact may say is not taken away
        raise
    except Exception:
        await pool.execute(_DROP, attempt, [row[0] for row in rows])
        raise


async def words(pool: asyncpg.Pool, registrations: Sequence[UUID]) -> Kept:
    """What is kept about these registrations, by the digests that facts hold."""
    rows = await pool.fetch(
        "select registration_id, digest, words from personal_words where registration_id = any($1::uuid[])",
        registrations,
    )
    return {(UUID(int=row["registration_id"].int), row["digest"]): row["words"] for row in rows}


async def erased(pool: asyncpg.Pool, persons: Sequence[UUID]) -> set[UUID]:
    """Who of these was erased: nothing new is written about them."""
    return {UUID(int=row["person_id"].int) for row in await pool.fetch(_ERASED, persons) if row["erased"]}
