"""What becomes of a unit: renamed, moved, merged, split, dissolved, its duties taken over, in blocs; each by date.

A change that was entered wrong is withdrawn, and both stay to be read. A change is entered once it is in force.
Source: B1, B8, M-4.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, assert_never
from uuid import UUID, uuid5

from chassis.facts.decider import Context
from contracts.registry import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import LegalBasis, UnitKind
from services.registry.domain import unit_refusals as refuse
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
from services.registry.domain.unit_kinds import MAY_STAND_BELOW
from services.registry.domain.unit_state import Change, Known, Now, Unit

End = UnitMerged | UnitSplit | UnitDissolved
_Changing = RenameUnit | MoveUnit | MergeUnit | SplitUnit | DissolveUnit | TakeDutiesOver


def decide_life(command: LifeCommand, unit: Unit, known: Known, context: Context) -> Sequence[UnitEvent]:
    """The rules of a unit's life."""
    now, unit_id = unit.now, _id(unit)
    match command:
        case WithdrawChange():
            return _withdraw(command, unit, known)
        case LeaveBloc(bloc_id=bloc, on=on):
            since = unit.blocs.get(bloc)
            if since is None or on < since:
                raise refuse.NOT_IN_BLOC()
            _in_force(on, context)
            return [UnitLeftBloc(unit_id=unit_id, bloc_id=bloc, since=since, on=on)]
        case JoinBloc(bloc_id=bloc, on=on):
            _there(now)
            _in_force(on, context)
            if bloc in unit.blocs:
                return []
            found = known.others.get(bloc)
            if found is None or found.kind is not UnitKind.AGENCY_BLOC or found.until is not None or bloc == unit_id:
                raise refuse.NO_BLOC()
            return [UnitJoinedBloc(unit_id=unit_id, bloc_id=bloc, on=on)]
        case _:
            event = _change(command, unit, now, known, context)
            return [] if event is None else [event]


def _change(command: _Changing, unit: Unit, now: Now, known: Known, context: Context) -> Change | None:
    if _is_so(command, unit, now):
        return None
    _in_force(command.on, context)
    _in_order(command.on, unit)
    about = {
        "unit_id": _id(unit),
        "change_id": uuid5(context.command_id, f"change of {_id(unit)}"),
        "on": command.on,
        "basis": LegalBasis(**command.basis.model_dump()),
    }
    match command:
        case TakeDutiesOver(to_id=to):
            if now.until is None:
                raise refuse.STILL_THERE()
            _successor(to, _id(unit), now, known)
            return DutiesTakenOver.model_validate(about | {"to_id": to})
        case RenameUnit():
            return UnitRenamed.model_validate(about | _renamed(command, now, known))
        case MoveUnit(parent_id=parent):
            _there(now)
            if now.parent_id is None:
                raise refuse.ROOT_STAYS()
            _place(parent, _id(unit), now, known)
            return UnitMoved.model_validate(about | {"parent_id": parent, "previous_id": now.parent_id})
        case _:
            _may_end(now, known)
            return _ended(command, about, _id(unit), now, known)


def _renamed(command: RenameUnit, now: Now, known: Known) -> dict[str, Any]:
    _there(now)
    code, kind = command.code or now.code, command.kind or now.kind
    _fits(kind, now, known)
    if code != now.code and known.code_taken:
        raise refuse.CODE_TAKEN(code=code)
    return {"name": command.name, "code": code, "kind": kind, "former": (*now.former, now.name)}


def _may_end(now: Now, known: Known) -> None:
    _there(now)
    if now.parent_id is None:
        raise refuse.ROOT_STAYS()
    if known.below:
        raise refuse.UNITS_BELOW(count=len(known.below))


def _ended(
    command: MergeUnit | SplitUnit | DissolveUnit, about: Mapping[str, Any], unit_id: UUID, now: Now, known: Known
) -> End:
    match command:
        case MergeUnit(successor_id=successor):
            _successor(successor, unit_id, now, known)
            return UnitMerged.model_validate({**about, "successor_id": successor})
        case SplitUnit(successor_ids=successors):
            if len(set(successors)) < 2:  # noqa: PLR2004 - one alone is a merger
                raise refuse.ONE_SUCCESSOR()
            for each in successors:
                _successor(each, unit_id, now, known)
            return UnitSplit.model_validate({**about, "successor_ids": tuple(dict.fromkeys(successors))})
        case DissolveUnit():
            return UnitDissolved.model_validate(about)
        case _:
            assert_never(command)


def _is_so(command: LifeCommand, unit: Unit, now: Now) -> bool:
    """Whether nothing would change."""
    match command:
        case RenameUnit(name=name, code=code, kind=kind):
            return now.until is None and (name, code or now.code, kind or now.kind) == (now.name, now.code, now.kind)
        case MoveUnit(parent_id=parent):
            return now.until is None and parent == now.parent_id
        case TakeDutiesOver(to_id=to):
            return any(isinstance(each, DutiesTakenOver) and each.to_id == to for each in unit.changes)
        case MergeUnit() | SplitUnit() | DissolveUnit():
            return any(_same_end(command, each) for each in unit.changes)
        case _:
            return False


def _same_end(command: MergeUnit | SplitUnit | DissolveUnit, change: Change) -> bool:
    if change.on != command.on:
        return False
    match command, change:
        case MergeUnit(successor_id=wanted), UnitMerged(successor_id=successor):
            return wanted == successor
        case SplitUnit(successor_ids=wanted_ids), UnitSplit(successor_ids=successors):
            return set(wanted_ids) == set(successors)
        case DissolveUnit(), UnitDissolved():
            return True
        case _:
            return False


def _withdraw(command: WithdrawChange, unit: Unit, known: Known) -> Sequence[UnitEvent]:
    found = next((each for each in unit.changes if each.change_id == command.change_id), None)
    if found is None:
        raise refuse.NO_SUCH_CHANGE()
    if isinstance(found, End) and any(isinstance(each, DutiesTakenOver) for each in unit.changes):
        raise refuse.TAKEN_OVER()
    now = unit.as_after([each for each in unit.changes if each is not found])
    if now.until is None and known.parent is not None and known.parent.until is not None:
        raise refuse.ENDED(name=known.parent.name, day=_day_after(known.parent.until))
    if now.until is None and known.parent_kind is not None:
        _fits(now.kind, now, known)
    return [
        UnitChangeWithdrawn(
            unit_id=_id(unit), change_id=found.change_id, reason=command.reason, name=now.name, code=now.code,
            kind=now.kind, former=now.former, parent_id=now.parent_id, until=now.until,
        )
    ]  # fmt: skip


def _id(unit: Unit) -> UUID:
    if unit.established is None:
        raise refuse.NOT_ESTABLISHED()
    return unit.established.unit_id


def _there(now: Now) -> None:
    if now.until is not None:
        raise refuse.ENDED(name=now.name, day=_day_after(now.until))


def _in_force(on: date, context: Context) -> None:
    if on > context.occurred_on:
        raise refuse.NOT_IN_FORCE(day=f"{on:%d/%m/%Y}")


def _in_order(on: date, unit: Unit) -> None:
    last = max([each.on for each in unit.changes], default=unit.established.established_on if unit.established else on)
    if on < last:
        raise refuse.BEFORE_LAST(day=f"{last:%d/%m/%Y}")


def _fits(kind: UnitKind, now: Now, known: Known) -> None:
    """A kind goes with the unit above and with those below."""
    above = known.parent_kind in MAY_STAND_BELOW[kind] if now.parent_id is not None else not MAY_STAND_BELOW[kind]
    if not above or any(kind not in MAY_STAND_BELOW[each] for each in known.below):
        raise refuse.KIND_DOES_NOT_FIT(kind=kind)


def _place(parent: UUID, unit_id: UUID, now: Now, known: Known) -> None:
    if parent == unit_id or unit_id in known.above:
        raise refuse.CYCLE()
    above = known.others.get(parent)
    if above is None:
        raise refuse.NOT_ESTABLISHED()
    if above.until is not None:
        raise refuse.ENDED(name=above.name, day=_day_after(above.until))
    if above.kind not in MAY_STAND_BELOW[now.kind]:
        raise refuse.KIND_DOES_NOT_FIT(kind=now.kind)


def _successor(successor: UUID, unit_id: UUID, now: Now, known: Known) -> None:
    found = known.others.get(successor)
    if found is None or successor == unit_id or found.kind.takes_part != now.kind.takes_part:
        raise refuse.NOT_SUCCESSOR()
    if found.until is not None:
        raise refuse.ENDED(name=found.name, day=_day_after(found.until))


def _day_after(last: date) -> str:
    return f"{last + timedelta(days=1):%d/%m/%Y}"
