"""People of a unit and what they register, for tests of all: a drive that asks them, and each command."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from uuid import UUID, uuid4

from services.campaigns.domain.campaign import campaign_id
from services.registry.domain.personal_registration import personal_registration_id
from tests.whole.bodies import PACK
from tests.whole.house import ADMIN, DIRECTOR, HEAD, OFFICER, House

CODE: Final = "ca-nhan"
CAMPAIGN: Final = campaign_id(CODE)
WORDS: Final = {"target": "100 % hồ sơ đúng hạn", "solution": "Rà soát mỗi tuần"}
REASON: Final = {"reason": "Chưa đo được"}
MINE: Final = {"campaign_id": str(CAMPAIGN), **WORDS}


def pack(year: int) -> dict[str, Any]:
    """A drive that persons may register for until the end of that year."""
    period = {"start": "2024-11-10", "end": f"{year}-12-31"}
    return {**PACK, "code": CODE, "period": period, "register_before": None, "persons_register": True}


def work(unit: UUID) -> dict[str, Any]:
    """Where somebody works."""
    return {"unit_id": str(unit), "category": "civil_servant", "works_directly": True, "since": "2024-01-01"}


def entry(unit: UUID, *people: UUID) -> dict[str, Any]:
    """What these people of a unit register."""
    lines = [{"person_id": str(each), **WORDS} for each in people]
    return {"campaign_id": str(CAMPAIGN), "unit_id": str(unit), "lines": lines}


async def office(house: House, unit: UUID, people: Sequence[UUID], keeper: UUID = ADMIN) -> None:
    """Let these people work in the unit, of a drive in which persons register."""
    for person in people:
        await house.tell(keeper, "registry", f"/people/{person}/enrol")
        await house.tell(keeper, "registry", f"/people/{person}/assignments", work(unit))


async def launched(house: House, director: UUID = DIRECTOR) -> None:
    """Launch the drive."""
    await house.tell(director, "campaigns", "/campaigns", pack(house.today.year + 1))
    await house.settle()


async def asked(ask: Callable[..., Awaitable[Any]], house: House, unit: UUID) -> None:
    """Each operation, as the document of the API says it."""
    people = [uuid4(), uuid4(), uuid4()]
    await launched(house)
    await office(house, unit, people)
    await house.tell(ADMIN, "registry", f"/people/{HEAD}/assignments", work(unit))
    await house.settle()
    path = "registry/personal-registrations"
    told = await ask(OFFICER, f"POST {path}", entry(unit, *people))
    keys = [personal_registration_id(CAMPAIGN, person) for person in people]
    where = {"campaign_id": str(CAMPAIGN), "unit_id": str(unit), "at_least": told["position"]}
    await ask(OFFICER, "GET registry/personal-rosters", **where)
    await ask(OFFICER, "GET registry/personal-counts", **where)
    await ask(OFFICER, f"GET {path}", **where)
    await ask(HEAD, f"POST {path}/{{id}}/return:{keys[0]}", REASON)
    await ask(OFFICER, f"POST {path}/{{id}}/words:{keys[0]}", {**WORDS, "target": "98 %"})
    await ask(OFFICER, f"GET {path}/{{id}}:{keys[0]}")
    await ask(OFFICER, f"POST {path}/{{id}}/withdraw:{keys[0]}")
    await ask(HEAD, f"POST {path}/{{id}}/confirm:{keys[1]}")
    seen = [{"registration_id": str(keys[2]), "revision": 1}]
    await ask(HEAD, "POST registry/personal-confirmations", {"unit_id": str(unit), "confirmed": seen})
    await ask(HEAD, "POST registry/my-registrations", MINE)
    await ask(HEAD, "GET registry/my-registrations")
    await ask(HEAD, "POST registry/my-withdrawals", {"campaign_id": str(CAMPAIGN)})


async def tried(run: Callable[..., Awaitable[None]], house: House, unit: UUID) -> None:
    """Each command with a body, spoilt in every way, some for each."""
    people = [uuid4() for _ in range(12)]
    await launched(house)
    await office(house, unit, people)
    await house.tell(ADMIN, "registry", f"/people/{HEAD}/assignments", work(unit))
    await house.settle()
    await run(
        "registry register_persons", OFFICER, "/personal-registrations", lambda n: entry(unit, people[n % len(people)])
    )
    for person in people:
        await house.ask(OFFICER, "POST", "registry", "/personal-registrations", entry(unit, person))
    paths = [f"/personal-registrations/{personal_registration_id(CAMPAIGN, person)}" for person in people]
    await run("registry rewrite_personal", OFFICER, [f"{each}/words" for each in paths], WORDS | {"target": "98 %"})
    await run("registry return_personal", HEAD, [f"{each}/return" for each in paths[:6]], REASON)

    keys = [personal_registration_id(CAMPAIGN, person) for person in people[6:]]
    found = [await house.ask(HEAD, "GET", "registry", f"/personal-registrations/{key}") for key in keys]
    revisions = [each.json()["versions"][-1]["revision"] for each in found]
    seen = [{"registration_id": str(key), "revision": last} for key, last in zip(keys, revisions, strict=True)]

    def body(n: int) -> dict[str, Any]:
        return {"unit_id": str(unit), "confirmed": [seen[n % len(seen)]]}

    await run("registry confirm_persons", HEAD, "/personal-confirmations", body)
    await run("registry register_mine", HEAD, "/my-registrations", MINE)
    await run("registry withdraw_mine", HEAD, "/my-withdrawals", {"campaign_id": str(CAMPAIGN)})
