"""Scene: the movement for the poor is entered when its review is near: its period lies behind, its history on paper.

Source: S003-1, S003-6, A1, B12. Figures of its history are made up.
"""

import json
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import yaml

from cli.administrators import DEPARTMENT
from cli.checks import day, figure
from cli.letter import LEADER, PROFESSIONAL
from cli.officers import Officer, Refused
from cli.stage import Province, Stage
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.scorecard import scorecard_id
from services.registry.domain.registration import registration_id

BEGINS: Final = date(2020, 8, 17)
PACK: Final[dict[str, Any]] = json.loads(
    json.dumps(
        yaml.safe_load(files("services.campaigns").joinpath("packs/4575-2017.yaml").read_text(encoding="utf-8")),
        default=str,
    )
)
CAMPAIGN: Final = campaign_id(PACK["code"])

_PLAN: Final = "local_poverty_plan_completion"
_TASKS: Final = "assigned_task_completion"
_YEARS: Final = range(2016, 2020)
_REGISTERED: Final = {"happened_on": "2017-11-30", "document_number": "120/BHXH-TĐ", "document_date": "2017-11-28"}
_REPORTED: Final = {"happened_on": "2020-01-15", "document_number": "45/BC-BHXH", "document_date": "2020-01-15"}
_OWNERS: Final = {"registration": "registry", "result": "campaigns"}
_BYTES: Final = {"Content-Type": "application/octet-stream"}


async def launched(job: Stage) -> None:
    """The movement of 2016 to 2020 is launched here in August 2020, from its plan of October 2017."""

    async def taken() -> Any:
        try:
            return await job.desk.tell(LEADER, "campaigns", "/campaigns", PACK)
        except Refused as refused:
            if refused.code in {"role-missing", "units-not-there-yet"}:
                return None
            raise

    await job.until("Phong trào 4575/KH-BHXH / its movement", taken)
    path = f"/campaigns/{CAMPAIGN}"
    said = await job.until("Thời gian đã qua / a period that lies behind", lambda: job.seen(LEADER, "campaigns", path))
    period, paper = said["period"], said["document"]
    job.note(
        "S003-1, A1", "Thời gian, kế hoạch ra sau / period, a plan that came after its start",
        "01/01/2016 - 31/12/2020, 4575/KH-BHXH 17/10/2017",
        f"{day(period['start'])} - {day(period['end'])}, {paper['number']} {day(paper['issued_on'])}",
    )  # fmt: skip


async def remembered(job: Stage) -> None:
    """What two provinces registered in 2017 and reached until 2019 is entered from files, with its papers."""
    two = job.provinces[:2]
    await job.step("Đăng ký các năm trước / past registrations", [_registered(job, each) for each in two])
    registrations = [await job.desk.ask(DEPARTMENT, "registry", _registration(each)) for each in two]
    rests = {
        f"{day(each['history']['happened_on'])}, {each['history']['document']['number']}" for each in registrations
    }
    said = f"{'; '.join(sorted(rests))}: {', '.join(each['status'] for each in registrations)}"
    job.note(
        "A1, B12, S003-6", "Đăng ký nhập hồi tố, người thứ hai xác nhận / entered as history",
        "30/11/2017, 120/BHXH-TĐ: confirmed, confirmed", said,
    )  # fmt: skip
    rows = (await job.step("Kết quả các năm trước / past results", [_reached(job, each) for each in two]))[0]
    said = "; ".join(f"{each['year']} {figure(each['result'])} {'đạt' if each['attained'] else '–'}" for each in rows)
    job.note(
        "A1, B12", f"Kết quả nhập hồi tố ({rows[0]['history_document']}) / results entered as history",
        "2016 99 –; 2017 100 đạt; 2018 101 đạt; 2019 102 đạt", said,
    )  # fmt: skip


def _registration(province: Province) -> str:
    return f"/registrations/{registration_id(CAMPAIGN, province.unit)}"


async def _registered(job: Stage, province: Province) -> None:
    """One file with every target of the province; the department confirms what its officer has entered."""
    await job.until(
        f"{province.code} 2017", lambda: job.seen(DEPARTMENT, "registry", _registration(province)), seconds=120
    )
    asked = [each for each in PACK["goals"] if "provincial" in each["applies_to"]]
    rows = [
        f"{number};{province.code};{goal['indicator']};{goal['year']};100;;" for number, goal in enumerate(asked, 1)
    ]
    head = "STT;Mã đơn vị;Mã chỉ tiêu;Năm;Mức đăng ký;Loại chỉ tiêu;Giải pháp"
    await _filed(job, province, "registration", _REGISTERED, (head, *rows))
    await job.desk.tell(DEPARTMENT, "registry", f"{_registration(province)}/confirm")


async def _reached(job: Stage, province: Province) -> list[dict[str, Any]]:
    """One file of four years; the professional department finds each right. What the scorecard says then."""
    card = f"/scorecards/{scorecard_id(CAMPAIGN, province.unit)}"
    await job.until(f"{province.code} 2019", lambda: job.seen(DEPARTMENT, "campaigns", card), seconds=120)
    least = 990 if province is job.provinces[0] else 1000
    rows = [
        f"{number};{province.code};{goal};{year};{begins + 10 * (year - 2016)};1000;BC năm {year}"
        for goal, begins in ((_PLAN, least), (_TASKS, 1000))
        for number, year in enumerate(_YEARS, 1)
    ]
    head = "STT;Mã đơn vị;Chỉ tiêu;Năm;Tử số;Mẫu số;Minh chứng"
    await _filed(job, province, "result", _REPORTED, (head, *rows))
    for place in ({"indicator": goal, "year": year} for goal in (_PLAN, _TASKS) for year in _YEARS):
        told = await job.desk.tell(PROFESSIONAL, "campaigns", f"{card}/verifications", place)
    found = await job.desk.ask(DEPARTMENT, "campaigns", card, at_least=told["position"])
    own = [each for each in found["results"] if each["indicator"] == _PLAN and each["year"] in _YEARS]
    return sorted(own, key=lambda each: int(each["year"]))


async def _filed(job: Stage, province: Province, what: str, papers: dict[str, str], lines: Sequence[str]) -> None:
    """A file is tried, then imported; raises ValueError where a row is bad."""
    service, content = _OWNERS[what], "\n".join(lines).encode("utf-8-sig")
    query = urlencode({"campaign_id": str(CAMPAIGN), "unit_id": str(province.unit), **papers})
    path = f"/{what}-files/trials"
    tried = await _done(job, province.officer, service, f"{path}?{query}", content)
    imported = await _done(job, province.officer, service, f"{path}/{tried}/import")
    result = await job.desk.ask(province.officer, service, f"/jobs/{imported}/result")
    if result["wrong"]:
        raise ValueError(result)


async def _done(job: Stage, officer: Officer, service: str, path: str, content: bytes = b"") -> UUID:
    """Long work that is asked for there, by its id, once it has ended."""
    more: dict[str, Any] = {"content": content, "headers": _BYTES} if content else {}
    key = (await job.desk.tell(officer, service, path, **more))["id"]

    async def ended() -> Any:
        return (await job.desk.ask(officer, service, f"/jobs/{key}"))["ended_at"]

    await job.until(f"{service} {path.partition('?')[0]}", ended)
    return UUID(key)
