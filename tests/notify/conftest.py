"""The mail sink and the Zalo simulator as processes of their own, and notify's database with its read models."""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.facts.clock import system_clock
from chassis.facts.envelope import Recorded
from chassis.facts.projection import Fold, Projection
from chassis.organisation.organisation import ORGANISATION
from chassis.store.execute import Executor
from chassis.store.store import Store
from chassis.store.wake import listening
from chassis.testing import as_recorded
from chassis.views.projector import create_views, project_own
from contracts.event import Event
from contracts.notify import Channel
from contracts.people import PersonChanged, PersonDetails
from deploy.local.loopback import listen
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.delivery.due import SCHEMA
from services.notify.delivery.sender import Sender
from services.notify.departed import DEPARTED
from services.notify.domain.notification import NOTIFICATION, Known
from services.notify.domain.rules import Told, tell_everyone_concerned
from services.notify.email.smtp import EmailSender
from services.notify.learned import LEARNED
from services.notify.people import DIRECTORY
from services.notify.settings import ProviderSettings
from services.notify.views import OUTBOX
from services.notify.zalo.sender import ZaloSender
from tests.conftest import Database
from tests.network import ONE_CALL_EACH
from tests.notify.facts import GRANTED, LAUNCHED, UNITS

_numbers = itertools.count(1)


def free_port() -> int:
    with listen(0) as sock:
        return int(sock.getsockname()[1])


async def until(condition: Callable[[], Awaitable[Any]], seconds: float = 20) -> Any:
    """Whatever the condition gives, once it gives something."""
    async with asyncio.timeout(seconds):
        while not (result := await condition()):  # noqa: ASYNC110 - the news is in other processes
            await asyncio.sleep(0.02)
        return result


@dataclass(frozen=True)
class Providers:
    """Where the two stand-ins are."""

    data: Path
    smtp_port: int
    mail: str
    zalo: str
    web: httpx.AsyncClient

    def settings(self, **changes: Any) -> ProviderSettings:
        given = {"smtp_port": self.smtp_port, "zalo_url": self.zalo, "thidua_data": self.data, "provider_timeout": 5}
        return ProviderSettings(**{**given, **changes})

    @property
    def environment(self) -> Mapping[str, str]:
        return {"SMTP_PORT": str(self.smtp_port), "ZALO_URL": self.zalo, "THIDUA_DATA": str(self.data)}

    async def mails(self, address: str) -> list[dict[str, Any]]:
        return list((await self.web.get(f"{self.mail}/messages.json", params={"to": address})).json())

    async def cards(self, phone: str) -> list[dict[str, Any]]:
        return list((await self.web.get(f"{self.zalo}/_sim/messages.json", params={"phone": phone})).json())

    async def order(self, provider: str, path: str, **order: Any) -> None:
        """Let something go wrong at one of them."""
        (await self.web.post(f"{provider}{path}", json=order)).raise_for_status()


@pytest.fixture(scope="session")
async def stand_ins(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Providers]:
    data = tmp_path_factory.mktemp("providers")
    smtp, page, zalo = free_port(), free_port(), free_port()
    programs = (
        ("mail_sink", f"--smtp-port={smtp}", f"--page-port={page}", f"--data={data}"),
        ("zalo_simulator", f"--port={zalo}", f"--data={data / 'zalo'}", "--rate-limit=0"),
    )
    running = [
        subprocess.Popen([sys.executable, "-m", f"deploy.local.{name}", *options], stdout=subprocess.PIPE)  # noqa: ASYNC220 - at once
        for name, *options in programs
    ]
    for process in running:
        assert process.stdout is not None
        process.stdout.readline()
    async with httpx.AsyncClient(limits=ONE_CALL_EACH) as web:
        yield Providers(data, smtp, f"http://127.0.0.1:{page}", f"http://127.0.0.1:{zalo}", web)
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
async def providers(stand_ins: Providers) -> AsyncIterator[Providers]:
    yield stand_ins
    await stand_ins.web.delete(f"{stand_ins.mail}/faults")
    await stand_ins.web.delete(f"{stand_ins.zalo}/_sim/faults")


@dataclass
class Person:
    """Somebody made up."""

    phone: str | None
    email: str | None
    full_name: str = "Nguyễn Thị Hoàng Anh"
    id: UUID = field(default_factory=uuid4)


@dataclass
class Office:
    """notify's database with its read models, kept up to date, and what a test asks of it."""

    database: Database
    providers: Providers
    executor: Executor

    async def learn(self, projection: Projection, *events: Recorded[Event]) -> None:
        fold = Fold(projection.place)
        for event in events:
            fold.apply(projection.changes(event))
        async with self.database.pool.acquire() as connection:
            await fold.write(connection)

    async def person(self, *, phone: bool = True, email: bool = True, known: bool = True) -> Person:
        number = next(_numbers)
        person = Person(
            f"8490{os.getpid() % 1000:03d}{number:04d}" if phone else None,
            f"an.{number}.{uuid4().hex[:6]}@hue.example" if email else None,
        )
        details = PersonDetails(person_id=person.id, full_name=person.full_name, phone=person.phone, email=person.email)
        if known:
            await self.learn(DIRECTORY, as_recorded(PersonChanged(person_id=person.id, details=details)))
        return person

    async def tell(self, *people: Person, event: Told = GRANTED, traceparent: str | None = None) -> list[UUID]:
        """What the reaction to an event does."""
        recorded = as_recorded(event)
        await self.learn(LEARNED, recorded)
        requests = tell_everyone_concerned(recorded, [person.id for person in people])
        for start in range(0, len(requests), 100):
            await asyncio.gather(
                *(
                    self.executor.execute(
                        NOTIFICATION,
                        wanted.notification_id,
                        wanted,
                        recorded.following(uuid4(), traceparent),
                        known=Known(),
                    )
                    for wanted in requests[start : start + 100]
                )
            )
        return [wanted.notification_id for wanted in requests]

    async def story(self, notification_id: UUID) -> list[str]:
        events = await self.executor.store.load(NOTIFICATION.stream(notification_id))
        return [type(event).__name__ for event in events]

    async def ended(self, notification_id: UUID, with_: str, seconds: float = 20) -> list[str]:
        """The story, once it ends as expected."""

        async def closed() -> list[str]:
            story = await self.story(notification_id)
            return story if story[-1].startswith("Notification") and len(story) > 1 else []

        story: list[str] = await until(closed, seconds)
        assert story[-1] == with_, story
        return story

    @asynccontextmanager
    async def delivering(self, instance: str = "1", **options: Any) -> AsyncIterator[None]:
        """A dispatcher at work, by the system's clock or another; `settings` are changes of the providers' settings."""
        settings = self.providers.settings(**options.pop("settings", {}))
        senders: dict[Channel, Sender[Any]] = {
            Channel.ZALO: ZaloSender(settings),
            Channel.EMAIL: EmailSender(settings),
        }
        clock = options.pop("clock", system_clock)
        options = {"retry_seconds": 0.2, "person_waits": 0, **options}
        dispatcher = Dispatcher(self.database.pool, self.executor, clock, senders, instance, **options)
        task = asyncio.create_task(dispatcher.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def office(database: Database, providers: Providers) -> AsyncIterator[Office]:
    await create_views(database.pool, [OUTBOX, LEARNED, DIRECTORY, DEPARTED, ORGANISATION])
    await database.pool.execute(SCHEMA)
    store = Store(database.pool)
    it = Office(database, providers, Executor(store))
    await it.learn(ORGANISATION, *map(as_recorded, UNITS))
    await it.learn(LEARNED, as_recorded(LAUNCHED))
    async with listening(database.url, database.role) as wake:
        task = asyncio.create_task(project_own(store, [OUTBOX], wake))
        yield it
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
