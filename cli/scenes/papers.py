"""Scene: papers of the drive after its letter: one replaced, one recalled; duties taken over on 01/3/2025.

Source: M-1, M-3, B13, B8. The paper of 26/02/2025 is real; that Ban Tổ chức cán bộ took the duties over is to be
confirmed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from cli.administrators import DEPARTMENT, ROOT, grant
from cli.checks import day
from cli.letter import CLERK, LEADER, issue
from cli.officers import Officer
from cli.stage import Stage
from services.registry.domain.unit import unit_id

MARCH: Final = date(2025, 3, 1)
_OLD, _NEW, _OTHER = unit_id("TDKT"), unit_id("TCCB"), unit_id("TCKT")
_BASIS: Final = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "2025-02-26"}
_DRAFTER, _CLERK = Officer("Chuyen-vien-TDKT"), Officer("Van-thu-TCCB")
_HEAD, _STRANGER = Officer("Truong-ban-TCCB"), Officer("Vu-truong-TCKT")


async def ways_back(job: Stage) -> None:
    """A letter with a mistake is replaced by one that rests on it; another one is recalled."""
    tell, ask = job.desk.tell, job.desk.ask
    to = [str(each.unit) for each in job.provinces[:4]]
    await job.at(date(2025, 2, 10))
    old = await issue(job.desk, _letter("Hướng dẫn báo cáo kết quả", to), "direct", "301", "2025-02-10")
    await job.at(date(2025, 2, 12))
    rests = _letter("Hướng dẫn báo cáo kết quả, thay thế công văn số 301", to, [old.rpartition("/")[2]])
    new = await issue(job.desk, rests, "direct", "302", "2025-02-12")
    await tell(LEADER, "campaigns", f"{old}/replacement", {"replaced_by": new.rpartition("/")[2]})
    gone = await issue(job.desk, _letter("Triệu tập họp sơ kết", to), "direct", "303", "2025-02-12")
    await tell(LEADER, "campaigns", f"{gone}/recall", {"reason": "Cuộc họp không tổ chức."})
    first, second, third = [await ask(CLERK, "campaigns", path) for path in (old, new, gone)]
    rests_on = second["content"]["based_on"][0]["document"]["number"]
    job.note(
        "B13, M-3", "Công văn thay thế / replaced", "301/BHXH-TĐKT replaced ← 302/BHXH-TĐKT, căn cứ 301/BHXH-TĐKT",
        f"{first['number']} {first['status']} ← {second['number']}, căn cứ {rests_on}",
    )  # fmt: skip
    said = f"{third['number']} {third['status']}"
    job.note("B13", "Công văn thu hồi / recalled", "303/BHXH-TĐKT recalled", said)


def _letter(subject: str, to: Sequence[str], based_on: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "kind": "official_letter",
        "symbol": "BHXH-TĐKT",
        "subject": subject,
        "place": "Hà Nội",
        "addressees": [{"name": "BHXH các tỉnh, thành phố", "purpose": "for_action", "unit_ids": list(to)}],
        "archive": "VT, TĐKT",
        "body": f"{subject}.",
        "based_on": [{"document_id": each} for each in based_on],
    }


async def taken_over(job: Stage) -> None:
    """Vụ TĐKT ends with open work, with which another unit goes on; the head of the sector is called otherwise."""
    tell, ask = job.desk.tell, job.desk.ask
    await job.at(date(2025, 2, 26))
    staff = [
        (_DRAFTER, "officer", _OLD),
        (_HEAD, "unit_head", _NEW),
        (_CLERK, "officer", _NEW),
        (_STRANGER, "unit_head", _OTHER),
    ]
    for officer, role, unit in staff:
        await tell(DEPARTMENT, "registry", f"/people/{officer.id}/enrol")
        await tell(DEPARTMENT, "registry", f"/people/{officer.id}/details", officer.details(), method="PUT")
        await grant(job.desk, officer.id, role, unit, "2025-02-26")
    await ask(_DRAFTER, "campaigns", "/documents", unit_id=_OLD, limit=1)  # the role is on its way
    plan = _letter("Kế hoạch kiểm tra đợt thi đua", [str(_NEW)]) | {"kind": "plan", "symbol": "KH-TĐKT"}
    body = {"unit_id": str(_OLD), "content": plan}
    draft = f"/documents/{(await tell(_DRAFTER, 'campaigns', '/documents', body))['id']}"
    await job.at(MARCH)
    force = {"on": f"{MARCH}", "basis": _BASIS}
    await tell(DEPARTMENT, "registry", f"/units/{_NEW}/rename", {**force, "name": "Ban Tổ chức cán bộ"})
    await tell(DEPARTMENT, "registry", f"/units/{_OLD}/dissolve", force)
    await tell(DEPARTMENT, "registry", f"/units/{_OLD}/take-over", {**force, "to_id": str(_NEW)})
    await job.until("Tiếp nhận nhiệm vụ / duties taken over", lambda: job.seen(_HEAD, "campaigns", draft))
    await tell(_HEAD, "campaigns", f"{draft}/check")
    came = next(each for each in await _incoming(job) if each["number"] == "4225/BHXH-TĐKT")
    receipt = f"/receipts/{came['receipt_id']}"
    await job.until("Văn bản đến dở dang / its open receipt", lambda: job.seen(_CLERK, "campaigns", receipt))
    await tell(_CLERK, "campaigns", f"{receipt}/entry", {"number": "1", "received_on": f"{MARCH}"})
    life = await ask(DEPARTMENT, "registry", f"/units/{_OLD}/life")
    went = next(each for each in life["changes"] if each["kind"] == "take-over")
    name = (await ask(DEPARTMENT, "registry", f"/units/{went['units'][0]}/life"))["name"]
    job.note(
        "B8", "Vụ TĐKT giải thể, bàn giao / dissolved, taken over",
        "đến 28/02/2025 → Ban Tổ chức cán bộ, 01/03/2025, 391/QĐ-BTC",
        f"đến {day(life['until'])} → {name}, {day(went['on'])}, {went['basis']['number']}",
    )  # fmt: skip
    seen = [(await job.seen(who, "campaigns", draft) or {"status": "404"})["status"] for who in (_HEAD, _STRANGER)]
    job.note("B8", "Dự thảo dở dang: đơn vị tiếp nhận; đơn vị khác / its open draft", "checked; 404", "; ".join(seen))
    entered = await ask(_HEAD, "campaigns", receipt)
    job.note(
        "B8, B14",
        "Văn bản đến dở dang vào sổ / its open receipt",
        "01/03/2025",
        day(entered["received"]["received_on"]),
    )
    titles = [await ask(DEPARTMENT, "registry", f"/units/{ROOT}/called", on=on) for on in ("2025-02-28", MARCH)]
    called = " → ".join(each["head_title"] for each in titles)
    job.note("B8", "Chức danh người đứng đầu ngành / the head's title", "Tổng Giám đốc → Giám đốc", called)


async def _incoming(job: Stage) -> Any:
    return await job.desk.pages(_HEAD, "campaigns", "/receipts", unit_id=_OLD)
