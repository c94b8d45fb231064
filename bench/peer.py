"""The peer: the `eventsourcing` library on PostgreSQL, with its default settings, in one process."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from urllib.parse import unquote, urlsplit
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.figures import Demand, Measured

_EVIDENCE = "x" * 300


class Card(Aggregate):
    """A stream of results."""

    def __init__(self) -> None:
        self.value = 0

    @event("Reported")
    def report(self, value: int, indicator: str, evidence: str) -> None:  # noqa: ARG002 - kept in the event
        """Note one result."""
        self.value = value


class Peer:
    """One application of the library in a database; its tables are made at once."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._app: Application[UUID] = Application(
            env={
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": parts.path.removeprefix("/"),
                "POSTGRES_HOST": parts.hostname or "",
                "POSTGRES_PORT": str(parts.port),
                "POSTGRES_USER": parts.username or "",
                "POSTGRES_PASSWORD": unquote(parts.password or ""),
            }
        )

    def appends(self, threads: int, seconds: float) -> float:
        """Events stored per second, one by one, by threads that each have an aggregate of their own."""
        began = time.perf_counter()

        def client(_: int) -> int:
            card, done = Card(), 0
            self._app.save(card)
            while time.perf_counter() < began + seconds:
                done += 1
                card.report(done, "health_insurance_coverage", _EVIDENCE)
                self._app.save(card)
            return done

        with ThreadPoolExecutor(threads) as pool:
            done = sum(pool.map(client, range(threads)))
        return done / (time.perf_counter() - began)

    def a_stream(self, events: int) -> UUID:
        """Store one stream of this length."""
        card = Card()
        for number in range(1, events):
            card.report(number, "health_insurance_coverage", _EVIDENCE)
        self._app.save(card)
        found: UUID = card.id
        return found

    def loads(self, stream: UUID, seconds: float) -> float:
        """Events per second that `repository.get` loads and folds."""
        began, done = time.perf_counter(), 0
        while time.perf_counter() < began + seconds:
            done += int(self._app.repository.get(stream).version)
        return done / (time.perf_counter() - began)

    def replay(self, page: int = 5000) -> float:
        """Events per second from the whole log through the mapper."""
        began, done, after = time.perf_counter(), 0, 0
        recorder, mapper = self._app.recorder, self._app.mapper
        while found := recorder.select_notifications(after, page, inclusive_of_start=False):
            done += len([mapper.to_domain_event(each) for each in found])
            after = found[-1].id
        return done / (time.perf_counter() - began)

    def close(self) -> None:
        """Close its connections."""
        self._app.close()


def times(found: Measured, others: Sequence[float], must: float) -> Demand:
    """How many times the peer's figure ours is."""
    return Demand("times eventsourcing", median(found.ours) / median(others), must, must)
