"""Pack files: the committed one says what its document says, a bad one is refused with every fault and its line."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import jsonschema
import pytest
import yaml

from chassis.facts.core_yaml import CoreLoader
from contracts.campaigns import CampaignKind, CampaignLevel, MilestoneKind, PlanPurpose, RecipientPurpose, RewardKind
from contracts.registry import Role
from contracts.values import Direction, Measure, SigningCapacity, UnitKind
from services.campaigns import pack_schema
from services.campaigns.domain.pack import PackRefused, load_pack
from tests.campaigns.examples import PACK_FILE, PACK_TEXT

DRIVE = load_pack(PACK_TEXT)


def faults(text: str) -> set[tuple[str, str, int | None]]:
    """Code, path and line of each fault."""
    with pytest.raises(PackRefused) as refused:
        load_pack(text)
    assert all(fault.vi and fault.en for fault in refused.value.faults)
    return {(fault.code, fault.path, fault.line) for fault in refused.value.faults}


def line_of(text: str, part: str, nth: int = 1) -> int:
    """Number of the nth line that contains `part`."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if part in line][nth - 1]


@pytest.mark.requirement("S001-1")
def test_the_special_drive_is_framed_as_its_letter_says() -> None:
    assert (DRIVE.kind, DRIVE.level) == (CampaignKind.DRIVE, CampaignLevel.SECTOR)
    assert (DRIVE.period.start, DRIVE.period.end) == (date(2024, 11, 10), date(2025, 12, 31))
    assert (DRIVE.document.number, DRIVE.document.issued_on) == ("4225/BHXH-TĐKT", date(2024, 11, 10))
    assert [(base.number, base.issued_on) for base in DRIVE.legal_bases] == [("39/CT-TTg", date(2024, 10, 15))]
    assert set(DRIVE.units) == {UnitKind.CENTRAL_DEPARTMENT, UnitKind.PUBLIC_SERVICE_UNIT, UnitKind.PROVINCIAL}
    assert DRIVE.register_before is None
    assert DRIVE.theme.startswith("Đẩy mạnh phong trào thi đua yêu nước, lập thành tích chào mừng Đại hội đảng bộ")
    assert DRIVE.signed_by is not None
    assert (DRIVE.signed_by.office, DRIVE.signed_by.capacity) == (Role.DIRECTOR_GENERAL, SigningCapacity.DIRECT)


@pytest.mark.requirement("S001-2 … S001-5", "S001-7 … S001-10")
def test_the_special_drive_has_the_goals_of_its_letter() -> None:
    goals = [(g.source, g.indicator, g.year, g.direction, g.value) for g in DRIVE.goals]
    assert goals == [
        ("S001-2", "social_insurance_coverage", 2024, Direction.ABOUT, Decimal("42.71")),
        ("S001-3", "unemployment_insurance_coverage", 2024, Direction.ABOUT, Decimal("34.18")),
        ("S001-4", "health_insurance_coverage", 2024, Direction.ABOUT, Decimal("94.2")),
        ("S001-5", "satisfaction_index", 2024, Direction.ABOVE, Decimal(83)),
        ("S001-6", "collection_plan_completion", 2024, Direction.AT_LEAST, Decimal(100)),
        ("S001-7", "late_payment_rate", 2024, Direction.BELOW, Decimal("2.59")),
        ("S001-8", "social_insurance_coverage", 2025, Direction.AT_LEAST, Decimal("45.1")),
        ("S001-9", "unemployment_insurance_coverage", 2025, Direction.AT_LEAST, Decimal("35.1")),
        ("S001-10", "health_insurance_coverage", 2025, Direction.AT_LEAST, Decimal("95.16")),
    ]
    assert {g.indicator for g in DRIVE.goals if g.measure is Measure.PERCENT_OF_PLAN} == {"collection_plan_completion"}


@pytest.mark.requirement("S001-15")
def test_the_special_drive_is_tied_to_eight_campaigns_by_their_documents() -> None:
    assert [(c.document.number, c.document.issued_on) for c in DRIVE.linked_campaigns] == [
        ("40/BHXH-TĐKT", date(2024, 1, 9)),
        ("1332/KH-BHXH", date(2023, 5, 10)),
        ("2213/KH-BHXH", date(2022, 8, 12)),
        ("2744/KH-BHXH", date(2022, 9, 28)),
        ("3174/KH-BHXH", date(2024, 9, 13)),
        ("2998/KH-BHXH", date(2019, 8, 16)),
        ("1409/KH-BHXH", date(2024, 5, 15)),
        ("4398/KH-BHXH", date(2023, 12, 22)),
    ]
    sooner = [c.document.number for c in DRIVE.linked_campaigns if c.ends_on and c.ends_on < DRIVE.period.end]
    assert sooner == ["40/BHXH-TĐKT"]  # a link to one that ends earlier is valid (A19)


@pytest.mark.requirement("S001-11", "S001-18")
def test_the_special_drive_counts_the_years_of_plans_as_its_own_letter_does() -> None:
    assert [(each.purpose, each.first_year, each.last_year) for each in DRIVE.plan_periods] == [
        (PlanPurpose.EVALUATED, 2021, 2025),
        (PlanPurpose.PREPARED, 2026, 2030),
    ]
    other = PACK_TEXT.replace("first_year: 2021", "first_year: 2020").replace("first_year: 2026", "first_year: 2025")
    assert [each.first_year for each in load_pack(other).plan_periods] == [2020, 2025]  # another document counts so


@pytest.mark.requirement("S001-12")
def test_the_special_drive_marks_thirty_years_of_the_sector() -> None:
    [feast] = [each for each in DRIVE.milestones if each.kind is MilestoneKind.ANNIVERSARY]
    assert (feast.since, feast.day) == (date(1995, 2, 16), date(2025, 2, 16))
    without = PACK_TEXT.replace("    since: 1995-02-16\n", "")
    assert {fault[0] for fault in faults(without)} == {"anniversary-without-day"}


@pytest.mark.requirement("S001-16")
def test_reviews_come_before_the_next_stage_and_have_no_day_that_the_letter_does_not_set() -> None:
    course = [each.kind for each in DRIVE.milestones if each.source == "S001-16"]
    assert course == [MilestoneKind.INTERIM_REVIEW, MilestoneKind.FINAL_REVIEW, MilestoneKind.NEXT_STAGE]
    assert {each.day for each in DRIVE.milestones if each.source == "S001-16"} == {None}
    turned = PACK_TEXT.replace("kind: interim_review", "kind: x").replace("kind: next_stage", "kind: interim_review")
    assert {fault[0] for fault in faults(turned.replace("kind: x", "kind: next_stage"))} == {"next-stage-before-review"}


@pytest.mark.requirement("S001-17")
def test_the_head_answers_with_party_and_mass_organisations() -> None:
    [head] = [each for each in DRIVE.responsibilities if each.answers]
    assert set(head.roles) == {Role.UNIT_HEAD, Role.PARTY_REPRESENTATIVE, Role.TRADE_UNION}
    assert set(head.unit_kinds) == set(DRIVE.units)
    assert {fault[0] for fault in faults(PACK_TEXT.replace("    answers: true\n", ""))} == {"nobody-answers"}


@pytest.mark.requirement("S001-24")
def test_rewards_of_the_drive_stand_beside_yearly_merit_and_are_no_ground_of_it() -> None:
    assert {each.kind for each in DRIVE.rewards} == {RewardKind.THEMATIC, RewardKind.UNEXPECTED}
    assert not any(each.ground_of_merit for each in DRIVE.rewards)
    counted = PACK_TEXT.replace("ground_of_merit: false", "ground_of_merit: true", 1)
    assert {fault[0] for fault in faults(counted)} == {"reward-no-ground-of-merit"}


def test_the_special_drive_names_who_acts_and_who_gets_a_report() -> None:
    assert {kind for each in DRIVE.addressees for kind in each.unit_kinds} == set(DRIVE.units)
    reports = [each.name for each in DRIVE.copy_recipients if each.purpose is RecipientPurpose.FOR_REPORT]
    assert reports == ["Bộ Nội vụ (Ban TĐKT TW)"]
    assert DRIVE.copy_recipients[-1].purpose is RecipientPurpose.ARCHIVE


def test_every_unknown_and_missing_field_is_named_with_its_line() -> None:
    text = (
        re.sub(r"(?m)^kind: drive.*\n", "", PACK_TEXT).replace("    wording: trên\n", "    wordnig: trên\n")
        + "extra: 1\n"
    )
    assert faults(text) == {
        ("missing", "kind", line_of(text, "code:")),
        ("extra-forbidden", "goals.3.wordnig", line_of(text, "wordnig")),
        ("extra-forbidden", "extra", line_of(text, "extra")),
    }


def test_every_broken_rule_is_named_with_its_line() -> None:
    text = (
        PACK_TEXT.replace("code: 4225-2024", "code: 4225 2024")
        .replace("value: 94.2", "value: 194.2")
        .replace("year: 2025", "year: 2026")
    )
    assert faults(text) == {
        ("campaign-code-malformed", "code", line_of(text, "code:")),
        ("goal-share-out-of-range", "goals.2.value", line_of(text, "194.2")),
        *(("goal-year-outside-period", f"goals.{5 + n}.year", line_of(text, "year: 2026", n)) for n in (1, 2, 3)),
    }


def test_a_field_that_stands_twice_is_refused() -> None:
    text = re.sub(r"(?m)^(level: sector.*)$", r"\1\nlevel: national", PACK_TEXT)
    assert faults(text) == {("key-repeated", "level", line_of(text, "level: national"))}


def test_a_goal_has_at_most_six_decimal_places() -> None:
    assert faults(PACK_TEXT.replace("value: 42.71", "value: 42.7100001")) == {
        ("goal-value-out-of-bounds", "goals.0.value", line_of(PACK_TEXT, "42.71"))
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [("0100", "100"), ("0075", "75"), ("42.710", "42.710"), ("4271e-2", "42.71"), ("1e2", "100"), ("+42", "42")],
)
def test_a_figure_is_what_it_looks_like(written: str, read: str) -> None:
    assert str(load_pack(PACK_TEXT.replace("value: 42.71", f"value: {written}")).goals[0].value) == read


@pytest.mark.parametrize(
    "written", ["1:30", "0x1F", "0o17", "1_000", "'0E-20000'", ".inf", ".nan", "yes", "２", "=1", "9" * 5000]
)
def test_what_is_no_figure_in_yaml_is_refused(written: str) -> None:
    with pytest.raises(PackRefused):
        load_pack(PACK_TEXT.replace("value: 42.71", f"value: {written}"))


@pytest.mark.parametrize(
    "written", ["1e999999999", "1e99999999999999999999", "-1e-99999999999999999999", '!!float "x"']
)
@pytest.mark.parametrize("field", ["value", "year"])
def test_a_number_of_any_size_is_refused_at_once(field: str, written: str) -> None:
    """Ten to the billionth, written out, would fill the memory."""
    with pytest.raises(PackRefused):
        load_pack(re.sub(rf"(?m)^(\s*{field}: ).*", rf"\g<1>{written}", PACK_TEXT, count=1))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("kind: drive", "kind: drive # \ufffd", None),
        ("number: 4225/BHXH-TĐKT", "number: 4225\ufffd", "hidden-character"),
        ("name: Tỷ lệ lực", "name: =Tỷ lệ lực", "formula-like"),
        ("start: 2024-11-10", "start: 2024-02-30", "date-malformed"),
        ("start: 2024-11-10", "start: 20241110", "date-malformed"),
        ("refuse_late: false", "refuse_late: no", "bool-type"),
        ("refuse_late: false", "refuse_late: 0", "bool-type"),
    ],
)
def test_one_rule_for_each_kind_of_value(old: str, new: str, code: str | None) -> None:
    assert old in PACK_TEXT
    text = PACK_TEXT.replace(old, new, 1)
    assert {fault[0] for fault in faults(text)} == {code} if code else load_pack(text)


def test_text_is_kept_composed() -> None:
    assert load_pack(normalize("NFD", PACK_TEXT)) == load_pack(PACK_TEXT)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "yaml-malformed"),
        ("a: !!python/object/apply:os.getcwd []", "yaml-malformed"),
        ("[" * 1000, "yaml-malformed"),
        ("a: \0", "yaml-malformed"),
        ("a: &a [*a]", "yaml-alias"),
        ("", "model-type"),
        ("- 1", "model-type"),
    ],
)
def test_a_text_that_is_no_pack_is_refused_in_words(text: str, code: str) -> None:
    assert {fault[0] for fault in faults(text)} == {code}


def test_a_refusal_reads_as_one_line_per_fault() -> None:
    with pytest.raises(PackRefused) as refused:
        load_pack(PACK_TEXT.replace("code: 4225-2024", "code: Đợt"))
    line = line_of(PACK_TEXT, "code:")
    assert str(refused.value.faults[0]).startswith(f"code, line {line}: Mã phong trào")


def test_the_schema_is_the_committed_one_and_knows_what_a_pack_may_say() -> None:
    assert pack_schema.FILE.read_text(encoding="utf-8") == pack_schema.text(), "run `make schemas` and read the diff"
    schema, said = json.loads(pack_schema.text()), yaml.load(PACK_TEXT, Loader=CoreLoader)  # noqa: S506
    plain = json.loads(json.dumps(said, default=float))
    jsonschema.validate(plain, schema)
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(plain | {"surprise": 1}, schema)


@pytest.mark.parametrize("file", sorted(PACK_FILE.parent.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_pack_that_comes_with_the_platform_can_be_used(file: Path) -> None:
    assert load_pack(file.read_bytes()).code == file.stem
