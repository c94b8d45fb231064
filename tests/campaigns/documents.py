"""Made-up documents that the tests of campaigns share."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.testing import Signed
from contracts.campaigns import (
    Content,
    DocumentChecked,
    DocumentDrafted,
    DocumentIssued,
    DocumentNumbered,
    DocumentSent,
    DocumentSigned,
    OutsideRecipient,
    RecipientPurpose,
    SentTo,
)
from contracts.event import Event
from contracts.values import DocumentKind, SigningCapacity, UnitKind
from services.campaigns.domain.document_commands import Named, Written
from services.campaigns.domain.document_content import content
from services.campaigns.domain.document_state import Known

DOCUMENT_ID, ISSUER, PROVINCE, DISTRICT = (UUID(int=number, version=4) for number in range(40, 44))
WRITER, CHECKER, HEAD, CLERK, OTHER = (UUID(int=number, version=4) for number in range(50, 55))
SUNDAY = date(2024, 11, 10)
TODAY = date(2024, 11, 20)
SCAN = "0f" * 32
IDS: dict[str, Any] = {"document_id": DOCUMENT_ID, "unit_id": ISSUER}
TO_PROVINCES = Named(
    name="Bảo hiểm xã hội các tỉnh", purpose=RecipientPurpose.FOR_ACTION, unit_kinds=(UnitKind.PROVINCIAL,)
)
TO_MINISTRY = Named(name="Bộ Tài chính", purpose=RecipientPurpose.FOR_REPORT)


def written(**changes: Any) -> Written:
    """A letter to the provinces, with a copy to the ministry."""
    said: dict[str, Any] = {
        "kind": DocumentKind.OFFICIAL_LETTER, "symbol": "BHXH-TĐKT", "subject": "V/v phát động đợt thi đua",
        "place": "Hà Nội", "addressees": (TO_PROVINCES,), "copies": (TO_MINISTRY,), "archive": "VT, TĐKT",
        "archive_copies": 2, "body": "Các đơn vị tổ chức phát động đợt thi đua.",
    }  # fmt: skip
    return Written(**said | changes)


CONTENT: Content = content(written(), {})
DRAFTED = DocumentDrafted(**IDS, content=CONTENT, drafted_by=WRITER)
CHECKED = DocumentChecked(**IDS)
SIGNED = DocumentSigned(**IDS, capacity=SigningCapacity.DIRECT, signed_by=HEAD, happened_on=SUNDAY)
NUMBERED = DocumentNumbered(**IDS, kind=DocumentKind.OFFICIAL_LETTER, number="4225/BHXH-TĐKT", dated=SUNDAY)
UNITS = (SentTo(unit_id=PROVINCE, purpose=RecipientPurpose.FOR_ACTION),)
ISSUED = DocumentIssued(
    **IDS, number="4225/BHXH-TĐKT", subject=CONTENT.subject, issued_on=SUNDAY, units=UNITS,
    outside=(OutsideRecipient(name="Bộ Tài chính", purpose=RecipientPurpose.FOR_REPORT),),
)  # fmt: skip
SENT = DocumentSent(**IDS, number="4225/BHXH-TĐKT", recipients=1)
IN_FORCE: tuple[Event | Signed, ...] = (DRAFTED, CHECKED, SIGNED, NUMBERED, ISSUED, SENT)
DIRECTLY = {SigningCapacity.DIRECT: None}


def known(**changes: Any) -> Known:
    """The head may sign; what happened since 15/11 is entered in time; one province stood on the day of issue."""
    said: dict[str, Any] = {
        "today": TODAY, "on_time_since": date(2024, 11, 15), "own": DIRECTLY, "signers": {HEAD: DIRECTLY},
        "units": UNITS,
    }  # fmt: skip
    return Known(**said | changes)
