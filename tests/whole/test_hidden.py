"""What may not be seen is answered as what is not there: the same problem, whichever id, wherever it stands.

Every operation of every OpenAPI document is asked by two people who hold nothing where the things lie (an officer and
head of another province; somebody without any role), once with the id of what is there, once with one of nothing.
"""

import asyncio
import copy
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.store import jobs
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.deadline import deadline_id
from services.campaigns.domain.review import review_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole import papers, personal, registering, reporting
from tests.whole.bodies import (
    CONFIRMATION,
    CONFIRMED,
    DEADLINE,
    DECISION,
    DELEGATION,
    DETAILS,
    DOSSIER,
    EXCEPTION,
    EXEMPLAR,
    HEADCOUNT,
    HELPED,
    IN_FORCE,
    INSPECTION,
    OBSTACLE,
    PACK,
    PAPER,
    PLANNED,
    POSTS,
    PRESSED,
    PUBLICATION,
    RATINGS,
    RECOUNT,
    REVIEWED,
    VIOLATION,
    WRITTEN,
)
from tests.whole.figures import FIGURES
from tests.whole.house import ADMIN, ALL, APPRAISER, DIRECTOR, HEAD, OFFICER, ROOT, House, a_house

pytestmark = pytest.mark.usefixtures("connections_shared")

OUTSIDER, NOBODY = uuid4(), uuid4()
OWN, FOREIGN = unit_id("P03"), unit_id("P01")
CAMPAIGN: Final = campaign_id(PACK["code"])
_UUID: Final = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

SEEN_BY_ALL: Final = {"campaign_id", "unit_id", "authority_id", "parent_id", "decision_id", "parent"}
"""Ids of what every holder of a role may see: campaigns, units, decisions. To who holds none, none of it shows."""
OPEN: Final = {
    "GET registry /units/{id}", "GET registry /units/{id}/life", "GET registry /units/{id}/called",
    "GET campaigns /campaigns/{id}", "GET campaigns /campaigns/{id}/joins",
    "POST campaigns /campaigns/{id}/joins", "POST campaigns /campaigns/{id}/review-papers",
    "GET awards /decisions/{decision_id}",
    "GET campaigns /reviews/{id}", "GET campaigns /reviews/{id}/annex", "GET campaigns /reviews/{id}/annex-cells",
    "GET campaigns /reviews/{id}/annex-file", "GET campaigns /reviews/{id}/versions",
    "GET portal /campaigns/{id}/progress", "GET portal /campaigns/{id}/summary",
    "GET registry /people/names",
}  # fmt: skip
"""Operations on what every holder of a role may see, by what they are asked for (names: each look is recorded)."""


@dataclass
class Things:
    """What there is, by the place where an id of it may stand."""

    house: House
    by_path: dict[str, UUID] = field(default_factory=dict)
    by_name: dict[str, UUID] = field(default_factory=dict)
    operations: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def read(self) -> None:
        """The operations of all services, each with its body's schema resolved."""
        for name in ALL:
            document = (await self.house.services[name].client.get("/api/v1/openapi.json")).json()
            for path, about in document["paths"].items():
                for method in about.keys() & {"get", "post", "put", "delete", "patch"}:
                    self.operations[f"{method.upper()} {name} {path.removeprefix('/api/v1')}"] = about[method]

    def known(self, operation: str) -> UUID | None:
        """The id of a thing of the kind that the path is about; KeyError for a kind of which there is none."""
        path = operation.split(" ")[2]
        if "{" not in path or "{name}" in path:
            return None
        return next(key for prefix, key in self.by_path.items() if path.startswith(prefix))


@pytest.fixture(scope="module")
async def things(servers: Embedded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Things]:
    """A drive that has come to an award in P01; and people who have nothing to do with P01."""
    async with a_house(servers, tmp_path_factory.mktemp("house"), provinces=3) as house:
        await house.tell(ADMIN, "registry", f"/people/{OUTSIDER}/enrol")
        for role in (Role.OFFICER, Role.UNIT_HEAD, Role.PROFESSIONAL_DEPARTMENT):
            await house.give(OUTSIDER, role, OWN)
        await house.tell(DIRECTOR, "campaigns", "/campaigns", PACK)
        await house.settle()
        found = Things(house)
        await found.read()
        await _fill(found)
        await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
        yield found


async def _fill(found: Things) -> None:
    house, registration, card = found.house, registration_id(CAMPAIGN, FOREIGN), scorecard_id(CAMPAIGN, FOREIGN)
    target = {"indicator": "cover", "year": 2024}
    await house.tell(OFFICER, "registry", f"/registrations/{registration}/targets", target | {"value": "91"})
    await house.tell(HEAD, "registry", f"/registrations/{registration}/submit")
    about = {"person_id": str(DIRECTOR), "thing_id": str(registration), "unit_id": str(FOREIGN)}
    allowed = {**EXCEPTION, **about}
    exception = await house.tell(HEAD, "registry", "/duty-exceptions", allowed)
    signing = {**DELEGATION, "signer_id": str(DIRECTOR)}
    delegation = await house.tell(HEAD, "registry", "/signing-delegations", signing)
    await house.tell(DIRECTOR, "registry", f"/registrations/{registration}/confirm")
    await house.settle()
    await house.tell(OFFICER, "campaigns", f"/scorecards/{card}/results", target | {"value": "92"})
    await house.tell(APPRAISER, "campaigns", f"/scorecards/{card}/verifications", target)
    await house.settle()
    nominations = []
    for award in ("merit_certificate_dg", "merit_letter"):
        body = {"campaign_id": str(CAMPAIGN), "unit_id": str(FOREIGN), "award": award}
        nominations.append((await house.tell(OFFICER, "awards", "/nominations", body))["id"])
        for number, kind in enumerate(DOSSIER):
            paper = {"kind": kind, "title": kind, "sha256": f"{number:064x}"}
            await house.tell(OFFICER, "awards", f"/nominations/{nominations[-1]}/documents", paper)
        await house.tell(HEAD, "awards", f"/nominations/{nominations[-1]}/submit")
    decided = await house.tell(DIRECTOR, "awards", "/decisions", DECISION | {"nominations": [nominations[0]]})
    await house.settle()
    told = (await house.ask(ADMIN, "GET", "notify", "/notifications?limit=1")).json()["items"][0]["notification_id"]
    asked = {"role": Role.DIRECTOR_GENERAL, "unit_id": str(FOREIGN), "since": house.today.isoformat()}
    proposed = (await house.ask(ADMIN, "POST", "registry", f"/people/{OUTSIDER}/roles", asked)).json()["id"]
    about = {"unit_id": str(FOREIGN)}
    obstacle = (await house.tell(OFFICER, "campaigns", "/obstacles", OBSTACLE | about))["id"]
    inspection = (await house.tell(DIRECTOR, "campaigns", "/inspections", INSPECTION | about))["id"]
    exemplar = (await house.tell(OFFICER, "campaigns", "/exemplars", EXEMPLAR | about))["id"]
    entry = CONFIRMATION | about | {"campaign_id": str(CAMPAIGN)}
    confirmation = (await house.tell(OFFICER, "campaigns", "/confirmations", entry))["id"]
    publicity = (await house.tell(OFFICER, "campaigns", "/publicity", PUBLICATION | about))["id"]
    violation = (await house.tell(ADMIN, "campaigns", "/violations", VIOLATION | about))["id"]
    await house.tell(DIRECTOR, "campaigns", "/reviews", reporting.opening("ky-nay", unit_kinds=["provincial"]))
    report = reporting.of("ky-nay", FOREIGN)
    registrant = uuid4()
    await personal.launched(house)
    await personal.office(house, FOREIGN, [registrant])
    await house.settle()
    registered = await house.tell(OFFICER, "registry", "/personal-registrations", personal.entry(FOREIGN, registrant))
    job = uuid4()
    for name in ("registry", "campaigns", "portal"):
        await jobs.ask(house.services[name].platform.pool, job, "by-hand", ADMIN, b"")
    written, receipt = await papers.sent(papers.telling(house), "7", house.today)
    found.by_path = {
        "/reports": UUID(report), "/reviews": review_id(None, ROOT, "ky-nay"),
        "/personal-registrations": UUID(registered["id"]),
        "/documents": UUID(written), "/receipts": UUID(receipt),
        "/registrations": registration, "/scorecards": card, "/nominations": UUID(nominations[1]),
        "/decisions": UUID(decided["id"]), "/notifications": UUID(told), "/jobs": job,
        "/units/import": job, "/people/import": job, "/registration-files/trials": job,
        "/result-files/trials": job,
        "/proposals": UUID(proposed), "/units": FOREIGN, "/people": OFFICER, "/campaigns": CAMPAIGN,
        "/signing-delegations": UUID(delegation["id"]), "/deadlines": deadline_id(registration, FOREIGN),
        "/obstacles": UUID(obstacle), "/inspections": UUID(inspection), "/exemplars": UUID(exemplar),
        "/publicity": UUID(publicity), "/violations": UUID(violation), "/confirmations": UUID(confirmation),
    }  # fmt: skip
    found.by_name = {
        "review_id": review_id(None, ROOT, "ky-nay"), "earlier_report_id": UUID(report), "document_id": UUID(written),
        "obstacles": UUID(obstacle), "in_unit_id": FOREIGN, "exemplar_id": UUID(exemplar),
        "person_id": OFFICER, "thing_id": registration, "nominations": UUID(nominations[0]), "unit_id": FOREIGN,
        "authority_id": FOREIGN, "parent_id": FOREIGN, "campaign_id": CAMPAIGN, "decision_id": UUID(decided["id"]),
        "successor_id": FOREIGN, "successor_ids": FOREIGN, "to_id": FOREIGN, "bloc_id": FOREIGN, "change_id": uuid4(),
        "after": UUID(exception["id"]), "signer_id": DIRECTOR, "into_id": HEAD, "id": OFFICER, "parent": FOREIGN,
    }  # fmt: skip


BODIES: Final[Mapping[str, Mapping[str, Any]]] = {
    "/campaigns//reviews": {"code": PLANNED["code"]},
    "/review-papers": {"code": PLANNED["code"], "paper": "guidance", "unit_id": str(OWN)},
    "/headcounts": HEADCOUNT | {"unit_id": str(OWN)}, "/headcounts/corrections": RECOUNT | {"unit_id": str(OWN)},
    "/establishments": POSTS | {"unit_id": str(OWN)},
    "/personal-registrations": personal.entry(OWN, uuid4()), "/my-registrations": personal.MINE,
    "/personal-registrations//words": personal.WORDS, "/personal-registrations//return": personal.REASON,
    "/personal-confirmations": {
        "unit_id": str(OWN), "confirmed": [{"registration_id": str(uuid4()), "revision": 1}],
    },
    "/my-withdrawals": {"campaign_id": str(personal.CAMPAIGN)},
    "/registrations//reopen": registering.REOPENING, "/withdrawals": registering.EXTRA | {"reason": "…"},
    "/qualitative": registering.QUALITATIVE, "/progress": registering.PROGRESS, "/solutions": registering.SOLUTION,
    "/movements": {"numbers": ["2/KH"]}, "//opinions": {"body": "other"}, "/opinions/answers": registering.OPINION,
    "/agreements": registering.COVER, "/objections": registering.COVER | {"reason": "…"},
    "/registrations//return": {"note": "…"}, "/return-from-above": {"note": "…"},
    "/targets": {"indicator": "cover", "year": 2024, "value": "91"},
    "/results": {"indicator": "cover", "year": 2024, "value": "92"},
    "/verifications": {"indicator": "cover", "year": 2024},
    "/returns": {"indicator": "cover", "year": 2024, "reason": "Thiếu biên bản"},
    "/ratings": RATINGS | {"ratings": [{"unit_id": str(OWN), "rating": "excellent"}]},
    "/ratings/corrections": RATINGS | {"unit_id": str(OWN), "rating": "good", "reason": "…"},
    "/confirmations": CONFIRMATION | {"unit_id": str(OWN), "campaign_id": str(CAMPAIGN)}, **CONFIRMED,
    "/scorecards//corrections": {"indicator": "cover", "year": 2024, "value": "93", "reason": "Nhập sai"},
    "/evidence-deletions": {"indicator": "cover", "year": 2024, "sha256": f"{7:064x}", "reason": "Nhầm tệp"},
    "/base-figures": {**FIGURES, "figures": [{"unit_id": str(OWN), "figure": "1000"}]},
    "/plans": {**FIGURES, "figures": [{"unit_id": str(OWN), "figure": "1000"}], "since": "2024-01-01"},
    "//documents": {"kind": "minutes", "title": "Biên bản", "sha256": f"{7:064x}"},
    "/documents": {**papers.DRAFT, "unit_id": str(OWN)}, "/content": {"content": papers.CONTENT},
    "/signature": {"capacity": "direct"}, "/number": {"number": "9", "dated": "2024-11-10"},
    "/paper-signature": {
        "signed_by": str(uuid4()), "capacity": "direct", "happened_on": "2024-11-10", "evidence": papers.SCAN,
    },
    "/dispatches": {"recipient": "Bộ", "way": "post", "happened_on": "2024-11-10"},
    "/corrections": {"wrong": "a", "right": "b"}, "/replacement": {"replaced_by": str(uuid4())},
    "/recall": {"reason": "Sai"}, "/entry": {"number": "9", "received_on": "2024-11-10"},
    "/nominations": {"campaign_id": str(CAMPAIGN), "unit_id": str(OWN), "award": "merit_letter"},
    "/decisions": {
        **DECISION, "award": "merit_letter", "authority_id": str(OWN), "nominations": [str(uuid4())],
    },
    "/duty-exceptions": {
        **EXCEPTION, "authority_id": str(OWN), "person_id": str(OFFICER), "thing_id": str(uuid4()),
        "unit_id": str(OWN),
    },
    "/signing-delegations": {**DELEGATION, "unit_id": str(OWN), "signer_id": str(uuid4())},
    "/end": {"on": None},
    "/assignments/correct": {
        "assigned_on": "2024-01-01", "unit_id": str(OWN), "category": "public_employee", "works_directly": True,
        "since": "2024-01-01",
    },
    "/leave": {"reason": "retired", "on": "2024-01-01"},
    "/return": {
        "unit_id": str(OWN), "category": "public_employee", "works_directly": True, "since": "2024-01-01",
    },
    "/posts": {"unit_id": str(OWN), "kind": "second", "since": "2024-01-01"},
    "/posts/end": {"unit_id": str(OWN), "kind": "second", "on": "2024-01-01"},
    "/join": {"into_id": str(uuid4())},
    "/remarks": {"unit_id": str(OWN), "year": 2024, "document": "1/NX-BHXH"},
    "/roles": {"role": "officer", "unit_id": str(OWN), "since": "2024-01-01"},
    "/roles/revoke": {"role": "officer", "unit_id": str(OWN), "on": "2025-01-01"},
    "/assignments": {
        "unit_id": str(OWN), "category": "public_employee", "works_directly": True, "since": "2024-01-01",
    },
    **PRESSED, "/publicity": PUBLICATION | {"unit_id": str(OWN), "exemplar_id": None},
    "/violations": VIOLATION | {"unit_id": str(OWN)},
    **WRITTEN, "/reviews": {"unit_id": str(OWN), "review": REVIEWED},
    **HELPED,
    "/obstacles": OBSTACLE | {"unit_id": str(OWN)},
    "/guidance": {"obstacles": [str(uuid4())], "answer": "…"},
    "/inspections": INSPECTION | {"unit_id": str(OWN)},
    "/exemplars": EXEMPLAR | {"unit_id": str(OWN), "person_id": str(uuid4())},
    "/receipt": {"on": "2024-11-20"}, "/sub-deadlines": {"before": "2024-11-20"},
    "/move": {"before": "2030-01-01", "reason": "…"}, "/excuse": {"reason": "…"},
    "/reopen": {"until": "2030-01-01", "reason": "…"},
    "/deadlines": DEADLINE | {"unit_id": str(OWN), "thing_id": str(uuid4())},
    "/deadlines-for-kinds": DEADLINE | {"unit_kinds": ["provincial"]},
    "/details": DETAILS,
    "/units": {
        "code": "D9", "name": "BHXH", "kind": "district", "parent_id": str(OWN), "established_on": "2024-11-10",
    },
    "/rename": IN_FORCE | {"name": "Phòng"}, "/move-below": IN_FORCE | {"parent_id": str(OWN)},
    "/merge": IN_FORCE | {"successor_id": str(OWN)}, "/split": IN_FORCE | {"successor_ids": [str(OWN)]},
    "/dissolve": IN_FORCE, "/take-over": IN_FORCE | {"to_id": str(OWN)},
    "/join-bloc": {"bloc_id": str(OWN), "on": "2025-01-01"}, "/leave-bloc": {"bloc_id": str(OWN), "on": "2025-01-01"},
    "/withdraw-change": {"change_id": str(uuid4()), "reason": "Nhầm"},
    "/name-correction": {"name": "BHXH huyện Một"},
    "/campaigns": PACK, "/packs/trial": PACK, "/announcements": PACK, "/launch": {},
    "/amendments": {"pack": PACK, "document": PAPER}, "/extensions": {"until": "2026-03-31", "document": PAPER},
    "/conclusion": {"happened_on": "2024-11-10", "document": PAPER},
    "/cancellation": {"reason": "Gộp phong trào", "document": PAPER},
    "/joins": {"unit_id": str(OWN), "happened_on": "2024-11-10"},
}  # fmt: skip


def body_of(operation: str, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """A good body of the asker's own; None where the operation takes none, or a file."""
    if "application/json" not in about.get("requestBody", {}).get("content", {}):
        return None
    path = operation.split(" ")[2]
    return copy.deepcopy(dict(next(body for end, body in BODIES.items() if re.sub("{.*?}", "", path).endswith(end))))


Request = tuple[str, dict[str, Any] | None, str]
"""Path with its query, body, and which id is another one in it."""


def requests(things: Things, operation: str, key: UUID | None) -> Iterator[Request]:
    """One request for each place in which an id may stand; `key` stands there, or what is there where it is None."""
    about = things.operations[operation]
    known, path, body = things.known(operation), operation.split(" ")[2], body_of(operation, about)
    whole = re.sub("{.*?}", str(known), path)
    if known is not None:
        yield re.sub("{.*?}", str(key or known), path), body, "path"
    for name, value in (body or {}).items():
        if name in things.by_name and _UUID.search(str(value)):
            other = str(key or things.by_name[name])
            yield whole, {**(body or {}), name: [other] if isinstance(value, list) else other}, name
    for parameter in about.get("parameters", ()):
        if parameter["in"] == "query" and "uuid" in str(parameter["schema"]):
            yield f"{whole}?{parameter['name']}={key or things.by_name[parameter['name']]}", body, parameter["name"]


def said(answer: httpx.Response) -> tuple[int, object]:
    """What an answer tells, but for the ids that were asked for."""
    problem = answer.json() if answer.content else None
    if isinstance(problem, dict):
        problem = {
            name: _UUID.sub("ID", str(value)) for name, value in problem.items() if name not in {"instance", "position"}
        }
    return answer.status_code, problem


async def differences(things: Things, person: UUID, *, all_seen: bool) -> list[str]:
    """Operations that answer a person otherwise about what is there than about what is not."""
    found = []
    for operation in sorted(things.operations):
        method, service, _ = operation.split(" ")
        pairs = zip(requests(things, operation, None), requests(things, operation, uuid4()), strict=True)
        for (path, body, name), (other_path, other_body, _) in pairs:
            if not all_seen and (name in SEEN_BY_ALL or (operation in OPEN and name in {"path", "id"})):
                continue
            there = said(await things.house.ask(person, method, service, path, body))
            nowhere = said(await things.house.ask(person, method, service, other_path, other_body))
            if there != nowhere:
                found.append(f"{operation} ({name}): {there} but {nowhere}")
    return found


async def test_every_operation_with_an_id_is_asked(things: Things) -> None:
    asked = {operation for operation in things.operations if any(requests(things, operation, None))}
    with_an_id = {each for each, about in things.operations.items() if "uuid" in str(about).lower()}
    assert {each for each in with_an_id if "{" in each.split(" ")[2] and "{name}" not in each} <= asked
    assert len(asked) > 30


async def test_to_who_may_not_see_it_what_is_there_is_as_what_is_not(things: Things) -> None:
    assert await differences(things, OUTSIDER, all_seen=False) == []


async def test_to_who_holds_no_role_nothing_is_there(things: Things) -> None:
    assert await differences(things, NOBODY, all_seen=True) == []


async def test_sabotage_where_rights_are_said_before_what_is_hidden_it_shows(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def careless(self: Any, roles: Any, unit: Any, *, hidden: bool = False) -> None:
        del hidden
        await require(self, roles, unit)

    from chassis.web.asked import Asked  # noqa: PLC0415 - only this test takes it apart

    require = Asked.require
    monkeypatch.setattr(Asked, "require", careless)
    shown = await differences(things, OUTSIDER, all_seen=False)
    assert any("/registrations/{id}" in each for each in shown)
    assert any("/scorecards/{id}/results" in each for each in shown)


async def test_sabotage_where_a_decision_judges_before_it_asks_what_is_within_it_shows(
    things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.awards.domain import decision as rules  # noqa: PLC0415 - only this test takes it apart

    check = rules._check

    def careless(nominee: Any, award: str, context: Any) -> None:
        beyond = nominee.nomination.proposal is not None and not nominee.within
        check(nominee.model_copy(update={"within": True}) if beyond else nominee, award, context)

    monkeypatch.setattr(rules, "_check", careless)
    assert any("POST awards /decisions" in each for each in await differences(things, OUTSIDER, all_seen=False))
