"""What all events of notify have in common: whose they are."""

from contracts.event import Event


class NotifyEvent(Event, service="notify"):
    """A fact that notify owns."""
