"""The first administrator: the one role that no role grants."""

from uuid import UUID

from chassis.clock import business_date
from chassis.decider import Context, Rejected
from chassis.service import Platform
from contracts.registry import Role, RoleGranted
from services.registry.domain.person import PERSON, EnrolPerson, GrantRole


async def grant_first_administrator(platform: Platform, person: UUID, root: UUID) -> None:
    """Make a person emulation department and director general at the root, if nobody holds any role yet.

    Raises Rejected `administrator-exists` when somebody does.
    """
    granted = await platform.pool.fetchval(
        "select stream from store.events where type = $1 limit 1", RoleGranted.type_name()
    )
    if granted is not None and granted != PERSON.stream(person):
        raise Rejected(
            "administrator-exists",
            "Hệ thống đã có người quản trị; hãy đề nghị người đó cấp quyền.",
            "There is an administrator already; ask that person for a role.",
        )
    today = business_date(platform.clock())
    commands = [EnrolPerson(person_id=person)] + [
        GrantRole(person_id=person, role=role, unit_id=root, since=today)
        for role in (Role.EMULATION_DEPARTMENT, Role.DIRECTOR_GENERAL)
    ]
    for command in commands:
        await platform.execute(PERSON, person, command, Context(occurred_on=today))
