"""Search over documents and exemplars: by number, subject, issuer; ranked; and never out of another unit."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest

from contracts.campaigns import (
    BasedOn,
    Content,
    DocumentDrafted,
    DocumentIssued,
    DocumentRevised,
    ExemplarIdentified,
    ExemplarWithdrawn,
    ReceiptAwaited,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import Role, RoleGranted, UnitEstablished
from contracts.values import Document, DocumentKind, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.search.own import own
from services.portal.pages.search.queries import Found, Sought, looking
from tests.served import Served, served

SINCE: Final = date(2024, 1, 1)
ROOT, NORTH, SOUTH = (UUID(int=number) for number in range(1, 4))
OFFICER, LEADER = uuid4(), uuid4()
LETTER, NOISY, FOREIGN, DRAFT, CAME, FOREIGN_CAME, MODEL, FOREIGN_MODEL = (UUID(int=100 + n) for n in range(8))
PLAN = Document(number="391/QĐ-BTC", issued_on=SINCE, title="Quyết định tổ chức lại")


def content(subject: str, *cited: Document) -> Content:
    return Content(
        kind=DocumentKind.OFFICIAL_LETTER, symbol="BHXH-TĐKT", subject=subject, place="Hà Nội",
        based_on=tuple(BasedOn(document=each) for each in cited),
    )  # fmt: skip


def facts() -> list[Event]:
    units = ((ROOT, "VSS", "Bảo hiểm xã hội Việt Nam"), (NORTH, "P01", "Bảo hiểm xã hội tỉnh Hà Giang"),
             (SOUTH, "P02", "Bảo hiểm xã hội tỉnh Đồng Nai"))  # fmt: skip
    papers = (
        (LETTER, NORTH, "V/v cổ vũ đoàn viên Đông Hà", "77/BHXH-TĐKT"),
        (NOISY, NORTH, "V/v cò vũ đoàn viên", "78/BHXH-TĐKT"),
        (FOREIGN, SOUTH, "V/v cổ vũ đoàn viên Đông Hà", "77/BHXH-ĐN"),
    )
    found: list[Event] = [
        UnitEstablished(
            unit_id=key, code=code, name=name, established_on=SINCE, parent_id=None if key == ROOT else ROOT,
            kind=UnitKind.NATIONAL if key == ROOT else UnitKind.PROVINCIAL,
        )
        for key, code, name in units
    ]  # fmt: skip
    for key, unit, subject, number in papers:
        about: dict[str, Any] = {"document_id": key, "unit_id": unit}
        found.append(DocumentDrafted(**about, content=content("Dự thảo đầu")))
        found.append(DocumentRevised(**about, content=content(subject, PLAN)))
        found.append(example(DocumentIssued, **about, number=number, subject=subject))
    found.append(DocumentDrafted(document_id=DRAFT, unit_id=NORTH, content=content("V/v báo cáo quý")))
    for receipt, unit, issuer in ((CAME, NORTH, ROOT), (FOREIGN_CAME, SOUTH, ROOT)):
        sent: dict[str, Any] = {"receipt_id": receipt, "document_id": uuid4(), "unit_id": unit, "issuer_id": issuer}
        found.append(
            example(ReceiptAwaited, **sent, number="4225/BHXH-TĐKT", subject="V/v phát động đợt thi đua đặc biệt")
        )
    for model, unit in ((MODEL, NORTH), (FOREIGN_MODEL, SOUTH)):
        said = {"title": "Tổ tự quản thu hộ", "merit": "Ba trăm người tham gia mới", "evidence": ()}
        found.append(example(ExemplarIdentified, exemplar_id=model, unit_id=unit, **said))
    return found


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing papers and exemplars of two provinces."""
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(
            *facts(),
            RoleGranted(person_id=OFFICER, role=Role.OFFICER, unit_id=NORTH, since=SINCE),
            RoleGranted(person_id=LEADER, role=Role.DIRECTOR_GENERAL, unit_id=ROOT, since=SINCE),
        )
        yield service


async def found(
    portal: Served, sought: str, kind: str, *units: UUID, after: int = 0, most: int = 50, misspelt: bool = True
) -> list[Found]:
    async with looking(portal.platform.pool) as session:
        return await own(session, Sought(sought), kind, units, after, most, misspelt=misspelt)


async def ids(portal: Served, sought: str, kind: str, *units: UUID) -> list[UUID]:
    return [each.id for each in await found(portal, sought, kind, *units)]


@pytest.mark.requirement("M-4")
@pytest.mark.parametrize(
    ("sought", "first"),
    [
        ("77/BHXH-TĐKT", LETTER), ("77/bhxh-tdkt", LETTER),
        ("cổ vũ đoàn viên", LETTER), ("cò vũ đoàn viên", NOISY), ("co vu doan vien dong ha", LETTER),
        ("ĐÔNG HÀ", LETTER), ("đồng hà", LETTER), (normalize("NFD", "Đông Hà"), LETTER),
        ("cổ vũ đông Hà Giang", LETTER), ("báo cáo quý P01", DRAFT),
    ],
)  # fmt: skip
async def test_a_document_is_found_by_number_subject_and_issuer_however_it_is_typed(
    portal: Served, sought: str, first: UUID
) -> None:
    assert (await ids(portal, sought, "document", NORTH))[0] == first


@pytest.mark.requirement("M-4")
async def test_the_same_marks_come_first_and_what_is_near_last(portal: Served) -> None:
    assert (await ids(portal, "cổ vũ", "document", NORTH)) == [LETTER, NOISY]
    assert (await ids(portal, "cò vũ", "document", NORTH)) == [NOISY, LETTER]
    near = await found(portal, "đoàn vjên", "document", NORTH)
    assert {each.id for each in near} == {LETTER, NOISY}
    assert all(each.near for each in near)
    assert await ids(portal, "79/BHXH-TĐKT", "document", NORTH) == []  # nothing is near to another number
    assert await found(portal, "đoàn vjên", "document", NORTH, misspelt=False) == []


async def test_what_rests_on_a_paper_is_found_by_it_and_a_draft_no_longer_by_what_it_said(portal: Served) -> None:
    assert set(await ids(portal, "391/qd-btc", "document", NORTH)) == {LETTER, NOISY}
    assert await ids(portal, "dự thảo đầu", "document", ROOT) == []


@pytest.mark.requirement("M-4")
async def test_what_came_in_is_found_by_its_issuer_and_an_exemplar_by_what_it_does(portal: Served) -> None:
    for sought in ("4225", "phat dong dot thi dua", "Bảo hiểm xã hội Việt Nam 4225"):
        assert await ids(portal, sought, "incoming", NORTH) == [CAME], sought
    for sought in ("tổ tự quán", "ba tram nguoi", "thu hộ Hà Giang"):
        assert await ids(portal, sought, "exemplar", NORTH) == [MODEL], sought
    assert [each.status for each in await found(portal, "tự quản", "exemplar", NORTH)] == ["identified"]
    await portal.feed(example(ExemplarWithdrawn, exemplar_id=MODEL, unit_id=NORTH))
    assert [each.status for each in await found(portal, "tự quản", "exemplar", NORTH)] == ["withdrawn"]


@pytest.mark.requirement("M-4")
@pytest.mark.parametrize(
    ("kind", "sought", "mine", "foreign"),
    [
        ("document", "cổ vũ đoàn viên đông hà", LETTER, FOREIGN), ("document", "77", LETTER, FOREIGN),
        ("incoming", "4225", CAME, FOREIGN_CAME), ("exemplar", "tổ tự quản", MODEL, FOREIGN_MODEL),
        ("exemplar", "tự quảm thu hộ", MODEL, FOREIGN_MODEL), ("exemplar", "bảo hiểm xã hội", MODEL, FOREIGN_MODEL),
    ],
)  # fmt: skip
async def test_a_foreign_units_thing_is_neither_found_nor_counted(
    portal: Served, kind: str, sought: str, mine: UUID, foreign: UUID
) -> None:
    """The canary: by number, by words, by what is near and by the issuer's name."""
    for units, seen in (((), set()), ((NORTH,), {mine}), ((SOUTH,), {foreign}), ((ROOT,), {mine, foreign})):
        hits = await found(portal, sought, kind, *units)
        assert {each.id for each in hits} & {mine, foreign} == seen, units
        assert {each.total for each in hits} == ({len(hits)} if hits else set())
        assert (
            not {FOREIGN, FOREIGN_CAME, FOREIGN_MODEL} & {each.id for each in hits} or SOUTH in units or ROOT in units
        )


async def look(portal: Served, person: UUID, query: str) -> str:
    portal.client.cookies.clear()
    begun = await portal.client.get("/sign-in")
    chosen = await portal.issuer.get(f"{begun.headers['location']}&sub={person}")
    back = urlsplit(chosen.headers["location"])
    await portal.client.get(f"{back.path}?{back.query}")
    answer = await portal.client.get(f"/search?{query}")
    assert answer.status_code == 200, answer.text
    return answer.text.split("<main")[1]


def links(page: str, kind: str) -> set[UUID]:
    return {UUID(each) for each in re.findall(rf'href="/{kind}/([0-9a-f-]{{36}})"', page)}


@pytest.mark.parametrize(
    ("query", "page", "mine", "foreign"),
    [
        ("q=77", "documents", LETTER, FOREIGN), ("q=4225", "incoming", CAME, FOREIGN_CAME),
        ("q=to+tu+quan&kind=exemplar", "exemplars", MODEL, FOREIGN_MODEL),
    ],
)  # fmt: skip
async def test_the_page_shows_each_where_its_own_list_would(
    portal: Served, query: str, page: str, mine: UUID, foreign: UUID
) -> None:
    assert links(await look(portal, OFFICER, query), page) == {mine}
    assert links(await look(portal, LEADER, query), page) == {mine, foreign}


async def test_lists_of_one_kind_go_on(portal: Served) -> None:
    first = await found(portal, "doan vien", "document", ROOT, most=2)
    rest = await found(portal, "doan vien", "document", ROOT, after=2)
    assert ([each.total for each in first], len(rest)) == ([3, 3], 1)
    assert {each.id for each in (*first, *rest)} == {LETTER, NOISY, FOREIGN}


async def test_units_in_doubt_are_closed(portal: Served) -> None:
    pool = portal.platform.pool
    await pool.execute("insert into organisation_doubts (stream, type) values ($1, 'x')", f"unit-{NORTH}")
    try:
        assert await ids(portal, "77", "document", ROOT) == [FOREIGN]
        assert await ids(portal, "77", "document", NORTH) == []
    finally:
        await pool.execute("delete from organisation_doubts")
