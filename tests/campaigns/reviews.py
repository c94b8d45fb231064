"""A review and a report in it, made up, that tests of both share: two kinds of units, an annex of the paper's kind."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.facts.decider import Context
from contracts.campaigns import AnnexCell, AnnexRow, ReportOpened, ReportSubmitted
from contracts.values import SigningCapacity, UnitKind
from services.campaigns.domain.pack_reviews import PackReview
from services.campaigns.domain.report_state import Known, report_id
from services.campaigns.domain.review import OpenReview, opened_of, review_id

CAMPAIGN, ROOT, PROVINCE, DISTRICT, OTHER = (UUID(int=number, version=4) for number in range(1, 6))
OFFICER, HEAD, RECEIVER, SECOND = (UUID(int=number, version=4) for number in range(11, 15))
ASKED, BEFORE = date(2020, 8, 19), date(2020, 8, 28)

REVIEW_BODY: dict[str, Any] = {
    "code": "tong-ket-2016-2020",
    "kind": "final",
    "title": "Tổng kết phong trào thi đua vì người nghèo",
    "period": {"start": "2016-01-01", "end": "2020-12-31"},
    "unit_kinds": ["provincial", "central_department", "public_service_unit"],
    "before": "2020-08-28",
    "outline": [
        {"key": "I", "title": "ĐẶC ĐIỂM TÌNH HÌNH", "heading": True},
        {"key": "I.1", "title": "Thuận lợi"},
        {"key": "III.1", "title": "Kết quả", "unit_kinds": ["central_department", "public_service_unit"]},
        {"key": "III.2", "title": "Kết quả", "unit_kinds": ["provincial"]},
    ],
    "annexes": [
        {
            "key": "support",
            "title": "Kết quả hỗ trợ",
            "first_year": 2016,
            "last_year": 2020,
            "partial": True,
            "columns": [
                {"key": "cards", "name": "Số thẻ", "kind": "count"},
                {"key": "goods", "name": "Hiện vật", "kind": "items"},
                {"key": "houses_direct", "name": "Nhà trực tiếp", "kind": "count", "group": "houses"},
                {"key": "houses_unknown", "name": "Nhà", "kind": "count", "group": "houses", "mode_unknown": True},
                {"key": "cash", "name": "Tiền mặt", "kind": "money_by_activity"},
                {"key": "note", "name": "Ghi chú", "kind": "text"},
            ],
        }
    ],
}
"""A review as a request gives it."""


def opening(**more: Any) -> OpenReview:
    """The command that opens it, with something else in it."""
    said = PackReview.model_validate({**REVIEW_BODY, **more})
    return OpenReview(unit_id=ROOT, campaign_id=CAMPAIGN, review=said)


OPENED = opened_of(opening(), (PROVINCE, OTHER), Context(occurred_on=ASKED))
REVIEW = review_id(CAMPAIGN, ROOT, "tong-ket-2016-2020")
REPORT = report_id(REVIEW, PROVINCE)
ABOUT: dict[str, Any] = {
    "report_id": REPORT, "review_id": REVIEW, "unit_id": PROVINCE, "campaign_id": CAMPAIGN,
}  # fmt: skip
STEP: dict[str, Any] = {**ABOUT, "title": OPENED.title}
REPORT_OPENED = ReportOpened(**STEP, to_unit_id=ROOT, unit_kind=UnitKind.PROVINCIAL, before=BEFORE, opened_on=ASKED)
KNOWN = Known(review=OPENED, before=BEFORE, capacities={SigningCapacity.DIRECT: None})
RECEIVES = Known(review=OPENED, before=BEFORE, receives=True)


def row(cards: int, year: int = 2019, **more: Any) -> AnnexRow:
    """A year's row in which so many cards stand."""
    return AnnexRow(table="support", year=year, cells=(AnnexCell(column="cards", number=Decimal(cards)),), **more)


def sent(received_on: date = date(2020, 8, 26), days_late: int = 0, *rows: AnnexRow, **more: Any) -> ReportSubmitted:
    """The report was sent on a day."""
    said = {"revision": 1, "submitted_by": HEAD, **more}
    return ReportSubmitted(**STEP, received_on=received_on, days_late=days_late, whole=rows or (row(100),), **said)
