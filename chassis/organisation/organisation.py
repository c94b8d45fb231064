"""The organisation as each service knows it: units and who holds which role where, learned from registry's events.

Registry itself folds it from its own store. A fact of a type that nobody here knows may have changed anything about its
person or unit: it is kept as a doubt, and takes that person's or unit's rights away here (`access`) until a version
that knows the type has folded it. So does a record that was parked: what stands in it, or waits behind it, may be that
a role ended.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid

from chassis.facts.envelope import Recorded, UnknownFact
from chassis.facts.problem import AGAIN, Problem
from chassis.facts.projection import PASSING, Change, Projection, Put
from chassis.organisation.units import BELOW_ON, BLOCS, MEMBERS, ON, PAST, REACHED, TAKEOVERS, UNITS, changes_of_unit
from contracts.registry import (
    AssignmentCorrected,
    LeavingCancelled,
    PersonAssigned,
    PersonEnrolled,
    PersonEvent,
    PersonLeft,
    PersonReturned,
    PersonsJoined,
    PersonsParted,
    PostEnded,
    PostTaken,
    RemarkGiven,
    RoleCancelled,
    RoleGranted,
    RoleRevoked,
    UnitEvent,
)

_metadata = MetaData()

ROLES: Final = Table(
    "organisation_roles",
    _metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, nullable=True),
)
REVOCATIONS: Final = Table(
    "organisation_revocations",
    _metadata,
    Column("person_id", Uuid, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("revoked_on", Date, primary_key=True),
)
"""A revocation names a role but no grant: it ends each grant of that role that had begun before its day."""

DOUBTS: Final = Table(
    "organisation_doubts",
    _metadata,
    Column("stream", Text, primary_key=True),
    Column("type", Text, primary_key=True),
    info={PASSING: True},
)
"""Streams of persons and units in which a fact stands whose type this version does not know."""

Reads = UnitEvent | PersonEvent | UnknownFact


def project(recorded: Recorded[Reads]) -> Iterable[Change]:
    """Rows that follow from one of registry's events."""
    event = recorded.data
    if isinstance(event, UnitEvent):
        yield from changes_of_unit(event, recorded.version)
        return
    match event:
        case RoleGranted(person_id=person, role=role, unit_id=unit, since=since, until=until):
            yield Put(ROLES, (person, role.value, unit, since), {"until": until})
        case RoleRevoked(person_id=person, role=role, unit_id=unit, on=on):
            yield Put(REVOCATIONS, (person, role.value, unit, on))
        case RoleCancelled(person_id=person, role=role, unit_id=unit, since=since):
            yield Put(ROLES, (person, role.value, unit, since), {"until": date.min})  # before any day: never held again
        case PersonEnrolled() | PersonAssigned() | AssignmentCorrected() | PostTaken() | PostEnded() | RemarkGiven():
            return
        case PersonLeft() | LeavingCancelled() | PersonReturned() | PersonsJoined() | PersonsParted():
            return  # the roles that end with it have facts of their own
        case UnknownFact(type=name):
            if recorded.stream.startswith(("unit-", "person-")):
                yield Put(DOUBTS, (recorded.stream, name))
        case _:
            assert_never(event)


ORGANISATION: Final = Projection(
    "organisation", 3, [UNITS, PAST, TAKEOVERS, BLOCS, ROLES, REVOCATIONS, DOUBTS], project, rights=True
)

HELD_UP: Final = (
    f"select stream from chassis.parked where consumer = '{ORGANISATION.place}'"  # noqa: S608 - our own text
    " and (stream like 'person-%' or stream like 'unit-%')"
)
"""SQL of the streams of persons and units in which a record is parked, with all that waits behind it."""

IN_DOUBT: Final = f"(select stream from organisation_doubts union all {HELD_UP})"  # noqa: S608 - our own text
"""SQL of the streams of persons and units of which nobody here can say what they are now."""

OPEN: Final = f"'unit-' || u.unit_id not in {IN_DOUBT}"
"""SQL condition on a unit `u` of `organisation_units`: it is not in doubt."""

BELOW: Final = f"""
    with recursive below as (
        select $1::uuid as unit_id where 'unit-' || $1::uuid not in {IN_DOUBT}
        union
        select u.unit_id from {REACHED} u join below b on u.by_id = b.unit_id where {OPEN}
    )
"""  # noqa: S608 - our own text
"""SQL before a query on `below`: a unit, $1, and all units that a role in it reaches: those below it, and those whose
duties one of them took over; one in doubt is left out with all below it."""


def reach(units: str, name: str = "reach") -> str:
    """SQL of a common table (`with recursive ...`) of `unit_id`: what a role in these units (`$1`, uuid[]) reaches.

    That is the units, all below them, and all whose duties one of these took over; one in doubt is out of reach with
    all below it, as `access` has it.
    """
    return f"""{name} as (
        select u.unit_id from organisation_units u where u.unit_id = any({units}::uuid[]) and {OPEN}
        union
        select u.unit_id from {REACHED} u join {name} on u.by_id = {name}.unit_id where {OPEN}
    )"""  # noqa: S608 - our own text


ROOT: Final = "select unit_id from organisation_units where parent_id is null order by code limit 1"
"""SQL of the one unit that is the root, for every service. Registry establishes one only; where an older version has
established two, that counts which counted then: the first by its code."""

_ROOTS = "select unit_id from organisation_units where parent_id is null order by code"
_ABOVE = f"""{BELOW}
    select $1 <> $2 or $1 = ({ROOT}) from below join organisation_units u using (unit_id)
    where u.unit_id = $2 and u.code is not null
"""  # noqa: S608 - our own text
_UNIT = """
    select unit_id, code, name, kind, parent_id, established_on, until, successor_id
    from organisation_units where unit_id = $1
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it is known here now, or as it was on a day."""

    unit_id: UUID
    code: str
    name: str
    kind: str
    parent_id: UUID | None
    established_on: date | None
    until: date | None
    successor_id: UUID | None


class Organisation:
    """Answers about units from the service's own database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def top(self) -> UUID | None:
        """The unit above all others, None as long as no unit is known here."""
        found = await self._pool.fetchval(ROOT)
        return found and UUID(int=found.int)  # asyncpg's own UUID would not pass into a problem's JSON

    async def without_parent(self) -> list[UUID]:
        """All units that stand below no other; more than one only where an older version has let them in."""
        return [UUID(int=row[0].int) for row in await self._pool.fetch(_ROOTS)]

    async def root(self) -> UUID:
        """The unit above all others, in which the powers over the whole organisation are held.

        Raises Problem 503 `units-not-there-yet` as long as no unit is known here.
        """
        found = await self.top()
        if found is None:
            raise Problem(
                503,
                "units-not-there-yet",
                "Chưa có danh mục đơn vị; hãy nhập bằng lệnh “thidua units import TỆP” rồi gửi lại sau giây lát.",
                "No unit is known here yet; run “thidua units import FILE”, then send this again shortly.",
                headers=AGAIN,
            )
        return found

    async def unit(self, unit_id: UUID) -> Unit | None:
        """What is known of a unit, None when it was never established."""
        row = await self._pool.fetchrow(_UNIT, unit_id)
        return None if row is None else Unit(*row)

    async def on(self, units: Collection[UUID], day: date) -> dict[UUID, Unit]:
        """Units as they were called and placed on a day, by id; those that were not there yet are left out.

        One that had ended by then has an `until` before the day. Source: M-4.
        """
        rows = await self._pool.fetch(ON, list(units), day)
        return {UUID(int=row[0].int): Unit(*row) for row in rows}

    async def members(self, bloc: UUID, on: date) -> set[UUID]:
        """Units that are members of a bloc on a day. Source: B1."""
        return {UUID(int=row[0].int) for row in await self._pool.fetch(MEMBERS, bloc, on)}

    async def below_on(self, unit: UUID, day: date) -> list[tuple[UUID, UUID | None]]:
        """The units that stood at or below one on a day, each with the one directly below it through which it did.

        Members of a bloc stand below it here; who is reached in two ways stands here twice. Source: B2.
        """
        rows = await self._pool.fetch(BELOW_ON, unit, day)
        return [(UUID(int=key.int), part and UUID(int=part.int)) for key, part in rows]

    async def is_above(self, authority: UUID, unit: UUID) -> bool:
        """Tell whether a unit stands above another one, with none in doubt between them; the topmost above itself."""
        return bool(await self._pool.fetchval(_ABOVE, authority, unit))

    async def doubts(self) -> frozenset[str]:
        """Streams of persons and units of which nobody here can say what they are now."""
        return frozenset(row[0] for row in await self._pool.fetch(f"select stream from {IN_DOUBT} d"))  # noqa: S608

    async def held_up(self) -> frozenset[str]:
        """Those among them in which a record is parked, so that an operator has to bring the stream on."""
        return frozenset(row[0] for row in await self._pool.fetch(HELD_UP))
