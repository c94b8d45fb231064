"""`python -m bench.following SERVICE`: the read models of a service's own events, and nothing else of its worker."""

import asyncio
import sys
from importlib import import_module

from chassis.facts.settings import Settings
from chassis.service.platform import running
from chassis.store.wake import listening
from chassis.views.projector import project_own


async def follow(name: str) -> None:
    """Keep them until told to end."""
    service, settings = import_module(f"services.{name}.app").SERVICE, Settings()
    async with (
        running(name, settings, read_models=service.read_models) as platform,
        listening(settings.database_url, settings.database_role) as wake,
    ):
        await project_own(platform.store, service.projections, wake)


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1]))
