"""What must be there before a service's processes start: database, views, topics."""

import uvloop

from chassis import migrate
from chassis.platform import running
from chassis.projection import Projection
from chassis.projector import create_views
from chassis.service import Service
from chassis.settings import Settings
from chassis.topics import create_topics


def prepare(service: Service, settings: Settings) -> None:
    """Bring database, views and topics to what this version needs."""
    migrate.prepare(service.name, settings.database_url, settings.database_role)

    async def rest() -> None:
        async with running(service.name, settings) as platform:
            others = [s.effect for s in service.subscriptions(platform) if isinstance(s.effect, Projection)]
            await create_views(platform.pool, [*service.projections, *others])
        await create_topics(
            settings.kafka_bootstrap, partitions=settings.kafka_partitions, replication=settings.kafka_replication
        )

    uvloop.run(rest())
