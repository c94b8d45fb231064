"""The door for confirmations of local steering committees: entered by the unit, judged by a person. Source: A6."""

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
from services.campaigns.domain.confirmation import (
    CONFIRMATION,
    ConfirmationCommand,
    EnterConfirmation,
    JudgeConfirmation,
    WithdrawConfirmation,
)
from services.campaigns.views import confirmations

router = asked_router(tags=["campaigns"])
ENTER: Final = frozenset({Role.OFFICER, Role.UNIT_HEAD})
JUDGE: Final = frozenset({Role.EMULATION_DEPARTMENT})

CONFIRMATIONS: Final = Resource(
    "/confirmations",
    CONFIRMATION,
    unit=lambda it: it.entered.unit_id if it.entered else None,
    seen_by=EVERY_ROLE,
    offers=offers(ConfirmationCommand),
)


class ConfirmationDetail(confirmations.ConfirmationRow):
    """A confirmation with the steps that it may take."""

    actions: list[Action]


@router.get("/confirmations")
@asks(may=EVERY_ROLE, where=InQuery(), reads=(confirmations.CONFIRMATIONS,))
async def list_confirmations(  # noqa: PLR0917
    asked: Asked,
    paging: Paged,
    unit_id: UUID | None = None,
    campaign_id: UUID | None = None,
    state: confirmations.ConfirmationState | None = None,
    after: UUID | None = None,
) -> Page[confirmations.ConfirmationRow]:
    """Confirmations of a unit; without one, those of all units, for which a role at the top is needed."""
    found = await confirmations.LISTED.page(
        asked.pool, after, paging.limit + 1, unit_id=unit_id, campaign_id=campaign_id, state=state
    )
    return paging.page(found, lambda row: row.confirmation_id)


@router.get(CONFIRMATIONS.one)
@asks(may=EVERY_ROLE, where=CONFIRMATIONS, reads=(confirmations.CONFIRMATIONS,))
async def read_confirmation(
    asked: Asked,
    response: Response,
    id: UUID,  # noqa: A002 - the path's name
) -> ConfirmationDetail:
    """A confirmation with its steps; its ETag goes into If-Match."""
    version, state = await asked.platform.executor.state(CONFIRMATION, id)
    if (row := await confirmations.ConfirmationRow.one(asked.pool, id)) is None:
        raise not_found()
    response.headers["ETag"] = f'"{version}"'
    return ConfirmationDetail(**dict(row), actions=await actions(asked, CONFIRMATIONS, id, state))


@router.post("/confirmations")
@tells(may=ENTER, where=InBody())
async def enter_confirmation(asked: Asked, new: EnterConfirmation) -> Answer:
    """Enter what a local steering committee has confirmed; nothing follows from it until a person judges."""
    await there(asked, new.campaign_id, new.unit_id)
    return await asked.execute(CONFIRMATION, asked.command_id, new, asked.command_id)


command(router, CONFIRMATIONS, "judgement", JudgeConfirmation, may=JUDGE, name="judge_confirmation")
command(router, CONFIRMATIONS, "withdrawal", WithdrawConfirmation, may=ENTER, name="withdraw_confirmation")
