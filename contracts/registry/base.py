"""What all events of registry have in common: whose they are."""

from contracts.event import Event


class RegistryEvent(Event, service="registry"):
    """A fact that registry owns."""
