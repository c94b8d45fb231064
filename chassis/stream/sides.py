"""Where store and topic differ at a position that a head covers: which of the two was changed, and in what."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from chassis.store.heads import MARK
from chassis.store.ledger import entry
from chassis.store.restore import Held
from chassis.store.tree import leaf_hash
from chassis.stream.copies import Claim
from chassis.stream.held import event_in

Side = Literal["store", "topic", "both", "unknown"]
"""Who does not hold what was anchored; `unknown` where no head goes that far."""

COLUMNS: Final = ("stream", "version", "id", "type", "recorded_at", "metadata", "data")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _mark(content: bytes) -> bytes:
    return leaf_hash(content)[:MARK]


def side(row: Sequence[Any] | None, claim: Claim | None, mark: bytes | None) -> Side:
    """Who differs from what a head says of the event; `row` as `ledger.EVENTS` reads it, None where there is none."""
    if mark is None:
        return "unknown"
    event = event_in(claim) if claim is not None else None
    store = row is not None and _mark(entry(row[1:-1])) == mark
    topic = event is not None and _mark(event.entry) == mark
    if store:
        return "topic"
    return "store" if topic else "both"


def altered(row: Sequence[Any], event: Held) -> list[str]:
    """Names of the columns in which a row differs from the event that a topic holds."""
    microseconds = (event.recorded_at - _EPOCH) // timedelta(microseconds=1)
    said = (event.stream, event.version, event.id, event.type, microseconds, event.metadata, event.data)
    return [name for name, one, other in zip(COLUMNS, row[1:-1], said, strict=True) if str(one) != str(other)]
