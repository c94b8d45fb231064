"""N1: from an event to rendered, signed, recorded email in a mail server, against a loop that sends ready bytes."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID, uuid4

import aiosmtplib
import httpx

from bench.figures import Row, Scale, in_turns, ratio
from bench.ground import DATA, Ground, free_port, fresh, listening_on, process, until
from chassis.facts.clock import system_clock
from chassis.facts.envelope import Recorded
from chassis.facts.projection import Fold, Projection
from chassis.organisation.organisation import ORGANISATION
from chassis.store.execute import Executor
from chassis.store.wake import listening
from chassis.testing import as_recorded
from chassis.views.projector import project_own
from contracts.awards import AwardGranted
from contracts.campaigns import CampaignKind, CampaignLaunched, CampaignLevel
from contracts.event import Event
from contracts.notify import Channel
from contracts.people import PersonChanged, PersonDetails
from contracts.registry import UnitEstablished
from contracts.values import Document, Period, UnitKind
from deploy.local.embedded import Embedded
from services.notify.delivery.dispatcher import Dispatcher
from services.notify.delivery.due import SCHEMA
from services.notify.delivery.render import letter
from services.notify.departed import DEPARTED
from services.notify.domain.notification import NOTIFICATION, Known
from services.notify.domain.rules import RULES, Told, tell_everyone_concerned
from services.notify.domain.texts import Names
from services.notify.email.mail import Envelope, compose
from services.notify.email.signing import Signer, load_key
from services.notify.email.smtp import EmailSender
from services.notify.learned import LEARNED
from services.notify.people import DIRECTORY
from services.notify.settings import ProviderSettings
from services.notify.views import OUTBOX, statistics

_SENDER: Final = "thidua@thidua.example"
_NAME: Final = "Cán bộ mẫu"
_AT_ONCE: Final = 200
UNIT: Final = UnitEstablished(
    unit_id=uuid4(), code="P66", name="Bảo hiểm xã hội tỉnh Đắk Lắk", kind=UnitKind.PROVINCIAL,
    established_on=date(1995, 6, 15),
)  # fmt: skip
LAUNCHED: Final = CampaignLaunched(
    campaign_id=uuid4(), code="4225-2024", theme="Thi đua nước rút hoàn thành nhiệm vụ năm 2024", goals=(),
    kind=CampaignKind.DRIVE, level=CampaignLevel.SECTOR, units=(UnitKind.PROVINCIAL,),
    period=Period(start=date(2024, 11, 10), end=date(2025, 12, 31)),
    document=Document(number="4225/BHXH-TĐKT", issued_on=date(2024, 11, 10)),
)  # fmt: skip
GRANTED: Final = AwardGranted(
    nomination_id=uuid4(), decision_id=uuid4(), decision_number="15/QĐ-BHXH", campaign_id=LAUNCHED.campaign_id,
    unit_id=UNIT.unit_id, award="merit_certificate_dg",
)  # fmt: skip


async def learn(ground: Ground, projection: Projection, *events: Recorded[Event]) -> None:
    """Feed a read model as its consumer would."""
    fold = Fold(projection.place)
    for event in events:
        fold.apply(projection.changes(event))
    async with ground.pool.acquire() as connection:
        await fold.write(connection)


def ready_bytes() -> bytes:
    """One message as notify would send it."""
    text = letter("award_granted", _NAME, RULES[AwardGranted].words(GRANTED, Names(UNIT.name, LAUNCHED.theme)))
    envelope = Envelope(
        _SENDER, "Thi đua - Khen thưởng", "a@x.example", _NAME, "thidua.example", uuid4(), datetime.now(UTC), {}
    )
    return Signer(load_key(DATA / "dkim.pem"), "thidua.example", "thidua").sign(compose(text, envelope))


@asynccontextmanager
async def mail_sink() -> AsyncIterator[tuple[int, str]]:
    """A mail server in its own process: its port, and the address of its count."""
    smtp, page = free_port(), free_port()
    arguments = ("deploy.local.mail_sink", f"--smtp-port={smtp}", f"--page-port={page}", f"--data={DATA}")
    async with process(*arguments, env={}):
        await asyncio.gather(listening_on(smtp), listening_on(page))
        yield smtp, f"http://127.0.0.1:{page}/count.json"


async def request(executor: Executor, cause: Recorded[Told], people: Sequence[UUID]) -> None:
    """Ask for one email to each person, as the reaction to an event does."""
    wanted = [each.model_copy(update={"channels": (Channel.EMAIL,)}) for each in tell_everyone_concerned(cause, people)]
    for start in range(0, len(wanted), _AT_ONCE):
        await asyncio.gather(
            *(
                executor.execute(NOTIFICATION, each.notification_id, each, cause.following(uuid4()), known=Known())
                for each in wanted[start : start + _AT_ONCE]
            )
        )


async def measured(servers: Embedded, scale: Scale, _: set[str]) -> AsyncIterator[Row]:
    """The row N1."""
    messages = int(500 * scale.seconds)
    async with (
        fresh(servers, OUTBOX, LEARNED, DIRECTORY, DEPARTED, ORGANISATION) as ground,
        mail_sink() as (port, count),
        httpx.AsyncClient() as web,
    ):
        async with ground.pool.acquire() as connection:
            await connection.execute(SCHEMA)
        await learn(ground, ORGANISATION, as_recorded(UNIT))
        await learn(ground, LEARNED, as_recorded(LAUNCHED))
        executor = Executor(ground.store)
        sender = EmailSender(ProviderSettings(smtp_port=port, thidua_data=DATA))
        dispatcher = Dispatcher(ground.pool, executor, system_clock, {Channel.EMAIL: sender}, "1")
        ready, finished = ready_bytes(), 0

        async def limit() -> float:
            async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as client:
                began = time.perf_counter()
                for _ in range(messages):
                    await client.sendmail(_SENDER, ["a@x.example"], ready)
                return messages / (time.perf_counter() - began)

        async def all_completed() -> bool:
            return (await statistics(ground.pool)).completed >= finished

        async def ours() -> float:
            nonlocal finished
            people = [uuid4() for _ in range(messages)]
            addresses = [
                PersonDetails(person_id=each, full_name=_NAME, email=f"n{number}@x.example")
                for number, each in enumerate(people)
            ]
            changes = [PersonChanged(person_id=each.person_id, details=each) for each in addresses]
            await learn(ground, DIRECTORY, *map(as_recorded, changes))
            before = (await web.get(count)).json()["messages"]
            finished += messages
            began = time.perf_counter()
            cause = as_recorded(GRANTED)
            await learn(ground, LEARNED, cause)
            await request(executor, cause, people)
            seconds = await until(all_completed, 0.02) - began
            if (await web.get(count)).json()["messages"] - before != messages:
                raise RuntimeError("not every message arrived once")
            return messages / seconds

        async with listening(ground.url, ground.role) as wake:
            work = (project_own(executor.store, [OUTBOX], wake), dispatcher.run())
            tasks = [asyncio.create_task(each) for each in work]
            try:
                found = await in_turns(scale.rounds, ours, limit)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        what = (
            f"email: {messages:,} notifications from the event to the mail server, rendered, signed, recorded; "
            "limit: aiosmtplib on one connection sending ready bytes"
        )
        yield found.row("N1", what, "1/s", ratio(0.6, 0.9))
