"""What a service's events topic says of its tree: for who has Kafka and the ledger's public key, and nothing else."""

from array import array
from collections.abc import Callable, Iterable
from contextlib import aclosing
from datetime import UTC, datetime
from uuid import UUID

from chassis.store.restore import Log
from chassis.store.tree import DIGEST, leaf_hash
from chassis.stream.copies import Claim, Lineage, claims
from chassis.stream.held import event_in
from chassis.stream.logs import claimed
from chassis.stream.reader import whole
from chassis.stream.security import Brokers
from chassis.stream.topics import events_topic

_MOST = 2**32
_NONE = bytes(DIGEST)


class TopicLeaves:
    """Hashes of leaves by position, of whichever log counts there; of two records the one that came first."""

    def __init__(self) -> None:
        self._hashes, self._owners = bytearray(), array("H")
        self._others: dict[tuple[int, int], bytes] = {}
        self._numbers: dict[UUID | None, int] = {}
        self._logs: dict[UUID, Log] = {}
        self.unreadable = 0

    def take(self, claim: Claim) -> None:
        """Note the event in a record."""
        self._hear_of(claim)
        event = event_in(claim)
        if event is None or claim.position > _MOST:
            self.unreadable += 1
            return
        owner, index = self._numbers.setdefault(claim.log, len(self._numbers)), claim.position - 1
        if (lacking := index + 1 - len(self._owners)) > 0:
            self._hashes += bytes(DIGEST * lacking)
            self._owners.extend([0] * lacking)
        here, found = slice(index * DIGEST, (index + 1) * DIGEST), leaf_hash(event.entry)
        if self._hashes[here] == _NONE:
            self._hashes[here], self._owners[index] = found, owner
        elif owner != self._owners[index]:
            self._others.setdefault((index, owner), found)

    def leaves(self) -> list[bytes | None]:
        """The leaves of the logs that carry each other on up to now; None where there is none."""
        lineage, names = Lineage(list(self._logs.values())), list(self._numbers)
        found: list[bytes | None] = []
        others: dict[int, list[tuple[UUID | None, bytes]]] = {}
        for (index, owner), leaf in self._others.items():
            others.setdefault(index, []).append((names[owner], leaf))
        for index, owner in enumerate(self._owners):
            leaf = bytes(self._hashes[index * DIGEST : (index + 1) * DIGEST])
            here = [(names[owner], leaf), *others.get(index, ())] if leaf != _NONE else []
            counts = [each for log, each in here if lineage.counts(log, index + 1)]
            found.append(counts[-1] if counts else None)
        while found and found[-1] is None:
            found.pop()
        return found

    def _hear_of(self, claim: Claim) -> None:
        try:
            said = claimed(claim.headers, datetime.now(UTC))
        except (LookupError, ValueError):
            return
        before: UUID | None = None
        for named in said:
            log = UUID(named.id.decode())
            if log not in self._logs or before is not None:
                self._logs[log] = Log(log, named.after, before)
                self._logs = {each.id: each for each in sorted(self._logs.values(), key=lambda each: each.after)}
            before = log


async def leaves_of(service: str, brokers: Brokers, progress: Callable[[int], None]) -> tuple[list[bytes | None], int]:
    """Leaves of a service's events topic by position, and how many records could not be read.

    Raises what the drivers raise.
    """
    found, done = TopicLeaves(), 0
    async with aclosing(whole([events_topic(service)], brokers, set())) as topic:
        async for batches, caught_up in topic:
            for records in batches.values():
                done += len(records)
                _take(found, claims(records)[0])
            progress(done)
            if caught_up:
                break
    return found.leaves(), found.unreadable


def _take(found: TopicLeaves, claimed_: Iterable[Claim]) -> None:
    for each in claimed_:
        found.take(each)
