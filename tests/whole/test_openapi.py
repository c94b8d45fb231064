"""Each API is what its OpenAPI document says, by a client that is not ours: schemathesis with all its checks.

`make fuzz` runs it with more cases than `make test` has time for.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4, uuid5

import pytest
import schemathesis
from schemathesis.schemas import BaseSchema

from chassis.store import jobs
from contracts.registry import Role
from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole import CASES, SEED, papers, personal, registering, reporting
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
    VIOLATION,
)
from tests.whole.figures import FIGURES, PDF
from tests.whole.house import ADMIN, ALL, APPRAISER, DIRECTOR, HEAD, OFFICER, ROOT, SECOND, House, a_house

FUZZER: Final = uuid5(UUID(int=0), "fuzzer")
QUERIED: Final = {200}
"""Trials and readings: what is asked by POST for its body's size and changes nothing is answered as of now."""
METHODS: Final = {"get", "post", "put", "delete", "patch"}
SECONDS: Final = 3600
FILE: Final = "code,name,kind,parent,established_on\nVSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16\n"


pytestmark = pytest.mark.usefixtures("connections_shared")


@pytest.fixture(scope="module")
async def house(servers: Embedded, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """All services; one person may do everything that one person may."""
    async with a_house(servers, tmp_path_factory.mktemp("house"), provinces=3) as house:
        await house.tell(ADMIN, "registry", f"/people/{FUZZER}/enrol")
        for role in Role:
            await house.give(FUZZER, role, ROOT)
        await house.settle()
        yield house


class Checked:
    """Sends one good request for each operation and has all checks look at the answer."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._documents: dict[str, BaseSchema] = {}
        self.answered: set[tuple[str, str, str]] = set()
        self._told: list[tuple[str, Any, dict[str, str], Any]] = []
        """What was accepted: what it does, the case, the headers that it came with, and its answer."""

    async def document(self, service: str) -> BaseSchema:
        """The OpenAPI document of a service."""
        if service not in self._documents:
            url = f"{self.house.services[service].client.base_url}/api/v1/openapi.json"
            self._documents[service] = await asyncio.to_thread(schemathesis.openapi.from_url, url)
        return self._documents[service]

    async def ask(self, person: UUID, does: str, body: object = None, /, **query: object) -> Any:
        """Ask for `POST registry/units/{id}` with the id in its place; the answer must be 2xx and as documented.

        `does` holds the path's template, a colon and the id where there is one: `GET registry/units/{id}:1b4e…`.
        """
        route, _, key = does.partition(":")
        method, _, where = route.partition(" ")
        service, _, path = where.partition("/")
        path = f"/api/v1/{path}"
        operation = (await self.document(service))[path][method]
        names = [name.partition("}")[0] for name in path.split("{")[1:]]
        ids = dict(zip(names, key.split("/"), strict=True)) if key else {}
        served = self.house.services[service]
        await served.ask(person, "GET", "/nowhere")
        about: dict[str, Any] = {} if body is None else {"body": body}
        if isinstance(body, str | bytes):
            about["media_type"] = "text/csv" if isinstance(body, str) else "application/octet-stream"
        case = operation.Case(path_parameters=ids, query=dict(query), **about)
        headers = {"Authorization": f"Bearer {served.tokens[person]}"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())

        def checked() -> Any:
            answer = case.call(headers=headers)
            case.validate_response(answer, headers=headers)
            assert answer.status_code < 300, (does, answer.text)
            if method != "GET":
                self._told.append((does, case, headers, _of_command(answer)))
            return answer.json() if "json" in str(answer.headers.get("content-type")) else None

        told = await asyncio.to_thread(checked)
        self.answered.add((service, method, path))
        return told

    async def again(self) -> list[str]:
        """Which commands, sent again under their keys, are not answered as they were the first time."""

        def asked() -> list[str]:
            other = []
            for does, case, headers, first in self._told:
                answer = case.call(headers=headers)
                if answer.status_code not in QUERIED and _of_command(answer) != first:
                    other.append(f"{does}: {first} and then {answer.status_code} {answer.text}")
            return other

        return await asyncio.to_thread(asked)

    async def operations(self) -> set[tuple[str, str, str]]:
        """Service, method and path of each operation that the documents name."""
        found = set()
        for service in ALL:
            paths = (await self.document(service)).raw_schema["paths"]
            found |= {(service, method.upper(), path) for path in paths for method in paths[path] if method in METHODS}
        return found


def _of_command(answer: Any) -> tuple[int, Any]:
    """What stays the same of an answer: a job goes on, and a file of units names the store's end, not its own."""
    told = answer.json() if "json" in str(answer.headers.get("content-type")) else None
    if told is None or "command_id" in told:
        return answer.status_code, told
    return answer.status_code, told.get("id") or told.get("established")


async def test_each_operation_answers_as_its_document_says(house: House) -> None:
    checked, unit, campaign = Checked(house), unit_id("P01"), campaign_id(PACK["code"])
    await organise(checked, unit)
    await change_units(checked, unit, house.today)
    await look_after_people(checked, uuid4(), unit, house.today)
    await checked.ask(DIRECTOR, "POST campaigns/packs/trial", PACK)
    await checked.ask(DIRECTOR, "POST campaigns/campaigns", PACK)
    await house.settle()
    await whole_life(checked, unit)
    await register(checked, campaign, unit)
    await registering.asked(checked.ask, house, unit, unit_id("D1"))
    await personal.asked(checked.ask, house, unit)
    await house.settle()
    await be_in_time(checked, unit)
    await be_helped(checked, unit)
    await reporting.asked(checked.ask, house, unit)
    await report(checked, campaign, unit)
    await house.settle()
    await honour(checked, campaign, unit)
    await house.settle()
    await look_up(checked, campaign)
    await write_papers(checked)
    await a_job(checked, house)
    assert checked.answered == await checked.operations()
    other = await checked.again()
    assert not other, "\n".join(other)


async def whole_life(checked: Checked, unit: UUID) -> None:
    """Of another drive, from its announcement to its conclusion; and of one that is cancelled."""
    ask, day = checked.ask, "2024-11-10"
    await ask(DIRECTOR, "GET campaigns/packs")
    long, short = ({**PACK, "code": code} for code in ("ca-doi", "nua-chung"))
    for pack in (long, short):
        await ask(DIRECTOR, "POST campaigns/announcements", pack)
    key, other = campaign_id("ca-doi"), campaign_id("nua-chung")
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/launch:{key}", {"happened_on": day})
    joining = {"unit_id": str(unit), "happened_on": day}
    at = await ask(HEAD, f"POST campaigns/campaigns/{{id}}/joins:{key}", joining)
    await ask(OFFICER, f"GET campaigns/campaigns/{{id}}/joins:{key}", at_least=at["position"])
    amendment = {"pack": {**long, "aliases": ["Đợt thử"]}, "document": PAPER}
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/amendments:{key}", amendment)
    extension = {"until": "2026-03-31", "document": PAPER}
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/extensions:{key}", extension)
    conclusion = {"happened_on": day, "document": PAPER}
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/conclusion:{key}", conclusion)
    cancellation = {"reason": "Gộp phong trào", "document": PAPER}
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/cancellation:{other}", cancellation)


async def a_job(checked: Checked, house: House) -> None:
    """The portal's are asked for in pages; here one is done by hand."""
    pool, key, holder = house.services["portal"].platform.pool, uuid4(), uuid4()
    await jobs.ask(pool, key, "by-hand", ADMIN, b"")
    await jobs.claim(pool, holder, ["by-hand"], 60)
    await jobs.end(pool, key, holder, jobs.Outcome(content=b"{}", media_type="application/json", name="x.json"))
    for path in ("jobs/{id}", "jobs/{id}/result"):
        await checked.ask(ADMIN, f"GET portal/{path}:{key}")


async def organise(checked: Checked, unit: UUID) -> None:
    ask = checked.ask
    await ask(ADMIN, "POST registry/units/import", FILE)
    trial = (await ask(ADMIN, "POST registry/units/import/trials", FILE))["id"]
    while (await ask(ADMIN, f"GET registry/jobs/{{id}}:{trial}"))["state"] != "done":
        pass
    await ask(ADMIN, f"GET registry/jobs/{{id}}/result:{trial}")
    await ask(ADMIN, f"POST registry/units/import/trials/{{id}}/names-are-meant:{trial}")
    await ask(ADMIN, f"POST registry/units/import/trials/{{id}}/import:{trial}")
    await ask(ADMIN, "POST registry/units/exports")
    new = {"code": "D1", "name": "BHXH", "kind": "district", "parent_id": str(unit), "established_on": "2024-11-10"}
    await ask(ADMIN, "POST registry/units", new)
    await ask(ADMIN, f"POST registry/units/{{id}}/name-correction:{unit_id('D1')}", {"name": "BHXH huyện Một"})
    await ask(ADMIN, "GET registry/units", limit=2)
    await ask(ADMIN, f"GET registry/units/{{id}}:{unit}")


async def change_units(checked: Checked, above: UUID, today: date) -> None:
    ask, day = checked.ask, {"on": today.isoformat()}
    in_force = IN_FORCE | day
    new = {"name": "Phòng", "kind": "team", "parent_id": str(above), "established_on": "2024-11-10"}
    for number in range(1, 6):
        await ask(ADMIN, "POST registry/units", new | {"code": f"T{number}"})
    bloc = new | {"code": "KCQ", "kind": "agency_bloc", "parent_id": str(ROOT)}
    await ask(ADMIN, "POST registry/units", bloc)
    one, two, three, four, five = (unit_id(f"T{number}") for number in range(1, 6))
    for step, unit, body in (
        ("rename", one, in_force | {"name": "Phòng Một"}),
        ("move-below", one, in_force | {"parent_id": str(unit_id("P02"))}),
        ("merge", two, in_force | {"successor_id": str(one)}),
        ("split", three, in_force | {"successor_ids": [str(one), str(four)]}),
        ("dissolve", five, in_force),
        ("take-over", five, in_force | {"to_id": str(one)}),
        ("join-bloc", one, day | {"bloc_id": str(unit_id("KCQ"))}),
        ("leave-bloc", one, day | {"bloc_id": str(unit_id("KCQ"))}),
    ):
        await ask(ADMIN, f"POST registry/units/{{id}}/{step}:{unit}", body)
    life = await ask(ADMIN, f"GET registry/units/{{id}}/life:{one}")
    wrong = {"change_id": life["changes"][0]["change_id"], "reason": "Nhập nhầm"}
    await ask(ADMIN, f"POST registry/units/{{id}}/withdraw-change:{one}", wrong)
    await ask(ADMIN, f"GET registry/units/{{id}}/called:{one}", on=today)
    await ask(ADMIN, "POST registry/headcounts", HEADCOUNT | {"unit_id": str(above)})
    await ask(ADMIN, "POST registry/headcounts/corrections", RECOUNT | {"unit_id": str(above)})
    at = await ask(ADMIN, "POST registry/establishments", POSTS | {"unit_id": str(above)})
    await ask(ADMIN, "GET registry/headcounts", unit_id=str(above), at_least=at["position"])


async def look_after_people(checked: Checked, person: UUID, unit: UUID, today: date) -> None:
    ask, named = checked.ask, {"unit_id": str(unit)}
    await ask(ADMIN, f"POST registry/people/{{id}}/enrol:{person}")
    work = named | {"category": "public_employee", "works_directly": True, "since": "2024-01-01"}
    await ask(ADMIN, f"POST registry/people/{{id}}/assignments:{person}", work)
    grant = named | {"role": "officer", "since": today.isoformat()}
    await ask(ADMIN, f"POST registry/people/{{id}}/roles:{person}", grant)
    for step, by, role in (
        ("confirm", SECOND, "auditor"),
        ("decline", SECOND, "operator"),
        ("withdraw", ADMIN, "officer"),
    ):
        early = {"role": role, "since": "2024-01-01", "reason": "entry_was_missed", "document": "12/QĐ-BHXH"}
        back = grant | early
        told = await ask(ADMIN, f"POST registry/people/{{id}}/roles:{person}", back)
        proposed = told["id"]
        await ask(ADMIN, f"GET registry/proposals/{{id}}:{proposed}", at_least=told["position"])
        await ask(by, f"POST registry/proposals/{{id}}/{step}:{proposed}")
    await ask(ADMIN, "GET registry/proposals", status="declined")
    await ask(ADMIN, "GET registry/administrators")
    await ask(ADMIN, "GET registry/people/conflicts")
    await work_on(checked, unit, work)
    await files_of_people(checked)
    await ask(ADMIN, "GET registry/vacancies")
    end = named | {"role": "officer", "on": (today + timedelta(days=1)).isoformat()}
    await ask(ADMIN, f"POST registry/people/{{id}}/roles/revoke:{person}", end)
    await ask(ADMIN, f"PUT registry/people/{{id}}/details:{person}", DETAILS)
    await ask(ADMIN, f"GET registry/people/{{id}}/details:{person}")
    await ask(ADMIN, f"GET registry/people/{{id}}/changes:{person}")
    await ask(OFFICER, "GET registry/people/names", id=str(person))
    await ask(ADMIN, "GET registry/people/search", q="thu")
    await ask(OFFICER, "GET registry/people/me")
    await ask(ADMIN, f"DELETE registry/people/{{id}}/details:{person}")


async def files_of_people(checked: Checked) -> None:
    """A file of persons tried and imported, and all persons as a file."""
    rows = "Mã cán bộ,Họ và tên,Mã đơn vị,Loại lao động,Từ ngày\nC1,Người Thử,P01,Viên chức,01/01/2024\n"
    trial = (await checked.ask(ADMIN, "POST registry/people/import/trials", rows.encode()))["id"]
    while (await checked.ask(ADMIN, f"GET registry/jobs/{{id}}:{trial}"))["state"] != "done":
        pass
    await checked.ask(ADMIN, f"POST registry/people/import/trials/{{id}}/import:{trial}")
    await checked.ask(ADMIN, "POST registry/people/exports")


async def work_on(checked: Checked, unit: UUID, work: dict[str, Any]) -> None:
    """A person who is seconded, moves, retires and comes back; and a second record of that person."""
    ask, person, double = checked.ask, uuid4(), uuid4()
    for each in (person, double):
        await ask(ADMIN, f"POST registry/people/{{id}}/enrol:{each}")
    way = "POST registry/people/{id}"
    await ask(ADMIN, f"{way}/assignments:{person}", work)
    await ask(ADMIN, f"{way}/assignments/correct:{person}", {**work, "assigned_on": work["since"]})
    post = {"unit_id": str(ROOT), "kind": "seconded"}
    await ask(ADMIN, f"{way}/posts:{person}", {**post, "since": "2024-02-01"})
    await ask(ADMIN, f"{way}/posts/end:{person}", {**post, "on": "2024-03-01"})
    await ask(HEAD, f"{way}/remarks:{person}", {"unit_id": str(unit), "year": 2024, "document": "1/NX-BHXH"})
    await ask(ADMIN, f"GET registry/people/{{id}}/rating:{person}", year=2024)
    await ask(ADMIN, f"{way}/leave:{person}", {"reason": "retired", "on": "2024-06-01"})
    await ask(ADMIN, f"{way}/leave/cancel:{person}")
    await ask(ADMIN, f"{way}/leave:{person}", {"reason": "retired", "on": "2024-06-01"})
    await ask(ADMIN, f"{way}/return:{person}", {**work, "since": "2024-07-01"})
    await ask(ADMIN, f"{way}/join:{double}", {"into_id": str(person)})
    await ask(ADMIN, f"{way}/part:{double}")
    await ask(ADMIN, f"GET registry/people/{{id}}/work:{person}")


async def register(checked: Checked, campaign: UUID, unit: UUID) -> None:
    ask, registration = checked.ask, registration_id(campaign, unit)
    await ask(OFFICER, "GET campaigns/campaigns")
    await ask(OFFICER, f"GET campaigns/campaigns/{{id}}:{campaign}")
    await ask(OFFICER, "GET registry/registrations", campaign_id=str(campaign))
    target = {"indicator": "cover", "year": 2024, "value": "91"}
    await ask(OFFICER, f"POST registry/registrations/{{id}}/targets:{registration}", target)
    filed = {"name": "a.pdf", "signed_on": "2024-11-10"}
    await ask(OFFICER, f"POST registry/registrations/{{id}}/filings:{registration}", PDF, **filed)
    await ask(HEAD, f"GET registry/registrations/{{id}}/papers/{{sha256}}:{registration}/{sha256(PDF).hexdigest()}")
    await ask(DIRECTOR, f"POST registry/registrations/{{id}}/return:{registration}", {"note": "Sửa"})
    await ask(HEAD, f"POST registry/registrations/{{id}}/submit:{registration}")
    await ask(DIRECTOR, f"POST registry/registrations/{{id}}/confirm:{registration}")
    await ask(HEAD, f"GET registry/registrations/{{id}}:{registration}")
    asked = {"campaign_id": str(campaign), "unit_id": str(unit)}
    rows = b"Ma don vi,Ma chi tieu,Nam,Muc dang ky\nP01,cover,2024,91\n"
    trial = (await ask(OFFICER, "POST registry/registration-files/trials", rows, **asked))["id"]
    while (await ask(OFFICER, f"GET registry/jobs/{{id}}:{trial}"))["state"] != "done":
        pass
    await ask(OFFICER, f"POST registry/registration-files/trials/{{id}}/import:{trial}")
    await ask(OFFICER, "POST registry/registration-files/exports", **asked)
    about = {"person_id": str(DIRECTOR), "thing_id": str(registration), "unit_id": str(unit)}
    await ask(HEAD, "POST registry/duty-exceptions", {**EXCEPTION, **about})
    await ask(DIRECTOR, "GET registry/duty-exceptions", thing_id=str(registration))
    told = await ask(HEAD, "POST registry/signing-delegations", {**DELEGATION, "signer_id": str(DIRECTOR)})
    at = told["position"]
    await ask(HEAD, f"GET registry/signing-delegations/{{id}}:{told['id']}", at_least=at)
    await ask(HEAD, "GET registry/signing-delegations", unit_id=str(ROOT))
    signs = {"unit_id": str(ROOT), "person_id": str(DIRECTOR), "kind": "official_letter"}
    await ask(HEAD, "GET registry/signing-delegations/may-sign", **signs)
    await ask(HEAD, f"POST registry/signing-delegations/{{id}}/end:{told['id']}", {})


async def report(checked: Checked, campaign: UUID, unit: UUID) -> None:
    ask, card = checked.ask, scorecard_id(campaign, unit)
    await ask(OFFICER, "GET campaigns/scorecards")
    result = {"indicator": "cover", "year": 2024, "value": "92", "evidence": "Báo cáo"}
    await ask(OFFICER, f"POST campaigns/scorecards/{{id}}/results:{card}", result)
    place = {"indicator": "cover", "year": 2024}
    await ask(APPRAISER, f"POST campaigns/scorecards/{{id}}/returns:{card}", place | {"reason": "Thiếu biên bản"})
    await ask(OFFICER, f"POST campaigns/scorecards/{{id}}/results:{card}", result)
    await ask(APPRAISER, f"POST campaigns/scorecards/{{id}}/verifications:{card}", place)
    corrected = place | {"value": "93", "reason": "Nhập sai"}
    await ask(OFFICER, f"POST campaigns/scorecards/{{id}}/corrections:{card}", corrected)
    kept = await ask(OFFICER, f"POST campaigns/scorecards/{{id}}/evidence:{card}", PDF, **place, name="a.pdf")
    await ask(OFFICER, f"GET campaigns/scorecards/{{id}}:{card}", at_least=kept["position"])
    digest = sha256(PDF).hexdigest()
    await ask(OFFICER, f"GET campaigns/scorecards/{{id}}/evidence/{{sha256}}:{card}/{digest}")
    filed = {"name": "a.pdf", "signed_on": "2024-11-10"}
    await ask(OFFICER, f"POST campaigns/scorecards/{{id}}/filings:{card}", PDF, **filed)
    await ask(OFFICER, f"GET campaigns/scorecards/{{id}}/papers/{{sha256}}:{card}/{digest}")
    gone = place | {"sha256": digest, "reason": "Nhầm tệp"}
    await ask(HEAD, f"POST campaigns/scorecards/{{id}}/evidence-deletions:{card}", gone)
    rows = "Mã đơn vị,Chỉ tiêu,Năm,Kết quả\nP01,cover,2024,92\n".encode()
    past = {"happened_on": "2025-01-10", "document_number": "45/BC-BHXH", "document_date": "2025-01-10"}
    asked = {"campaign_id": str(campaign), "unit_id": str(unit)}
    trial = (await ask(OFFICER, "POST campaigns/result-files/trials", rows, **asked, **past))["id"]
    while (await ask(OFFICER, f"GET campaigns/jobs/{{id}}:{trial}"))["state"] != "done":
        pass
    await ask(OFFICER, f"GET campaigns/jobs/{{id}}/result:{trial}")
    await ask(OFFICER, f"POST campaigns/result-files/trials/{{id}}/import:{trial}")
    table = FIGURES | {"figures": [{"unit_id": str(unit), "figure": "1000"}]}
    await ask(APPRAISER, "POST campaigns/base-figures", table)
    await ask(APPRAISER, "POST campaigns/plans", table | {"since": "2024-01-01"})
    await ask(OFFICER, "GET campaigns/base-figures", year=2024)
    await ask(OFFICER, "GET campaigns/plans", unit_id=str(unit))
    await ask(OFFICER, f"GET campaigns/campaigns/{{id}}/rollup:{campaign}", **place, unit_id=str(unit))
    await ask(OFFICER, f"GET campaigns/campaigns/{{id}}/side-by-side:{campaign}", **place, unit_id=str(unit))


async def honour(checked: Checked, campaign: UUID, unit: UUID) -> None:
    ask = checked.ask
    proposal = {"campaign_id": str(campaign), "unit_id": str(unit), "award": "merit_certificate_dg"}
    nomination = (await ask(OFFICER, "POST awards/nominations", proposal))["id"]
    for number, kind in enumerate(DOSSIER):
        paper = {"kind": kind, "title": kind, "sha256": f"{number:064x}"}
        await ask(OFFICER, f"POST awards/nominations/{{id}}/documents:{nomination}", paper)
    at = (await ask(HEAD, f"POST awards/nominations/{{id}}/submit:{nomination}"))["position"]
    await ask(OFFICER, f"GET awards/nominations/{{id}}:{nomination}", at_least=at)
    await ask(OFFICER, "GET awards/nominations", campaign_id=str(campaign))
    decided = await ask(DIRECTOR, "POST awards/decisions", DECISION | {"nominations": [nomination]})
    await ask(DIRECTOR, f"GET awards/decisions/{{decision_id}}:{decided['id']}", at_least=decided["position"])
    await ask(OFFICER, "GET awards/awards")
    await ask(OFFICER, "GET awards/catalogue")


async def be_in_time(checked: Checked, unit: UUID) -> None:
    ask, thing = checked.ask, uuid4()
    await ask(DIRECTOR, "POST campaigns/deadlines-for-kinds", DEADLINE | {"unit_kinds": ["provincial"]})
    new = DEADLINE | {"unit_id": str(unit), "thing_id": str(thing), "before": "2024-12-01"}
    key = (await ask(DIRECTOR, "POST campaigns/deadlines", new))["id"]
    await ask(HEAD, f"POST campaigns/deadlines/{{id}}/sub-deadlines:{key}", {"before": "2024-11-20"})
    reason = {"reason": "Bão lũ"}
    await ask(DIRECTOR, f"POST campaigns/deadlines/{{id}}/excuse:{key}", reason)
    await ask(DIRECTOR, f"POST campaigns/deadlines/{{id}}/close:{key}")
    await ask(DIRECTOR, f"POST campaigns/deadlines/{{id}}/reopen:{key}", reason | {"until": "2100-01-01"})
    await ask(DIRECTOR, f"POST campaigns/deadlines/{{id}}/move:{key}", reason | {"before": "2100-01-01"})
    await ask(DIRECTOR, f"POST campaigns/deadlines/{{id}}/receipt:{key}", {"on": "2024-11-20"})
    await ask(DIRECTOR, "GET campaigns/deadlines", limit=2, late="true")
    await ask(DIRECTOR, f"GET campaigns/deadlines/{{id}}:{key}")


async def be_helped(checked: Checked, unit: UUID) -> None:
    ask, about = checked.ask, {"unit_id": str(unit)}
    obstacles = [(await ask(OFFICER, "POST campaigns/obstacles", OBSTACLE | about))["id"] for _ in range(2)]
    await ask(DIRECTOR, f"POST campaigns/obstacles/{{id}}/answer:{obstacles[0]}", HELPED["/answer"])
    await ask(DIRECTOR, "POST campaigns/guidance", HELPED["/answer"] | {"obstacles": obstacles[1:]})
    inspection = (await ask(DIRECTOR, "POST campaigns/inspections", INSPECTION | about))["id"]
    for step in ("/held", "/findings", "/closed-findings"):
        await ask(DIRECTOR, f"POST campaigns/inspections/{{id}}{step}:{inspection}", HELPED[step])
    found = [(await ask(OFFICER, "POST campaigns/exemplars", EXEMPLAR | about))["id"] for _ in range(2)]
    await ask(DIRECTOR, f"POST campaigns/exemplars/{{id}}/refuse:{found[1]}", HELPED["/refuse"])
    for step in ("/acclaim", "/nurture", "/publicise", "/replicate", "/withdraw"):
        person = HEAD if step == "/acclaim" else DIRECTOR
        await ask(person, f"POST campaigns/exemplars/{{id}}{step}:{found[0]}", HELPED[step])
    campaign = campaign_id(PACK["code"])
    await ask(DIRECTOR, f"POST campaigns/campaigns/{{id}}/reviews:{campaign}", {"code": PLANNED["code"]})
    paper = {"code": PLANNED["code"], "paper": "guidance", **about}
    await ask(OFFICER, f"POST campaigns/campaigns/{{id}}/review-papers:{campaign}", paper)
    entry = CONFIRMATION | about | {"campaign_id": str(campaign)}
    confirmed = (await ask(OFFICER, "POST campaigns/confirmations", entry))["id"]
    await ask(DIRECTOR, f"POST campaigns/confirmations/{{id}}/judgement:{confirmed}", CONFIRMED["/judgement"])
    await ask(OFFICER, f"POST campaigns/confirmations/{{id}}/withdrawal:{confirmed}", CONFIRMED["/withdrawal"])
    await ask(DIRECTOR, "POST campaigns/ratings", RATINGS | {"ratings": [about | {"rating": "excellent"}]})
    await ask(DIRECTOR, "POST campaigns/ratings/corrections", RATINGS | about | {"rating": "good", "reason": "…"})
    await ask(OFFICER, "GET campaigns/ratings", unit_id=str(unit), first_year=2022, last_year=2026)
    published = (await ask(OFFICER, "POST campaigns/publicity", PUBLICATION | about))["id"]
    await ask(OFFICER, f"POST campaigns/publicity/{{id}}/taken-down:{published}", PRESSED["/taken-down"])
    reported = (await ask(ADMIN, "POST campaigns/violations", VIOLATION | about))["id"]
    await ask(DIRECTOR, f"POST campaigns/violations/{{id}}/handed-over:{reported}", PRESSED["/handed-over"])
    await ask(DIRECTOR, f"POST campaigns/violations/{{id}}/answer:{reported}", PRESSED["/violations//answer"])
    things = (
        ("obstacles", obstacles[0]), ("inspections", inspection), ("exemplars", found[0]),
        ("publicity", published), ("violations", reported), ("confirmations", confirmed),
    )  # fmt: skip
    for name, key in things:
        await ask(DIRECTOR, f"GET campaigns/{name}", limit=2)
        await ask(DIRECTOR, f"GET campaigns/{name}/{{id}}:{key}")


async def look_up(checked: Checked, campaign: UUID) -> None:
    ask = checked.ask
    told = await ask(ADMIN, "GET notify/notifications", limit=1)
    await ask(ADMIN, f"GET notify/notifications/{{notification_id}}:{told['items'][0]['notification_id']}")
    await ask(OFFICER, "GET notify/notifications/mine", limit=1)
    await ask(ADMIN, "GET notify/statistics")
    [template, *_] = await ask(ADMIN, "GET notify/templates")
    await ask(ADMIN, f"GET notify/templates/{{name}}:{template['name']}")
    await ask(APPRAISER, f"GET portal/campaigns/{{id}}/progress:{campaign}", limit=2)
    await ask(APPRAISER, f"GET portal/campaigns/{{id}}/summary:{campaign}")
    await ask(APPRAISER, "GET campaigns/working-days", after="2025-01-20", days=10)


async def write_papers(checked: Checked) -> None:
    house, ask = checked.house, checked.ask

    async def tell(person: UUID, route: str, key: str, body: object) -> dict[str, Any]:
        return dict(await ask(person, f"POST campaigns/{route}:{key}", body))

    await papers.head_since_long(house)
    document, receipt = await papers.every_step(tell, house.today)
    await ask(OFFICER, f"GET campaigns/documents/{{id}}:{document}")
    await ask(OFFICER, f"GET campaigns/documents/{{id}}/receipts:{document}")
    await ask(OFFICER, "GET campaigns/documents", unit_id=str(papers.PROVINCE), status="sent", kind="plan")
    await ask(OFFICER, f"GET campaigns/receipts/{{id}}:{receipt}")
    await ask(OFFICER, "GET campaigns/receipts", unit_id=str(papers.PROVINCE), status="received")


@pytest.mark.parametrize("service", ALL)
async def test_nothing_that_its_document_lets_anyone_ask_upsets_an_api(
    house: House, service: str, tmp_path: Path
) -> None:
    served = house.services[service]
    await served.ask(FUZZER, "GET", "/nowhere")
    words = (
        *("run", f"{served.client.base_url}/api/v1/openapi.json", "-c", "all", "-n", str(CASES), "--seed", str(SEED)),
        *("-H", f"Authorization: Bearer {served.tokens[FUZZER]}", "--continue-on-failure", "--no-color"),
    )
    fuzzing = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("st")), *words),
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(fuzzing.communicate(), SECONDS)
    assert fuzzing.returncode == 0, said.decode()
