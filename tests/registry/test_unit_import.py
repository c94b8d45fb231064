"""The organisation's file: the committed one is whole; what is wrong with another is named by line and column."""

from collections import Counter
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.values import UnitKind
from services.registry.domain.unit_import import (
    MAX_ROWS,
    PLAIN_FORM,
    Fault,
    ImportRefused,
    UnitRow,
    parse_units,
)
from services.registry.domain.unit_import_faults import MAX_FAULTS
from services.registry.tables_out import written

COMMITTED = Path(__file__).parents[2] / "services/registry/data/units-2024.csv"
HEADER = "code,name,kind,parent,established_on"
ROOT = "VSS,Bảo hiểm xã hội Việt Nam,national,,1995-02-16"
PROVINCE = "P01,Bảo hiểm xã hội thành phố Hà Nội,provincial,VSS,2024-11-10"
DISTRICT = "P01-D001,Bảo hiểm xã hội quận Ba Đình,district,P01,2024-11-10"
SMALL = f"{HEADER}\n{ROOT}\n{PROVINCE}\n{DISTRICT}".encode()


def parse(*lines: str) -> tuple[UnitRow, ...]:
    return parse_units("\n".join(lines).encode())


def faults(*lines: str) -> tuple[Fault, ...]:
    with pytest.raises(ImportRefused) as refused:
        parse(*lines)
    return refused.value.faults


@pytest.fixture(scope="module")
def committed() -> tuple[UnitRow, ...]:
    return parse_units(COMMITTED.read_bytes())


def test_the_committed_file_holds_the_organisation_of_november_2024(committed: tuple[UnitRow, ...]) -> None:
    assert Counter(row.kind for row in committed) == {
        UnitKind.NATIONAL: 1,
        UnitKind.CENTRAL_DEPARTMENT: 16,
        UnitKind.PUBLIC_SERVICE_UNIT: 8,
        UnitKind.PROVINCIAL: 63,
        UnitKind.PROVINCIAL_OFFICE_BLOC: 63,
        UnitKind.DISTRICT: 704,
    }
    assert committed[0] == UnitRow(
        "VSS", "Bảo hiểm xã hội Việt Nam", UnitKind.NATIONAL, None, established_on=date(1995, 2, 16)
    )
    assert {row.established_on for row in committed[1:]} == {date(2024, 11, 10)}


def test_every_province_has_its_office_bloc_and_a_district(committed: tuple[UnitRow, ...]) -> None:
    below = Counter((row.parent, row.kind) for row in committed)
    for province in (row for row in committed if row.kind is UnitKind.PROVINCIAL):
        assert below[province.code, UnitKind.PROVINCIAL_OFFICE_BLOC] == 1
        assert below[province.code, UnitKind.DISTRICT] >= 1


def test_the_units_that_the_drive_of_2024_names_are_there(committed: tuple[UnitRow, ...]) -> None:
    names = {row.code: row.name for row in committed}
    assert names["TDKT"] == "Vụ Thi đua - Khen thưởng"
    assert names["TTTT"] == "Trung tâm Truyền thông"
    assert names["TCBH"] == "Tạp chí Bảo hiểm xã hội"
    assert names["P30"] == "Bảo hiểm xã hội tỉnh Hải Dương"
    assert names["P79"] == "Bảo hiểm xã hội Thành phố Hồ Chí Minh"


def test_the_districts_are_those_of_the_day_not_of_2025(committed: tuple[UnitRow, ...]) -> None:
    names = {row.code: row.name for row in committed}
    assert names["P22-D205"] == "Bảo hiểm xã hội thành phố Đông Triều"  # a city since 2024-11-01
    assert "P36-D358" not in names  # Mỹ Lộc, merged on 2024-09-01
    assert names["P40-D413"] == "Bảo hiểm xã hội thị xã Cửa Lò"  # merged on 2024-12-01


def test_parents_come_out_first_wherever_the_file_has_them() -> None:
    assert [row.code for row in parse(HEADER, DISTRICT, PROVINCE, ROOT)] == ["VSS", "P01", "P01-D001"]


def test_byte_order_mark_line_ends_blank_lines_spaces_and_column_order_do_not_matter() -> None:
    plain = parse(HEADER, ROOT, PROVINCE)
    assert parse_units(f"\ufeff{HEADER}\r\n{ROOT}\r\n\r\n{PROVINCE}\r\n".encode()) == plain
    assert parse(HEADER, ROOT, " P01 , Bảo hiểm xã hội thành phố Hà Nội,provincial,VSS ,2024-11-10") == plain
    assert parse("name,code,parent,established_on,kind", "Việt Nam,VSS,,1995-02-16,national")[0].code == "VSS"


def test_a_name_is_composed_and_may_hold_a_comma() -> None:
    decomposed = normalize("NFD", "Ban Quản lý Thu - Sổ, Thẻ")
    row = parse(HEADER, ROOT, f'TST,"{decomposed}",central_department,VSS,2024-11-10')[1]
    assert row.name == "Ban Quản lý Thu - Sổ, Thẻ" != decomposed


@pytest.mark.parametrize(
    ("lines", "line", "column", "code"),
    [
        ([""], 1, None, "empty-file"),
        ([HEADER], 1, None, "empty-file"),
        (["code,name,kind,parent", "VSS,Việt Nam,national,"], 1, "established_on", "missing-column"),
        ([HEADER + ",name", ROOT + ","], 1, "name", "duplicate-column"),
        ([HEADER, ROOT, PROVINCE + ",thừa"], 3, None, "wrong-cell-count"),
        ([HEADER, ROOT, "P01,Hà Nội,provincial,VSS"], 3, "established_on", "bad-date"),
        ([HEADER, ROOT, 'P01,"Hà Nội" cũ,provincial,VSS,2024-11-10'], 3, None, "bad-csv"),
        ([HEADER, ROOT, 'P01,"Hà Nội,provincial,VSS,2024-11-10'], 3, None, "bad-csv"),
        ([HEADER, ROOT, PROVINCE.replace("P01", "p01")], 3, "code", "bad-code"),
        ([HEADER, ROOT, PROVINCE.replace("P01", "P" * 31)], 3, "code", "bad-code"),
        ([HEADER, ROOT, PROVINCE.replace("P01", "")], 3, "code", "bad-code"),
        ([HEADER, ROOT, PROVINCE, PROVINCE], 4, "code", "duplicate-code"),
        ([HEADER, ROOT, "P01, ,provincial,VSS,2024-11-10"], 3, "name", "empty-name"),
        ([HEADER, ROOT, f"P01,{'x' * 256},provincial,VSS,2024-11-10"], 3, "name", "long-name"),
        ([HEADER, ROOT, "P01,Hà\x00Nội,provincial,VSS,2024-11-10"], 3, "name", "invisible-character"),
        ([HEADER, ROOT, "P01,Hà\tNội,provincial,VSS,2024-11-10"], 3, "name", "invisible-character"),
        ([HEADER, ROOT, "P01,Hà\u202eNội,provincial,VSS,2024-11-10"], 3, "name", "invisible-character"),
        ([HEADER, ROOT, 'P01,"Hà\nNội",provincial,VSS,2024-11-10'], 3, "name", "invisible-character"),
        ([HEADER, ROOT, "P01,=HYPERLINK(1),provincial,VSS,2024-11-10"], 3, "name", "formula"),
        ([HEADER, ROOT, "P01,Hà Nội,provincial,@VSS,2024-11-10"], 3, "parent", "formula"),
        ([HEADER, ROOT, PROVINCE.replace("provincial", "province")], 3, "kind", "unknown-kind"),
        ([HEADER, ROOT, PROVINCE.replace("2024-11-10", "2024-02-30")], 3, "established_on", "bad-date"),
        ([HEADER, ROOT, PROVINCE.replace("2024-11-10", "20241110")], 3, "established_on", "bad-date"),
        ([HEADER, ROOT, PROVINCE.replace("2024-11-10", "31/11/2024")], 3, "established_on", "bad-date"),
        ([HEADER, ROOT, DISTRICT], 3, "parent", "unknown-parent"),
        ([HEADER, ROOT, PROVINCE.replace("VSS", "")], 3, "parent", "missing-parent"),
        ([HEADER, ROOT, PROVINCE.replace("VSS", "P01")], 3, "parent", "cycle"),
        ([HEADER, ROOT, PROVINCE.replace("VSS", "P01-D001"), DISTRICT], 3, "parent", "cycle"),
        ([HEADER, ROOT, DISTRICT.replace("P01,", "VSS,")], 3, "parent", "wrong-parent-kind"),
        ([HEADER, ROOT, ROOT.replace("VSS", "VSS2")], 3, "kind", "second-root"),
        ([HEADER, ROOT, PROVINCE, ROOT.replace("VSS", "VSS2").replace(",,", ",P01,")], 4, "parent", "root-with-parent"),
    ],
)
def test_each_fault_is_named_once_with_its_line_and_column(
    lines: list[str], line: int, column: str | None, code: str
) -> None:
    [fault] = faults(*lines)
    assert (fault.line, fault.column, fault.code) == (line, column, code)
    assert "{" not in fault.vi + fault.en


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    found = faults(HEADER, DISTRICT, PROVINCE.replace("VSS", "XXX"), "VSS,,national,,16/13/1995")
    assert [(fault.line, fault.column) for fault in found] == [(3, "parent"), (4, "name"), (4, "established_on")]


def test_the_units_below_a_faulty_row_are_not_blamed() -> None:
    assert [fault.code for fault in faults(HEADER, ROOT, PROVINCE + ",thừa", DISTRICT)] == ["wrong-cell-count"]
    assert [fault.code for fault in faults(HEADER, ROOT, PROVINCE.replace("2024", "24"), DISTRICT)] == ["bad-date"]


def test_one_mistake_is_told_as_one() -> None:
    assert [fault.code for fault in faults(HEADER, "VSS,,national,,1995-02-16")] == ["empty-name"]
    nameless = PROVINCE.replace("P01", "")
    assert [fault.code for fault in faults(HEADER, ROOT, nameless, nameless)] == ["bad-code", "bad-code"]


def test_every_repeated_code_points_to_its_first_line() -> None:
    assert ["line 3" in fault.en for fault in faults(HEADER, ROOT, PROVINCE, PROVINCE, PROVINCE)] == [True, True]


def test_every_bad_row_is_told_up_to_a_limit() -> None:
    assert len(faults(HEADER, ROOT, *["P01,,"] * 400)) == 3 + 399 * 4
    assert len(faults(HEADER, ROOT, *["P01,,"] * 2000)) == MAX_FAULTS


def test_a_file_beyond_the_limit_is_refused_at_its_first_row_too_many() -> None:
    departments = (f"D{number},Vụ {number},central_department,VSS,2024-11-10" for number in range(MAX_ROWS))
    [fault] = faults(HEADER, ROOT, *departments)
    assert (fault.line, fault.code) == (MAX_ROWS + 2, "too-many-rows")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_bytes_that_are_not_utf_8_are_refused_with_their_line(end: bytes) -> None:
    with pytest.raises(ImportRefused) as refused:
        parse_units(end.join((HEADER.encode(), ROOT.encode(), PROVINCE.encode("utf-16"))))
    assert [(fault.line, fault.code) for fault in refused.value.faults] == [(3, "bad-utf8")]


OFFICE = [
    ["BẢO HIỂM XÃ HỘI VIỆT NAM", "", "", "", "", "", ""],
    ["DANH MỤC ĐƠN VỊ", "", "", "", "", "", ""],
    ["STT", "Đơn vị", "", "Loại đơn vị", "Đơn vị cấp trên", "Ngày thành lập", "Ghi chú"],
    ["", "Mã", "Tên", "", "", "", ""],
    ["1", "2", "3", "4", "5", "6", "7"],
    ["1", "VSS", "Bảo hiểm xã hội Việt Nam", "Trung ương", "", "16/02/1995", ""],
    ["2", "P01", "Bảo hiểm xã hội\u00a0thành phố Hà Nội", "Bảo hiểm xã hội cấp tỉnh", "VSS", "10/11/2024", "sửa"],
    ["3", "P01-D001", normalize("NFD", "Bảo hiểm xã hội quận Ba Đình"), "district", "P01", "10-11-2024", ""],
]
"""A table as an office makes it: titles, a merged head, numbered columns, names of kinds, notes."""


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_a_table_as_offices_make_it_is_read_like_the_plain_file(as_xlsx: bool) -> None:  # noqa: FBT001
    data, _, _ = written(OFFICE, "Đơn vị", as_xlsx=as_xlsx)
    assert as_xlsx or data.startswith(b"\xef\xbb\xbf")
    found = parse_units(data)
    assert found == parse(HEADER, ROOT, PROVINCE, DISTRICT)
    assert [row.line for row in found] == [6, 7, 8]


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_faults_of_an_office_s_table_name_its_own_lines(as_xlsx: bool) -> None:  # noqa: FBT001
    wrong = [*OFFICE, ["4", "p02", "Bảo hiểm xã hội tỉnh Hà Giang", "Cấp tỉnh", "VSS", "31/02/2024", ""]]
    data, _, _ = written(wrong, "Đơn vị", as_xlsx=as_xlsx)
    with pytest.raises(ImportRefused) as refused:
        parse_units(data)
    assert [(each.line, each.column) for each in refused.value.faults] == [
        (9, "code"), (9, "kind"), (9, "established_on"),
    ]  # fmt: skip
    assert "Bảo hiểm xã hội cấp tỉnh" in refused.value.faults[1].vi


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xd0\xcf\x11\xe0" + bytes(100), "old-excel"), (b"PK\x03\x04" + bytes(100), "bad-excel")],
)
def test_what_is_no_table_says_how_to_save_it(data: bytes, code: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        parse_units(data)
    [fault] = refused.value.faults
    assert (fault.code, "xlsx" in fault.vi) == (code, True)


def read_or_refused(data: bytes) -> tuple[UnitRow, ...] | ImportRefused:
    try:
        return parse_units(data)
    except ImportRefused as refused:
        return refused


def check_words(refused: ImportRefused) -> None:
    assert 1 <= len(refused.faults) <= MAX_FAULTS
    (refused.vi + "".join(fault.vi + fault.en + (fault.column or "") for fault in refused.faults)).encode("utf-8")


PIECES = st.binary(max_size=4) | st.sampled_from([b",", b'"', b"\n", b"\x00", b"VSS", b"P01"])


@given(mutations=st.lists(st.tuples(st.integers(0, len(SMALL)), st.integers(0, 8), PIECES), min_size=1, max_size=5))
def test_a_damaged_file_is_read_whole_or_refused_in_words(mutations: list[tuple[int, int, bytes]]) -> None:
    damaged = SMALL
    for start, length, put in mutations:
        damaged = damaged[:start] + put + damaged[start + length :]
    outcome = read_or_refused(damaged)
    if isinstance(outcome, ImportRefused):
        check_words(outcome)
    else:
        codes = [row.code for row in outcome]
        assert len(set(codes)) == len(codes)
        assert [row.code for row in outcome if row.parent is None] == codes[:1]
        assert all(row.parent in codes[:place] for place, row in enumerate(outcome) if row.parent)


@given(text=st.text())
def test_any_text_at_all_is_refused_in_words(text: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        parse_units(text.encode())
    check_words(refused.value)


@given(text=st.from_regex(PLAIN_FORM))
def test_a_file_of_the_plain_form_is_read_or_its_rows_do_not_agree(text: str) -> None:
    outcome = read_or_refused(text.encode())
    assert not isinstance(outcome, ImportRefused) or outcome.readable
