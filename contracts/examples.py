"""One example of every event, for the tests of whoever reads or produces it: made-up units, people and figures."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar
from uuid import UUID

from contracts import awards, campaigns, notify, registry
from contracts.event import Event
from contracts.values import (
    Direction,
    Document,
    DocumentKind,
    FileKind,
    Goal,
    LegalBasis,
    Period,
    RegistrationChange,
    SigningCapacity,
    StoredFile,
    Target,
    UnitKind,
)

E = TypeVar("E", bound=Event)


def _id(number: int) -> UUID:
    return UUID(int=number, version=4)


UNIT, PARENT, PERSON, OTHER, CAMPAIGN, REGISTRATION, SCORECARD, NOMINATION, DECISION, NOTIFICATION = map(
    _id, range(1, 11)
)
INDICATOR = "health_insurance_coverage"

_PERIOD = Period(start=date(2024, 11, 10), end=date(2025, 12, 31))
_LETTER = Document(number="12/BHXH-TĐKT", issued_on=date(2024, 11, 10), title="V/v phát động đợt thi đua")
_BASIS = Document(number="3/CT-TTg", issued_on=date(2024, 10, 15))
_GOAL = Goal(
    indicator=INDICATOR,
    name="Tỷ lệ bao phủ bảo hiểm y tế",
    year=2025,
    direction=Direction.AT_LEAST,
    value=Decimal("95.15"),
)
_TARGET = Target(indicator=INDICATOR, year=2025, value=Decimal("95.20"), direction=Direction.AT_LEAST)
_HEADS = (registry.Heads(category=registry.StaffCategory.PUBLIC_EMPLOYEE, people=240),)
_FILE = StoredFile(sha256="a" * 64, kind=FileKind.PDF, size=1000)
_REGISTERED: dict[str, Any] = {"registration_id": REGISTRATION, "campaign_id": CAMPAIGN, "unit_id": UNIT}
_PERSONAL: dict[str, Any] = {**_REGISTERED, "person_id": PERSON}
_REVIEWED: dict[str, Any] = {"review_id": _id(31), "unit_id": PARENT, "campaign_id": CAMPAIGN}
_REPORTED: dict[str, Any] = {
    "report_id": _id(32),
    "review_id": _id(31),
    "unit_id": UNIT,
    "campaign_id": CAMPAIGN,
}
_ANNEX = campaigns.AnnexTable(
    key="support",
    title="Kết quả hỗ trợ mua thẻ BHYT",
    columns=(campaigns.AnnexColumn(key="cards", name="Số thẻ", kind=campaigns.ColumnKind.COUNT, original=2),),
    first_year=2024,
    last_year=2025,
)
_ANNEX_ROW = campaigns.AnnexRow(
    table="support", year=2025, cells=(campaigns.AnnexCell(column="cards", number=Decimal(1500)),)
)
_USED = campaigns.UsedReport(report_id=_id(32), unit_id=UNIT, revision=1)
_SAID: dict[str, Any] = {
    "campaign_id": CAMPAIGN,
    "code": "12-2024",
    "theme": "Đợt thi đua đặc biệt",
    "kind": campaigns.CampaignKind.DRIVE,
    "level": campaigns.CampaignLevel.SECTOR,
    "period": _PERIOD,
    "document": _LETTER,
    "legal_bases": (_BASIS,),
    "units": (UnitKind.PROVINCIAL,),
    "goals": (_GOAL,),
    "linked_campaigns": (campaigns.LinkedCampaign(theme="Năm năm thi đua", document=_BASIS),),
    "addressees": (
        campaigns.CopyRecipient(
            name="Bảo hiểm xã hội các tỉnh",
            purpose=campaigns.RecipientPurpose.FOR_ACTION,
            unit_kinds=(UnitKind.PROVINCIAL,),
        ),
    ),
    "copy_recipients": (campaigns.CopyRecipient(name="Lưu: VT", purpose=campaigns.RecipientPurpose.ARCHIVE),),
    "register_before": date(2024, 12, 1),
}
_SCORED: dict[str, Any] = {"scorecard_id": SCORECARD, "campaign_id": CAMPAIGN, "unit_id": UNIT}
_INSPECTED: dict[str, Any] = {"inspection_id": _id(24), "unit_id": UNIT, "campaign_id": CAMPAIGN}
_CONFIRMED: dict[str, Any] = {"confirmation_id": _id(34), "unit_id": UNIT, "campaign_id": CAMPAIGN}
_MODEL: dict[str, Any] = {"exemplar_id": _id(25), "unit_id": UNIT, "campaign_id": CAMPAIGN, "person_id": PERSON}
_PUBLISHED: dict[str, Any] = {
    "publicity_id": _id(28), "unit_id": UNIT, "campaign_id": CAMPAIGN, "exemplar_id": _id(25),
}  # fmt: skip
_VIOLATED: dict[str, Any] = {"violation_id": _id(29), "unit_id": UNIT, "campaign_id": CAMPAIGN}
_DUE: dict[str, Any] = {
    "deadline_id": _id(20),
    "unit_id": UNIT,
    "campaign_id": CAMPAIGN,
    "thing_kind": campaigns.ThingKind.REVIEW,
    "thing_id": _id(21),
    "title": "Báo cáo tổng kết",
}
_FIGURE: dict[str, Any] = {"indicator": INDICATOR, "year": 2025}
_ROLE: dict[str, Any] = {"person_id": PERSON, "role": registry.Role.OFFICER, "unit_id": UNIT}
_PROPOSED: dict[str, Any] = {
    "proposal_id": NOMINATION,
    "person_id": PERSON,
    "role": registry.Role.DIRECTOR_GENERAL,
    "unit_id": UNIT,
}
_SIGNED: dict[str, Any] = {"delegation_id": _id(13), "unit_id": UNIT, "principal_id": PERSON, "signer_id": OTHER}
_NOMINATED: dict[str, Any] = {"nomination_id": NOMINATION, "campaign_id": CAMPAIGN, "unit_id": UNIT, "award": "merit"}
_REFORM = LegalBasis(number="391/QĐ-BTC", issuer="Bộ Tài chính", issued_on=date(2025, 2, 26))
_CHANGED: dict[str, Any] = {"unit_id": UNIT, "change_id": OTHER, "on": date(2025, 3, 1), "basis": _REFORM}
_ATTEMPT: dict[str, Any] = {"notification_id": NOTIFICATION, "channel": notify.Channel.ZALO, "attempt": 1}

_WRITTEN: dict[str, Any] = {"document_id": _id(20), "unit_id": UNIT}
_RECEIPT: dict[str, Any] = {"receipt_id": _id(21), "document_id": _id(20), "unit_id": UNIT}
_TITLED: dict[str, Any] = {"number": "4225/BHXH-TĐKT", "subject": "V/v phát động đợt thi đua"}
_SCAN = "0f" * 32

_EXAMPLES: tuple[Event, ...] = (
    registry.UnitEstablished(
        unit_id=UNIT,
        code="P01",
        name="Bảo hiểm xã hội tỉnh Một",
        kind=UnitKind.PROVINCIAL,
        parent_id=PARENT,
        established_on=date(2024, 11, 10),
    ),
    registry.UnitNameCorrected(unit_id=UNIT, name="Bảo hiểm xã hội tỉnh Một", previous="Bảo hiểm xã hội tinh Một"),
    registry.UnitRenamed(
        **_CHANGED,
        name="Bảo hiểm xã hội cơ sở Một",
        code="P01-D001",
        kind=UnitKind.BASE_OFFICE,
        former=("Bảo hiểm xã hội quận Một",),
    ),
    registry.UnitMoved(**_CHANGED, parent_id=PARENT, previous_id=OTHER),
    registry.UnitMerged(**_CHANGED, successor_id=PARENT),
    registry.UnitSplit(**_CHANGED, successor_ids=(PARENT, OTHER)),
    registry.UnitDissolved(**_CHANGED),
    registry.DutiesTakenOver(**_CHANGED, to_id=PARENT),
    registry.UnitJoinedBloc(unit_id=UNIT, bloc_id=PARENT, on=date(2024, 11, 10)),
    registry.UnitLeftBloc(unit_id=UNIT, bloc_id=PARENT, since=date(2024, 11, 10), on=date(2025, 3, 1)),
    registry.UnitChangeWithdrawn(
        unit_id=UNIT,
        change_id=OTHER,
        reason="Nhập nhầm đơn vị",
        name="Bảo hiểm xã hội tỉnh Một",
        code="P01",
        kind=UnitKind.PROVINCIAL,
        parent_id=PARENT,
    ),
    registry.PersonEnrolled(person_id=PERSON),
    registry.PersonAssigned(
        person_id=PERSON,
        unit_id=UNIT,
        category=registry.StaffCategory.PUBLIC_EMPLOYEE,
        works_directly=True,
        since=date(2024, 1, 1),
    ),
    registry.AssignmentCorrected(
        person_id=PERSON,
        assigned_on=date(2024, 1, 1),
        unit_id=UNIT,
        category=registry.StaffCategory.CIVIL_SERVANT,
        works_directly=True,
        since=date(2024, 2, 1),
    ),
    registry.PersonLeft(person_id=PERSON, unit_id=UNIT, reason=registry.LeavingReason.RETIRED, on=date(2025, 7, 1)),
    registry.LeavingCancelled(person_id=PERSON),
    registry.PersonReturned(person_id=PERSON, on=date(2025, 9, 1)),
    registry.PostTaken(
        person_id=PERSON,
        unit_id=PARENT,
        kind=registry.PostKind.SECONDED,
        since=date(2024, 3, 1),
        until=date(2024, 8, 31),
    ),
    registry.PostEnded(
        person_id=PERSON,
        unit_id=PARENT,
        kind=registry.PostKind.SECONDED,
        since=date(2024, 3, 1),
        on=date(2024, 7, 1),
    ),
    registry.PersonsJoined(person_id=OTHER, into_id=PERSON),
    registry.PersonsParted(person_id=OTHER, into_id=PERSON),
    registry.RemarkGiven(person_id=PERSON, unit_id=UNIT, year=2025, document="12/NX-BHXH"),
    registry.RoleGranted(**_ROLE, since=date(2024, 1, 1), until=date(2025, 12, 31)),
    registry.RoleRevoked(**_ROLE, on=date(2025, 7, 1)),
    registry.RoleCancelled(**_ROLE, since=date(2024, 1, 1)),
    registry.RoleProposed(
        **_PROPOSED,
        since=date(2024, 11, 1),
        until=date(2025, 12, 31),
        proposed_by=OTHER,
        lapses_after=date(2024, 11, 24),
        reason=registry.Backdating.DECISION_CAME_LATE,
        document="12/QĐ-BHXH",
    ),
    registry.RoleProposalConfirmed(**_PROPOSED, proposed_by=OTHER, confirmed_by=PARENT),
    registry.RoleProposalDeclined(**_PROPOSED, declined_by=PARENT),
    registry.RoleProposalWithdrawn(**_PROPOSED),
    registry.AdministratorAppointedByOwner(
        appointment_id=DECISION,
        person_id=PERSON,
        unit_id=UNIT,
        since=date(2024, 11, 10),
        hand=OTHER,
        reason=registry.AppointmentReason.NOBODY_REACHABLE,
        document="12/QĐ-BHXH",
    ),
    registry.RegistrationOpened(
        **_REGISTERED,
        unit_kind=UnitKind.PROVINCIAL,
        period=_PERIOD,
        goals=(_GOAL,),
        submit_before=date(2024, 12, 1),
    ),
    registry.TargetRegistered(**_REGISTERED, **_FIGURE, value=Decimal("95.20")),
    registry.TargetRevised(**_REGISTERED, **_FIGURE, value=Decimal("95.3"), previous=Decimal("95.20")),
    registry.TargetWithdrawn(**_REGISTERED, **_FIGURE, previous=Decimal("95.3"), reason="Không thuộc mục tiêu"),
    registry.QualitativeTargetSet(**_REGISTERED, number=1, requirement="Giảm giờ thực hiện", solution="Giao dịch số"),
    registry.QualitativeProgressTold(**_REGISTERED, number=1, progress="Đã giảm một phần ba số giờ"),
    registry.SolutionSet(**_REGISTERED, indicator=INDICATOR, solution="Vận động theo hộ gia đình"),
    registry.MovementsTied(**_REGISTERED, numbers=("40/BHXH-TĐKT",)),
    registry.OpinionAsked(**_REGISTERED, body=registry.LocalBody.PEOPLES_COMMITTEE, asked_on=date(2024, 11, 12)),
    registry.OpinionRecorded(**_REGISTERED, body=registry.LocalBody.PEOPLES_COMMITTEE, opinion="Nhất trí"),
    registry.DraftSentForAppraisal(**_REGISTERED, appraise_before=date(2024, 11, 25)),
    registry.TargetAgreed(**_REGISTERED, **_FIGURE, value=Decimal("95.20")),
    registry.TargetObjected(**_REGISTERED, **_FIGURE, value=Decimal("95.3"), reason="Chưa sát số năm trước"),
    registry.AppraisalCompleted(**_REGISTERED, objected=1),
    registry.RegistrationTermsChanged(
        **_REGISTERED,
        campaign_version=3,
        document=_BASIS,
        changed=("goals", "register_before"),
        period=_PERIOD,
        goals=(_GOAL,),
        register_before=date(2024, 12, 15),
        previous_day=date(2024, 11, 30),
        submit_before=date(2024, 12, 15),
        movements=(registry.LinkedMovement(theme="Năm năm thi đua", document=_BASIS),),
        sent=True,
        confirmed=True,
        outdated=(registry.TargetPlace(indicator="health_insurance_coverage", year=2025),),
    ),
    registry.RegistrationDayChanged(
        **_REGISTERED,
        deadline_version=4,
        submit_before=date(2024, 12, 15),
        reopened_until=date(2024, 12, 20),
        excuse="Mất điện do bão",
    ),
    registry.RegistrationApproved(**_REGISTERED),
    registry.RegistrationSubmitted(**_REGISTERED, late=False, submitted_by=PERSON),
    registry.RegistrationEnteredAsHistory(
        **_REGISTERED, happened_on=date(2017, 11, 30), document=_BASIS, evidence="b" * 64, entered_by=PERSON
    ),
    registry.RegistrationFiledOnBehalf(
        **_REGISTERED, by_unit_id=PARENT, filed_by=PERSON, paper=_FILE, signed_on=date(2024, 11, 18)
    ),
    registry.RegistrationReturned(
        **_REGISTERED, cells=(registry.TargetPlace(**_FIGURE, reason="Nhập nhầm dấu phẩy"),), note="Sửa rồi gửi lại"
    ),
    registry.RegistrationConfirmed(**_REGISTERED, targets=(_TARGET,)),
    registry.RegistrationReopened(
        **_REGISTERED, change=RegistrationChange.CORRECTION, reason="9,51 thay vì 95,1", revision=2, reopened_by=OTHER
    ),
    registry.PersonalRegistrationMade(**_PERSONAL, target="b" * 64, solution="c" * 64, asked=2),
    registry.PersonalRegistrationRevised(**_PERSONAL, target="d" * 64, solution="c" * 64, revision=2),
    registry.PersonalRegistrationReturned(**_PERSONAL, reason="e" * 64, revision=1, writer_id=OTHER),
    registry.PersonalRegistrationConfirmed(**_PERSONAL, revision=1, writer_id=OTHER),
    registry.PersonalRegistrationWithdrawn(**_PERSONAL, revision=1),
    registry.DutyExceptionAllowed(
        exception_id=_id(12),
        person_id=PERSON,
        duty=registry.Duty.CONFIRM_TARGETS,
        thing_id=REGISTRATION,
        unit_id=UNIT,
        authority_id=PARENT,
        reason=registry.ExceptionReason.OFFICE_TOO_SMALL,
        since=date(2024, 12, 1),
        until=date(2024, 12, 15),
        allowed_by=OTHER,
    ),
    registry.SigningDelegated(
        **_SIGNED,
        capacity=SigningCapacity.BY_DELEGATION,
        kinds=(DocumentKind.OFFICIAL_LETTER,),
        since=date(2024, 12, 1),
        until=date(2024, 12, 31),
        basis=_LETTER,
    ),
    registry.SigningEnded(**_SIGNED, on=date(2024, 12, 20)),
    registry.HeadcountReported(unit_id=UNIT, on=date(2024, 12, 31), heads=_HEADS),
    registry.HeadcountCorrected(
        unit_id=UNIT, on=date(2024, 12, 31), revision=2, heads=_HEADS, previous=(), reason="Nhập thiếu"
    ),
    registry.EstablishmentAssigned(unit_id=UNIT, on=date(2025, 1, 1), posts=250, basis=_REFORM, previous=240),
    campaigns.CampaignAnnounced(**_SAID),
    campaigns.CampaignLaunched(**_SAID),
    campaigns.CampaignAmended(**_SAID, amendment=_BASIS, changed=("aliases",)),
    campaigns.CampaignExtended(
        campaign_id=CAMPAIGN,
        until=date(2026, 6, 30),
        previous=date(2025, 12, 31),
        units=(UnitKind.PROVINCIAL,),
        register_before=date(2024, 12, 15),
        document=_BASIS,
    ),
    campaigns.CampaignJoined(campaign_id=CAMPAIGN, unit_id=UNIT, happened_on=date(2024, 11, 20), document=_LETTER),
    campaigns.CampaignConcluded(
        campaign_id=CAMPAIGN, units=(UnitKind.PROVINCIAL,), happened_on=date(2025, 12, 31), document=_LETTER
    ),
    campaigns.CampaignCancelled(
        campaign_id=CAMPAIGN, units=(UnitKind.PROVINCIAL,), reason="Gộp vào phong trào khác", document=_LETTER
    ),
    campaigns.ObstacleRaised(
        obstacle_id=_id(22),
        unit_id=UNIT,
        campaign_id=CAMPAIGN,
        thing_kind=campaigns.ThingKind.REGISTRATION,
        thing_id=REGISTRATION,
        question="Chỉ tiêu tính theo dân số năm nào?",
    ),
    campaigns.ObstacleResolved(
        obstacle_id=_id(22), unit_id=UNIT, campaign_id=CAMPAIGN, answer="Theo số liệu năm 2023.", guidance_id=_id(23)
    ),
    campaigns.GuidanceIssued(
        guidance_id=_id(23),
        campaign_id=CAMPAIGN,
        obstacles=(_id(22),),
        units=(UNIT,),
        answer="Theo số liệu năm 2023.",
        document="45/BHXH-TĐKT",
    ),
    campaigns.InspectionPlanned(**_INSPECTED, subject="Việc thực hiện đợt thi đua", planned_on=date(2025, 3, 10)),
    campaigns.InspectionHeld(**_INSPECTED, held_on=date(2025, 3, 11)),
    campaigns.FindingRecorded(**_INSPECTED, finding=1, what="Chưa sơ kết quý", before=date(2025, 4, 1)),
    campaigns.FindingClosed(**_INSPECTED, finding=1, how="Đã sơ kết ngày 25/3/2025"),
    campaigns.ConfirmationEntered(
        **_CONFIRMED,
        criterion="local_poverty_plan_completion",
        year=2019,
        committee="Ban Chỉ đạo giảm nghèo tỉnh",
        what="Hoàn thành các chỉ tiêu của kế hoạch giảm nghèo năm 2019",
        document=_BASIS,
        evidence="a" * 64,
        entered_by=PERSON,
    ),
    campaigns.ConfirmationJudged(
        **_CONFIRMED,
        finding=campaigns.ConfirmationFinding.SUFFICIENT,
        reason="Đủ căn cứ",
        judged_by=PERSON,
    ),
    campaigns.ConfirmationWithdrawn(**_CONFIRMED, reason="Nhập nhầm năm", withdrawn_by=PERSON),
    campaigns.UnitRated(rating_id=_id(35), unit_id=UNIT, year=2019, rating="excellent", document=_BASIS),
    campaigns.RatingCorrected(
        rating_id=_id(35),
        unit_id=UNIT,
        year=2019,
        rating="good",
        previous="excellent",
        reason="Kết luận kiểm tra",
        document=_BASIS,
    ),
    campaigns.ExemplarIdentified(
        **_MODEL, title="Thu hộ qua tổ tự quản", merit="Tăng 300 người tham gia", evidence=("a" * 64,)
    ),
    campaigns.ExemplarAcclaimed(**_MODEL, held_on=date(2025, 1, 15), present=20, votes_for=19),
    campaigns.ExemplarNurtured(**_MODEL, measure="Tập huấn tại huyện"),
    campaigns.ExemplarPublicised(
        **_MODEL, outlet="Tạp chí BHXH", published_on=date(2025, 2, 1), link="https://example.org/bai-1"
    ),
    campaigns.ExemplarReplicated(**_MODEL, in_unit_id=PARENT, since=date(2025, 3, 1)),
    campaigns.ExemplarRefused(**_MODEL, reason="Chưa đủ minh chứng"),
    campaigns.ExemplarWithdrawn(**_MODEL, reason="Không còn hiệu quả"),
    campaigns.PublicityPublished(
        **_PUBLISHED,
        medium=campaigns.Medium.ARTICLE,
        title="Thu hộ qua tổ tự quản",
        outlet="Tạp chí BHXH",
        published_on=date(2025, 2, 1),
        link="https://example.org/bai-1",
    ),
    campaigns.PublicityToComeDown(**_PUBLISHED, reason="Không còn hiệu quả"),
    campaigns.PublicityTakenDown(**_PUBLISHED, on=date(2025, 4, 2)),
    campaigns.ViolationReported(
        **_VIOLATED, what="Báo cáo thành tích không đúng thực tế", link="https://example.org/bai-2"
    ),
    campaigns.ViolationHandedOver(**_VIOLATED, to=campaigns.Office.INSPECTION),
    campaigns.ViolationAnswered(
        **_VIOLATED,
        office=campaigns.Office.INSPECTION,
        violated=True,
        answer="Đã hủy kết quả báo cáo sai",
        reported_by=PERSON,
    ),
    campaigns.DeadlineSet(**_DUE, before=date(2024, 11, 25), set_on=date(2024, 11, 10), under=OTHER),
    campaigns.SubDeadlineSet(**_DUE, before=date(2024, 11, 20), units=(OTHER,)),
    campaigns.DeadlineApproaching(**_DUE, before=date(2024, 11, 25), days_left=3, reminder_on=date(2024, 11, 21)),
    campaigns.DeadlinePassed(**_DUE, before=date(2024, 11, 25)),
    campaigns.DeadlineMet(**_DUE, on=date(2024, 11, 26), days_late=2, met_by=PERSON),
    campaigns.DeadlineTakenBack(**_DUE, on=date(2024, 11, 26), before=date(2024, 11, 25)),
    campaigns.DeadlineMovedFor(
        **_DUE, before=date(2024, 12, 5), previous=date(2024, 11, 25), moved_on=date(2024, 11, 20), reason="Bão lũ"
    ),
    campaigns.LatenessExcused(**_DUE, excused_by=OTHER, reason="Mất điện do bão"),
    campaigns.DeadlineClosed(**_DUE, before=date(2024, 11, 25)),
    campaigns.DeadlineReopened(**_DUE, until=date(2024, 12, 10), reason="Bổ sung hồ sơ"),
    campaigns.DocumentDrafted(
        **_WRITTEN,
        content=campaigns.Content(
            kind=DocumentKind.OFFICIAL_LETTER,
            symbol="BHXH-TĐKT",
            subject="V/v phát động đợt thi đua",
            place="Hà Nội",
            legal_bases=(_BASIS,),
            addressees=(
                campaigns.Recipient(
                    name="Bảo hiểm xã hội các tỉnh",
                    purpose=campaigns.RecipientPurpose.FOR_ACTION,
                    unit_kinds=(UnitKind.PROVINCIAL,),
                    unit_ids=(PARENT,),
                ),
            ),
            copies=(
                campaigns.Recipient(
                    name="Như trên", purpose=campaigns.RecipientPurpose.FOR_INFORMATION, as_addressed=True
                ),
            ),
            archive="VT, TĐKT",
            archive_copies=2,
            body="Các đơn vị tổ chức phát động.",
            based_on=(campaigns.BasedOn(document=_BASIS, document_id=_id(22)),),
        ),
        drafted_by=PERSON,
    ),
    campaigns.DocumentRevised(
        **_WRITTEN,
        content=campaigns.Content(kind=DocumentKind.PLAN, symbol="KH-BHXH", subject="Kế hoạch tổ chức", place="Hà Nội"),
    ),
    campaigns.DocumentChecked(**_WRITTEN),
    campaigns.PaperSigningEntered(
        **_WRITTEN,
        capacity=SigningCapacity.DEPUTY,
        signed_by=PERSON,
        signed_for=OTHER,
        happened_on=date(2024, 11, 10),
        evidence=_SCAN,
    ),
    campaigns.DocumentSigned(
        **_WRITTEN,
        capacity=SigningCapacity.DEPUTY,
        signed_by=PERSON,
        signed_for=OTHER,
        happened_on=date(2024, 11, 10),
        evidence=_SCAN,
        late_entry=True,
    ),
    campaigns.DocumentNumbered(
        **_WRITTEN, kind=DocumentKind.OFFICIAL_LETTER, number="4225/BHXH-TĐKT", dated=date(2024, 11, 10)
    ),
    campaigns.NumberTaken(
        entry_id=_id(23), unit_id=UNIT, book="official_letter", year=2024, number="4225", document_id=_id(20)
    ),
    campaigns.DocumentIssued(
        **_WRITTEN,
        **_TITLED,
        issued_on=date(2024, 11, 10),
        units=(campaigns.SentTo(unit_id=PARENT, purpose=campaigns.RecipientPurpose.FOR_ACTION),),
        outside=(campaigns.OutsideRecipient(name="Bộ Tài chính", purpose=campaigns.RecipientPurpose.FOR_REPORT),),
        based_on=(campaigns.BasedOn(document=_BASIS, document_id=_id(22)),),
    ),
    campaigns.DocumentSent(**_WRITTEN, number="4225/BHXH-TĐKT", recipients=1),
    campaigns.DocumentDispatched(
        **_WRITTEN,
        recipient="Bộ Tài chính",
        way=campaigns.DispatchWay.POST,
        reference="RA123456789VN",
        happened_on=date(2024, 11, 11),
    ),
    campaigns.DocumentCorrected(
        **_WRITTEN, **_TITLED, wrong="trước ngày 30/11", right="trước ngày 01/12", units=(PARENT,)
    ),
    campaigns.DocumentReplaced(**_WRITTEN, **_TITLED, replaced_by=_id(22), units=(PARENT,)),
    campaigns.DocumentRecalled(**_WRITTEN, **_TITLED, reason="Sai thẩm quyền", units=(PARENT,)),
    campaigns.ReceiptAwaited(
        **_RECEIPT,
        **_TITLED,
        issuer_id=PARENT,
        purpose=campaigns.RecipientPurpose.FOR_ACTION,
        issued_on=date(2024, 11, 10),
    ),
    campaigns.ReceiptEntered(**_RECEIPT, number="1032", received_on=date(2024, 11, 12), evidence=_SCAN),
    campaigns.DocumentReceived(
        **_RECEIPT, number="1032", received_on=date(2024, 11, 12), evidence=_SCAN, late_entry=True
    ),
    campaigns.ScorecardOpened(**_SCORED, targets=(_TARGET,)),
    campaigns.ResultReported(
        **_SCORED, **_FIGURE, value=Decimal("95.4"), evidence="Báo cáo tháng 12", reported_by=PERSON
    ),
    campaigns.ResultVerified(**_SCORED, **_FIGURE, value=Decimal("95.4")),
    campaigns.TargetAttained(
        **_SCORED, **_FIGURE, target=Decimal("95.20"), value=Decimal("95.4"), margin=Decimal("0.20"), early=True
    ),
    campaigns.TargetMissed(**_SCORED, **_FIGURE, target=Decimal("95.20"), value=Decimal(95), shortfall=Decimal("0.20")),
    campaigns.TargetsReplaced(**_SCORED, targets=(_TARGET,), revision=2, change=RegistrationChange.CORRECTION),
    campaigns.ResultReturned(**_SCORED, **_FIGURE, reason="Thiếu biên bản đối chiếu", returned_by=OTHER),
    campaigns.ResultCorrected(
        **_SCORED,
        **_FIGURE,
        version=2,
        value=Decimal("95.1"),
        previous=Decimal("95.4"),
        reason="Nhập sai tử số",
        corrected_by=PERSON,
        numerator=Decimal(951),
        denominator=Decimal(1000),
        denominator_of=campaigns.DenominatorOf.BASE,
        reported_on=date(2026, 1, 10),
    ),
    campaigns.ResultRecomputed(
        **_SCORED,
        **_FIGURE,
        value=Decimal("95.2"),
        previous=Decimal("95.4"),
        numerator=Decimal(952),
        denominator=Decimal(1000),
        denominator_of=campaigns.DenominatorOf.BASE,
        verified=True,
    ),
    campaigns.EvidenceAttached(**_SCORED, **_FIGURE, file=_FILE, attached_by=PERSON),
    campaigns.EvidenceBytesDeleted(
        **_SCORED, **_FIGURE, sha256=_FILE.sha256, reason="Có dữ liệu cá nhân", deleted_by=OTHER
    ),
    campaigns.ResultsFiledOnBehalf(
        **_SCORED, by_unit_id=PARENT, filed_by=PERSON, paper=_FILE, signed_on=date(2024, 12, 30)
    ),
    campaigns.AttainmentLost(
        **_SCORED,
        **_FIGURE,
        target=Decimal("95.20"),
        value=Decimal("95.1"),
        shortfall=Decimal("0.1"),
        because=campaigns.JudgedAgain.CORRECTION,
    ),
    campaigns.AttainmentRegained(
        **_SCORED,
        **_FIGURE,
        target=Decimal("95.20"),
        value=Decimal("95.3"),
        margin=Decimal("0.1"),
        early=False,
        because=campaigns.JudgedAgain.DENOMINATOR,
    ),
    campaigns.BaseFigurePublished(
        table_id=_id(21), unit_id=UNIT, **_FIGURE, figure=Decimal(1000), document=_BASIS, provisional=True
    ),
    campaigns.PlanAssigned(
        plan_id=_id(22), unit_id=UNIT, **_FIGURE, figure=Decimal(1000), document=_BASIS, since=date(2025, 1, 1)
    ),
    campaigns.PlanAdjusted(
        plan_id=_id(22),
        unit_id=UNIT,
        **_FIGURE,
        figure=Decimal(1100),
        document=_BASIS,
        since=date(2025, 7, 1),
        previous=Decimal(1000),
    ),
    campaigns.ReviewOpened(
        **_REVIEWED,
        code="12-2024-final",
        kind=campaigns.ReviewKind.FINAL,
        title="Tổng kết phong trào thi đua",
        period=_PERIOD,
        unit_kinds=(UnitKind.PROVINCIAL,),
        units=(UNIT,),
        outline=(campaigns.OutlineSection(key="I.1", title="Thuận lợi"),),
        annexes=(_ANNEX,),
        before=date(2025, 12, 28),
        opened_on=date(2025, 12, 19),
        document=_LETTER,
    ),
    campaigns.ReviewExtended(**_REVIEWED, asked_unit_id=OTHER, before=date(2025, 12, 28)),
    campaigns.ReviewConsolidated(
        **_REVIEWED,
        version=1,
        sums=(
            campaigns.AnnexSum(table="support", year=2025, column="cards", amount=Decimal(1500), reported=1, asked=2),
        ),
        used=(_USED,),
        reported=1,
        asked=2,
    ),
    campaigns.ReviewOutdated(**_REVIEWED, because=_USED),
    campaigns.ReviewClosed(**_REVIEWED),
    campaigns.ReviewReopened(**_REVIEWED, reason="Hai đơn vị bị bão"),
    campaigns.ReportOpened(
        **_REPORTED,
        to_unit_id=PARENT,
        unit_kind=UnitKind.PROVINCIAL,
        before=date(2025, 12, 28),
        opened_on=date(2025, 12, 19),
    ),
    campaigns.UnitBelowAsked(**_REPORTED, below_id=OTHER),
    campaigns.ReportsBelowAsked(**_REPORTED, before=date(2025, 12, 25), units=(OTHER,)),
    campaigns.SectionWritten(**_REPORTED, section="I.1", digest="b" * 64, characters=120),
    campaigns.AnnexFilled(**_REPORTED, row=_ANNEX_ROW),
    campaigns.ReportFileAttached(**_REPORTED, file=_FILE, title="Ảnh trao nhà"),
    campaigns.ReportFileDetached(**_REPORTED, sha256="a" * 64),
    campaigns.ShortfallExplained(**_REPORTED, number=1, indicator=INDICATOR, year=2025, cause="Mưa lũ kéo dài"),
    campaigns.RemedyPlanned(**_REPORTED, number=1, shortfall=1, what="Vận động tại xã", before=date(2026, 6, 30)),
    campaigns.RemedyChecked(
        **_REPORTED, earlier_report_id=OTHER, number=1, outcome=campaigns.RemedyOutcome.DONE, how="Đã làm ở 12 xã"
    ),
    campaigns.LessonRecorded(**_REPORTED, number=1, what="Làm sớm từ quý I"),
    campaigns.ReportSubmitted(
        **_REPORTED,
        revision=1,
        received_on=date(2025, 12, 27),
        days_late=0,
        whole=(_ANNEX_ROW,),
        submitted_by=PERSON,
    ),
    campaigns.ReportReturned(
        **_REPORTED,
        reason="Còn thiếu số liệu",
        places=(campaigns.ReturnedPlace(table="support", year=2025, column="cards", reason="Ghi rõ số thẻ"),),
        returned_by=OTHER,
    ),
    campaigns.ReportRecalled(**_REPORTED, reason="Gửi nhầm", recalled_by=PERSON),
    campaigns.ReportAccepted(**_REPORTED, revision=1, whole=(_ANNEX_ROW,), accepted_by=OTHER),
    campaigns.ReportCorrected(
        **_REPORTED, revision=2, row=_ANNEX_ROW, reason="Nhập nhầm", whole=(_ANNEX_ROW,), corrected_by=PERSON
    ),
    campaigns.ReportOutdated(**_REPORTED, because=_USED),
    campaigns.ReportUrged(
        **_REPORTED, channel=campaigns.UrgingChannel.TELEPHONE, on=date(2025, 12, 26), by_hand=True, urged_by=OTHER
    ),
    awards.NominationDrafted(**_NOMINATED, year=2025, drafted_by=PERSON),
    awards.DossierDocumentAdded(
        nomination_id=NOMINATION, document=awards.DossierDocument(kind="minutes", title="Biên bản", sha256="0" * 64)
    ),
    awards.NominationSubmitted(**_NOMINATED, attained=1, rule="merit-2025", year=2025, submitted_by=OTHER),
    awards.NominationFlagged(
        nomination_id=NOMINATION, campaign_id=CAMPAIGN, unit_id=UNIT, report_id=_id(32), review_id=_id(31), revision=2
    ),
    awards.AwardGranted(**_NOMINATED, decision_id=DECISION, decision_number="7/QĐ-BHXH"),
    awards.DecisionIssued(
        decision_id=DECISION,
        number="7/QĐ-BHXH",
        signed_on=date(2026, 1, 15),
        authority_id=PARENT,
        award="merit",
        nominations=(NOMINATION,),
        legal_bases=(_BASIS,),
    ),
    notify.NotificationRequested(
        notification_id=NOTIFICATION,
        source_event_id=_id(11),
        source_type="thidua.awards.AwardGranted.v1",
        rule="award-granted",
        person_id=PERSON,
        channels=(notify.Channel.ZALO, notify.Channel.EMAIL),
    ),
    notify.NotificationSuppressed(notification_id=NOTIFICATION, reason="no-address"),
    notify.DeliveryAttempted(**_ATTEMPT, tracking_id="0" * 32),
    notify.DeliveryAccepted(**_ATTEMPT, provider_id="zalo-1"),
    notify.DeliveryFailed(**_ATTEMPT, code="-118", permanent=True),
    notify.DeliveryOutcomeUnknown(**_ATTEMPT),
    notify.FallbackTriggered(notification_id=NOTIFICATION, failed=notify.Channel.ZALO, next=notify.Channel.EMAIL),
    notify.NotificationCompleted(notification_id=NOTIFICATION, channel=notify.Channel.EMAIL),
    notify.NotificationExhausted(notification_id=NOTIFICATION, reason="expired"),
)

EXAMPLES: Mapping[type[Event], Event] = MappingProxyType({type(each): each for each in _EXAMPLES})
"""The example of each event class."""


def example(kind: type[E], **changes: object) -> E:
    """The example of an event with some fields changed; raises KeyError for a class that has none."""
    known: Any = EXAMPLES[kind]
    return kind(**{name: getattr(known, name) for name in kind.model_fields} | changes)
