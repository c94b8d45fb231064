"""Scene: provinces that met or exceeded all their targets are nominated and decided upon. Source: S001-22, S001-25."""

import asyncio
import time
from hashlib import sha256
from typing import Any, Final

from cli.administrators import DEPARTMENT, ROOT
from cli.letter import LEADER
from cli.officers import Officer, Refused
from cli.stage import Province, Stage

AWARD: Final = "merit_certificate_dg"
DOSSIER: Final = ("submission_letter", "minutes", "achievement_report")
_PATIENCE: Final = 180.0
_EARLY: Final = (
    "unknown",
    "role-missing",
    "targets-not-registered",
    "targets-not-verified",
    "targets-not-attained",
    "not-submitted",
)


async def honoured(job: Stage) -> None:
    """Nominate those that are worthy, and grant the award to all of them by one decision."""
    worthy = [province for province in job.provinces if job.attained(province)]
    work = [proposed(job, each, {"campaign_id": str(job.campaign), "award": AWARD}) for each in worthy]
    nominations = await job.step("Đề nghị khen thưởng / nominated", work)
    decision = {
        "number": f"{4225 + job.edition}/QĐ-BHXH",
        "signed_on": "2025-12-31",
        "authority_id": str(ROOT),
        "award": AWARD,
        "nominations": nominations,
    }
    await _patiently(job, LEADER, "/decisions", decision)

    async def granted() -> Any:
        found = await job.desk.pages(DEPARTMENT, "awards", "/nominations", campaign_id=job.campaign)
        done = [nomination for nomination in found if nomination["status"] == "granted"]
        return done if len(done) >= len(worthy) else None

    done = await job.until(f"Khen thưởng / {len(worthy)} awards granted", granted)
    job.note("S001-22, S001-25", "Đơn vị đạt mọi chỉ tiêu được khen / honoured", str(len(worthy)), str(len(done)))


async def proposed(job: Stage, province: Province, about: dict[str, Any]) -> str:
    """A province's nomination, sent in by its head with the papers of its dossier; gives its id."""
    body = {"campaign_id": about["campaign_id"], "unit_id": str(province.unit), **about}
    nomination: str = (await _patiently(job, province.officer, "/nominations", body))["id"]
    for kind in DOSSIER:
        digest = sha256(f"{kind} {province.code}".encode()).hexdigest()
        paper = {"kind": kind, "title": f"{kind} {province.name}", "sha256": digest}
        await job.desk.tell(province.officer, "awards", f"/nominations/{nomination}/documents", paper)
    await _patiently(job, province.head, f"/nominations/{nomination}/submit", None)
    return nomination


async def _patiently(job: Stage, officer: Officer, path: str, body: object) -> Any:
    """Tell awards something that rests on others' events, which may still be on their way to it."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return await job.desk.tell(officer, "awards", path, body)
        except Refused as refused:
            if not refused.code.endswith(_EARLY) or time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.2)
