"""The steps that things offer are the truth: what is open is accepted, what is not is refused with the reason given.

Somebody who knows no order and takes whatever step is open gets a drive from its launch to a dossier that is sent in.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from deploy.local.embedded import Embedded
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.portal.pages.inbox.queries import tasks
from services.registry.domain.registration import registration_id
from services.registry.domain.unit import unit_id
from tests.whole.bodies import DOSSIER, PACK
from tests.whole.figures import PDF
from tests.whole.house import ADMIN, APPRAISER, DIRECTOR, HEAD, OFFICER, House, a_house

WORDS: dict[str, list[dict[str, Any]]] = {
    "register_target": [{"value": "91"}],
    "set_solution": [{"solution": "Vận động theo hộ"}],
    "set_qualitative_target": [{"requirement": "Giảm giờ", "solution": "Giao dịch số"}],
    "tell_qualitative_progress": [{"progress": "Đã giảm"}],
    "record_opinion": [{"opinion": "Nhất trí"}],
    "withdraw_target": [{"reason": "Ngoài mục tiêu"}],
    "return_registration": [{"note": "Sửa rồi gửi lại"}],
    "return_from_above": [{"note": "Sửa rồi gửi lại"}],
    "reopen_registration": [{"reason": "Nhập nhầm"}],
    "report_result": [{"value": "92", "evidence": "Báo cáo"}],
    "delete_evidence_bytes": [{"reason": "Nhầm tệp"}],
    "file_on_behalf": [{"signed_on": "2024-11-10"}],
    "file_results_on_behalf": [{"signed_on": "2024-11-10"}],
    "add_document": [{"kind": kind, "title": kind, "sha256": f"{number:064x}"} for number, kind in enumerate(DOSSIER)],
}
"""What is filled into the form of a step, besides what the step itself offers."""
FILES = {"attach_evidence", "file_on_behalf", "file_results_on_behalf"}
"""Steps whose body is a file."""
PEOPLE = (OFFICER, HEAD, APPRAISER, DIRECTOR, ADMIN)
WITHOUT_FORM = {
    "submit_registration",
    "confirm_registration",
    "confirm_from_above",
    "send_draft_for_appraisal",
    "approve_registration",
    "submit_nomination",
}
BACK = {"reopen_registration", "correct_result", "return_result"}
"""Steps that lead back: who follows only the open steps would walk in a circle."""


@pytest.fixture
async def house(servers: Embedded, tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(servers, tmp_path, 3) as house:
        yield house


@dataclass
class Walker:
    """Takes each open step of a thing once, and tries each closed one."""

    house: House
    taken: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def walk(self, service: str, path: str) -> None:
        """First nothing is taken, then everything that is open, until a round of all people brings nothing new."""
        for person in PEOPLE:
            for action in (await self._read(person, service, path))["actions"]:
                if not action["open"] and action["name"] in WITHOUT_FORM:
                    await self._is_refused(person, service, action)
        while True:
            before = len(self.taken)
            for person in PEOPLE:
                await self._as(person, service, path)
            if len(self.taken) == before:
                return

    async def _as(self, person: UUID, service: str, path: str) -> None:
        for action in (await self._read(person, service, path))["actions"]:
            # Not the list but what holds now: the step before may have opened or closed this one.
            [now] = [
                each for each in (await self._read(person, service, path))["actions"] if each["name"] == action["name"]
            ]
            if now["name"] in BACK:
                continue
            if now["open"]:
                await self._take(person, service, now)
            elif now["name"] in WITHOUT_FORM:
                await self._is_refused(person, service, now)

    async def _read(self, person: UUID, service: str, path: str) -> dict[str, Any]:
        answer = await self.house.ask(person, "GET", service, path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def _take(self, person: UUID, service: str, action: dict[str, Any]) -> None:
        assert action["vi"]
        assert action["why"] is None
        for choice in action["choices"] or [{}]:
            for words in WORDS.get(action["name"], [{}]):
                step = f"{action['path']} {choice} {words}"
                if step not in self.taken:
                    self.taken.append(step)
                    body = None if action["name"] in WITHOUT_FORM else choice | words
                    if action["name"] in FILES:
                        await self._upload(person, service, action["path"], choice | words)
                    else:
                        await self.house.tell(person, service, action["path"].removeprefix("/api/v1"), body)

    async def _upload(self, person: UUID, service: str, path: str, choice: dict[str, Any]) -> None:
        """A step whose body is a file."""
        served = self.house.services[service]
        bearer = {"Authorization": f"Bearer {served.tokens[person]}"}
        answer = await served.client.post(path, params=choice | {"name": "a.pdf"}, content=PDF, headers=bearer)
        assert answer.status_code == 201, answer.text

    async def _is_refused(self, person: UUID, service: str, action: dict[str, Any]) -> None:
        answer = await self.house.ask(person, "POST", service, action["path"].removeprefix("/api/v1"))
        code = answer.json().get("type", "").rpartition(":")[2]
        self.refused.add(action["why"]["code"])
        if action["why"]["code"] == "step-done":
            assert answer.status_code == 201
        else:
            assert (code, answer.json().get("detail")) == (action["why"]["code"], action["why"]["vi"])


THINGS = {
    "register": ("registry", "/registrations"), "confirm_below": ("registry", "/registrations"),
    "appraise": ("registry", "/registrations"), "approve": ("registry", "/registrations"),
    "confirm": ("registry", "/registrations"),
    "report": ("campaigns", "/scorecards"), "verify": ("campaigns", "/scorecards"),
    "complete": ("awards", "/nominations"),
}  # fmt: skip
"""Where a task's thing is; a decision is taken on its own page, on several nominations at once."""


async def every_task_is_open(house: House) -> set[str]:
    """Hold every inbox to the services: who has a task finds a step open there. Gives the kinds of tasks there were."""
    portal, kinds = house.services["portal"].platform, set[str]()
    for person in PEOPLE:
        held = await portal.access.held(person)
        for task in await tasks(portal.pool, held, "", 50):
            kinds.add(task.step)
            if task.step in THINGS:
                service, path = THINGS[task.step]
                thing = (await house.ask(person, "GET", service, f"{path}/{task.thing}")).json()
                assert any(action["open"] for action in thing["actions"]), (person, task)
    return kinds


async def test_who_follows_the_open_steps_alone_gets_to_the_end(house: House) -> None:
    await house.tell(DIRECTOR, "campaigns", "/campaigns", PACK)
    campaign, unit = campaign_id(PACK["code"]), unit_id("P01")
    await house.settle()
    assert await every_task_is_open(house) == {"register"}

    registering = Walker(house)
    await registering.walk("registry", f"/registrations/{registration_id(campaign, unit)}")
    assert {"registration-empty", "registration-not-submitted", "role-missing", "step-done"} <= registering.refused
    await house.settle()
    assert await every_task_is_open(house) == {"register", "report"}  # the other units have not registered yet

    reporting = Walker(house)
    await reporting.walk("campaigns", f"/scorecards/{scorecard_id(campaign, unit)}")
    assert sum("/results " in step for step in reporting.taken) == len(PACK["goals"])
    assert sum("/verifications " in step for step in reporting.taken) == len(PACK["goals"])
    await house.settle()
    assert await every_task_is_open(house) == {"register"}

    proposal = {"campaign_id": str(campaign), "unit_id": str(unit), "award": "merit_certificate_dg", "year": 2024}
    draft = (await house.tell(OFFICER, "awards", "/nominations", proposal))["id"]
    await house.settle()
    assert await every_task_is_open(house) == {"register", "complete"}
    proposing = Walker(house)
    await proposing.walk("awards", f"/nominations/{draft}")
    assert "dossier-incomplete" in proposing.refused
    sent = await house.ask(DIRECTOR, "GET", "awards", f"/nominations/{draft}")
    assert sent.json()["status"] == "submitted"
    assert not any(action["open"] for action in sent.json()["actions"])
    await house.settle()
    assert await every_task_is_open(house) == {"register", "decide"}
