"""Composition root of the portal."""

from typing import Final

from chassis.organisation.organisation import ORGANISATION
from chassis.service.service import Service
from chassis.stream.topics import events_topic
from services.portal.pages import learned
from services.portal.views.progress import PROGRESS

REGISTRY: Final = events_topic("registry")
SHELL: Final = ("shell.sessions", "shell.sign_ins", "shell.drafts")
SERVICE: Final = Service(
    name="portal",
    apis=["services.portal.api", "services.portal.web"],
    learns=[(ORGANISATION, (REGISTRY,)), (PROGRESS, (REGISTRY, events_topic("campaigns"))), *learned()],
    jobs=["services.portal.shell.export"],
    emits=False,
    grants={"api": dict.fromkeys(SHELL, "select, insert, update, delete")},
)
