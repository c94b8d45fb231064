"""The door for publicity: noted by units and by the press of the sector, taken down again. Source: S001-23."""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
from chassis.store.execute import Step
from chassis.web.api import (
    EVERY_ROLE,
    Action,
    Answer,
    Asked,
    InBody,
    InQuery,
    Page,
    Paged,
    Resource,
    actions,
    asked_router,
    asks,
    command,
    tells,
)
from contracts.registry import Role
from services.campaigns.api.concerned import there
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


@router.get("/publicity")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(publicity.PUBLICITY,))
async def list_publicity(  # noqa: PLR0917
    asked: Asked,
    paging: Paged,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    exemplar_id: UUID | None = None,
    state: publicity.PublicityState | None = None,
    after: UUID | None = None,
) -> Page[publicity.PublicityRow]:
    """Publications about a unit; without one, about all, for which a role at the top is needed."""
    found = await publicity.PUBLISHED.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, campaign_id=campaign_id, exemplar_id=exemplar_id,
        state=state,
    )  # fmt: skip
    return paging.page(found, lambda row: row.publicity_id)


@router.get(PUBLISHED.one)
@asks(may=EVERY_ROLE, where=PUBLISHED, reads=(publicity.PUBLICITY,))
async def read_publicity(asked: Asked, response: Response, id: UUID) -> PublicityDetail:  # noqa: A002 - the path's name
    """A publication with its steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(PUBLICITY, id)
    if (row := await publicity.PublicityRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return PublicityDetail(**dict(row), actions=await actions(asked, PUBLISHED, id, state))


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
