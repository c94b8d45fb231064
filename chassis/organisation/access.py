"""What a person may do: roles in units, as `chassis.organisation.organisation` knows them.

A role in a unit reaches that unit, all units below it and those whose duties one of them took over (Source: B8), from
its first day to its last, and ends with its unit. A person in doubt holds none;
no role reaches a unit in doubt, nor what is below it, from above.
"""

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, NoReturn
from uuid import UUID

import asyncpg

from chassis.facts.clock import Clock, business_date, system_clock
from chassis.facts.problem import AGAIN, Problem, not_found
from chassis.facts.role_names import named
from chassis.organisation.organisation import Organisation
from chassis.organisation.units import REACHED
from contracts.registry import Role

_GRANTS = """
    select g.role, g.unit_id, g.since, least(g.until, min(r.revoked_on) - 1, min(u.until)) as until
    from organisation_roles g
    left join organisation_units u on u.unit_id = g.unit_id
    left join organisation_revocations r
        on (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id) and r.revoked_on > g.since
    where g.person_id = $1
    group by g.person_id, g.role, g.unit_id, g.since
"""
_HOLDERS = """
    select distinct g.person_id from organisation_roles g
    where g.role = any($1::text[]) and g.unit_id = any($2::uuid[]) and g.since <= $3 and coalesce($3 <= g.until, true)
    and not exists (select from organisation_units u where u.unit_id = g.unit_id and u.until < $3)
    and not exists (
        select from organisation_revocations r
        where (r.person_id, r.role, r.unit_id) = (g.person_id, g.role, g.unit_id)
        and r.revoked_on > g.since and r.revoked_on <= $3
    )
"""
_REACHED_BY = f"""
    with recursive above as (
        select $1::uuid as unit_id
        union
        select e.by_id from {REACHED} e join above on e.unit_id = above.unit_id
    )
    select a.unit_id, array_remove(array_agg(e.by_id), null) from above a left join {REACHED} e using (unit_id)
    group by a.unit_id
"""  # noqa: S608 - our own text
_ROLE_SECONDS = 2.0
_EVERY: Final = frozenset(Role)
_UNIT_SECONDS = 60.0
_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Grant:
    role: str
    unit: UUID
    since: date
    until: date | None

    def holds(self, roles: Collection[str], on: date) -> bool:
        return self.role in roles and self.since <= on and (self.until is None or on <= self.until)


class Access:
    """Answers from the service's own database.

    What a person holds is remembered for 2 s and where a unit belongs for 60 s; a refusal is always looked up anew.
    """

    def __init__(self, pool: asyncpg.Pool, clock: Clock = system_clock) -> None:
        self._pool = pool
        self.clock = clock
        self._grants: dict[UUID, tuple[float, list[_Grant]]] = {}
        self._above_it: dict[UUID, list[UUID]] = {}
        self._names: dict[UUID, str] = {}
        self._above_since = time.monotonic()
        self._organisation = Organisation(pool)
        self._doubts: tuple[float, frozenset[str]] = (-_ROLE_SECONDS, frozenset())

    async def allows(self, person: UUID, roles: Collection[Role], unit: UUID, on: date) -> bool:
        """Tell whether the person holds one of the roles in the unit, or in one above it, on that day."""
        for anew in (False, True):
            if not (await self.held_in(person, unit, on, anew=anew)).isdisjoint(roles):
                return True
        return False

    async def held_in(self, person: UUID, unit: UUID, on: date, *, anew: bool) -> frozenset[Role]:
        """Roles that the person holds in the unit, or in one above it, on that day; `anew` as a refusal needs it."""
        held = [each for each in await self._grants_of(person, anew=anew) if each.holds(_EVERY, on)]
        reach = await self._reach(unit, anew=anew) if held else set()
        return frozenset(Role(each.role) for each in held if each.unit in reach)

    async def holds(self, person: UUID, roles: Collection[Role], on: date) -> bool:
        """Tell whether the person holds one of the roles in any unit on that day."""
        for anew in (False, True):
            if any(grant.holds(roles, on) for grant in await self._grants_of(person, anew=anew)):
                return True
        return False

    async def held(self, person: UUID) -> list[tuple[Role, UUID]]:
        """Each role that the person holds today in Viet Nam, with its unit."""
        on = business_date(self.clock())
        return [
            (Role(each.role), each.unit) for each in await self._grants_of(person, anew=False) if each.holds(_EVERY, on)
        ]

    async def holders(self, roles: Collection[Role], unit: UUID) -> set[UUID]:
        """Everybody who holds one of the roles in the unit, or in one above it, today in Viet Nam."""
        on, reach = business_date(self.clock()), await self._reach(unit, anew=False)
        doubts = await self._doubted()
        rows = await self._pool.fetch(_HOLDERS, list(roles), list(reach), on)
        return {row["person_id"] for row in rows if f"person-{row['person_id']}" not in doubts}

    async def name_of(self, unit: UUID) -> str:
        """What a unit is called, in a sentence; its id where that is not known. Remembered as long as its place."""
        if (name := self._names.get(unit)) is None:
            known = await self._organisation.unit(unit)
            if known is None or not known.name:
                return str(unit)
            name = self._names[unit] = known.name
        return name

    async def doubted(self, person: UUID, unit: UUID | None = None) -> bool:
        """Tell whether nobody here can say what the person, or a unit above this one, may be now."""
        doubts = await self._doubted()
        return bool(doubts) and (f"person-{person}" in doubts or (unit is not None and await self._above(unit, doubts)))

    async def held_up(self, person: UUID, unit: UUID | None = None) -> bool:
        """Tell whether that is for a parked record, and not for a newer version's fact."""
        parked = await self._organisation.held_up()
        return bool(parked) and (f"person-{person}" in parked or (unit is not None and await self._above(unit, parked)))

    async def _above(self, unit: UUID, doubts: frozenset[str]) -> bool:
        await self._reach(unit, anew=True)
        steps, seen = [unit], set[UUID]()
        while steps:
            step = steps.pop()
            if f"unit-{step}" in doubts:
                return True
            if step not in seen:
                seen.add(step)
                steps += self._above_it.get(step, [])
        return False

    async def _doubted(self) -> frozenset[str]:
        now = time.monotonic()
        if now - self._doubts[0] > _ROLE_SECONDS:
            self._doubts = (now, await self._organisation.doubts())
        return self._doubts[1]

    async def _grants_of(self, person: UUID, *, anew: bool) -> list[_Grant]:
        now = time.monotonic()
        doubts = await self._doubted()
        if doubts and f"person-{person}" in doubts:
            return []
        remembered = self._grants.get(person)
        if remembered is None or anew or now - remembered[0] > _ROLE_SECONDS:
            rows = await self._pool.fetch(_GRANTS, person)
            while len(self._grants) >= _REMEMBERED:
                del self._grants[next(iter(self._grants))]
            remembered = self._grants[person] = (now, [_Grant(*row) for row in rows])
        if doubts:
            return [grant for grant in remembered[1] if f"unit-{grant.unit}" not in doubts]
        return remembered[1]

    async def _reach(self, unit: UUID, *, anew: bool) -> set[UUID]:
        """The unit, all above it, and those that took duties of one of these over: a role in any of them counts."""
        now = time.monotonic()
        if now - self._above_since > _UNIT_SECONDS:
            self._above_it, self._names, self._above_since = {}, {}, now
        if anew or unit not in self._above_it:
            self._above_it.update(await self._pool.fetch(_REACHED_BY, unit))
        reach, steps = set[UUID](), [unit]
        doubts = await self._doubted()
        while steps:
            step = steps.pop()
            if step in reach or (doubts and f"unit-{step}" in doubts):
                continue
            reach.add(step)
            steps += self._above_it.get(step, [])
        return reach


async def require(access: Access, person: UUID, roles: Collection[Role], unit: UUID, *, hidden: bool = False) -> None:
    """Go on only if the person may: holds one of the roles in the unit, or above it, today in Viet Nam.

    Raises Problem 403 `role-missing`; for things that the person may not even know of (`hidden`), 404 `not-found`.
    """
    if not await access.allows(person, roles, unit, business_date(access.clock())):
        await refuse(access, person, roles, unit, hidden=hidden)


async def refuse(
    access: Access, person: UUID, roles: Collection[Role], unit: UUID, *, hidden: bool = False
) -> NoReturn:
    """Say why a person may not, as `require` does once it is known that the role is missing."""
    if hidden:
        raise not_found()
    await _refuse_in_doubt(access, person, unit)
    if not await access.holds(person, _EVERY, business_date(access.clock())):
        raise _without_role(roles)  # to whom not even units show
    (vi, en), place = named(roles), await access.name_of(unit)
    raise Problem(
        403,
        "role-missing",
        f"Thao tác này cần vai trò {vi} tại {place} hoặc đơn vị cấp trên; hãy nhờ người giữ vai trò đó.",
        f"This needs the role {en} in {place} or in a unit above it; ask who holds it.",
        roles=sorted(roles),
        unit=unit,
    )


async def _refuse_in_doubt(access: Access, person: UUID, unit: UUID | None = None) -> None:
    """Say so where nobody can tell what the person may: raises Problem 503."""
    if not await access.doubted(person, unit):
        return
    if await access.held_up(person, unit):
        raise Problem(
            503,
            "rights-held-up",
            "Vai trò hoặc đơn vị này đang bị tạm giữ vì có bản ghi chưa áp dụng được; hãy báo bộ phận vận hành hệ"
            " thống.",
            "This role or unit is held up by a record that could not be applied; tell the system's operators.",
            headers=AGAIN,
        )
    raise Problem(
        503,
        "rights-in-doubt",
        "Phiên bản mới hơn của hệ thống đã thay đổi vai trò hoặc đơn vị này; hãy thử lại sau khi nâng cấp xong.",
        "A newer version of the system has changed this role or unit; try again when the upgrade is done.",
        headers=AGAIN,
    )


async def require_anywhere(access: Access, person: UUID, roles: Collection[Role]) -> None:
    """Go on only if the person holds one of the roles in any unit, today in Viet Nam; raises Problem 403."""
    if await access.holds(person, roles, business_date(access.clock())):
        return
    await _refuse_in_doubt(access, person)
    raise _without_role(roles)


def _without_role(roles: Collection[Role]) -> Problem:
    vi, en = (f" ({each})" if len(roles) < len(Role) else "" for each in named(roles))
    return Problem(
        403,
        "role-missing",
        f"Bạn chưa có vai trò nào còn hiệu lực cho nội dung này{vi}; hãy đề nghị Vụ Thi đua - Khen thưởng cấp vai trò.",
        f"You hold no role for this at present{en}; ask the emulation department for one.",
        roles=sorted(roles),
    )
