"""Documents over HTTP, on a real PostgreSQL: from the draft to the incoming books, and back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.facts.clock import business_date, system_clock
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    Duty,
    DutyExceptionAllowed,
    ExceptionReason,
    Role,
    RoleGranted,
    SigningDelegated,
    SigningEnded,
    UnitEstablished,
    UnitMoved,
)
from contracts.values import Document, DocumentKind, SigningCapacity, UnitKind
from deploy.local.embedded import Embedded
from services.campaigns.app import SERVICE
from services.campaigns.reference import on_time_since
from tests.campaigns.documents import SCAN
from tests.campaigns.test_campaigns_api import PACK, problem
from tests.served import Served, served

ROOT = uuid4()
DIRECTOR, STRANGER, WRITER, CHECKER, CLERK, DEPUTY = (uuid4() for _ in range(6))


def established(unit: UUID, kind: UnitKind, parent: UUID | None, since: date = date(1995, 2, 16)) -> UnitEstablished:
    code = f"U-{unit.hex[:8].upper()}"
    return UnitEstablished(unit_id=unit, code=code, name=code, kind=kind, parent_id=parent, established_on=since)


def granted(person: UUID, role: Role, unit: UUID) -> RoleGranted:
    return RoleGranted(person_id=person, role=role, unit_id=unit, since=date(2024, 1, 1))


@dataclass
class Province:
    """A unit with two districts, its people, and what they ask."""

    service: Served
    unit: UUID
    near: UUID
    far: UUID
    writer: UUID
    checker: UUID
    head: UUID
    clerk: UUID
    district_clerk: UUID
    district_head: UUID

    @property
    def today(self) -> date:
        return business_date(system_clock())

    def content(self, **changes: Any) -> dict[str, Any]:
        said: dict[str, Any] = {
            "kind": "plan", "symbol": "KH-BHXH", "subject": "Kế hoạch thi đua", "place": "Ví Dụ",
            "addressees": [{"name": "BHXH các huyện", "purpose": "for_action", "unit_kinds": ["district"]}],
            "copies": [
                {"name": "Như trên", "purpose": "for_information", "as_addressed": True},
                {"name": "Ủy ban nhân dân tỉnh", "purpose": "for_report"},
            ],
            "archive": "VT, TĐKT", "archive_copies": 2, "body": "Các đơn vị tổ chức thực hiện.",
        }  # fmt: skip
        return said | changes

    async def draft(self, **changes: Any) -> str:
        body = {"unit_id": str(self.unit), "content": self.content(**changes)}
        answer = await self.service.ask(self.writer, "POST", "/documents", body)
        assert answer.status_code == 201, answer.text
        return f"/documents/{answer.json()['id']}"

    async def tell(self, person: UUID, path: str, body: object = None) -> dict[str, Any]:
        answer = await self.service.ask(person, "POST", path, body)
        assert answer.status_code == 201, (path, answer.text)
        return dict(answer.json())

    async def refused(
        self, person: UUID, path: str, code: str, body: object = None, status: int = 409
    ) -> dict[str, Any]:
        return problem(await self.service.ask(person, "POST", path, body), status, code)

    async def read(self, person: UUID, path: str) -> dict[str, Any]:
        answer = await self.service.ask(person, "GET", path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def signed(self, **changes: Any) -> str:
        path = await self.draft(**changes)
        await self.tell(self.checker, f"{path}/check")
        await self.tell(self.head, f"{path}/signature", {"capacity": "direct"})
        return path

    async def issued(self, number: str, **changes: Any) -> str:
        path = await self.signed(**changes)
        await self.tell(self.clerk, f"{path}/number", {"number": number, "dated": f"{self.today}"})
        await self.tell(self.clerk, f"{path}/issue")
        return path

    async def sent(self, number: str, **changes: Any) -> tuple[str, str]:
        """A document, and the receipt of it that the nearer district has yet to enter."""
        path = await self.issued(number, **changes)
        told = await self.tell(self.clerk, f"{path}/sending")
        found = await self.read(self.clerk, f"{path}/receipts?at_least={int(told['position']) + 2}")
        [receipt] = [each for each in found["items"] if each["unit_id"] == str(self.near)]
        return path, f"/receipts/{receipt['receipt_id']}"


async def province_of(service: Served) -> Province:
    unit, near, far = uuid4(), uuid4(), uuid4()
    it = Province(service, unit, near, far, *(uuid4() for _ in range(6)))
    events: list[Event] = [
        established(unit, UnitKind.PROVINCIAL, ROOT),
        established(near, UnitKind.DISTRICT, unit),
        established(far, UnitKind.DISTRICT, unit),
        granted(it.writer, Role.OFFICER, unit),
        granted(it.checker, Role.OFFICER, unit),
        granted(it.head, Role.UNIT_HEAD, unit),
        granted(it.clerk, Role.CLERK, unit),
        granted(it.district_clerk, Role.CLERK, near),
        granted(it.district_head, Role.UNIT_HEAD, near),
    ]
    await service.feed(*events)
    return it


@pytest.fixture(scope="module")
async def campaigns(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(established(ROOT, UnitKind.NATIONAL, None), granted(DIRECTOR, Role.DIRECTOR_GENERAL, ROOT))
        yield service


@pytest.fixture
async def province(campaigns: Served) -> Province:
    return await province_of(campaigns)


@pytest.mark.requirement("B13")
@pytest.mark.requirement("S001-21")
async def test_a_document_goes_from_its_draft_to_the_incoming_book(province: Province) -> None:
    path, receipt = await province.sent("4575")
    document = await province.read(province.writer, path)
    assert (document["status"], document["number"]) == ("sent", "4575/KH-BHXH")
    assert {each["unit_id"] for each in document["units"]} == {str(province.near), str(province.far)}
    assert [each["name"] for each in document["outside"]] == ["Ủy ban nhân dân tỉnh"]
    await province.tell(province.clerk, f"{path}/dispatches", {
        "recipient": "Ủy ban nhân dân tỉnh", "way": "post", "reference": "RA1", "happened_on": f"{province.today}",
    })  # fmt: skip
    entry = {"number": "1032", "received_on": f"{province.today}"}
    told = await province.tell(province.district_clerk, f"{receipt}/entry", entry)
    document = await province.read(province.writer, f"{path}?at_least={told['position']}")
    assert (document["received"], document["dispatched"]) == (1, ["Ủy ban nhân dân tỉnh"])
    assert [each["act"] for each in document["timeline"]] == [
        "drafted", "checked", "signed", "numbered", "issued", "sent", "dispatched",
    ]  # fmt: skip
    came = await province.read(province.district_clerk, receipt)
    assert (came["received"]["number"], came["content"]["subject"]) == ("1032", "Kế hoạch thi đua")


@pytest.mark.requirement("M-2")
async def test_recipients_are_the_units_as_they_stood_on_the_day(province: Province) -> None:
    young = uuid4()
    tomorrow = province.today + timedelta(days=1)
    await province.service.feed(established(young, UnitKind.DISTRICT, province.unit, tomorrow))
    path, receipt = await province.sent("12")
    document = await province.read(province.writer, path)
    assert {each["unit_id"] for each in document["units"]} == {str(province.near), str(province.far)}
    found = await province.read(province.writer, f"{path}/receipts")
    assert {(each["unit_id"], each["status"]) for each in found["items"]} == {
        (str(province.near), "awaited"), (str(province.far), "awaited"),
    }  # fmt: skip
    entry = {"number": "7", "received_on": f"{province.today}"}
    told = await province.tell(province.district_clerk, f"{receipt}/entry", entry)
    found = await province.read(province.writer, f"{path}/receipts?at_least={told['position']}")
    assert {each["status"] for each in found["items"]} == {"awaited", "received"}


async def test_a_body_outside_gets_no_receipt_but_a_dispatch_by_hand(province: Province) -> None:
    body = uuid4()
    await province.service.feed(established(body, UnitKind.OUTSIDE_BODY, province.unit))
    named = [{"name": "Sở", "purpose": "for_report", "unit_ids": [str(body)]}]
    path = await province.issued("13", copies=named)
    document = await province.read(province.writer, path)
    assert str(body) not in {each["unit_id"] for each in document["units"]}
    assert len(document["outside"]) == 1


async def test_a_number_is_used_once_though_two_take_it_at_once(province: Province) -> None:
    paths = [await province.signed(subject=f"Kế hoạch {each}") for each in range(4)]
    body = {"number": "88", "dated": f"{province.today}"}
    answers = await asyncio.gather(
        *(province.service.ask(province.clerk, "POST", f"{path}/number", body) for path in paths)
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    lost = [path for path, answer in zip(paths, answers, strict=True) if answer.status_code == 409]
    for path in lost:
        assert (await province.read(province.writer, path))["status"] == "signed", "nothing is half stored"
    sentence = await province.refused(province.clerk, f"{lost[0]}/number", "number-taken", body)
    assert "88" in sentence["detail"]
    await province.tell(province.clerk, f"{lost[0]}/number", {**body, "number": "89"})
    letter = await province.signed(kind="official_letter", symbol="BHXH-TĐKT")
    await province.tell(province.clerk, f"{letter}/number", body)


async def test_an_incoming_number_is_used_once_too(province: Province) -> None:
    (_, one), (_, two) = await province.sent("21"), await province.sent("22")
    entry = {"number": "5", "received_on": f"{province.today}"}
    await province.tell(province.district_clerk, f"{one}/entry", entry)
    await province.refused(province.district_clerk, f"{two}/entry", "number-taken", entry)
    assert (await province.read(province.district_clerk, two))["received"] is None


async def test_nothing_is_received_before_it_was_issued(province: Province) -> None:
    _, receipt = await province.sent("23")
    entry = {"number": "5", "received_on": f"{province.today - timedelta(days=1)}"}
    said = await province.refused(province.district_clerk, f"{receipt}/entry", "received-before-issued", entry)
    assert said["source"] == "B13"


async def test_who_drafted_neither_checks_nor_signs_but_by_exception(province: Province) -> None:
    path = await province.draft()
    await province.refused(province.writer, f"{path}/check", "drafter-may-not-check")
    await province.tell(province.checker, f"{path}/check")
    await province.service.feed(granted(province.writer, Role.UNIT_HEAD, province.unit))
    await province.refused(province.writer, f"{path}/signature", "drafter-may-not-sign", {"capacity": "direct"})
    allowed = DutyExceptionAllowed(
        exception_id=uuid4(), person_id=province.writer, duty=Duty.SIGN_DOCUMENT, thing_id=UUID(path.split("/")[-1]),
        unit_id=province.unit, authority_id=ROOT, reason=ExceptionReason.OFFICE_TOO_SMALL, since=province.today,
        until=province.today, allowed_by=DIRECTOR,
    )  # fmt: skip
    await province.service.feed(allowed)
    await province.tell(province.writer, f"{path}/signature", {"capacity": "direct"})
    await province.refused(province.head, f"{path}/signature", "document-already-signed", {"capacity": "direct"})


async def test_a_deputy_signs_while_signing_is_delegated_and_for_those_papers(province: Province) -> None:
    deputy, delegation = uuid4(), uuid4()
    path = await province.draft()
    await province.tell(province.checker, f"{path}/check")
    await province.service.feed(granted(deputy, Role.DEPUTY, province.unit))
    sign = {"capacity": "deputy"}
    await province.refused(deputy, f"{path}/signature", "signing-without-capacity", sign)
    delegated: dict[str, Any] = {
        "unit_id": province.unit, "principal_id": province.head, "signer_id": deputy,
        "capacity": SigningCapacity.DEPUTY, "basis": Document(number="1/QĐ-BHXH", issued_on=date(2024, 1, 5)),
    }  # fmt: skip
    await province.service.feed(
        SigningDelegated(**delegated, delegation_id=uuid4(), since=date(2024, 1, 1), until=date(2024, 12, 31)),
        SigningDelegated(**delegated, delegation_id=uuid4(), since=date(2024, 1, 1), kinds=(DocumentKind.REPORT,)),
        SigningDelegated(**delegated, delegation_id=delegation, since=date(2024, 1, 1), kinds=(DocumentKind.PLAN,)),
        SigningEnded(
            delegation_id=delegation, unit_id=province.unit, principal_id=province.head, signer_id=deputy,
            on=province.today,
        ),
    )  # fmt: skip
    await province.refused(deputy, f"{path}/signature", "signing-without-capacity", sign)
    await province.service.feed(SigningDelegated(**delegated, delegation_id=uuid4(), since=date(2024, 1, 1)))
    await province.refused(deputy, f"{path}/signature", "signing-without-capacity", {"capacity": "by_order"})
    await province.tell(deputy, f"{path}/signature", sign)
    signature = (await province.read(province.writer, path))["signature"]
    assert (signature["capacity"], signature["signed_for"]) == ("deputy", str(province.head))


async def test_a_head_above_does_not_sign_for_the_unit(province: Province) -> None:
    path = await province.draft()
    await province.tell(province.checker, f"{path}/check")
    await province.refused(DIRECTOR, f"{path}/signature", "signing-without-capacity", {"capacity": "direct"})


async def test_paper_that_is_entered_late_waits_for_a_second_person(province: Province) -> None:
    late = on_time_since(province.today) - timedelta(days=1)
    path = await province.draft(body="")
    await province.tell(province.checker, f"{path}/check")
    paper = {"signed_by": str(province.head), "capacity": "direct", "happened_on": f"{late}", "evidence": SCAN}
    await province.tell(province.writer, f"{path}/paper-signature", paper)
    assert (await province.read(province.writer, path))["status"] == "checked"
    await province.refused(province.writer, f"{path}/paper-signature-confirmation", "late-entry-needs-second-person")
    await province.tell(province.checker, f"{path}/paper-signature-confirmation")
    assert (await province.read(province.writer, path))["signature"]["late_entry"] is True
    number = {"number": "31", "dated": f"{late}"}
    await province.tell(province.clerk, f"{path}/number", number)
    await province.tell(province.clerk, f"{path}/issue")
    told = await province.tell(province.clerk, f"{path}/sending")
    found = (await province.read(province.clerk, f"{path}/receipts?at_least={int(told['position']) + 2}"))["items"]
    [receipt] = [f"/receipts/{each['receipt_id']}" for each in found if each["unit_id"] == str(province.near)]
    entry = {"number": "6", "received_on": f"{late}"}
    await province.refused(province.district_clerk, f"{receipt}/entry", "late-entry-without-evidence", entry)
    await province.tell(province.district_clerk, f"{receipt}/entry", {**entry, "evidence": SCAN})
    await province.refused(province.district_clerk, f"{receipt}/confirmation", "late-entry-needs-second-person")
    told = await province.tell(province.district_head, f"{receipt}/confirmation")
    [row] = (await province.read(
        province.district_clerk, f"/receipts?unit_id={province.near}&status=received&at_least={told['position']}"
    ))["items"]  # fmt: skip
    assert (row["received_on"], row["late_entry"], row["incoming_number"]) == (f"{late}", True, "6")


async def test_what_rests_on_what_is_found_both_ways_and_who_replaces_it_rests_on_it(province: Province) -> None:
    old, receipt = await province.sent("41")
    draft = await province.draft()
    resting = {"based_on": [{"document_id": draft.split("/")[-1]}]}
    body = {"unit_id": str(province.unit), "content": province.content(**resting)}
    await province.refused(province.writer, "/documents", "document-basis-not-issued", body)
    key = old.split("/")[-1]
    new = await province.issued("42", based_on=[{"document_id": key}])
    strange = await province.issued("43")
    assert [
        each["document"]["number"] for each in (await province.read(province.writer, new))["content"]["based_on"]
    ] == ["41/KH-BHXH"]
    assert [each["number"] for each in (await province.read(province.writer, old))["resting"]] == ["42/KH-BHXH"]
    for wrong in (strange.split("/")[-1], key, str(uuid4())):
        await province.refused(province.head, f"{old}/replacement", "successor-not-issued", {"replaced_by": wrong})
    await province.tell(province.head, f"{old}/replacement", {"replaced_by": new.split("/")[-1]})
    came = await province.read(province.district_clerk, receipt)
    assert (came["status"], came["replaced_by"]["number"]) == ("replaced", "42/KH-BHXH")
    said = await province.refused(province.head, f"{old}/recall", "document-replaced", {"reason": "Sai"})
    assert said["source"] == "B13"


async def test_what_is_corrected_or_recalled_is_seen_where_it_came(province: Province) -> None:
    path, receipt = await province.sent("51")
    await province.refused(province.clerk, f"{path}/recall", "role-missing", {"reason": "Sai"}, status=403)
    await province.tell(province.head, f"{path}/corrections", {"wrong": "năm 2024", "right": "năm 2025"})
    await province.tell(province.head, f"{path}/recall", {"reason": "Ban hành nhầm"})
    came = await province.read(province.district_clerk, receipt)
    assert (came["recalled_for"], came["corrections"][0]["right"]) == ("Ban hành nhầm", "năm 2025")


async def test_to_who_holds_no_role_there_it_does_not_exist(province: Province) -> None:
    other = await province_of(province.service)
    path, receipt = await province.sent("61")
    for person, where in ((other.writer, path), (other.writer, receipt), (province.district_clerk, path)):
        problem(await province.service.ask(person, "GET", where), 404, "not-found")
    problem(await province.service.ask(other.writer, "GET", f"/documents?unit_id={province.unit}"), 403, "role-missing")
    await province.refused(other.writer, f"{path}/recall", "not-found", {"reason": "Sai"}, status=404)


async def test_lists_tell_the_latest_first_and_go_on(province: Province) -> None:
    paths = [await province.draft(subject=f"Kế hoạch {each}") for each in range(3)]
    unit = f"unit_id={province.unit}"
    told = await province.tell(province.checker, f"{paths[0]}/check")
    await province.read(province.writer, f"/documents?{unit}&at_least={told['position']}")
    checked = await province.read(province.writer, f"/documents?{unit}&status=checked&kind=plan")
    assert [f"/documents/{each['document_id']}" for each in checked["items"]] == paths[:1]
    first = await province.read(province.writer, f"/documents?{unit}&limit=2")
    rest = await province.read(province.writer, f"/documents?{unit}&limit=2&after={first['next']}")
    found = [f"/documents/{each['document_id']}" for each in first["items"] + rest["items"]]
    assert found == paths[::-1]
    assert rest["next"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"symbol": "kh"}, {"subject": ""}, {"archive_copies": 0}, {"unknown": 1}, {"kind": "novel"},
        {"addressees": [{"name": "", "purpose": "for_action"}]}, {"based_on": [{"document": {"number": "1"}}]},
        {"subject": "ẩn\u202e"},
    ],
)  # fmt: skip
async def test_bad_input_is_refused_and_nothing_is_stored(province: Province, wrong: dict[str, Any]) -> None:
    body = {"unit_id": str(province.unit), "content": province.content(**wrong)}
    assert (await province.service.ask(province.writer, "POST", "/documents", body)).status_code == 422
    assert (await province.read(province.writer, f"/documents?unit_id={province.unit}"))["items"] == []


async def test_a_launch_refers_to_a_document_in_force_by_its_id(province: Province) -> None:
    unsigned = (await province.draft()).split("/")[-1]
    pack = {**PACK, "code": f"dot-{uuid4().hex[:8]}"}
    for wrong in (unsigned, str(uuid4())):
        await province.refused(DIRECTOR, "/campaigns", "document-basis-not-issued", {**pack, "document_id": wrong})
    key = (await province.issued("71")).split("/")[-1]
    told = await province.tell(DIRECTOR, "/campaigns", {**pack, "document_id": key})
    launched = await province.read(DIRECTOR, f"/campaigns/{told['id']}?at_least={told['position']}")
    assert launched["document_id"] == key


async def test_who_moves_later_is_reached_where_it_stood_on_the_day(province: Province) -> None:
    other = await province_of(province.service)
    moved = example(
        UnitMoved,
        unit_id=province.far,
        parent_id=other.unit,
        previous_id=province.unit,
        on=province.today + timedelta(days=1),
    )
    await province.service.feed(moved)
    here, there = await province.issued("72"), await other.issued("72")
    units = [{each["unit_id"] for each in (await province.read(DIRECTOR, path))["units"]} for path in (here, there)]
    assert units == [{str(province.near), str(province.far)}, {str(other.near), str(other.far)}]
