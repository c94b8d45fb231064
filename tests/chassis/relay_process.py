"""A relay in a process of its own, for the tests that stop and kill it."""

from chassis.store.database import pooled
from chassis.store.wake import listening
from chassis.stream.cloudevents import EventSource
from chassis.stream.relay import Relay


async def main(url: str, role: str, bootstrap: str, lease: str) -> None:
    """Relay registry's events until killed."""
    async with pooled(url, role) as pool, listening(url, role) as wake:
        await Relay("registry", pool, EventSource("registry", pool), bootstrap, wake, lease=float(lease)).run()
