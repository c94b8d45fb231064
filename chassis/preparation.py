"""What must be there before a service's processes start: database, views, topics."""

import asyncpg
import uvloop
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from chassis import migrate
from chassis.cloudevents import declare
from chassis.platform import running
from chassis.projector import create_views
from chassis.service import Service
from chassis.settings import Settings
from chassis.topics import create_topics

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
    migrate.prepare(service.name, settings.database_url, settings.database_role)

    async def rest() -> None:
        async with running(service.name, settings, "prepare") as platform:
            await create_views(platform.pool, service.read_models)
            await declare(platform.pool)
        await create_topics(
            settings.kafka_bootstrap, partitions=settings.kafka_partitions, replication=settings.kafka_replication
        )

    uvloop.run(rest())
