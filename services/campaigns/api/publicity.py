"""The door for publicity: noted by units and by the press of the sector, taken down again. Source: S001-23."""

from typing import Final
from uuid import UUID

from chassis.facts.offers import offers
from chassis.store.execute import Step
from chassis.web.api import EVERY_ROLE, Action, Answer, Asked, InBody, Resource, asked_router, command, tells
from contracts.registry import Role
from services.campaigns.api.concerned import there
from services.campaigns.api.noted import shows
from services.campaigns.domain.exemplar import EXEMPLAR, PublicizeExemplar
from services.campaigns.domain.publicity import (
    PUBLICITY,
    Known,
    PublicityCommand,
    PublishPublicity,
    TakeDownPublicity,
    publicity_id,
)
from services.campaigns.views import publicity

router = asked_router(tags=["campaigns"])
TELL: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})

PUBLISHED: Final = Resource(
    "/publicity",
    PUBLICITY,
    unit=lambda it: it.published.unit_id if it.published else None,
    seen_by=EVERY_ROLE,
    offers=offers(PublicityCommand),
)


class PublicityDetail(publicity.PublicityRow):
    """A publication with the steps that it may take."""

    actions: list[Action]


shows(
    router, PUBLISHED, publicity.PUBLISHED, publicity.PUBLICITY, PublicityDetail,
    lists=(
        "list_publicity",
        "Publications about a unit; without one, about all, for which a role at the top is needed.",
    ),
    one=("read_publicity", "A publication with its steps; its ETag goes into If-Match."),
    by={"exemplar_id": UUID | None, "state": publicity.PublicityState | None},
)  # fmt: skip


@router.post("/publicity")
@tells(may=TELL, where=InBody())
async def publish_publicity(asked: Asked, new: PublishPublicity) -> Answer:
    """Note a publication; one about an exemplar stands with the exemplar as well, if that was acclaimed."""
    await there(asked, new.campaign_id, new.unit_id)
    if new.exemplar_id is None:
        return await asked.execute(PUBLICITY, asked.command_id, new, Known(asked.command_id))
    _, exemplar = await asked.platform.executor.state(EXEMPLAR, new.exemplar_id)
    key = publicity_id(new.exemplar_id, new.outlet, new.published_on, new.link)
    made_known = PublicizeExemplar.model_validate(new.model_dump(include={"outlet", "published_on", "link", "medium"}))
    return await asked.execute_together(
        Step(PUBLICITY, key, new, Known(key, exemplar.identified)), Step(EXEMPLAR, new.exemplar_id, made_known, None)
    )


command(router, PUBLISHED, "taken-down", TakeDownPublicity, may=TELL, name="take_down_publicity")
