"""What tests ask and order at the simulator, under `/_sim`."""

from itertools import islice
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from deploy.local.zalo_simulator.api import the_simulator
from deploy.local.zalo_simulator.messages import Message
from deploy.local.zalo_simulator.simulator import MOBILE, Behaviour, Fault, Simulator
from deploy.local.zalo_simulator.templates import Template

router = APIRouter(prefix="/_sim")

Zalo = Annotated[Simulator, Depends(the_simulator)]
Limit = Annotated[int, Query(ge=1, le=1000)]


class AccountOrder(BaseModel):
    """What shall be wrong with the account: the error of every message (0: none), its access token at an end."""

    model_config = ConfigDict(extra="forbid")

    error: int = Field(default=0, le=0)
    expire_access_token: bool = False


@router.get("/messages.json")
async def list_messages(zalo: Zalo, phone: str | None = None, after: int = 0, limit: Limit = 100) -> list[Message]:
    """List accepted messages oldest first: to a phone, after a number."""
    wanted = None if phone is None else phone.strip().removeprefix("+")
    return list(islice((m for m in zalo.log.after(after) if wanted in (None, m.phone)), limit))


@router.get("/count.json")
async def count_messages(zalo: Zalo) -> dict[str, int]:
    """Count messages, and the most with any one tracking id: more than 1 means something was sent twice."""
    return {"messages": zalo.log.count, "by_tracking_id_max": zalo.log.most_copies}


@router.get("/copies.json")
async def count_copies(zalo: Zalo) -> dict[str, int]:
    """Count accepted messages by tracking id."""
    return zalo.log.copies


class Forgotten(BaseModel):
    """Notifications of somebody who was erased."""

    model_config = ConfigDict(extra="forbid")

    notifications: list[UUID]


@router.post("/forget")
async def forget(asked: Forgotten, zalo: Zalo) -> int:
    """Delete what was sent for some notifications; how many messages there were."""
    return zalo.log.forget(asked.notifications)


@router.delete("/messages", status_code=204)
async def delete_messages(zalo: Zalo) -> None:
    """Forget every message."""
    zalo.log.clear()


@router.post("/phones/{phone}")
async def set_phone(zalo: Zalo, phone: str, behaviour: Behaviour) -> Behaviour:
    """Let a phone behave so from now on."""
    number = MOBILE.fullmatch(phone)
    if number is None:
        raise HTTPException(422, "Số điện thoại phải có dạng 84xxxxxxxxx. / The phone must look like 84xxxxxxxxx.")
    zalo.phones[number[1]] = behaviour
    return behaviour


@router.post("/account", status_code=204)
async def set_account(zalo: Zalo, order: AccountOrder) -> None:
    """Let the account fail, or be well again."""
    zalo.account_error = order.error
    if order.expire_access_token:
        zalo.account.expire_access_token()


@router.post("/templates", status_code=201)
async def add_template(zalo: Zalo, template: Template) -> Template:
    """Register a template, or replace the one with its id, until the next start."""
    zalo.templates[template.id] = template
    return template


@router.get("/templates")
async def list_templates(zalo: Zalo) -> list[Template]:
    """List the registered templates."""
    return list(zalo.templates.values())


@router.post("/faults")
async def order_fault(zalo: Zalo, fault: Fault) -> list[Fault]:
    """Let something happen to the next messages, after what was ordered before."""
    zalo.faults.append(fault)
    return zalo.faults


@router.delete("/faults", status_code=204)
async def end_faults(zalo: Zalo) -> None:
    """Let everything go well again: faults, phones and the account."""
    zalo.faults.clear()
    zalo.phones.clear()
    zalo.account_error = 0
