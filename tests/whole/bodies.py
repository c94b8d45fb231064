"""One good body for each command of a whole drive."""

from typing import Any, Final

from chassis.facts.clock import business_date, system_clock
from tests.whole.house import ROOT

GOAL: Final[dict[str, Any]] = {
    "indicator": "cover", "name": "Tỷ lệ bao phủ", "year": 2024, "direction": "at_least", "value": "90",
    "measure": "share", "applies_to": ["provincial"], "wording": "trên", "source": "S001-2",
}  # fmt: skip
PLANNED: Final[dict[str, Any]] = {
    "code": "tong-ket", "kind": "final", "title": "Tổng kết", "unit_kinds": ["provincial"], "before": "2030-01-01",
    "period": {"start": "2024-11-10", "end": "2025-12-31"},
    "outline": [{"key": "I", "title": "Kết quả", "hint": "Nêu số liệu", "unit_kinds": ["provincial"]}],
    "annexes": [{
        "key": "support", "title": "Phụ lục", "first_year": 2024, "last_year": 2025,
        "columns": [{"key": "cards", "name": "Số thẻ", "kind": "count", "measure": "thẻ", "hint": "Ghi số"}],
    }],
    "guidance": {
        "kind": "official_letter", "symbol": "BHXH-TĐKT", "subject": "V/v tổng kết", "body": "Tổng kết.",
        "based_on": [{"number": "39/CT-TTg", "issued_on": "2024-10-15"}], "archive": "VT",
        "addressees": [{"name": "BHXH các tỉnh", "purpose": "for_action", "unit_kinds": ["provincial"]}],
    },
}  # fmt: skip
PACK: Final[dict[str, Any]] = {
    "code": "dot-thu", "theme": "Đợt thi đua thử", "kind": "drive", "level": "sector",
    "period": {"start": "2024-11-10", "end": "2025-12-31"}, "units": ["provincial"],
    "document": {"number": "1/BHXH", "issued_on": "2024-11-10", "title": "V/v phát động"},
    "legal_bases": [{"number": "39/CT-TTg", "issued_on": "2024-10-15", "title": "Chỉ thị"}],
    "goals": [GOAL], "linked_campaigns": [{"theme": "Khác", "document": {"number": "2/KH", "issued_on": "2024-09-13"}}],
    "addressees": [{"name": "BHXH các tỉnh", "purpose": "for_action", "unit_kinds": ["provincial"]}],
    "copy_recipients": [{"name": "Lưu: VT", "purpose": "archive"}], "register_before": "2024-12-01",
    "refuse_late": False, "reviews": [PLANNED],
}  # fmt: skip
PAPER: Final[dict[str, Any]] = {"number": "77/BHXH-TĐKT", "issued_on": "2025-03-09", "title": "V/v sửa đổi"}
DETAILS: Final = {
    "full_name": "Nguyễn Thị Thử", "birth_date": "1990-01-02", "phone": "0912345678", "email": "thu@x.example",
}  # fmt: skip
DOSSIER: Final = ("submission_letter", "minutes", "achievement_report")
EXCEPTION: Final[dict[str, Any]] = {
    "duty": "confirm_targets", "authority_id": str(ROOT), "reason": "office_too_small",
    "until": str(business_date(system_clock())),
}  # fmt: skip
DELEGATION: Final[dict[str, Any]] = {
    "unit_id": str(ROOT), "capacity": "by_order", "kinds": ["official_letter"], "basis": "12/QĐ-BHXH",
    "since": str(business_date(system_clock())), "basis_on": str(business_date(system_clock())),
}  # fmt: skip
DEADLINE: Final[dict[str, Any]] = {"thing_kind": "review", "title": "Báo cáo sơ kết", "before": "2027-12-01"}
OBSTACLE: Final[dict[str, Any]] = {"thing_kind": "registration", "question": "Dân số năm nào?"}
INSPECTION: Final[dict[str, Any]] = {"subject": "Thực hiện đợt thi đua", "planned_on": "2024-12-01"}
EXEMPLAR: Final[dict[str, Any]] = {"title": "Tổ tự quản", "merit": "300 người tham gia mới", "evidence": ["a" * 64]}
HELPED: Final[dict[str, dict[str, Any]]] = {
    "/answer": {"answer": "Năm 2023."},
    "/held": {"held_on": "2024-12-02"},
    "/findings": {"what": "Chưa sơ kết", "before": "2025-01-01"},
    "/closed-findings": {"finding": 1, "how": "Đã sơ kết"},
    "/acclaim": {"held_on": "2024-12-02", "present": 20, "votes_for": 19},
    "/nurture": {"measure": "Tập huấn"},
    "/publicise": {"outlet": "Tạp chí", "published_on": "2024-12-02", "link": "https://example.org/1"},
    "/replicate": {"in_unit_id": str(ROOT), "since": "2024-12-02"},
    "/refuse": {"reason": "Chưa đủ"},
    "/withdraw": {"reason": "Không còn hiệu quả"},
}
"""Bodies of the steps of obstacles, inspections and exemplars."""
CONFIRMATION: Final[dict[str, Any]] = {
    "criterion": "cover", "year": 2023, "committee": "Ban Chỉ đạo giảm nghèo tỉnh", "what": "Hoàn thành kế hoạch",
    "document": {"number": "12/XN-BCĐ", "issued_on": "2024-02-03"}, "evidence": "a" * 64,
}  # fmt: skip
CONFIRMED: Final[dict[str, dict[str, Any]]] = {
    "/judgement": {"finding": "sufficient", "reason": "Đủ căn cứ"},
    "/withdrawal": {"reason": "Nhập nhầm năm"},
}
"""Bodies of the steps of confirmations."""
RATINGS: Final[dict[str, Any]] = {"year": 2023, "document": {"number": "15/QĐ-BHXH", "issued_on": "2024-01-10"}}
PUBLICATION: Final[dict[str, Any]] = {
    "medium": "article", "title": "Tổ tự quản", "outlet": "Tạp chí", "published_on": "2024-12-02",
}  # fmt: skip
VIOLATION: Final[dict[str, Any]] = {"what": "Báo cáo không đúng", "link": "https://example.org/2"}
PRESSED: Final[dict[str, dict[str, Any]]] = {
    "/taken-down": {"on": "2024-12-03"},
    "/handed-over": {"to": "inspection"},
    "/violations//answer": {"violated": True, "answer": "Đã hủy kết quả"},
}
"""Bodies of the steps of publications and of reported violations."""
REVIEWED: Final[dict[str, Any]] = {each: PLANNED[each] for each in PLANNED if each != "guidance"} | {
    "outline": [{"key": "I", "title": "Kết quả", "hint": "Nêu số liệu"}],
}
"""A review that has no papers, of whichever kinds of units."""
ROW: Final[dict[str, Any]] = {"table": "support", "year": 2024, "cells": [{"column": "cards", "number": "15"}]}
WRITTEN: Final[dict[str, dict[str, Any]]] = {
    "/sections": {"section": "I", "text": "Đã thực hiện"},
    "/annex-rows": ROW,
    "/shortfalls": {"cause": "Mưa lũ"},
    "/remedies": {"what": "Vận động tại xã"},
    "/remedy-checks": {"earlier_report_id": str(ROOT), "number": 1, "outcome": "done", "how": "Đã làm"},
    "/lessons": {"what": "Làm sớm"},
    "/files-detached": {"sha256": "a" * 64},
    "/submission": {"capacity": "direct"},
    "/reports//return": {"reason": "Thiếu"},
    "/reports//recall": {"reason": "Gửi nhầm"},
    "/reports//corrections": ROW | {"cells": [{"column": "cards", "number": "16"}], "reason": "Nhập nhầm"},
    "/urgings": {"channel": "telephone", "on": "2024-11-20", "note": "Đã gọi"},
    "/reports-below": {"before": "2029-11-20"},
    "/reviews//reopen": {"reason": "Bão"},
    "/extension": {"unit_id": str(ROOT), "before": "2029-12-20"},
}
"""Bodies of the steps of reviews and reports."""
DECISION: Final[dict[str, Any]] = {
    "number": "1/QĐ-BHXH", "signed_on": "2024-11-10", "authority_id": str(ROOT), "award": "merit_certificate_dg",
    "legal_bases": [{"number": "1", "issued_on": "2024-11-10", "title": "NĐ"}],
}  # fmt: skip
BASIS: Final[dict[str, Any]] = {"number": "391/QĐ-BTC", "issuer": "Bộ Tài chính", "issued_on": "2025-02-26"}
IN_FORCE: Final[dict[str, Any]] = {"on": str(business_date(system_clock())), "basis": BASIS}
_TODAY: Final = str(business_date(system_clock()))
HEADCOUNT: Final[dict[str, Any]] = {"on": _TODAY, "heads": [{"category": "public_employee", "people": 20}]}
RECOUNT: Final[dict[str, Any]] = HEADCOUNT | {
    "heads": [{"category": "public_employee", "people": 21}], "reason": "Thiếu một người",
}  # fmt: skip
POSTS: Final[dict[str, Any]] = {"on": _TODAY, "posts": 25, "basis": BASIS}
