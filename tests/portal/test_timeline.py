"""What happened to a unit is told in sentences, newest first, to whom it may be told."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal
from typing import get_args
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from chassis.testing import project_all
from contracts import CATALOGUE
from contracts.awards import (
    AwardGranted,
    DossierDocumentAdded,
    NominationDrafted,
    NominationFlagged,
    NominationSubmitted,
)
from contracts.campaigns import (
    AttainmentLost,
    AttainmentRegained,
    CampaignLaunched,
    EvidenceAttached,
    EvidenceBytesDeleted,
    ResultCorrected,
    ResultRecomputed,
    ResultReported,
    ResultReturned,
    ResultsFiledOnBehalf,
    ResultVerified,
    ScorecardOpened,
    TargetAttained,
    TargetMissed,
    TargetsReplaced,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import (
    DutiesTakenOver,
    EstablishmentAssigned,
    HeadcountCorrected,
    HeadcountReported,
    RegistrationConfirmed,
    RegistrationEvent,
    RegistrationOpened,
    RegistrationReopened,
    RegistrationSubmitted,
    Role,
    RoleGranted,
    TargetRegistered,
    TargetRevised,
    UnitChangeWithdrawn,
    UnitDissolved,
    UnitEstablished,
    UnitJoinedBloc,
    UnitLeftBloc,
    UnitMerged,
    UnitMoved,
    UnitNameCorrected,
    UnitRenamed,
    UnitSplit,
)
from contracts.values import Direction, Goal, Period, RegistrationChange, Target, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.units.rows import TIMELINE, FactRow
from services.portal.pages.units.said import Names, Sentence, tell
from services.portal.pages.units.unit_facts import Seen
from services.portal.shell.words import LANGUAGES, say, words
from tests.served import Served, served

ROOT, OWN, BELOW, OTHER, CAMPAIGN, THING = (UUID(int=number) for number in range(21, 27))
INDICATOR, NAME = "late_payment_rate", "Tỷ lệ chậm đóng"
SINCE = date(2024, 1, 1)
PLACE = {"campaign_id": CAMPAIGN, "indicator": INDICATOR, "year": 2024}
GOAL = Goal(indicator=INDICATOR, name=NAME, year=2024, direction=Direction.BELOW, value=Decimal(3))
LAUNCH = example(
    CampaignLaunched,
    campaign_id=CAMPAIGN,
    code="dot-1",
    period=Period(start=SINCE, end=date(2025, 12, 31)),
    goals=(GOAL,),
)


def established(unit: UUID, code: str, kind: UnitKind, parent: UUID | None) -> UnitEstablished:
    return UnitEstablished(
        unit_id=unit, code=code, name=f"Bảo hiểm xã hội {code}", kind=kind, parent_id=parent, established_on=SINCE
    )


UNITS = [
    established(ROOT, "VSS", UnitKind.NATIONAL, None),
    established(OWN, "P01", UnitKind.PROVINCIAL, ROOT),
    established(BELOW, "P01-D1", UnitKind.DISTRICT, OWN),
    established(OTHER, "P02", UnitKind.PROVINCIAL, ROOT),
]


_TOLD_ABOVE = (RegistrationOpened, TargetRegistered, TargetRevised, RegistrationSubmitted, RegistrationConfirmed)


def life(unit: UUID, figure: str) -> list[Event]:
    """All that may happen to a unit; what is not for everybody says the figure."""
    place = {**PLACE, "unit_id": unit}
    registration, card, nomination = ({f"{name}_id": THING} for name in ("registration", "scorecard", "nomination"))
    award = {"campaign_id": CAMPAIGN, "unit_id": unit, "award": f"award_{figure}".replace(".", "_")}
    target = Target(indicator=INDICATOR, year=2024, value=Decimal("2.5"), direction=Direction.BELOW)
    judged = {**place, **card, "target": Decimal("2.5"), "value": Decimal("2.4")}
    return [
        UnitNameCorrected(unit_id=unit, name="Tên đúng", previous="Tên sai"),
        example(RegistrationOpened, **registration, campaign_id=CAMPAIGN, unit_id=unit, submit_before=None),
        example(
            RegistrationOpened, **registration, campaign_id=CAMPAIGN, unit_id=unit, submit_before=date(2024, 12, 1)
        ),
        TargetRegistered.model_validate({**place, **registration, "value": figure}),
        TargetRevised.model_validate({**place, **registration, "value": "2.5", "previous": figure}),
        example(RegistrationSubmitted, **registration, campaign_id=CAMPAIGN, unit_id=unit, late=False),
        example(RegistrationSubmitted, **registration, campaign_id=CAMPAIGN, unit_id=unit, late=True),
        RegistrationConfirmed(registration_id=THING, campaign_id=CAMPAIGN, unit_id=unit, targets=(target,)),
        *(
            example(kind, **registration, campaign_id=CAMPAIGN, unit_id=unit)
            for kind in get_args(RegistrationEvent)
            if kind not in _TOLD_ABOVE
        ),
        example(RegistrationReopened, **registration, campaign_id=CAMPAIGN, unit_id=unit,
                change=RegistrationChange.ADJUSTMENT),
        example(ScorecardOpened, **card, campaign_id=CAMPAIGN, unit_id=unit, targets=(target,)),
        ResultReported.model_validate({**place, **card, "value": figure, "evidence": "Báo cáo mật"}),
        ResultVerified.model_validate({**place, **card, "value": "2.4"}),
        TargetAttained.model_validate({**judged, "margin": "0.1", "early": False}),
        TargetAttained.model_validate({**judged, "margin": "0.1", "early": True}),
        TargetMissed.model_validate({**judged, "shortfall": "0.2"}),
        example(EvidenceAttached, **card, **place),
        example(EvidenceBytesDeleted, **card, **place),
        example(TargetsReplaced, **card, campaign_id=CAMPAIGN, unit_id=unit),
        example(ResultReturned, **card, **place),
        example(ResultsFiledOnBehalf, **card, campaign_id=CAMPAIGN, unit_id=unit),
        example(ResultCorrected, **card, **place, value=Decimal(figure)),
        example(ResultRecomputed, **card, **place, value=Decimal(figure)),
        AttainmentLost.model_validate({**judged, "shortfall": "0.3", "because": "correction"}),
        AttainmentRegained.model_validate({**judged, "margin": "0.3", "early": False, "because": "correction"}),
        example(NominationDrafted, **nomination, **award),
        example(NominationFlagged, **nomination, campaign_id=CAMPAIGN, unit_id=unit),
        example(DossierDocumentAdded, **nomination),
        example(NominationSubmitted, **nomination, **award),
        AwardGranted(
            **nomination, campaign_id=CAMPAIGN, unit_id=unit, decision_id=THING, decision_number="9/QĐ-BHXH",
            award="merit_letter",
        ),
    ]  # fmt: skip


def changes(unit: UUID) -> list[Event]:
    """All that may become of a unit."""
    about = {"unit_id": unit}
    return [
        example(UnitRenamed, **about),
        example(UnitMoved, **about, parent_id=ROOT, previous_id=OTHER),
        example(UnitMerged, **about, successor_id=OTHER),
        example(UnitSplit, **about, successor_ids=(OTHER, BELOW)),
        example(UnitDissolved, **about),
        example(DutiesTakenOver, **about, to_id=OTHER),
        example(UnitJoinedBloc, **about, bloc_id=OTHER),
        example(UnitLeftBloc, **about, bloc_id=OTHER),
        example(UnitChangeWithdrawn, **about),
        example(HeadcountReported, **about),
        example(HeadcountCorrected, **about),
        example(EstablishmentAssigned, **about),
    ]


def text(language: str, sentence: Sentence) -> str:
    return say(language, f"units.said.{sentence.kind}", **sentence.fields)


def facts(*events: Event) -> list[FactRow]:
    rows = project_all(TIMELINE, *events)[FactRow.table.name].items()
    return [FactRow.model_validate({"event_id": key[0], **row}) for key, row in rows]


def test_every_kind_of_fact_has_its_sentence_and_every_sentence_its_fact() -> None:
    found = facts(*UNITS[:2], *life(OWN, "1.5"), *changes(OWN))
    units = {str(ROOT): "Toàn quốc", str(OTHER): "Ban Tổ chức cán bộ", str(OWN): "Vụ Một", str(BELOW): "Văn phòng"}
    names = Names(units, {str(CAMPAIGN): "dot-1"}, {INDICATOR: NAME}, {"merit_letter": "Giấy khen"})
    kinds = {name.removeprefix("units.said.") for name in words("vi") if name.startswith("units.said.")}
    assert {fact.kind for fact in found} == kinds
    for language in LANGUAGES:
        texts = [text(language, tell(fact, names, own=True)) for fact in found]
        assert len(set(texts)) == len(texts)
        assert not any("{" in each or "None" in each for each in texts)
    said = {fact.kind: tell(fact, names, own=True) for fact in found}
    assert text("vi", said["target_revised"]) == "Sửa đăng ký Tỷ lệ chậm đóng, năm 2024: từ 1,5 % thành 2,5 %."
    [pledged] = said["registration_confirmed"].pledged
    assert say("vi", "units.pledged", **pledged) == "Tỷ lệ chậm đóng, năm 2024: 2,5 %"
    assert text("vi", said["award_granted"]) == "Được khen thưởng: Giấy khen, Quyết định số 9/QĐ-BHXH."
    assert text("vi", said["established_below"]) == "Thành lập với tên “Bảo hiểm xã hội P01”, trực thuộc Toàn quốc."
    paper = "theo 391/QĐ-BTC ngày 26/02/2025 của Bộ Tài chính."
    assert text("vi", said["taken_over"]) == f"Ban Tổ chức cán bộ tiếp nhận nhiệm vụ, {paper}"
    assert text("vi", said["takes_over"]) == f"Tiếp nhận nhiệm vụ của Vụ Một, {paper}"
    assert text("vi", said["split"]) == f"Chia tách thành Ban Tổ chức cán bộ, Văn phòng, {paper}"
    assert (said["dissolved"].on, said["takes_over"].on) == (date(2025, 3, 1), date(2025, 3, 1))
    corrected = "Đính chính số lao động ngày 31/12/2024: từ 0 thành 240 người. Lý do: Nhập thiếu"
    assert text("vi", said["headcount_corrected"]) == corrected
    assert (said["headcount_reported"].on, said["establishment_assigned"].on) == (
        date(2024, 12, 31),
        date(2025, 1, 1),
    )
    paths = {kind: each.path.split("/")[1:2] for kind, each in said.items()}
    assert paths["missed"] == paths["result_verified"] == ["results"]
    assert paths["target_registered"] == paths["registration_due"] == ["registrations"]
    assert (paths["nomination_drafted"], paths["award_granted"]) == (["nominations"], ["decisions"])
    assert {tell(fact, names, own=False).path for fact in found} == {"", f"/decisions/{THING}"}


def test_what_is_for_everybody_and_what_is_not() -> None:
    seen = {fact.kind: fact.seen for fact in facts(*UNITS[:2], *life(OWN, "1.5"))}
    assert {kind for kind, who in seen.items() if who is Seen.PUBLIC} == {
        "established", "established_below", "name_corrected", "registration_confirmed", "result_verified", "attained",
        "attained_early", "missed", "attainment_lost", "attainment_regained", "award_granted",
    }  # fmt: skip
    assert {kind for kind, who in seen.items() if who is Seen.NOMINATIONS} == {
        "nomination_drafted", "nomination_submitted", "nomination_flagged",
    }  # fmt: skip


def test_every_fact_that_the_timeline_reads_is_one_that_a_unit_has() -> None:
    read = {each.type_name() for each in CATALOGUE.values() if TIMELINE.reads.reads_type(each.type_name())}
    assert read == {event.type_name() for event in [*UNITS, *life(OWN, "1.5"), *changes(OWN)]}


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing four units with a life each; one person for each of several roles in each place."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PORTAL_SERVICES", "{}")
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(LAUNCH, *UNITS)
        for unit, figure in ((OWN, "1.5"), (BELOW, "1.6"), (OTHER, "1.7")):
            await service.feed(*life(unit, figure))
        for (role, unit), person in PEOPLE.items():
            await service.feed(RoleGranted(person_id=person, role=role, unit_id=unit, since=SINCE))
        await asyncio.sleep(2.1)  # what a person holds is remembered for 2 s
        yield service
    patch.undo()


PEOPLE: dict[tuple[Role, UUID], UUID] = {
    (role, unit): uuid4()
    for role in (Role.OFFICER, Role.COMMUNICATIONS, Role.EMULATION_DEPARTMENT)
    for unit in (ROOT, OWN, BELOW, OTHER)
}


async def read(portal: Served, person: UUID, *paths: str) -> list[httpx.Response]:
    """Pages as a person's browser gets them."""
    async with httpx.AsyncClient(base_url=portal.client.base_url, timeout=30) as browser:
        begun = await browser.get("/sign-in")
        chosen = await portal.issuer.get(f"{begun.headers['location']}&sub={person}")
        back = urlsplit(chosen.headers["location"])
        assert (await browser.get(f"{back.path}?{back.query}")).status_code == 303
        return [await browser.get(path) for path in paths]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMUNICATIONS])
async def test_what_is_not_public_shows_to_the_unit_and_those_above_it_alone(portal: Served, role: Role) -> None:
    shown: dict[UUID, Sequence[UUID]] = {ROOT: (OWN, BELOW, OTHER), OWN: (OWN, BELOW), BELOW: (BELOW,), OTHER: (OTHER,)}
    canaries = {OWN: "1,5", BELOW: "1,6", OTHER: "1,7"}
    for place, seen in shown.items():
        pages = await read(portal, PEOPLE[role, place], *(f"/units/{unit}" for unit in canaries))
        for (unit, canary), page in zip(canaries.items(), pages, strict=True):
            assert page.status_code == 200
            assert "Tên được sửa cho đúng" in page.text
            assert (f"{canary} %" in page.text) == (unit in seen), (place, unit)
            drafted = f"award_{canary.replace(',', '_')}" in page.text
            assert drafted == (unit in seen and role is Role.OFFICER), (place, unit)
            assert "Báo cáo mật" not in page.text
            assert (f"/registrations/{THING}" in page.text) == (unit in seen)


async def test_the_newest_comes_first_page_by_page(portal: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    person = PEOPLE[Role.OFFICER, OWN]
    [whole] = await read(portal, person, f"/units/{OWN}")
    monkeypatch.setattr("services.portal.pages.units.page._FACTS", 5)
    rows: list[str] = []
    path = f"/units/{OWN}"
    for _ in range(10):
        [page] = await read(portal, person, path)
        rows += [each.split("</time>")[0] for each in page.text.split("<time ")[1:]]
        if "?after=" not in page.text:
            break
        path = f"/units/{OWN}?after={page.text.split('?after=')[1][:36]}"
    assert len(rows) == whole.text.count("<time ") == len(facts(*life(OWN, "1.5"))) + 1
    days = [each.split('"')[1] for each in rows]
    assert days == sorted(days, reverse=True)


async def test_an_unknown_unit_is_not_there_and_a_foreign_place_in_the_timeline_leads_nowhere(portal: Served) -> None:
    foreign = await portal.platform.pool.fetchval("select event_id from timeline where unit_id = $1", OTHER)
    pages = await read(
        portal, PEOPLE[Role.OFFICER, OWN], f"/units/{uuid4()}", "/units/x", f"/units/{OWN}?after={foreign}"
    )
    assert [page.status_code for page in pages] == [404, 404, 200]
    assert "<time " not in pages[2].text


async def test_the_tree_of_the_whole_country_is_small(portal: Served) -> None:
    more = [
        established(UUID(int=1000 + number), f"P{10 + number // 12}-D{number}", UnitKind.DISTRICT, OWN)
        for number in range(850)
    ]
    await portal.feed(*more)
    tree, districts = await read(portal, PEOPLE[Role.OFFICER, BELOW], "/units", "/units?kind=district")
    for page in (tree, districts):
        assert page.status_code == 200
        assert page.text.count('href="/units/') >= 850
        assert len(gzip.compress(page.content)) < 60_000
    assert tree.text.index("P01-D1") < tree.text.index("P10-D0")
    assert 'href="/units/import"' not in tree.text
