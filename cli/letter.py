"""How the drive's letter goes out in the demo, and what the campaign goes through by it: each step over HTTP."""

import csv
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from cli.administrators import DEPARTMENT, DEPUTY, ROOT
from cli.checks import day, figure
from cli.officers import Desk, Officer, Refused, all_of
from cli.organisation import UNITS
from services.campaigns.domain.campaign import campaign_id

LEADER = Officer("Tong-Giam-doc")
CLERK = Officer("Van-thu")
PROFESSIONAL = Officer("Ban-nghiep-vu")
CEREMONY = date(2024, 11, 15)
"""Made up, as all that the letter does not say: the document comes first, the ceremony after it (A1)."""

Until = Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Wait, under a title, until a query's answer is what the events must lead to."""


async def issue(desk: Desk, content: Mapping[str, Any], capacity: str, number: str, dated: str) -> str:
    """Draft a paper of the sector, check it, have it signed by the Director General, number it, issue it, send it."""
    tell = desk.tell
    body = {"unit_id": str(ROOT), "content": content}
    path = f"/documents/{(await tell(DEPARTMENT, 'campaigns', '/documents', body))['id']}"
    await tell(DEPUTY, "campaigns", f"{path}/check")
    await tell(LEADER, "campaigns", f"{path}/signature", {"capacity": capacity})
    await tell(CLERK, "campaigns", f"{path}/number", {"number": number, "dated": dated})
    await tell(CLERK, "campaigns", f"{path}/issue")
    await tell(CLERK, "campaigns", f"{path}/sending")
    return path


def recipients_of(paper: Mapping[str, Any]) -> str:
    """How many recipients a letter's own list has, counted in the file of units."""
    entries = [*paper["addressees"], *paper["copy_recipients"]]
    kinds = {kind for each in entries for kind in each.get("unit_kinds", ())}
    with UNITS.open(encoding="utf-8") as file:
        units = sum(row["kind"] in kinds for row in csv.DictReader(file))
    others = [each for each in entries if not each.get("unit_kinds") and each["purpose"] != "archive"]
    outside = sum(not each.get("as_addressed") for each in others)
    return f"{units} đơn vị, {outside} nơi ngoài ngành"


_OF_THE_LETTER: Final[Sequence[tuple[str, str, Callable[[Mapping[str, Any]], str]]]] = (
    ("S001-1", "Thời gian / period", lambda it: f"{day(it['period']['start'])} - {day(it['period']['end'])}"),
    (
        "S001-2 … S001-10", "Chỉ tiêu / goals",
        lambda it: "; ".join(f"{each['source']} {figure(each['value'])} ({each['year']})" for each in it["goals"]),
    ),
    (
        "S001-11, S001-18", "Giai đoạn / plan periods",
        lambda it: ", ".join(f"{each['first_year']}-{each['last_year']}" for each in it["plan_periods"]),
    ),
    (
        "S001-12", "Ngày kỷ niệm / anniversary",
        lambda it: ", ".join(day(each["day"]) for each in it["milestones"] if each["kind"] == "anniversary"),
    ),
    (
        "S001-15, A19", "Phong trào gắn kết / linked movements",
        lambda it: ", ".join(each["document"]["number"] for each in it["linked_campaigns"]),
    ),
    (
        "S001-24", "Khen thưởng không làm căn cứ công trạng / rewards beside merit",
        lambda it: ", ".join(each["name"] for each in it["rewards"] if not each["ground_of_merit"]),
    ),
    ("A20", "Hạn đăng ký / day to register by", lambda it: day(it["register_before"])),
)  # fmt: skip
"""What a campaign says and its letter says, by id."""


@dataclass(slots=True)
class Letter:
    """The letter of a pack on its way, and what it leads to; what was found is noted for the report, with its ids."""

    desk: Desk
    until: Until
    pack: Mapping[str, Any]
    number: str
    note: Callable[[str, str, str, str], None]
    receipts: dict[UUID, str] = field(default_factory=dict)
    launched_before: bool = False
    path: str = ""

    async def goes_out(self) -> None:
        """Drafted, checked by another, signed by the Director General, numbered by the clerk, issued and sent."""
        for officer in (DEPUTY, LEADER, CLERK):  # to who is not known yet to hold a role, no document is there
            await self.desk.ask(officer, "campaigns", "/campaigns", limit=1)
        capacity, dated = self.pack["signed_by"]["capacity"], str(self.pack["document"]["issued_on"])
        path = self.path = await issue(self.desk, self._content(), capacity, self.number, dated)

        document = await self.desk.ask(CLERK, "campaigns", path)

        async def awaited() -> Any:
            found = await self.desk.pages(CLERK, "campaigns", f"{path}/receipts")
            return found if len(found) >= len(document["units"]) else None

        receipts = await self.until("Gửi văn bản / sent to its recipients", awaited)
        self.receipts = {UUID(each["unit_id"]): each["receipt_id"] for each in receipts}
        wanted = f"{self.number}/BHXH-TĐKT, {day(dated)}, {capacity}"
        said = f"{document['number']}, {day(document['dated'])}, {document['signature']['capacity']}"
        self.note("M-1", "Số, ngày, thẩm quyền ký / number, day, capacity", wanted, said)
        said = f"{len(receipts)} đơn vị, {len(document['outside'])} nơi ngoài ngành"
        self.note("M-2", "Nơi nhận ngày ban hành / recipients as they stood", recipients_of(self.pack), said)
        cited, basis = self.pack["legal_bases"][0], document["content"]["based_on"][0]["document"]
        wanted, said = (f"{each['number']}, {day(each['issued_on'])}" for each in (cited, basis))
        self.note("M-3", "Căn cứ / it rests on", wanted, said)

    async def is_entered(self, units: Sequence[tuple[UUID, Officer]], number: int) -> None:
        """Each of these units enters it in its incoming book: receipt is a fact."""

        async def one(unit: UUID, officer: Officer) -> None:
            await self.desk.ask(officer, "campaigns", "/receipts", unit_id=unit, limit=1)
            entry = {"number": str(number), "received_on": str(self.pack["document"]["issued_on"])}
            await self.desk.tell(officer, "campaigns", f"/receipts/{self.receipts[unit]}/entry", entry)

        await all_of([one(unit, officer) for unit, officer in units])
        wanted = {str(unit) for unit, _ in units}

        async def entered() -> Any:
            rows = await self.desk.pages(CLERK, "campaigns", f"{self.path}/receipts")
            found = {each["unit_id"] for each in rows if each["received_on"]} & wanted
            return found if len(found) == len(wanted) else None

        said = len(await self.until("Vào sổ / entered", entered))
        self.note("B14", "Đã vào sổ văn bản đến / entered in incoming books", f"{len(units)}", f"{said}")

    async def announces(self) -> UUID:
        """The document is out: registration opens, before any ceremony."""
        body = json.loads(json.dumps(self.pack, default=str))

        async def announced() -> Any:
            try:
                return await self.desk.tell(LEADER, "campaigns", "/announcements", body)
            except Refused as refused:
                if refused.code in {"role-missing", "units-not-there-yet"}:
                    return None
                if refused.code == "campaign-already-launched":  # by an earlier version, of whose pack there was less
                    self.launched_before = True
                    return {"id": str(campaign_id(self.pack["code"]))}
                raise

        return UUID((await self.until("Công bố / announced 4225/BHXH-TĐKT", announced))["id"])

    async def is_launched(self, campaign: UUID, units: Sequence[tuple[UUID, Officer]]) -> None:
        """The ceremony is held; each of these units launches it in its own scope, as its head."""
        path = f"/campaigns/{campaign}/joins"
        if not self.launched_before:
            await self.desk.tell(LEADER, "campaigns", f"/campaigns/{campaign}/launch", {"happened_on": f"{CEREMONY}"})
        bodies = [({"unit_id": str(unit), "happened_on": f"{CEREMONY}"}, head) for unit, head in units]
        await all_of([self.desk.tell(head, "campaigns", path, body) for body, head in bodies])

    async def concludes(self, campaign: UUID, heads: int, on: date) -> None:
        """The final review was held; what the campaign says of itself is held against its letter."""
        paper = {"number": f"{self.number}/BC-BHXH", "issued_on": f"{on}"}
        path = f"/campaigns/{campaign}"
        await self.desk.tell(LEADER, "campaigns", f"{path}/conclusion", {"happened_on": f"{on}", "document": paper})

        async def concluded() -> Any:
            said = await self.desk.ask(DEPARTMENT, "campaigns", path)
            return said if said["status"] == "concluded" and said["joined_units"] >= heads else None

        said = await self.until("Tổng kết / concluded", concluded)
        if self.launched_before:
            return  # an earlier version's campaign says what that version knew
        self.note("S002-5", "Đơn vị phát động hưởng ứng / joined", f"{heads}", f"{said['joined_units']}")
        life = "announced 10/11/2024 → launched 15/11/2024 → concluded 31/12/2025"
        found = " → ".join(f"{each['step']} {day(each['on'])}" for each in said["life"])
        self.note("A1, S001-16", "Vòng đời / its life", life, found)
        for ids, what, of in _OF_THE_LETTER:
            self.note(ids, what, of(self.pack), of(said))

    def _content(self) -> dict[str, Any]:
        paper, [basis, *_] = self.pack["document"], self.pack["legal_bases"]
        goals = [
            f"- {each['name']}, {each['year']}: {each['wording']} {each['value']} %" for each in self.pack["goals"]
        ]
        cited = {**basis, "issued_on": str(basis["issued_on"])}
        return {
            "kind": "official_letter",
            "symbol": "BHXH-TĐKT",
            "subject": f"{paper['title']} (số {self.number})",
            "place": self.pack["signed_by"]["place"],
            "legal_bases": [cited],
            "addressees": self.pack["addressees"],
            "copies": [each for each in self.pack["copy_recipients"] if each["purpose"] != "archive"],
            "archive": "VT, TĐKT",
            "body": "\n".join([self.pack["theme"], *goals]),
            "based_on": [{"document": cited}],
        }
