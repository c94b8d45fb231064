"""Search, over real sockets and on a real PostgreSQL: what is found, how it is ranked and marked, and for whom."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Final
from unicodedata import normalize
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from markupsafe import Markup

from chassis.facts.folding import LONGEST, folded
from contracts.awards import AwardGranted, DecisionIssued, NominationDrafted, NominationSubmitted
from contracts.campaigns import CampaignLaunched
from contracts.examples import example
from contracts.registry import Role, RoleGranted, UnitEstablished, UnitNameCorrected
from contracts.values import Document, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.search.marks import with_marks
from services.portal.pages.search.nominations import nominations
from services.portal.pages.search.queries import MOST_WORDS, Found, Sought, looking, near, things
from tests.served import Served, served

SINCE: Final = date(2024, 1, 1)
ROOT, NORTH, WARD, SOUTH = (UUID(int=number) for number in range(1, 5))
UNITS: Final = {
    ROOT: ("VSS", "Bảo hiểm xã hội Việt Nam", None),
    NORTH: ("P01", "Bảo hiểm xã hội tỉnh Hà Giang", ROOT),
    WARD: ("D01", "Bảo hiểm xã hội huyện Đồng Văn", NORTH),
    SOUTH: ("P02", "Bảo hiểm xã hội tỉnh Đồng Nai", ROOT),
}
LEADER, OFFICER, COMMUNICATOR, NOBODY = (uuid4() for _ in range(4))
MINE, FOREIGN, DECISION = uuid4(), uuid4(), uuid4()
THEMES: Final = (
    "Thi đua chuyển đổi số",
    "Đợt thi đua của công chức, viên chức",
    "Phong trào cổ vũ người tham gia",
    "Phối, kết hợp các cấp",
    "Thực hiện mức ấn định",
    "Khối thi đua miền núi",
    "Hướng dẫn HD-BTĐKT",
    "Đợt thi đua của công chúa, viên chức ngành y",
    "Giảm 100% nợ_đọng 'bảo hiểm'",
)
CAMPAIGNS: Final = {theme: UUID(int=100 + number) for number, theme in enumerate(THEMES)}
AWARDS: Final = {"merit_certificate_dg": "Bằng khen của Tổng Giám đốc", "merit_letter": "Giấy khen"}


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing four units, some drives, two nominations and a decision."""
    drive = next(iter(CAMPAIGNS.values()))
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        await service.feed(
            *(
                UnitEstablished(
                    unit_id=key, code=code, name=name, kind=UnitKind.DISTRICT, parent_id=above, established_on=SINCE
                )
                for key, (code, name, above) in UNITS.items()
            ),
            UnitNameCorrected(unit_id=SOUTH, name="Bảo hiểm xã hội thành phố Đồng Nai", previous="x"),
            *(
                example(
                    CampaignLaunched, campaign_id=key, code=f"drive-{key.int}", theme=theme, legal_bases=(),
                    linked_campaigns=(), goals=(),
                    document=Document(number=f"{key.int}/BHXH-TĐKT", issued_on=SINCE, title="Thư phát hành"),
                )
                for theme, key in CAMPAIGNS.items()
            ),
            NominationDrafted(nomination_id=MINE, unit_id=WARD, year=2024, campaign_id=drive, award="merit_letter"),
            NominationDrafted(nomination_id=FOREIGN, unit_id=SOUTH, year=2025, campaign_id=drive, award="merit_letter"),
            example(NominationSubmitted, nomination_id=FOREIGN, unit_id=SOUTH),
            DecisionIssued(
                decision_id=DECISION, number="123/QĐ-BHXH", signed_on=SINCE, authority_id=ROOT, award="merit_letter",
                nominations=(MINE,), legal_bases=(Document(number="152/2025/NĐ-CP", issued_on=SINCE),),
            ),
            *(
                RoleGranted(person_id=person, role=role, unit_id=unit, since=SINCE)
                for person, role, unit in (
                    (LEADER, Role.DIRECTOR_GENERAL, ROOT), (OFFICER, Role.OFFICER, NORTH),
                    (COMMUNICATOR, Role.COMMUNICATIONS, ROOT),
                )
            ),
        )  # fmt: skip
        yield service


async def found(portal: Served, sought: str, kind: str = "", after: int = 0, most: int = 50) -> list[Found]:
    async with looking(portal.platform.pool) as session:
        close, _ = await near(session, Sought(sought))
        return await things(session, Sought(sought), close, kind, after, most)


async def titles(portal: Served, sought: str) -> list[str]:
    return [each.title for each in await found(portal, sought)]


async def dossiers(portal: Served, sought: str, *units: UUID) -> list[Found]:
    async with looking(portal.platform.pool) as session:
        close, _ = await near(session, Sought(sought))
        return await nominations(session, Sought(sought), close, units, AWARDS, 0, 50)


@pytest.mark.requirement("M-4")
@pytest.mark.parametrize(
    ("sought", "title"),
    [
        ("công chúa, viên chức", "Đợt thi đua của công chức, viên chức"),
        ("công chức, viên chức", "Đợt thi đua của công chúa, viên chức ngành y"),
        ("cò vũ", "Phong trào cổ vũ người tham gia"),
        ("phổi, kết hợp", "Phối, kết hợp các cấp"),
        ("án định", "Thực hiện mức ấn định"),
        ("Khôi", "Khối thi đua miền núi"),
        ("HĐ - BTĐKT", "Hướng dẫn HD-BTĐKT"),
        ("HD-BTDKT", "Hướng dẫn HD-BTĐKT"),
        ("Khố i", "Khối thi đua miền núi"),
    ],
)
async def test_what_a_scanner_has_misread_is_found(portal: Served, sought: str, title: str) -> None:
    """Whichever of both sides has the noise. Source: M-4."""
    assert title in await titles(portal, sought)


async def test_the_same_marks_come_first_then_all_words_then_what_is_near(portal: Served) -> None:
    noise, clean = "Đợt thi đua của công chúa, viên chức ngành y", "Đợt thi đua của công chức, viên chức"
    assert (await titles(portal, "công chức, viên chức"))[:2] == [clean, noise]
    assert (await titles(portal, "công chúa, viên chức"))[:2] == [noise, clean]
    assert [each.near for each in await found(portal, "công chúa, viên chức")][:2] == [False, True]
    units = [each.title for each in await found(portal, "đồng", "unit")]
    assert units == ["Bảo hiểm xã hội huyện Đồng Văn", "Bảo hiểm xã hội thành phố Đồng Nai"]


@pytest.mark.parametrize(
    "sought",
    [
        "dong nai",
        "ĐỒNG NAI",
        "đồng nai",
        normalize("NFD", "Đồng Nai"),
        "Đồng\u00a0Nai",
        "  nai   dong ",
        "ong nai",
        "p02",
        "“Đồng Nai”",
    ],
)
async def test_a_unit_is_found_however_its_name_is_typed(portal: Served, sought: str) -> None:
    assert (await titles(portal, sought))[0] == "Bảo hiểm xã hội thành phố Đồng Nai"


async def test_a_code_a_number_and_the_papers_behind_lead_to_the_thing(portal: Served) -> None:
    assert [(each.kind, each.id) for each in await found(portal, "123/QĐ")] == [("decision", DECISION)]
    assert [each.id for each in await found(portal, "152/2025/nd-cp")] == [DECISION]
    assert [each.id for each in await found(portal, "101/BHXH-TDKT")] == [CAMPAIGNS[THEMES[1]]]
    assert [each.id for each in await found(portal, "drjve-103")] == []
    assert [each.id for each in await found(portal, "drive-103")] == [CAMPAIGNS[THEMES[3]]]


@pytest.mark.parametrize("sought", ["100%", "nợ_đọng", "'bảo hiểm'", "100 no"])
async def test_signs_mean_nothing_but_the_end_of_a_word(portal: Served, sought: str) -> None:
    assert "Giảm 100% nợ_đọng 'bảo hiểm'" in await titles(portal, sought)


@for_all(some.text(min_size=1, max_size=LONGEST).filter(folded))
def test_no_word_has_a_sign_that_a_pattern_would_read(text: str) -> None:
    assert not set("".join(Sought(text).words)) & set("%_\\\0 '")


async def test_behind_enough_that_has_all_words_nobody_looks_for_what_is_near(
    servers: Embedded, tmp_path: Path
) -> None:
    async with served(SERVICE, servers, tmp_path) as many:
        facts = [
            UnitEstablished(unit_id=uuid4(), code=f"X{number}", name=name, kind=UnitKind.DISTRICT, established_on=SINCE)
            for number, name in enumerate(["Bảo hiểm xã hội huyện Mường", *["Bảo hiểm xã hội huyện Mường La"] * 49])
        ]
        theme = "Thi đua ở huyện Mừơnq La"
        await many.feed(*facts, example(CampaignLaunched, campaign_id=uuid4(), theme=theme, goals=()))
        near_by = await found(many, "huyện Mường La", most=60)
        assert {each.title for each in near_by if each.near} == {"Bảo hiểm xã hội huyện Mường", theme}
        await many.feed(facts[-1].model_copy(update={"unit_id": uuid4()}))
        behind = await found(many, "huyện Mường La", most=60)
        assert len([each for each in behind if each.kind == "unit"]) == 50
        assert [each.title for each in behind if each.near] == [theme]  # of another kind there are few


async def test_lists_go_on_and_count_all_of_a_kind(portal: Served) -> None:
    first = await found(portal, "bao hiem", "unit", 0, 3)
    rest = await found(portal, "bao hiem", "unit", 3, 3)
    assert ([each.total for each in first], len(rest)) == ([4, 4, 4], 1)
    assert {each.id for each in (*first, *rest)} == set(UNITS)


async def test_a_nomination_has_the_words_of_its_unit_its_drive_its_award_and_its_year(portal: Served) -> None:
    for sought in (
        "đồng văn",
        "chuyen doi so",
        "giấy khen",
        "2024 van giay",
        "D01 drive-100",
        "dong van chuyen doi sô",
    ):
        assert MINE in {each.id for each in await dossiers(portal, sought, ROOT)}, sought
    [mine] = await dossiers(portal, "đồng văn 2024", ROOT)
    assert (mine.title, mine.award, mine.year, mine.status) == (UNITS[WARD][1], "merit_letter", 2024, "draft")
    assert [each.status for each in await dossiers(portal, "nai 2025", ROOT)] == ["submitted"]
    assert await dossiers(portal, "đồng văn 2025", ROOT) == []
    assert await dossiers(portal, "bằng khen đồng văn", ROOT) == []
    await portal.feed(example(AwardGranted, nomination_id=MINE, unit_id=WARD))
    assert [each.status for each in await dossiers(portal, "dong van", ROOT)] == ["granted"]


@pytest.mark.parametrize(("units", "seen"), [((), 0), ((WARD,), 1), ((NORTH,), 1), ((SOUTH,), 1), ((ROOT,), 2)])
async def test_a_foreign_units_nomination_is_neither_found_nor_counted(
    portal: Served, units: tuple[UUID, ...], seen: int
) -> None:
    """The canary: whatever is sought, only what lies in one's own units or below."""
    for sought in ("giấy khen", "chuyển đổi số", "bảo hiểm", "thi đua chuyển đôi sô"):
        hits = await dossiers(portal, sought, *units)
        assert (len(hits), {each.total for each in hits}) == (seen, {seen} if seen else set()), sought


async def test_units_in_doubt_are_closed_with_all_below(portal: Served) -> None:
    pool = portal.platform.pool
    await pool.execute("insert into organisation_doubts (stream, type) values ($1, 'x')", f"unit-{NORTH}")
    try:
        assert [each.id for each in await dossiers(portal, "giấy khen", ROOT)] == [FOREIGN]
        assert await dossiers(portal, "giấy khen", NORTH) == []
    finally:
        await pool.execute("delete from organisation_doubts")


async def look(portal: Served, person: UUID, query: str, status: int = 200) -> str:
    """The page as a person's browser gets it; awards and registry are away."""
    portal.client.cookies.clear()
    begun = await portal.client.get("/sign-in")
    chosen = await portal.issuer.get(f"{begun.headers['location']}&sub={person}")
    back = urlsplit(chosen.headers["location"])
    await portal.client.get(f"{back.path}?{back.query}")
    answer = await portal.client.get(f"/search?{query}")
    assert answer.status_code == status, answer.text
    return answer.text


def links(page: str, kind: str) -> list[str]:
    return re.findall(rf'href="/{kind}/([0-9a-f-]{{36}})"', page.split("<main")[1])


async def test_everyone_finds_what_lists_show_everyone_and_no_more(portal: Served) -> None:
    pages = {person: await look(portal, person, "q=giay+khen") for person in (LEADER, OFFICER, COMMUNICATOR)}
    assert links(pages[COMMUNICATOR], "nominations") == []
    assert "Hồ sơ đề nghị <span" not in pages[COMMUNICATOR]
    for person, kind in (
        (OFFICER, "units"),
        (COMMUNICATOR, "units"),
        (COMMUNICATOR, "campaigns"),
        (OFFICER, "decisions"),
    ):
        sought = {"units": "dong+nai", "campaigns": "chuyen+doi", "decisions": "123"}[kind]
        assert len(links(await look(portal, person, f"q={sought}"), kind)) == 1, kind
    await look(portal, NOBODY, "q=dong", 403)


async def test_a_nomination_shows_where_its_own_list_would_show_it(portal: Served) -> None:
    for person, seen in ((LEADER, [MINE, FOREIGN]), (OFFICER, [MINE]), (COMMUNICATOR, [])):
        for query in ("q=chuyen+doi+so", "q=chuyen+doi+so&kind=nomination"):
            page = await look(portal, person, query)
            assert set(links(page, "nominations")) == set(map(str, seen))
            assert (f'<span class="soft">({len(seen)})</span>' in page.split("Hồ sơ đề nghị")[-1]) == bool(seen)


async def test_people_are_asked_for_by_right_alone_and_the_rest_stays_while_registry_is_away(portal: Served) -> None:
    keeper = uuid4()
    await portal.feed(RoleGranted(person_id=keeper, role=Role.AUDITOR, unit_id=ROOT, since=SINCE))
    away = "Tạm thời chưa tìm được người"
    page = await look(portal, keeper, "q=dong+nai")
    assert away in page
    assert len(links(page, "units")) == 1
    assert away not in await look(portal, OFFICER, "q=dong+nai")
    assert away not in await look(portal, keeper, "q=dong+nai&kind=unit")


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 200, "Gõ một phần tên"),
        ("q=+", 200, "Gõ một phần tên"),
        ("q=%25_'%22--", 422, "quá ngắn"),
        ("q=a+b", 422, "quá ngắn"),
        ("q=%00", 422, "quá ngắn"),
        (f"q={'a' * (LONGEST + 1)}", 422, "dài quá 200 ký tự"),
        (f"q={'+'.join(f'a{number}' for number in range(MOST_WORDS + 1))}", 422, "hoặc 30 từ"),
        ("q=khong+co+gi+nhu+vay", 200, "Chưa tìm thấy"),
        ("q=bao+hiem&kind=nothing&after=-5", 200, "Đơn vị"),
        ("q=bao+hiem&kind=unit&after=999999999", 200, "Chưa tìm thấy"),
    ],
)
async def test_whatever_is_typed_the_page_says_what_to_do(
    portal: Served, query: str, status: int, sentence: str
) -> None:
    assert sentence in (await look(portal, OFFICER, query, status)).split("<main")[1]


async def test_as_many_words_as_may_be_are_looked_for(portal: Served) -> None:
    sought = " ".join(f"a{number}" for number in range(MOST_WORDS - 2)) + " đồng văn"
    assert await dossiers(portal, sought, ROOT) == []
    assert await titles(portal, sought) == []


async def test_what_was_typed_is_shown_as_it_is_and_nothing_of_it_acts(portal: Served) -> None:
    page = await look(portal, OFFICER, "q=%3Cscript%3Ealert(1)%3C/script%3E+%22dong")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("text", "sought", "shown"),
    [
        ("Phong trào cổ vũ", "cò vũ", "Phong trào <mark>cổ</mark> <mark>vũ</mark>"),
        ("Đồng Nai", "dong", "<mark>Đồng</mark> Nai"),
        (normalize("NFD", "Đồng Nai"), "đông", "<mark>Đồng</mark> Nai"),
        ("Khánh Hòa, Hà Nội", "ha", "Khánh Hòa, <mark>Hà</mark> Nội"),
        ("Khánh Hòa", "anh", "Kh<mark>ánh</mark> Hòa"),
        ("a < b & ấn", "an b", "a &lt; <mark>b</mark> &amp; <mark>ấn</mark>"),
        ("HD-BTĐKT", "HĐ - BTĐKT", "<mark>HD</mark>-<mark>BTĐKT</mark>"),
        ("Hà Nội", "x", "Hà Nội"),
        ("", "x", ""),
    ],
)
def test_found_words_are_marked_also_where_their_marks_differ(text: str, sought: str, shown: str) -> None:
    assert with_marks(text, Sought(sought).words) == shown


@for_all(some.text(max_size=40), some.text(max_size=10))
def test_marking_changes_no_letter_and_lets_nothing_through(text: str, sought: str) -> None:
    shown = with_marks(text, Sought(sought).words)
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert plain == Markup.escape(normalize("NFC", text))
