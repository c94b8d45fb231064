"""A reader that was away for longer than tombstones are kept: whoever was erased meanwhile is gone from its model."""

import asyncio
import os
import signal
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.run import presence
from chassis.views.rebuild import Rebuild
from deploy.local.embedded import Embedded
from tests.chassis.streams import Stream, stream, until
from tests.conftest import Database
from tests.registry.directory import FENCE, keep, leading, learned, learning, notify, read, registry, sent_up_to
from tests.registry.hasty import AGE_MS, hasty, somebody

__all__ = ["hasty", "notify", "registry", "stream"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "_EVERY_SECONDS", 0.2)
    monkeypatch.setattr(presence, "_SOON_SECONDS", 0.2)


@pytest.fixture
def reloads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list of the places that are built anew."""
    found: list[str] = []
    create = Rebuild._create

    async def counted(self: Rebuild) -> None:
        found.append(self._projection.place)
        await create(self)

    monkeypatch.setattr(Rebuild, "_create", counted)
    return found


async def learned_only(notify: Database, *expected: UUID) -> bool:
    return await learned(notify) == set(expected)


async def erased_while_away(registry: Stream, notify: Database) -> tuple[UUID, UUID]:
    """Notify learned of two persons; one was erased while it was away, and the tombstone is gone, too."""
    erased, there = uuid4(), uuid4()
    async with leading(registry, FENCE):
        async with learning(notify, registry.bootstrap):
            await keep(registry, erased, somebody()[0])
            await keep(registry, there, somebody()[0])
            await until(lambda: learned_only(notify, erased, there), 60)
        await keep(registry, erased, None)
        others = [uuid4() for _ in range(24)]  # somebody of each partition

        async def forgotten() -> bool:
            for other in others:
                await keep(registry, other, somebody()[0])
            await asyncio.sleep(1.5 * AGE_MS / 1000)
            return await asyncio.to_thread(read, registry.bootstrap, erased) == []

        await until(forgotten, 120)
        last = [await keep(registry, other, None) for other in others][-1]
        await until(lambda: sent_up_to(registry, last), 60)
    await notify.pool.execute("update chassis.positions set looked_at = now() - interval '8 days'")
    return erased, there


async def test_who_was_erased_while_a_reader_was_away_for_long_is_gone_when_it_is_back(
    hasty: Path, registry: Stream, notify: Database, reloads: list[str]
) -> None:
    _, there = await erased_while_away(registry, notify)
    reloads.clear()
    async with (
        learning(notify, registry.bootstrap, "1"),
        learning(notify, registry.bootstrap, "2"),
        leading(registry, FENCE),
    ):
        await until(lambda: learned_only(notify, there), 60)
        await until(lambda: _all_looked_at(notify), 60)
        later = uuid4()
        await keep(registry, later, somebody()[0])
        await until(lambda: learned_only(notify, there, later), 60)
    assert reloads == ["people_v2"]


async def _all_looked_at(notify: Database) -> bool:
    away = "select count(*) from chassis.positions where looked_at < now() - interval '1 hour'"
    return bool(await notify.pool.fetchval(away) == 0)


async def test_without_the_reload_the_erased_person_stays(
    hasty: Path, registry: Stream, notify: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return

    monkeypatch.setattr(presence, "reload", nothing)
    erased, there = await erased_while_away(registry, notify)
    async with learning(notify, registry.bootstrap):
        await until(lambda: _all_looked_at(notify), 60)
        await until(lambda: learned_only(notify, erased, there), 60)


async def test_a_place_counts_as_looked_at_only_while_the_broker_answers_its_reader(
    registry: Stream, notify: Database, servers: Embedded, monkeypatch: pytest.MonkeyPatch, reloads: list[str]
) -> None:
    monkeypatch.setattr(presence, "_FRESH_SECONDS", 3.0)
    async with leading(registry, FENCE):
        await keep(registry, uuid4(), somebody()[0])
        async with learning(notify, registry.bootstrap):
            await until(lambda: _looked_since(notify, None), 60)
            seen = await _looked_at(notify)
            await until(lambda: _looked_since(notify, seen), 60)
            os.kill(servers.pids["kafka"], signal.SIGSTOP)
            try:
                await until(lambda: _at_rest(notify), 60)
                seen = await _looked_at(notify)
            finally:
                os.kill(servers.pids["kafka"], signal.SIGCONT)
            await until(lambda: _looked_since(notify, seen), 120)
    assert await _at_rest(notify), "nobody is there any more"
    assert reloads == []


async def _looked_at(notify: Database) -> datetime | None:
    found: datetime | None = await notify.pool.fetchval("select max(looked_at) from chassis.positions")
    return found


async def _at_rest(notify: Database) -> bool:
    """Whether nothing counts as looked at within ten looks of a worker."""
    before = await _looked_at(notify)
    await asyncio.sleep(2)
    return await _looked_at(notify) == before


async def _looked_since(notify: Database, then: datetime | None) -> bool:
    now = await _looked_at(notify)
    return now is not None and (then is None or now > then)
