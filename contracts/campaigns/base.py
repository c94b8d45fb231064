"""What all events of campaigns have in common: whose they are."""

from contracts.event import Event


class CampaignsEvent(Event, service="campaigns"):
    """A fact that campaigns owns."""
