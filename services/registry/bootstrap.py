"""The first administrator: the one role that no role grants."""

from typing import Final
from uuid import UUID, uuid5

from chassis.facts.clock import business_date
from chassis.facts.decider import Context, Rejected
from chassis.service.platform import Platform
from contracts.registry import Role, RoleGranted
from services.registry.domain.person import PERSON, EnrolPerson, GrantRole, Known, PersonCommand

_GRANTED: Final = (
    "select exists (select from store.events where type = $1 and (metadata ->> 'command_id')::uuid <> all ($2::uuid[]))"
)


async def grant_first_administrator(platform: Platform, person: UUID, root: UUID) -> None:
    """Make a person emulation department and director general at the root, if nobody holds any role yet.

    For the same person again it changes nothing, so that what was interrupted can be finished; what was revoked since
    stays revoked. Raises Rejected `administrator-exists` when any other role was ever granted.
    """
    today = business_date(platform.clock())
    commands: dict[UUID, PersonCommand] = {uuid5(person, "first-administrator/enrol"): EnrolPerson(person_id=person)}
    for role in (Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL):
        commands[uuid5(person, f"first-administrator/{role}")] = GrantRole(
            person_id=person, role=role, unit_id=root, since=today
        )
    async with platform.pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('first-administrator'))")
        rows = await connection.fetch("select id from store.commands where id = any($1::uuid[])", list(commands))
        done = {row["id"] for row in rows}
        if len(done) < len(commands) and await connection.fetchval(_GRANTED, RoleGranted.type_name(), list(commands)):
            raise Rejected(
                "administrator-exists",
                "Hệ thống đã có người quản trị; hãy đề nghị người đó cấp quyền.",
                "There is an administrator already; ask that person for a role.",
            )
        for command_id, command in commands.items():
            if command_id not in done:
                context = Context(occurred_on=today, command_id=command_id, policy="registry/first-administrator")
                await platform.executor.execute(PERSON, person, command, context, known=Known(unit=True))
