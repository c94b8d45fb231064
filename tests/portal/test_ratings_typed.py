"""A table of ratings as offices have it: read whole, with every wrong row."""

import pytest

from services.campaigns.reference.rating_rules import ratings_of
from services.portal.pages.ratings.typed import ratings
from services.portal.shell.unit_tables import UnitTable, unknown
from services.portal.shell.unit_tables import read as read_table

CHOICES = [each.model_dump() for each in ratings_of(2023)]
HEAD = "Mã đơn vị\tXếp loại\n"


def read(text: str) -> UnitTable[str]:
    return read_table(text, ratings(CHOICES, "vi"), "vi")


@pytest.mark.requirement("A7")
def test_ratings_are_read_by_their_code_their_short_form_and_their_name() -> None:
    rows = "p31\tHTXS\nP30\thoàn thành TỐT nhiệm vụ\nP29\tnot_completed\n\t\n"
    found = read(HEAD + rows)
    assert found.faults == []
    assert found.values == {"P31": "excellent", "P30": "good", "P29": "not_completed"}


def test_every_wrong_row_is_named_with_its_line() -> None:
    found = read(f"{HEAD}P31\tTuyệt vời\n\tHTT\nP30\tHT\nP30\tHTT\nP99\tHT\n")
    assert [each.line for each in found.faults] == [2, 3, 5]
    assert "HTXS (Hoàn thành xuất sắc nhiệm vụ)" in found.faults[0].says
    found.units = {"P31": "1", "P30": "2"}
    assert [each.line for each in unknown(found, "vi")] == [6]


def test_a_table_without_its_head_is_told_so() -> None:
    [fault] = read("P31\tHTXS\n").faults
    assert "Mã đơn vị" in fault.says
