"""What must be there before a service's processes start: database, views, topics, and who may do what with them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import structlog
import uvloop
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from chassis.facts.clock import FileClock
from chassis.facts.settings import Settings
from chassis.service.platform import clock_of, fit_for_production, running
from chassis.service.service import Service
from chassis.store import migrate
from chassis.store.logins import WrongFile, let_in, passwords, take_over
from chassis.stream import connection, rights
from chassis.stream.cloudevents import declare
from chassis.stream.security import Login
from chassis.stream.topic_settings import create_topics
from chassis.views.projector import create_views

log = structlog.get_logger()

_AWAY = (OSError, DBAPIError, asyncpg.PostgresConnectionError, asyncpg.ClientConfigurationError, KafkaError)
_NOT_LET_IN = (
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
)


def prepare(service: Service, settings: Settings) -> None:
    """Bring database, views and topics to what this version needs; ends the process with a sentence when it cannot."""
    try:
        _prepare(service, settings)
    except (*_AWAY, *_NOT_LET_IN) as error:
        raise SystemExit(
            f"Không chuẩn bị được {service.name} ({type(error).__name__}); hãy kiểm tra địa chỉ, mật khẩu cơ sở dữ "
            f"liệu và Kafka. / {service.name} cannot be prepared ({type(error).__name__}); check the addresses and the "
            "password of database and Kafka."
        ) from None


def _prepare(service: Service, settings: Settings) -> None:
    fit_for_production(settings)
    clock, url = clock_of(settings), settings.database_url
    role = settings.database_role or urlsplit(url).path.strip("/")
    known = _passwords(service.name, role, settings.database_logins)
    migrate.prepare(service.name, url, role)
    migrate.put_ahead(url, clock.ahead() if isinstance(clock, FileClock) else timedelta())

    async def rest() -> None:
        await take_over(url, role)
        async with running(service.name, settings.model_copy(update={"database_role": role}), "prepare") as platform:
            await create_views(platform.pool, service.read_models)
            await declare(platform.pool)
            kafka = platform.kafka
        await let_in(url, role, known, service.grants)
        await connection.let_in(kafka)
        await lock(kafka, strict=settings.thidua_env == "production")
        await create_topics(kafka, partitions=settings.kafka_partitions, replication=settings.kafka_replication)

    uvloop.run(rest())


async def lock(kafka: Login, *, strict: bool) -> None:
    """Give the rights that the table of topics declares, and say where the brokers allow more or ask nobody's name.

    Who is `strict` ends the process there. Raises KafkaError.
    """
    try:
        found = await rights.allow(kafka)
    except rights.Unlocked:
        said = (
            "Kafka không hỏi ai là ai: bất kỳ ai kết nối được đều ghi và đọc được mọi chủ đề; hãy bật authorizer. / "
            "Kafka asks nobody's name: whoever reaches it may write and read every topic; give it an authorizer."
        )
        log.warning("kafka_unlocked", do=said)
        if strict:
            raise SystemExit(said) from None
        return
    if found.missing:
        log.info("kafka_rights_given", rights=list(map(str, found.missing)))
    if found.foreign:
        log.warning("kafka_rights_foreign", rights=list(map(str, found.foreign)))
    if found.wider and strict:
        what = "; ".join(map(str, found.wider))
        raise SystemExit(
            f"Kafka cho phép nhiều hơn đã khai báo ({what}); hãy gỡ các quyền đó. / Kafka allows more than is declared "
            f"({what}); take these rights back."
        )


def _passwords(service: str, role: str, folder: Path | None) -> Mapping[str, str]:
    try:
        return {} if folder is None else passwords(folder, service, role)
    except (WrongFile, OSError, ValueError) as error:
        raise SystemExit(
            f"Tệp tài khoản không đọc được hoặc sai tên, mật khẩu ({error}); hãy sửa rồi chạy lại.\n"
            f"A login's file cannot be read, or its name or password is wrong ({error}); mend it and start again."
        ) from None
