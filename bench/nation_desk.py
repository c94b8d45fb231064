"""Desks of the national data set: letters with receipts, base figures, obstacles, inspections, exemplars, deadlines."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from bench.nation_drives import DRIVES
from bench.nation_people import Place, Society
from bench.nation_story import Story
from contracts.campaigns import RecipientPurpose, SentTo, ThingKind
from contracts.registry import Role
from contracts.values import DocumentKind, Measure, SigningCapacity, UnitKind
from services.campaigns.domain.base_figure import BASE_FIGURES, PublishBaseFigures, table_id
from services.campaigns.domain.book import BOOK, TakeNumber, entry_id
from services.campaigns.domain.campaign import campaign_id
from services.campaigns.domain.document import DOCUMENT
from services.campaigns.domain.document_commands import (
    CheckDocument,
    DraftDocument,
    IssueDocument,
    NumberDocument,
    SendDocument,
    SignDocument,
    Written,
)
from services.campaigns.domain.document_state import Known
from services.campaigns.domain.exemplar import (
    EXEMPLAR,
    AcclaimExemplar,
    IdentifyExemplar,
    NurtureExemplar,
    PublicizeExemplar,
    ReplicateExemplar,
)
from services.campaigns.domain.inspection import (
    INSPECTION,
    CloseFinding,
    HoldInspection,
    PlanInspection,
    RecordFinding,
)
from services.campaigns.domain.obstacle import (
    GUIDANCE,
    OBSTACLE,
    Asked,
    IssueGuidance,
    Raise,
    RaiseObstacle,
    ResolveByGuidance,
    ResolveObstacle,
)
from services.campaigns.domain.official import UnitFigure
from services.campaigns.domain.receipt import RECEIPT, AwaitReceipt, ReceiveDocument, awaited_of
from services.campaigns.domain.receipt import Known as ReceiptKnown

_BELOW: Final = (UnitKind.PROVINCIAL, UnitKind.DISTRICT)
_SHARED: Final = 4
"""Of so many obstacles of a province in a year, one is answered together with those of others."""


class Desks:
    """What campaigns records besides drives and results, a year at a time."""

    def __init__(self, story: Story, society: Society) -> None:
        self._story, self._society = story, society
        self._provinces = society.of(UnitKind.PROVINCIAL)
        self._children = {each.id: [it for it in society.of(UnitKind.DISTRICT) if it.parent == each.id]
                          for each in self._provinces}  # fmt: skip
        self._numbers: dict[UUID, int] = {}
        self._open: list[UUID] = []

    def plan(self, year: int) -> None:
        """Put what desks do in a year into the agenda."""
        first = max(date(year, 1, 5), self._society.first_day + timedelta(days=5))
        self._story.on(first, partial(self._publish, year))
        self._story.on(first, partial(self._letter, self._society.root, [*self._society.of(*_BELOW)], year))
        for place in self._provinces:
            below = self._children[place.id]
            if below:
                self._story.on(self._story.within(first, 30), partial(self._letter, place, below, year))
            campaign = campaign_id(f"{DRIVES[0].code}-{year}")
            for _ in range(_SHARED):
                asking = self._story.random.choice([place, *below])
                self._story.on(self._story.within(date(year, 3, 1), 240), partial(self._raise, asking, campaign))
            for happening in (self._inspect, self._identify, self._identify):
                chosen = self._story.random.choice([place, *below])
                begins = self._story.within(date(year, 4, 1), 200)
                self._story.on(begins, partial(happening, chosen, campaign))
        self._story.on(date(year, 12, 1), self._guide)

    def _do(self, decider: Any, key: UUID, command: Any, day: date, by: UUID, known: Any = None) -> None:  # noqa: PLR0917
        self._story.do("campaigns", decider, key, command, day, by=by, known=known)

    def _publish(self, year: int, day: date) -> None:
        department = self._society.root.holders[Role.EMULATION_DEPARTMENT][0]
        units = self._society.of(*_BELOW)
        paper = {"number": f"{year - 2000}/TB-BHXH", "issued_on": day}
        for aim in [each for each in DRIVES[0].aims if each.measure is Measure.SHARE]:
            figures = [UnitFigure(unit_id=each.id, figure=Decimal(self._story.random.randrange(20_000, 900_000)))
                       for each in units]  # fmt: skip
            asked = PublishBaseFigures.model_validate(
                {"indicator": aim.indicator, "year": year, "document": paper, "figures": figures}
            )
            known = frozenset(each.id for each in units)
            self._do(BASE_FIGURES, table_id(aim.indicator, year), asked, day, department, known)

    def _letter(self, issuer: Place, to: Sequence[Place], year: int, day: date) -> None:
        if issuer is self._society.root:
            writer, checker = issuer.holders[Role.EMULATION_DEPARTMENT][:2]
            signer = issuer.holders[Role.DIRECTOR_GENERAL][0]
        else:
            writer, checker = issuer.holders[Role.OFFICER][:2]
            signer = issuer.head
        key = self._story.id()
        number = str(self._numbers.setdefault(issuer.id, 0) + 1)
        self._numbers[issuer.id] += 1
        said = Written.model_validate({
            "kind": DocumentKind.PLAN, "symbol": "KH-BHXH", "subject": f"Kế hoạch thi đua {year}: {issuer.row.name}",
            "place": "Hà Nội", "addressees": [{"name": "Các đơn vị", "purpose": "for_action", "unit_kinds": _BELOW}],
            "body": "Các đơn vị tổ chức thực hiện và báo cáo kết quả.",
        })  # fmt: skip
        signing = Known(today=day, own={SigningCapacity.DIRECT: None})
        sent = Known(today=day, units=tuple(SentTo(unit_id=it.id, purpose=RecipientPurpose.FOR_ACTION) for it in to))
        self._do(DOCUMENT, key, DraftDocument(document_id=key, unit_id=issuer.id, content=said), day, writer, Known())
        self._do(DOCUMENT, key, CheckDocument(), day, checker, Known())
        self._do(DOCUMENT, key, SignDocument(capacity=SigningCapacity.DIRECT), day, signer, signing)
        self._do(DOCUMENT, key, NumberDocument(number=number, dated=day), day, checker, Known(today=day))
        taken = TakeNumber(unit_id=issuer.id, book="plan", year=day.year, number=number, document_id=key)
        self._do(BOOK, entry_id(issuer.id, "plan", day.year, number), taken, day, checker)
        self._do(DOCUMENT, key, IssueDocument(), day, checker, sent)
        self._do(DOCUMENT, key, SendDocument(), day, checker, Known())
        issued = self._story.state(DOCUMENT, key).issued
        for awaited, place in zip(awaited_of(issued), to, strict=True):
            self._do(RECEIPT, awaited.receipt_id, AwaitReceipt(awaited=awaited), day, checker, ReceiptKnown())
            if self._story.happens(0.97):
                self._story.on(
                    self._story.within(day + timedelta(days=1), 12), partial(self._receive, awaited.receipt_id, place)
                )
        self._story.close(DOCUMENT, key)

    def _receive(self, receipt: UUID, place: Place, day: date) -> None:
        number = str(self._story.random.randrange(1, 900_000))
        asked = ReceiveDocument(number=number, received_on=day)
        self._do(RECEIPT, receipt, asked, day, place.officer, ReceiptKnown(today=day))
        self._story.close(RECEIPT, receipt)

    def _raise(self, place: Place, campaign: UUID, day: date) -> None:
        key = self._story.id()
        asked = RaiseObstacle(
            unit_id=place.id, campaign_id=campaign, thing_kind=ThingKind.CAMPAIGN, thing_id=campaign,
            question="Đơn vị chưa có số liệu dân số của xã mới sáp nhập; đề nghị hướng dẫn cách tính tỷ lệ bao phủ.",
        )  # fmt: skip
        self._do(OBSTACLE, key, asked, day, place.officer, Raise(key))
        if self._story.happens(1 / _SHARED):
            self._open.append(key)
        elif self._story.happens(0.9):
            self._story.on(self._story.within(day + timedelta(days=2), 20), partial(self._answer, key))

    def _answer(self, key: UUID, day: date) -> None:
        by = self._society.root.holders[Role.EMULATION_DEPARTMENT][0]
        self._do(OBSTACLE, key, ResolveObstacle(answer="Đơn vị dùng số liệu đã công bố đầu năm."), day, by)
        self._story.close(OBSTACLE, key)

    def _guide(self, day: date) -> None:
        """All that was left open in the year, as far as one letter answers: 200 questions."""
        by, answer = self._society.root.holders[Role.EMULATION_DEPARTMENT][0], "Dùng số liệu đã công bố đầu năm."
        some, self._open = self._open[:200], []
        if not some:
            return
        key = self._story.id()
        raised = tuple(self._story.state(OBSTACLE, each).raised for each in some)
        self._do(GUIDANCE, key, IssueGuidance(obstacles=tuple(some), answer=answer), day, by, Asked(key, raised))
        for each in some:
            self._do(OBSTACLE, each, ResolveByGuidance(guidance_id=key, answer=answer), day, by)
            self._story.close(OBSTACLE, each)

    def _inspect(self, place: Place, campaign: UUID, day: date) -> None:
        key, by = self._story.id(), self._society.root.holders[Role.EMULATION_DEPARTMENT][1]
        planned = PlanInspection(
            unit_id=place.id, campaign_id=campaign, subject="Việc tổ chức phong trào thi đua", planned_on=day
        )
        self._do(INSPECTION, key, planned, day, by, key)
        if not self._story.happens(0.9):
            return
        self._do(INSPECTION, key, HoldInspection(held_on=day), day, by)
        self._do(INSPECTION, key, RecordFinding(what="Chưa lưu đủ minh chứng của quý trước."), day, by)
        self._do(INSPECTION, key, RecordFinding(what="Chưa phổ biến kế hoạch tới tổ nghiệp vụ."), day, by)
        self._do(INSPECTION, key, CloseFinding(finding=1, how="Đã bổ sung minh chứng."), day, by)

    def _identify(self, place: Place, campaign: UUID, day: date) -> None:
        key, title = self._story.id(), f"Tuyên truyền tại {place.row.name}"
        evidence = (sha256(key.bytes).hexdigest(),)
        asked = IdentifyExemplar(
            unit_id=place.id, campaign_id=campaign, title=title, merit="Vận động tới từng hộ.", evidence=evidence
        )
        self._do(EXEMPLAR, key, asked, day, place.officer, key)
        if not self._story.happens(0.8):
            return
        self._do(EXEMPLAR, key, AcclaimExemplar(held_on=day, present=20, votes_for=18), day, place.head)
        self._do(EXEMPLAR, key, NurtureExemplar(measure="Cử người hướng dẫn."), day, place.head)
        other = self._story.random.choice([each for each in self._provinces if each is not place])
        made = PublicizeExemplar(outlet="Tạp chí của ngành", published_on=day, link="https://example.invalid/bai")
        self._do(EXEMPLAR, key, made, day, place.officer)
        self._do(EXEMPLAR, key, ReplicateExemplar(in_unit_id=other.id, since=day), day, other.head)
