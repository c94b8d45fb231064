"""The door for exemplars: identified by units, acclaimed, nurtured, made known, replicated; refused or withdrawn.

Source: S001-13
"""

from typing import Final
from uuid import UUID

from fastapi import Response

from chassis.facts.offers import offers
from chassis.facts.problem import not_found
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
from services.campaigns.domain.exemplar import (
    EXEMPLAR,
    AcclaimExemplar,
    ExemplarCommand,
    IdentifyExemplar,
    NurtureExemplar,
    PublicizeExemplar,
    RefuseExemplar,
    ReplicateExemplar,
    WithdrawExemplar,
)
from services.campaigns.views import exemplars

router = asked_router(tags=["campaigns"])
OWN: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
JUDGE: Final = frozenset({Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL})
TELL: Final = frozenset({Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT})

EXEMPLARS: Final = Resource(
    "/exemplars",
    EXEMPLAR,
    unit=lambda it: it.identified.unit_id if it.identified else None,
    seen_by=EVERY_ROLE,
    offers=offers(ExemplarCommand),
)


class ExemplarDetail(exemplars.ExemplarRow):
    """An exemplar with what was done and the steps that it may take."""

    steps: list[exemplars.ExemplarStepRow]
    actions: list[Action]


@router.get("/exemplars")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(exemplars.EXEMPLARS,))
async def list_exemplars(
    asked: Asked,
    paging: Paged,
    *,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    state: exemplars.ExemplarState | None = None,
    after: UUID | None = None,
) -> Page[exemplars.ExemplarRow]:
    """Exemplars of a unit; without one, those of all units, for which a role at the top is needed."""
    found = await exemplars.CATALOGUE.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, campaign_id=campaign_id, state=state
    )
    return paging.page(found, lambda row: row.exemplar_id)


@router.get(EXEMPLARS.one)
@asks(may=EVERY_ROLE, where=EXEMPLARS, reads=(exemplars.EXEMPLARS,))
async def read_exemplar(asked: Asked, response: Response, id: UUID) -> ExemplarDetail:  # noqa: A002 - the path's name
    """An exemplar with what was done and its steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(EXEMPLAR, id)
    if (row := await exemplars.ExemplarRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return ExemplarDetail(
        **dict(row),
        steps=await exemplars.steps(asked.pool, id),
        actions=await actions(asked, EXEMPLARS, id, state),
    )


@router.post("/exemplars")
@tells(may=OWN, where=InBody())
async def identify_exemplar(asked: Asked, new: IdentifyExemplar) -> Answer:
    """Name a model of the unit, or a person of it."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(EXEMPLAR, asked.command_id, new, asked.command_id)


command(router, EXEMPLARS, "acclaim", AcclaimExemplar, may=OWN, name="acclaim_exemplar")
command(router, EXEMPLARS, "nurture", NurtureExemplar, may=OWN | JUDGE, name="nurture_exemplar")
command(router, EXEMPLARS, "publicise", PublicizeExemplar, may=TELL, name="publicise_exemplar")
command(router, EXEMPLARS, "replicate", ReplicateExemplar, may=OWN | JUDGE, name="replicate_exemplar")
command(router, EXEMPLARS, "refuse", RefuseExemplar, may=JUDGE, name="refuse_exemplar")
command(router, EXEMPLARS, "withdraw", WithdrawExemplar, may=JUDGE, name="withdraw_exemplar")
