"""What all events of awards have in common: whose they are."""

from contracts.event import Event


class AwardsEvent(Event, service="awards"):
    """A fact that awards owns."""
