"""Scene: what the department does while the drive goes on: questions answered to all, an inspection, an exemplar.

Source: B20, A16, S001-13, S001-22, S001-24.
"""

from datetime import date
from typing import Any, Final

from cli.administrators import DEPARTMENT
from cli.checks import day
from cli.letter import PROFESSIONAL
from cli.stage import Stage

_ANSWER: Final = "Dùng số liệu gốc do BHXH Việt Nam công bố một lần mỗi năm; đơn vị không tự nhập mẫu số."


async def answered(job: Stage) -> None:
    """Two provinces have the same question; one guidance answers both."""
    await job.at(date(2024, 12, 16))
    raised = []
    for province, question in zip(
        job.provinces[1:3],
        ("Lấy lực lượng lao động theo nguồn nào?", "Tỉnh có được dùng số liệu lao động của Sở không?"),
        strict=True,
    ):
        body = {
            "unit_id": str(province.unit),
            "campaign_id": str(job.campaign),
            "thing_kind": "campaign",
            "thing_id": str(job.campaign),
            "question": question,
        }
        raised.append((await job.desk.tell(province.officer, "campaigns", "/obstacles", body))["id"])
    guidance = {"obstacles": raised, "answer": _ANSWER, "document": ""}
    await job.desk.tell(PROFESSIONAL, "campaigns", "/guidance", guidance)

    async def told() -> Any:
        found = await job.desk.pages(DEPARTMENT, "campaigns", "/obstacles", campaign_id=job.campaign)
        same = [each for each in found if each["obstacle_id"] in raised and each["resolved"]]
        return same if len(same) == len(raised) else None

    same = await job.until("Vướng mắc, hướng dẫn / obstacles, guidance", told)
    said = f"{len(same)} vướng mắc, {len({each['answer'] for each in same})} hướng dẫn"
    job.note(
        "B20, S001-24", "Hướng dẫn chung cho các đơn vị cùng hỏi / guidance to all", "2 vướng mắc, 1 hướng dẫn", said
    )


async def exemplary(job: Stage) -> None:
    """A model is detected, acclaimed by its collective, nurtured, made known and taken over by another province."""
    tell, (first, second, *_) = job.desk.tell, job.provinces
    await job.at(date(2025, 3, 20))
    new = {
        "unit_id": str(first.unit),
        "campaign_id": str(job.campaign),
        "title": "Tổ vận động BHXH tự nguyện lưu động",
        "merit": "Vận động tại chợ, bến xe ngoài giờ; mỗi tháng thêm người tham gia mới (ví dụ).",
    }
    path = f"/exemplars/{(await tell(first.officer, 'campaigns', '/exemplars', new))['id']}"
    acclaim = {"held_on": "2025-03-20", "present": 40, "votes_for": 38}
    await tell(first.head, "campaigns", f"{path}/acclaim", acclaim)
    await tell(first.head, "campaigns", f"{path}/nurture", {"measure": "Bố trí thêm một viên chức, tập huấn kỹ năng."})
    news = {"outlet": "Trang tin nội bộ của ngành", "published_on": "2025-03-20"}
    await tell(DEPARTMENT, "campaigns", f"{path}/publicise", news)
    copied = {"in_unit_id": str(second.unit), "since": "2025-03-20"}
    await tell(DEPARTMENT, "campaigns", f"{path}/replicate", copied)

    async def replicated() -> Any:
        row = await job.seen(DEPARTMENT, "campaigns", path)
        return row if row and len(row["steps"]) >= 3 else None  # noqa: PLR2004 - nurtured, publicised, replicated

    row = await job.until("Điển hình / exemplar", replicated)
    steps = " → ".join(each["kind"] for each in row["steps"])
    job.note(
        "S001-13", "Điển hình: suy tôn 38/40, bồi dưỡng … nhân rộng / exemplar",
        "20/03/2025 38/40; nurtured → publicised → replicated",
        f"{day(row['acclaimed_on'])} {row['votes_for']}/{row['present']}; {steps}",
    )  # fmt: skip


async def inspected(job: Stage) -> None:
    """A province is inspected; what was found is put right."""
    tell, third = job.desk.tell, job.provinces[2]
    await job.at(date(2025, 5, 20))
    plan = {
        "unit_id": str(third.unit),
        "campaign_id": str(job.campaign),
        "subject": "Triển khai đợt thi đua, số liệu kết quả",
        "planned_on": "2025-05-20",
    }
    path = f"/inspections/{(await tell(DEPARTMENT, 'campaigns', '/inspections', plan))['id']}"
    await tell(DEPARTMENT, "campaigns", f"{path}/held", {"held_on": "2025-05-20"})
    finding = {"what": "Chưa phân công người kiểm tra số liệu trước khi báo cáo.", "before": "2025-06-20"}
    await tell(DEPARTMENT, "campaigns", f"{path}/findings", finding)
    await job.at(date(2025, 6, 10))
    how = {"finding": 1, "how": "Đã phân công bằng văn bản ngày 05/6/2025 (ví dụ)."}
    await tell(DEPARTMENT, "campaigns", f"{path}/closed-findings", how)

    async def put_right() -> Any:
        row = await job.seen(DEPARTMENT, "campaigns", path)
        return row if row and row["found"] and not row["open"] else None

    row = await job.until("Kiểm tra / inspection", put_right)
    said = f"{day(row['held_on'])}: {row['found']} kết luận, còn {row['open']}"
    job.note("A16, S001-22", "Kiểm tra và khắc phục / inspection", "20/05/2025: 1 kết luận, còn 0", said)
