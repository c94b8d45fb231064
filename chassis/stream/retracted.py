"""What reactions did in answer to facts that were then lost with a store: nobody undoes it but a person."""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from chassis.stream.copies import Claim, claims
from chassis.stream.intake import Reaction
from chassis.stream.reader import whole
from chassis.stream.security import Brokers
from contracts import CATALOGUE


@dataclass(frozen=True, slots=True)
class Retracted:
    """A fact that a reaction answered and that is lost: what to look for in the answering service, never its content.

    Of a range of positions that no topic holds any more nobody knows what was there: id and type are empty.
    """

    consumer: str
    topic: str
    partition: int
    first: int
    last: int
    event_id: str = ""
    event_type: str = ""
    stream: str = ""


async def retracted(pool: asyncpg.Pool, reactions: Mapping[str, Reaction], bootstrap: Brokers) -> list[Retracted]:
    """What a service's reactions answered and was lost, by position; raises what the drivers raise."""
    rows = await pool.fetch(
        "select consumer, topic, partition, log_id, after_position, up_to from chassis.retracted"
        " order by consumer, topic, partition, noted_at"
    )
    if not rows:
        return []
    held: list[Claim] = []
    async with aclosing(whole(sorted({row["topic"] for row in rows}), bootstrap, set())) as read:
        async for batches, caught_up in read:
            for records in batches.values():
                held += claims(records)[0]
            if caught_up:
                break
    found: list[Retracted] = []
    for consumer, topic, partition, log_id, after, up_to in rows:
        lost = {
            each.position: each
            for each in held
            if (each.record.topic, each.record.partition) == (topic, partition)
            and after < each.position <= up_to
            and each.log == (UUID(log_id) if log_id else None)
        }
        reaction = reactions.get(consumer)
        for position, claim in sorted(lost.items()):
            kind = claim.headers.get("ce_type", b"").decode("utf-8", "replace")
            if reaction is None or kind not in CATALOGUE or reaction.reads.reads_type(kind):
                event, stream = claim.headers.get("ce_id", b""), claim.record.key or b""
                about = event.decode("utf-8", "replace"), kind, stream.decode("utf-8", "replace")
                found.append(Retracted(consumer, topic, partition, position, position, *about))
        if not lost:
            found.append(Retracted(consumer, topic, partition, after + 1, up_to))
    return found
