"""How the drive's letter goes out in the demo, and what the campaign goes through by it: each step over HTTP."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from cli.administrators import DEPARTMENT, DEPUTY, ROOT
from cli.officers import Desk, Officer, Refused, all_of
from services.campaigns.domain.campaign import campaign_id

LEADER = Officer("Tong-Giam-doc")
CLERK = Officer("Van-thu")
CEREMONY = date(2024, 11, 15)
"""Made up, as all that the letter does not say: the document comes first, the ceremony after it (A1)."""

Until = Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Wait, under a title, until a query's answer is what the events must lead to."""


@dataclass(slots=True)
class Letter:
    """The letter of a pack on its way, and what it leads to; what was found is noted for the report, with its ids."""

    desk: Desk
    until: Until
    pack: Mapping[str, Any]
    number: str
    found: list[tuple[str, str]] = field(default_factory=list)
    receipts: dict[UUID, str] = field(default_factory=dict)
    launched_before: bool = False

    async def goes_out(self) -> None:
        """Drafted, checked by another, signed by the Director General, numbered by the clerk, issued and sent."""
        tell = self.desk.tell
        for officer in (DEPUTY, LEADER, CLERK):  # to who is not known yet to hold a role, no document is there
            await self.desk.ask(officer, "campaigns", "/campaigns", limit=1)
        body = {"unit_id": str(ROOT), "content": self._content()}
        path = f"/documents/{(await tell(DEPARTMENT, 'campaigns', '/documents', body))['id']}"
        await tell(DEPUTY, "campaigns", f"{path}/check")
        await tell(LEADER, "campaigns", f"{path}/signature", {"capacity": self.pack["signed_by"]["capacity"]})
        dated = str(self.pack["document"]["issued_on"])
        await tell(CLERK, "campaigns", f"{path}/number", {"number": self.number, "dated": dated})
        await tell(CLERK, "campaigns", f"{path}/issue")
        await tell(CLERK, "campaigns", f"{path}/sending")

        async def awaited() -> Any:
            return await self.desk.pages(CLERK, "campaigns", f"{path}/receipts")

        receipts = await self.until("Gửi văn bản / sent to its recipients", awaited)
        self.receipts = {UUID(each["unit_id"]): each["receipt_id"] for each in receipts}
        document = await self.desk.ask(CLERK, "campaigns", path)
        self._note("M-1", f"{document['number']}, {document['dated']}, {document['signature']['capacity']}")
        self._note("M-2", f"{len(receipts)} đơn vị nhận / units, {len(document['outside'])} ngoài ngành / outside")
        basis = document["content"]["based_on"][0]["document"]
        self._note("M-3", f"{basis['number']}, {basis['issued_on']}")

    async def is_entered(self, units: Sequence[tuple[UUID, Officer]], number: int) -> None:
        """Each of these units enters it in its incoming book: receipt is a fact."""

        async def one(unit: UUID, officer: Officer) -> None:
            await self.desk.ask(officer, "campaigns", "/receipts", unit_id=unit, limit=1)
            entry = {"number": str(number), "received_on": str(self.pack["document"]["issued_on"])}
            await self.desk.tell(officer, "campaigns", f"/receipts/{self.receipts[unit]}/entry", entry)

        await all_of([one(unit, officer) for unit, officer in units])
        self._note("B14", f"{len(units)} đơn vị đã vào sổ / entered in incoming books")

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

    async def concludes(self, campaign: UUID, heads: int, on: date) -> list[tuple[str, str]]:
        """The final review was held; all that was found on the way, and what the campaign says of itself."""
        paper = {"number": f"{self.number}/BC-BHXH", "issued_on": f"{on}"}
        path = f"/campaigns/{campaign}"
        await self.desk.tell(LEADER, "campaigns", f"{path}/conclusion", {"happened_on": f"{on}", "document": paper})

        async def concluded() -> Any:
            said = await self.desk.ask(DEPARTMENT, "campaigns", path)
            return said if said["status"] == "concluded" and said["joined_units"] >= heads else None

        said = await self.until("Tổng kết / concluded", concluded)
        self._note("S001-1", f"{said['period']['start']} - {said['period']['end']}")
        self._note("A1", " → ".join(f"{each['step']} {each['on']}" for each in said["life"]))
        self._note("S002-5", f"{said['joined_units']} đơn vị phát động hưởng ứng / units launched it themselves")
        self._note("S001-15", ", ".join(each["document"]["number"] for each in said["linked_campaigns"]))
        feast = [f"{each['name']}: {each['day']}" for each in said["milestones"] if each["kind"] == "anniversary"]
        self._note("S001-12", ", ".join(feast))
        years = [f"{each['purpose']} {each['first_year']}-{each['last_year']}" for each in said["plan_periods"]]
        self._note("S001-11, S001-18", ", ".join(years))
        self._note("S001-24", ", ".join(each["name"] for each in said["rewards"] if not each["ground_of_merit"]))
        return self.found

    def _note(self, ids: str, said: str) -> None:
        self.found.append((ids, said))

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
