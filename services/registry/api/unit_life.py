"""Endpoints of registry for what becomes of a unit, and for what it was on a day. Source: B1, B8, M-4."""

from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from chassis.facts.kinds import Day
from chassis.facts.problem import not_found
from chassis.organisation.head_titles import head_title
from chassis.organisation.organisation import ORGANISATION
from chassis.web.api import ANYWHERE, AT_ROOT, EVERY_ROLE, Answer, Asked, asked_router, asks, tells
from contracts.values import LegalBasis, UnitKind
from services.registry import units_known
from services.registry.api.roles import LEADS
from services.registry.domain.unit import UNIT
from services.registry.domain.unit_commands import (
    DissolveUnit,
    JoinBloc,
    LeaveBloc,
    LifeCommand,
    MergeUnit,
    MoveUnit,
    RenameUnit,
    SplitUnit,
    TakeDutiesOver,
    WithdrawChange,
)

router = asked_router(tags=["registry"])


def _step(step: str, wanted: type[LifeCommand], name: str) -> None:
    """A route for one change of a unit: its body is the command, its text the command's own."""

    async def change(id: UUID, command: Any, asked: Asked) -> Answer:  # noqa: A002 - the path's name
        unit = await asked.platform.executor.known(UNIT, id)
        if unit.established is None:
            raise not_found()
        return await asked.execute(UNIT, id, command, await units_known.known(asked.platform, unit, command))

    endpoint: Callable[..., Coroutine[Any, Any, Answer]] = change
    endpoint.__annotations__["command"] = wanted
    endpoint.__doc__, endpoint.__name__ = wanted.__doc__, name
    router.post(f"/units/{{id}}/{step}", name=name, status_code=201)(tells(may=LEADS, where=AT_ROOT)(endpoint))


_step("rename", RenameUnit, "rename_unit")
_step("move-below", MoveUnit, "move_unit")
_step("merge", MergeUnit, "merge_unit")
_step("split", SplitUnit, "split_unit")
_step("dissolve", DissolveUnit, "dissolve_unit")
_step("take-over", TakeDutiesOver, "take_duties_over")
_step("join-bloc", JoinBloc, "join_bloc")
_step("leave-bloc", LeaveBloc, "leave_bloc")
_step("withdraw-change", WithdrawChange, "withdraw_change")

_KINDS: Final = {
    "UnitRenamed": "rename",
    "UnitMoved": "move-below",
    "UnitMerged": "merge",
    "UnitSplit": "split",
    "UnitDissolved": "dissolve",
    "DutiesTakenOver": "take-over",
}


class ChangeBody(BaseModel):
    """A change of a unit that counts: what was done, since when, by which paper; the other units it names."""

    change_id: UUID
    kind: str
    on: date
    basis: LegalBasis
    name: str | None
    units: list[UUID]


class Membership(BaseModel):
    """A bloc of which a unit is a member, and since when."""

    bloc_id: UUID
    since: date


class LifeBody(BaseModel):
    """What has become of a unit; `until` is its last day once it has ended."""

    unit_id: UUID
    name: str
    code: str
    kind: UnitKind
    parent_id: UUID | None
    former: list[str]
    until: date | None
    changes: list[ChangeBody]
    blocs: list[Membership]


@router.get("/units/{id}/life")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=())
async def read_unit_life(id: UUID, asked: Asked) -> LifeBody:  # noqa: A002
    """What has become of a unit, as its facts have it."""
    unit = await asked.platform.executor.known(UNIT, id)
    if unit.established is None:
        raise not_found()
    now = unit.now
    changes = [
        ChangeBody(
            change_id=each.change_id, kind=_KINDS[type(each).__name__], on=each.on, basis=each.basis,
            name=getattr(each, "name", None),
            units=[
                *getattr(each, "successor_ids", ()),
                *(getattr(each, name) for name in ("parent_id", "successor_id", "to_id") if hasattr(each, name)),
            ],
        )
        for each in unit.changes
    ]  # fmt: skip
    return LifeBody(
        unit_id=id, name=now.name, code=now.code, kind=now.kind, parent_id=now.parent_id, former=list(now.former),
        until=now.until, changes=changes,
        blocs=[Membership(bloc_id=bloc, since=since) for bloc, since in sorted(unit.blocs.items())],
    )  # fmt: skip


class CalledBody(BaseModel):
    """What a unit was on a day: its name, code, kind and parent, and how its head is called."""

    unit_id: UUID
    on: date
    name: str
    code: str
    kind: UnitKind
    parent_id: UUID | None
    head_title: str
    ended: bool


@router.get("/units/{id}/called")
@asks(may=EVERY_ROLE, where=ANYWHERE, reads=(ORGANISATION,))
async def read_unit_called(id: UUID, on: Day, asked: Asked) -> CalledBody:  # noqa: A002
    """What a unit was called on a day, as papers of that day have it; 404 before it was there."""
    found = (await asked.platform.organisation.on([id], on)).get(id)
    if found is None:
        raise not_found()
    return CalledBody(
        unit_id=id, on=on, name=found.name, code=found.code, kind=UnitKind(found.kind), parent_id=found.parent_id,
        head_title=head_title(found.kind, found.name, on), ended=found.until is not None and found.until < on,
    )  # fmt: skip
