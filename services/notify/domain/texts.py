"""What words of messages are made of: names, dates and figures, in Vietnamese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from chassis.facts.kinds import shown, shown_en
from chassis.facts.role_names import ROLE_NAMES
from contracts.registry import AppointmentReason, LeavingReason, Role
from contracts.values import SigningCapacity
from services.notify.domain.sentences import Sentence, sentence

AWARDS: Final[Mapping[str, tuple[str, str]]] = {
    "advanced_collective": ("danh hiệu Tập thể lao động tiên tiến", "the title of Advanced Collective"),
    "excellent_collective": ("danh hiệu Tập thể lao động xuất sắc", "the title of Excellent Collective"),
    "sector_emulation_flag": ("Cờ thi đua của ngành", "the sector's Emulation Flag"),
    "government_emulation_flag": ("Cờ thi đua của Chính phủ", "the Government's Emulation Flag"),
    "merit_letter": ("Giấy khen", "a Letter of Merit"),
    "merit_certificate_dg": ("Bằng khen của Tổng Giám đốc", "a Certificate of Merit of the Director General"),
    "merit_certificate_pm": ("Bằng khen của Thủ tướng Chính phủ", "a Certificate of Merit of the Prime Minister"),
    "labour_order": ("Huân chương Lao động", "the Labour Order"),
}
"""What awards are called; one that is not listed is called by its code."""

REASONS: Final[Mapping[AppointmentReason, tuple[str, str]]] = {
    AppointmentReason.FIRST: ("hệ thống bắt đầu hoạt động", "the system begins"),
    AppointmentReason.NOBODY_LEFT: ("không còn ai quản trị vai trò", "nobody is left who gives roles"),
    AppointmentReason.NOBODY_REACHABLE: ("không liên hệ được người quản trị", "no administrator can be reached"),
    AppointmentReason.NO_SECOND_PERSON: ("không có người thứ hai để xác nhận", "there is no second person to confirm"),
}
"""Why the owner of the database has appointed an administrator."""

LEAVINGS: Final[Mapping[LeavingReason, tuple[str, str]]] = {
    LeavingReason.RETIRED: ("nghỉ hưu", "retirement"),
    LeavingReason.DIED: ("từ trần", "death"),
    LeavingReason.MOVED: ("chuyển công tác ra ngoài ngành", "a move out of the sector"),
    LeavingReason.RESIGNED: ("thôi việc", "resignation"),
}
"""Why somebody works in the sector no longer."""

CAPACITIES: Final[Mapping[SigningCapacity, tuple[str, str]]] = {
    SigningCapacity.DIRECT: ("ký trực tiếp", "as head"),
    SigningCapacity.DEPUTY: ("ký thay (KT.)", "as deputy (KT.)"),
    SigningCapacity.BY_ORDER: ("ký thừa lệnh (TL.)", "by order (TL.)"),
    SigningCapacity.BY_DELEGATION: ("ký thừa ủy quyền (TUQ.)", "by delegation (TUQ.)"),
    SigningCapacity.ACTING: ("quyền thủ trưởng (Q.)", "as acting head (Q.)"),
    SigningCapacity.ON_BEHALF_OF_BODY: ("thay mặt tập thể (TM.)", "on behalf of the body (TM.)"),
}
"""In which capacity somebody signs."""

LABELS: Final[Mapping[str, Sentence]] = {
    "recipient_name": sentence("Người nhận", "Recipient"),
    "campaign": sentence("Phong trào", "Campaign"),
    "document_number": sentence("Số văn bản", "Document"),
    "period": sentence("Thời gian", "Period"),
    "register_before": sentence("Đăng ký trước ngày", "Register before"),
    "unit": sentence("Đơn vị", "Unit"),
    "indicator": sentence("Chỉ tiêu", "Indicator"),
    "year": sentence("Năm", "Year"),
    "target": sentence("Mức đăng ký", "Target"),
    "award": sentence("Danh hiệu, hình thức", "Award"),
    "decision_number": sentence("Số quyết định", "Decision"),
    "role": sentence("Vai trò", "Role"),
    "since": sentence("Từ ngày", "From"),
    "appraise_before": sentence("Thẩm định trước ngày", "Appraise before"),
    "objected": sentence("Chỉ tiêu chưa thống nhất", "Targets objected to"),
    "cells": sentence("Chỉ tiêu có ý kiến", "Figures remarked on"),
    "revision": sentence("Phiên bản", "Version"),
    "change": sentence("Nội dung thay đổi", "What changes"),
    "document": sentence("Căn cứ", "Basis"),
    "happened_on": sentence("Ngày", "Day"),
    "until": sentence("Đến ngày", "Until"),
    "signed_on": sentence("Ngày ký bản giấy", "Signed on"),
    "confirm_by": sentence("Xác nhận chậm nhất ngày", "Confirm by"),
    "reason": sentence("Lý do", "Reason"),
    "capacity": sentence("Tư cách ký", "Signing"),
    "basis": sentence("Văn bản giao ký", "Paper"),
    "due": sentence("Việc có hạn", "What is due"),
    "subject": sentence("Về việc", "About"),
    "paper": sentence("Văn bản", "Document"),
    "report": sentence("Báo cáo", "Report"),
    "count": sentence("Số bản", "How many"),
    "standing": sentence("Tình trạng", "How it stands"),
}
"""What the words that go to Zalo are called, for who looks at a template."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the unit, the campaign and its indicators (by code) are called; empty where the event names none."""

    unit: str = ""
    campaign: str = ""
    indicators: Mapping[str, str] = field(default_factory=dict)


def day(value: date | None) -> str:
    """A date as Vietnamese people write it, 10/11/2024."""
    return f"{value:%d/%m/%Y}" if value else ""


def figure(name: str, value: Decimal) -> dict[str, str]:
    """A percentage under this name, and in English notation as `name_en`."""
    return {name: f"{shown(value)} %", f"{name}_en": f"{shown_en(value)} %"}


def role(held: Role) -> dict[str, str]:
    """What a role is called, as `role` and `role_en`."""
    name, name_en = ROLE_NAMES[held]
    return {"role": f"{name[0].upper()}{name[1:]}", "role_en": name_en}


def capacity(held: SigningCapacity) -> dict[str, str]:
    """How somebody signs, as `capacity` and `capacity_en`."""
    name, name_en = CAPACITIES[held]
    return {"capacity": name, "capacity_en": name_en}


def award(code: str) -> dict[str, str]:
    """What an award is called, as `award` and `award_en`."""
    vi, en = AWARDS.get(code, (code, code))
    return {"award": vi, "award_en": en}
