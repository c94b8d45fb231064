"""What awards listens to: roles, and others' facts for its read models."""

from typing import Final

from chassis.organisation.duties import DUTIES
from chassis.organisation.organisation import ORGANISATION
from chassis.service.service import Learns
from chassis.stream.topics import events_topic
from services.awards.learned import LEARNED

REGISTRY: Final = events_topic("registry")
LEARNS: Final[tuple[Learns, ...]] = (
    (ORGANISATION, (REGISTRY,)),
    (DUTIES, (REGISTRY,)),
    (LEARNED, (REGISTRY, events_topic("campaigns"))),
)
