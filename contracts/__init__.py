"""The published language of Thi Đua: every event, declared once; what is stored is what is published."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts import awards, campaigns, notify, registry
from contracts.event import Event

EVENTS: tuple[type[Event], ...] = (*registry.EVENTS, *campaigns.EVENTS, *awards.EVENTS, *notify.EVENTS)

CATALOGUE: Mapping[str, type[Event]] = MappingProxyType({event.type_name(): event for event in EVENTS})
"""Event classes by the type name that stands in the store and in the `ce_type` header."""

SERVICES: tuple[str, ...] = tuple(dict.fromkeys(name.split(".")[1] for name in CATALOGUE))
"""The services that own an event store and publish topics."""
