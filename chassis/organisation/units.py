"""Units as every service knows them: what they are now, what held from which day on, who took duties over, blocs.

Source: B1, B2, B8, M-4.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final, assert_never

from sqlalchemy import JSON, Column, Date, Index, Integer, MetaData, Table, Text, Uuid

from chassis.facts.projection import Change, Drop, Put
from contracts.registry import (
    DutiesTakenOver,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitEvent,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)

_metadata = MetaData()

UNITS: Final = Table(
    "organisation_units",
    _metadata,
    Column("unit_id", Uuid, primary_key=True),
    Column("code", Text),
    Column("name", Text),
    Column("kind", Text),
    Column("parent_id", Uuid),
    Column("established_on", Date),
    Column("until", Date),
    Column("successor_id", Uuid),
    Column("successors", JSON),
    Index("organisation_units_by_parent", "parent_id"),
    Index("organisation_units_by_kind", "kind"),
)
"""Units as they are now; `until`, their last day, and `successor_id` or `successors` are of those that have ended."""

PAST: Final = Table(
    "organisation_past",
    _metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("unit_id", Uuid),
    Column("since", Date),
    Column("place", Integer),
    Column("name", Text),
    Column("code", Text),
    Column("kind", Text),
    Column("parent_id", Uuid),
    Index("organisation_past_by_unit", "unit_id", "since"),
)
"""What held from a day on: name, code and kind since a unit was established or renamed, the parent since it was moved.

`place` is the fact's place in the unit's stream; a change that was withdrawn is not here. Source: M-4.
"""

TAKEOVERS: Final = Table(
    "organisation_takeovers",
    _metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("unit_id", Uuid),
    Column("to_id", Uuid),
    Column("since", Date),
    Index("organisation_takeovers_by_unit", "unit_id"),
    Index("organisation_takeovers_by_to", "to_id"),
)
"""Which unit does from which day on what another one, which has ended, had still to do. Source: B8.

A merger says so by itself.
"""

BLOCS: Final = Table(
    "organisation_blocs",
    _metadata,
    Column("unit_id", Uuid, primary_key=True),
    Column("bloc_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date),
)
"""Members of blocs; `until` is the last day. Source: B1."""

_Dated = UnitRenamed | UnitMoved | UnitMerged | UnitSplit | UnitDissolved | DutiesTakenOver


def changes_of_unit(event: UnitEvent, place: int) -> Iterable[Change]:
    """Rows that follow from a unit's fact, which has this place in its stream."""
    match event:
        case UnitEstablished(unit_id=unit):
            known = event.model_dump(include={"code", "name", "parent_id", "established_on"})
            yield Put(UNITS, (unit,), {**known, "kind": event.kind.value})
            held = event.model_dump(include={"code", "name", "parent_id", "unit_id"})
            first = {"since": event.established_on, "place": place, "kind": event.kind.value}
            yield Put(PAST, (unit,), {**held, **first})
        case UnitNameCorrected(unit_id=unit, name=name):
            yield Put(UNITS, (unit,), {"name": name})
            yield Put(PAST, (unit,), {"name": name})
        case UnitRenamed() | UnitMoved() | UnitMerged() | UnitSplit() | UnitDissolved() | DutiesTakenOver():
            yield from _changed(event, place)
        case UnitChangeWithdrawn(unit_id=unit, change_id=change):
            held = event.model_dump(include={"name", "code", "parent_id", "until"})
            gone = {} if event.until else {"successor_id": None, "successors": None}
            yield Put(UNITS, (unit,), {**held, **gone, "kind": event.kind.value})
            yield Drop(PAST, (change,))
            yield Drop(TAKEOVERS, (change,))
        case UnitJoinedBloc(unit_id=unit, bloc_id=bloc, on=since):
            yield Put(BLOCS, (unit, bloc, since))
        case UnitLeftBloc(unit_id=unit, bloc_id=bloc, since=since, on=on):
            yield Put(BLOCS, (unit, bloc, since), {"until": on - timedelta(days=1)})
        case _:
            assert_never(event)


def _changed(event: _Dated, place: int) -> Iterable[Change]:
    unit, change = event.unit_id, event.change_id
    ended = {"until": event.on - timedelta(days=1)}
    since = {"unit_id": unit, "since": event.on}
    match event:
        case UnitRenamed(name=name, code=code, kind=kind):
            called = {"name": name, "code": code, "kind": kind.value}
            yield Put(UNITS, (unit,), called)
            yield Put(PAST, (change,), {**since, "place": place, **called})
        case UnitMoved(parent_id=parent):
            yield Put(UNITS, (unit,), {"parent_id": parent})
            yield Put(PAST, (change,), {**since, "place": place, "parent_id": parent})
        case UnitMerged(successor_id=successor):
            yield Put(UNITS, (unit,), {**ended, "successor_id": successor, "successors": [str(successor)]})
            yield Put(TAKEOVERS, (change,), {**since, "to_id": successor})
        case UnitSplit(successor_ids=successors):
            yield Put(UNITS, (unit,), {**ended, "successors": [str(each) for each in successors]})
        case UnitDissolved():
            yield Put(UNITS, (unit,), ended)
        case DutiesTakenOver(to_id=to):
            yield Put(TAKEOVERS, (change,), {**since, "to_id": to})
        case _:
            assert_never(event)


REACHED: Final = """(
        select unit_id, parent_id as by_id from organisation_units where parent_id is not null
        union all select unit_id, to_id from organisation_takeovers
    )"""
"""SQL of which unit is reached by a role in which other one: the one above it, or the one that took its duties over."""

ON: Final = """
    select u.unit_id, held.code, held.name, held.kind, placed.parent_id, u.established_on, u.until, u.successor_id
    from organisation_units u
    cross join lateral (
        select code, name, kind from organisation_past p
        where p.unit_id = u.unit_id and p.since <= $2 and p.name is not null order by p.since desc, p.place desc limit 1
    ) as held
    left join lateral (
        select parent_id from organisation_past p
        where p.unit_id = u.unit_id and p.since <= $2 and (p.parent_id is not null or p.change_id = u.unit_id)
        order by p.since desc, p.place desc limit 1
    ) as placed on true
    where u.unit_id = any($1::uuid[])
"""
"""SQL of units ($1, uuid[]) as they were called and placed on a day ($2)."""

MEMBERS: Final = """
    select unit_id from organisation_blocs where bloc_id = $1 and since <= $2 and (until is null or until >= $2)
"""
"""SQL of the members of a bloc ($1) on a day ($2)."""

BELOW_ON: Final = """
    with recursive placed as materialized (
        select distinct on (p.unit_id) p.unit_id, p.parent_id
        from organisation_past p join organisation_units u using (unit_id)
        where p.since <= $2 and (p.parent_id is not null or p.change_id = p.unit_id)
        and (u.until is null or u.until >= $2)
        order by p.unit_id, p.since desc, p.place desc
    ), below as (
        select $1::uuid as unit_id, null::uuid as part
        union
        select m.unit_id, m.unit_id from organisation_blocs m join placed using (unit_id)
        where m.bloc_id = $1 and m.since <= $2 and (m.until is null or m.until >= $2)
        union
        select p.unit_id, coalesce(below.part, p.unit_id) from below join placed p on p.parent_id = below.unit_id
    )
    select b.unit_id, b.part from below b join placed using (unit_id)
"""
"""SQL of the units that stood at or below a unit ($1) on a day ($2), of a bloc those of its members too.

`part` is the one directly below, or the member, through which each is reached. Source: B2.
"""
