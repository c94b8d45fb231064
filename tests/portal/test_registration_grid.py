"""A block from a spreadsheet finds its cells; what does not belong there is left out."""

import unicodedata
from typing import Any

import pytest

from services.portal.pages.registrations.grid import grid
from services.portal.pages.registrations.pasted import spread

HEALTH, LABOUR = "Tỷ lệ dân số tham gia bảo hiểm y tế", "Tỷ lệ lực lượng lao động tham gia BHXH"


def goal(indicator: str, name: str, year: int) -> dict[str, Any]:
    return {"indicator": indicator, "name": name, "year": year, "direction": "at_least", "value": "90"}


REGISTRATION: dict[str, Any] = {
    "targets": [{"indicator": "health", "year": 2024, "value": "94.50"}],
    "actions": [{"name": "register_target", "choices": [{"indicator": "health", "year": 2024}]}],
    "terms": {
        "goals": [goal("health", HEALTH, 2024), goal("health", HEALTH, 2025), goal("labour", LABOUR, 2025)],
    },
}
ROWS = grid(REGISTRATION, {})


def test_a_grid_has_a_cell_for_each_goal_and_shows_what_stands() -> None:
    assert [(row.name, sorted(row.cells)) for row in ROWS] == [(HEALTH, [2024, 2025]), (LABOUR, [2025])]
    first = ROWS[0].cells[2024]
    assert (first.pledged, first.typed, first.open) == ("94,5", "94,5", True)
    assert ROWS[0].cells[2025].open is False
    assert grid(REGISTRATION, {first.name: "95,1"})[0].cells[2024].typed == "95,1"


@pytest.mark.parametrize(
    "block",
    [
        "94,6\t95,3\n\t45,2",
        f"Chỉ tiêu\t2024\t2025\n{HEALTH}\t94,6\t95,3\n{LABOUR}\t\t45,2",
        f"Chỉ tiêu\tNăm 2025\tNăm 2024\n{LABOUR}\t45,2\t\n{HEALTH}\t95,3\t94,6",
        f"{unicodedata.normalize('NFD', HEALTH)}\t94,6\t95,3\n{LABOUR.upper()}\t\t45,2\r\n",
    ],
    ids=["by shape", "by names and years", "in another order", "NFD and capitals"],
)
def test_a_block_finds_its_cells(block: str) -> None:
    assert spread(block, ROWS) == {"t-health-2024": "94,6", "t-health-2025": "95,3", "t-labour-2025": "45,2"}


def test_a_block_that_is_far_too_large_or_does_not_fit_is_cut() -> None:
    block = "\n".join("\t".join(f"{row},{column}" for column in range(60)) for row in range(300))
    assert set(spread(block, ROWS)) == {"t-health-2024", "t-health-2025", "t-labour-2025"}
    assert spread("", ROWS) == {}
    assert spread("Ghi chú\nkhông có số", ROWS[:0]) == {}
