"""What must be there before a service's processes start: database, views, topics."""

import asyncpg
import uvloop
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from chassis.facts.settings import Settings
from chassis.service.platform import running
from chassis.service.service import Service
from chassis.store import migrate
from chassis.stream.cloudevents import declare
from chassis.stream.topic_settings import create_topics
from chassis.views.projector import create_views

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
