"""A person's facts as sentences: none is left untold, and each stands on the day on which it was so."""

from datetime import date
from typing import Any, get_args
from uuid import uuid4

from contracts.registry import LeavingReason, PersonEvent, PostKind
from services.portal.pages.people.told import FACTS, told
from services.portal.shell.words import words

UNIT, CAMPAIGN = str(uuid4()), str(uuid4())
NAMES = {UNIT: {"name": "Bảo hiểm xã hội tỉnh X"}}


def fact(called: str, **data: Any) -> dict[str, Any]:
    return {"type": called, "recorded_on": "2025-03-01", "actor": None, "data": data}


def say(*facts: dict[str, Any], **more: Any) -> list[tuple[date, str]]:
    found = told(
        facts, more.get("registered", ()), more.get("exemplars", ()), units=NAMES,
        campaigns={CAMPAIGN: "4225-2024"}, language="vi",
    )  # fmt: skip
    return [(each.on, words("vi")[f"work.said.{each.kind}"].format(**each.fields)) for each in found]


def test_every_fact_of_a_person_has_its_sentence() -> None:
    assert set(FACTS) == {event.__name__ for event in get_args(PersonEvent)}
    kinds = {name for name, _ in FACTS.values()}
    written = {name.removeprefix("work.said.") for name in words("vi") if name.startswith("work.said.")}
    made = {
        name.format(reason=reason.value, kind=kind.value)
        for name in kinds
        for reason in LeavingReason
        for kind in PostKind
    }
    assert made <= written
    assert written - made == {"registered", "exemplar", "exemplar_acclaimed"}


def test_what_happened_is_told_on_its_day_the_latest_first() -> None:
    work = {"unit_id": UNIT, "category": "civil_servant", "works_directly": True, "since": "2024-01-01"}
    post = {"unit_id": UNIT, "kind": "seconded", "since": "2024-06-01", "until": "2024-12-31"}
    row = {"campaign_id": CAMPAIGN, "registration_id": "r", "status": "confirmed", "registered_on": "2024-11-20"}
    model = {"exemplar_id": "e", "title": "Tổ tự quản", "identified_on": "2024-12-01", "acclaimed_on": None}
    assert say(
        fact("LeavingCancelled"),
        fact("PersonLeft", reason="retired", on="2025-02-01", unit_id=UNIT),
        fact("PostTaken", **post),
        fact("PersonAssigned", **work),
        fact("OfANewerVersion"),
        registered=[row],
        exemplars=[model],
    ) == [
        (date(2025, 3, 1), "Hủy lần ghi nghỉ nhập nhầm."),
        (date(2025, 2, 1), "Nghỉ hưu (đã hủy)."),
        (date(2024, 12, 1), "Được giới thiệu là điển hình: “Tổ tự quản”."),
        (date(2024, 11, 20), "Đăng ký của cá nhân cho phong trào 4225-2024: Đã xác nhận."),
        (date(2024, 6, 1), "Biệt phái đến Bảo hiểm xã hội tỉnh X, đến hết ngày 31/12/2024."),
        (date(2024, 1, 1), "Công tác tại Bảo hiểm xã hội tỉnh X (Công chức)."),
    ]
