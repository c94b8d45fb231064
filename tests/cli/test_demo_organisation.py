"""The units of a local platform are known from one day on, whoever imports them when."""

from datetime import date
from pathlib import Path

from cli.organisation import REFERENCE, import_organisation, known_since
from deploy.local.embedded import Embedded
from services.registry.app import SERVICE
from tests.served import served

EARLIER = date(2020, 8, 17)


async def test_units_are_known_from_the_first_import_on_whatever_a_later_one_would_say(
    servers: Embedded, tmp_path: Path
) -> None:
    async with served(SERVICE, servers, tmp_path) as service:
        registry = service.platform
        assert await known_since(registry) is None
        await import_organisation(registry, EARLIER)
        assert await known_since(registry) == EARLIER
        head = await registry.store.head()
        await import_organisation(registry)
        await import_organisation(registry, REFERENCE)
        assert await registry.store.head() == head
        days = await registry.pool.fetch("select distinct data ->> 'established_on' as day from store.events")
        assert {row["day"] for row in days if row["day"]} == {"1995-02-16", f"{EARLIER}"}
