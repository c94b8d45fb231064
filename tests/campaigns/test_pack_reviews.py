"""A pack's reviews: that of S003 says what its letter, outline and annex say; a bad one is refused with every line."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml

from chassis.facts.core_yaml import CoreLoader
from contracts.campaigns import ColumnKind, RecipientPurpose, RelationKind, ReviewKind
from contracts.registry import Role
from contracts.values import DocumentKind, Measure, SigningCapacity, UnitKind
from services.campaigns import pack_schema
from services.campaigns.domain.campaign import campaign_id, terms_of
from services.campaigns.domain.pack import PackRefused, load_pack, pack_of

FILE = Path("services/campaigns/packs/4575-2017.yaml")
TEXT = FILE.read_text(encoding="utf-8")
PACK = load_pack(TEXT)
[FINAL] = PACK.reviews
CENTRAL = {UnitKind.CENTRAL_DEPARTMENT, UnitKind.PUBLIC_SERVICE_UNIT}


def faults(*replaced: tuple[str, str]) -> set[tuple[str, str, int | None]]:
    """Code, path and line of each fault of the pack with these texts replaced."""
    text = TEXT
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new, 1)
    with pytest.raises(PackRefused) as refused:
        load_pack(text)
    assert all(fault.vi and fault.en for fault in refused.value.faults)
    return {(fault.code, fault.path, fault.line) for fault in refused.value.faults}


def line_of(part: str, nth: int = 1) -> int:
    """Number of the nth line that contains `part`."""
    return [number for number, line in enumerate(TEXT.splitlines(), start=1) if part in line][nth - 1]


@pytest.mark.requirement("S003-1")
def test_the_review_rests_on_the_guidance_of_the_central_board_and_on_the_plan_of_the_movement() -> None:
    assert (PACK.document.number, PACK.document.issued_on) == ("4575/KH-BHXH", date(2017, 10, 17))
    assert [(each.number, each.issued_on) for each in FINAL.based_on] == [
        ("2104/HD-BTĐKT", date(2020, 8, 6)),
        ("4575/KH-BHXH", date(2017, 10, 17)),
    ]
    assert (PACK.period.start, PACK.period.end) == (date(2016, 1, 1), date(2020, 12, 31))
    assert [(each.first_year, each.last_year) for each in PACK.plan_periods] == [(2016, 2020)]
    assert "Chương trình mục tiêu quốc gia Giảm nghèo bền vững" in FINAL.based_on[0].title


@pytest.mark.requirement("S003-2", "A8")
def test_all_four_contents_of_the_letter_have_a_place_for_every_kind_of_unit() -> None:
    for kind in FINAL.unit_kinds:
        own = [each for each in FINAL.outline if "S003-2" in each.source and kind in (each.unit_kinds or {kind})]
        said = " ".join(each.title for each in own)
        for content in ("lãnh đạo, chỉ đạo", "hoạt động thiện nguyện", "nhân rộng điển hình", "công tác khen thưởng"):
            assert content in said, (kind, content)
    added = {each.key: set(each.unit_kinds) for each in FINAL.outline if each.added}
    assert added == {"III.1.e": CENTRAL, "III.3": set()}  # not on the paper, and marked so


@pytest.mark.requirement("S003-12")
def test_the_outline_has_the_four_parts_of_the_paper() -> None:
    parts = [(each.key, each.title) for each in FINAL.outline if each.heading and "." not in each.key]
    assert parts == [
        ("I", "ĐẶC ĐIỂM TÌNH HÌNH"),
        ("II", "CÔNG TÁC TRIỂN KHAI, THỰC HIỆN PTTĐ"),
        ("III", "KẾT QUẢ ĐẠT ĐƯỢC"),
        ("IV", "ĐÁNH GIÁ CHUNG"),
    ]
    for_all = [each.key for each in FINAL.outline if not each.unit_kinds and not each.heading]
    assert for_all == ["I.1", "I.2", "II.1", "II.2", "III.3", "IV.1", "IV.2"]


@pytest.mark.requirement("S003-13")
def test_the_outline_branches_by_the_kind_of_unit() -> None:
    def filled(kind: UnitKind) -> list[str]:
        return [each.key for each in FINAL.outline if not each.heading and kind in each.unit_kinds]

    assert filled(UnitKind.CENTRAL_DEPARTMENT) == ["III.1.a", "III.1.b", "III.1.c", "III.1.d", "III.1.e"]
    assert filled(UnitKind.PUBLIC_SERVICE_UNIT) == filled(UnitKind.CENTRAL_DEPARTMENT)
    province = ["III.2.1", "III.2.2.a", "III.2.2.b", "III.2.3.a", "III.2.3.b", "III.2.4", "III.2.5"]
    assert filled(UnitKind.PROVINCIAL) == filled(UnitKind.DISTRICT) == province


@pytest.mark.requirement("S003-14", "S003-16", "A10")
def test_the_annex_has_the_columns_of_the_paper_each_with_its_kind() -> None:
    [annex] = FINAL.annexes
    assert (annex.first_year, annex.last_year, annex.partial) == (2016, 2020, True)
    assert [(each.key, each.kind, each.original) for each in annex.columns] == [
        ("cards", ColumnKind.COUNT, 2),
        ("card_money", ColumnKind.MONEY, 2),
        ("goods", ColumnKind.ITEMS, 3),
        ("houses_direct", ColumnKind.COUNT, 4),
        ("houses_joint", ColumnKind.COUNT, 4),
        ("houses_unknown", ColumnKind.COUNT, 4),
        ("cash", ColumnKind.MONEY_BY_ACTIVITY, 5),
        ("joint_activities", ColumnKind.TEXT, 6),
        ("note", ColumnKind.TEXT, 7),
    ]
    assert {each.key for each in annex.columns if each.group == "houses"} == {
        "houses_direct",
        "houses_joint",
        "houses_unknown",
    }
    assert [each.key for each in annex.columns if each.mode_unknown] == ["houses_unknown"]


@pytest.mark.requirement("S003-10")
def test_reports_are_due_before_the_28th_of_august_from_whom_the_letter_addresses() -> None:
    assert (FINAL.kind, FINAL.before) == (ReviewKind.FINAL, date(2020, 8, 28))
    assert set(FINAL.unit_kinds) == {UnitKind.PROVINCIAL, *CENTRAL}
    assert FINAL.guidance is not None
    assert {kind for each in FINAL.guidance.addressees for kind in each.unit_kinds} == set(FINAL.unit_kinds)


@pytest.mark.requirement("M-1", "M-2", "B5")
def test_the_guidance_can_be_drafted_with_its_recipients() -> None:
    paper = FINAL.guidance
    assert paper is not None
    assert paper.document is not None
    assert paper.signed_by is not None
    assert (paper.kind, paper.symbol) == (DocumentKind.OFFICIAL_LETTER, "BHXH-TĐKT")
    assert (paper.document.number, paper.document.issued_on) == ("2638/BHXH-TĐKT", date(2020, 8, 19))
    assert (paper.signed_by.office, paper.signed_by.capacity) == (Role.DIRECTOR_GENERAL, SigningCapacity.DEPUTY)
    reports = [each.name for each in paper.copy_recipients if each.purpose is RecipientPurpose.FOR_REPORT]
    assert reports == ["Ban TĐKT TW", "Tổng Giám đốc"]
    assert (paper.archive, paper.archive_copies) == ("VT, TĐKT", 3)
    assert paper.copy_recipients[0].as_addressed
    for part in ("I. TỔNG KẾT PHONG TRÀO THI ĐUA", "trước ngày 28/8/2020", "2104/HD-BTĐKT", "tổ chức thực hiện./."):
        assert part in paper.body
    assert "Nguyễn" not in paper.body  # no name of a person in what becomes a fact


@pytest.mark.requirement("S003-15")
def test_a_units_report_is_a_paper_of_its_own_signed_by_its_head() -> None:
    paper = FINAL.form
    assert paper is not None
    assert paper.signed_by is not None
    assert (paper.kind, paper.symbol, paper.archive) == (DocumentKind.REPORT, "BC-BHXH", "VT")
    assert (paper.signed_by.office, paper.signed_by.capacity) == (Role.UNIT_HEAD, SigningCapacity.DIRECT)
    assert [each.number for each in paper.based_on] == ["2638/BHXH-TĐKT"]


@pytest.mark.requirement("A19", "S003-1")
def test_the_next_stage_of_the_movement_comes_after_it_under_its_other_names() -> None:
    later = load_pack((FILE.parent / "2744-2022.yaml").read_bytes())
    [relation] = terms_of(later).relations
    assert (relation.kind, relation.campaign_id) == (RelationKind.STAGE_AFTER, campaign_id("4575-2017"))
    assert later.period.start.year == PACK.period.end.year + 1
    assert set(PACK.aliases) & set(later.aliases) == {"Vì người nghèo, không để ai bị bỏ lại phía sau"}


@pytest.mark.requirement("S003-6")
def test_targets_are_those_of_the_local_programme_and_of_the_tasks_that_were_assigned() -> None:
    assert {each.indicator for each in PACK.goals} == {"local_poverty_plan_completion", "assigned_task_completion"}
    assert {each.year for each in PACK.goals} == {2016, 2017, 2018, 2019, 2020}
    assert {(each.measure, each.value) for each in PACK.goals} == {(Measure.PERCENT_OF_PLAN, Decimal(100))}
    assert PACK.persons_register


def test_what_a_campaign_says_can_be_amended_with_its_reviews() -> None:
    assert pack_of(terms_of(PACK)) == PACK
    schema = json.loads(pack_schema.text())
    said = yaml.load(TEXT, Loader=CoreLoader)  # noqa: S506 - plain values only
    jsonschema.validate(json.loads(json.dumps(said, default=float)), schema)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("before: 2020-08-28", "befor: 2020-08-28", ("extra-forbidden", "reviews.0.befor", "before: 2020")),
        ("kind: money\n", "kind: mony\n", ("enum", "reviews.0.annexes.0.columns.1.kind", "kind: money")),
        ("key: I.2,", "key: I.1,", ("section-repeated", "reviews.0.outline.2.key", "key: I.2,")),
        ("key: card_money", "key: cards", ("column-repeated", "reviews.0.annexes.0.columns.1.key", "key: card_money")),
        ("first_year: 2016\n", "first_year: 2015\n",
         ("annex-year-outside-period", "reviews.0.annexes.0.first_year", "        first_year: 2016\n")),
        ("last_year: 2020\n", "last_year: 2010\n",
         ("annex-ends-before-start", "reviews.0.annexes.0.last_year", "        last_year: 2020\n")),
    ],
)  # fmt: skip
def test_a_mistake_in_a_review_is_named_with_its_line(old: str, new: str, fault: tuple[str, str, str]) -> None:
    code, path, line = fault
    assert (code, path, line_of(line.rstrip("\n"))) in faults((old, new))


def test_a_review_needs_somebody_to_report_and_something_to_fill() -> None:
    kinds = "unit_kinds: [provincial, central_department, public_service_unit] # M-2: Kính gửi"
    empty = faults((kinds, "unit_kinds: []"))
    assert ("review-audience-empty", "reviews.0.unit_kinds", line_of(kinds)) in empty
    outside = faults((kinds, "unit_kinds: [provincial, outside_body]"))
    assert ("audience-outside", "reviews.0.unit_kinds", line_of(kinds)) in outside
    nobody = faults((kinds, "unit_kinds: [provincial]"))
    assert ("section-for-nobody", "reviews.0.outline.8.unit_kinds", line_of("key: III.1.a") + 4) in nobody
    assert {each[0] for each in nobody} == {"section-for-nobody"}


def test_a_review_stands_once_and_ends_after_it_begins() -> None:
    said = yaml.load(TEXT, Loader=CoreLoader)  # noqa: S506 - plain values only
    said["reviews"] = [said["reviews"][0], {**said["reviews"][0], "outline": [], "annexes": []}]
    said["reviews"][1]["period"] = {"start": date(2016, 1, 1), "end": date(2015, 12, 31)}
    with pytest.raises(PackRefused) as refused:
        load_pack(json.dumps(said, default=str))
    found = {(each.code, each.path) for each in refused.value.faults}
    assert found == {
        ("review-repeated", "reviews.1.code"),
        ("period-end-before-start", "reviews.1.period.end"),
        ("nothing-to-report", "reviews.1.unit_kinds"),
    }


def test_a_count_without_its_mode_stands_in_one_group_with_the_modes() -> None:
    alone = faults(("            group: houses\n            mode_unknown: true", "            mode_unknown: true"))
    assert {each[:2] for each in alone} == {("mode-without-group", "reviews.0.annexes.0.columns.5.group")}
