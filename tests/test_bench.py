"""The comparison of two checkouts: which figure of a row counts, and when the new code has become worse."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any

import pytest

from bench import commands, desk, letters, nation_kept, portal, portal_pages
from bench.against import Rounds, table
from bench.figures import Row, Scale
from bench.ground import DATA, drop
from deploy.local.embedded import Embedded
from services.portal.pages import all_pages


def row(name: str, ratio: float, value: float, *, most: bool = False) -> dict[str, Any]:
    return {"id": name, "unit": "1/s", "ratio": ratio, "value": value, "most": most}


def rounds(old: list[float], new: list[float], *, most: bool = False) -> Rounds:
    found = Rounds()
    for side, ratios in (("old", old), ("new", new)):
        for ratio in ratios:
            found.add(row("A1", ratio, 1.0, most=most), side)
    return found


@pytest.mark.parametrize(
    ("old", "new", "most", "met"),
    [
        ([0.8, 0.9, 1.0], [0.7, 0.8, 1.1], False, True),
        ([0.8, 0.9, 1.0], [0.7, 0.79, 1.1], False, False),
        ([2.0, 3.0, 4.0], [1.0, 4.0, 9.0], True, True),
        ([2.0, 3.0, 4.0], [1.0, 4.1, 4.2], True, False),
    ],
)
def test_a_median_beyond_the_old_codes_worst_round_is_a_failure(
    old: list[float],
    new: list[float],
    most: bool,  # noqa: FBT001 - a column of the table
    met: bool,  # noqa: FBT001
) -> None:
    assert rounds(old, new, most=most).met is met


def test_the_ratio_to_the_limit_counts_but_where_the_limit_is_none_of_the_machine() -> None:
    by_ratio, by_value = Rounds(), Rounds()
    by_ratio.add(row("A1", 0.5, 4000.0), "old")
    by_value.add(row("R2", 1.0, 60_000.0), "old")
    assert (by_ratio.old, by_ratio.unit) == ([0.5], "ratio")
    assert (by_value.old, by_value.unit) == ([60_000.0], "1/s")


def test_the_table_shows_median_lowest_and_highest_of_both() -> None:
    shown = table({"A1": rounds([0.5, 1.0, 0.9], [0.6, 0.7, 0.8])})
    cells = [next(iter(column.cells)) for column in shown.columns]
    assert cells[:5] == ["A1", "ratio", "0.900 (0.500..1.000)", "0.700 (0.600..0.800)", "0.78"]


@pytest.fixture
def no_folder_left() -> Iterator[None]:
    """A bench after the tests begins in a folder of its own."""
    there = DATA.exists()
    DATA.mkdir(exist_ok=True)
    yield
    if not there:
        shutil.rmtree(DATA)


@pytest.mark.server
@pytest.mark.usefixtures("no_folder_left")
@pytest.mark.parametrize("measured", [commands.measured, letters.measured])
async def test_what_rows_put_together_of_services_still_fits(
    servers: Embedded, measured: Callable[[Embedded, Scale, set[str]], AsyncIterator[Row]]
) -> None:
    small = Scale(rounds=1, seconds=0.1, events=1000, samples=5)
    assert [row.value > 0 async for row in measured(servers, small, set())] == [True]


def test_the_way_is_measured_in_equal_parts_after_the_first_records() -> None:
    reached = [(0.0, 0), (10.0, 100), (11.0, 300), (12.0, 500), (13.0, 700), (14.0, 900), (15.0, 1100)]
    assert portal.by_parts(reached, 5) == [200.0] * 5
    assert portal.by_parts([(0.0, 0), (2.0, 100)], 4) == [50.0] * 4


def test_of_a_hundred_requests_five_may_take_longer() -> None:
    assert portal.p95([float(number) for number in range(100, 0, -1)]) == 95.0
    assert portal.p95([7.0]) == 7.0


@pytest.mark.server
@pytest.mark.usefixtures("no_folder_left")
async def test_the_portal_is_measured_on_a_small_nation(servers: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {route.path.split("/")[1] for page in all_pages() for route in page.router.routes}  # type: ignore[attr-defined]

    def known(paths: Sequence[str]) -> tuple[str, ...]:
        return tuple(path for path in paths if path.split("?")[0].split("/")[1] in there)

    rows = {row: (known(paths), *bounds) for row, (paths, *bounds) in portal.PAGES.items() if known(paths)}
    monkeypatch.setattr(portal, "PAGES", rows)
    monkeypatch.setattr(portal, "ALL", known(portal_pages.ALL))
    small = Scale(rounds=1, seconds=3.0, events=1000, samples=5)
    found = {row.id: row async for row in portal.measured(servers, small, {*rows, "P4", "P5", "P6", "P7"})}
    asked = {row.id: row async for row in desk.measured(servers, small, {"Q1", "Q8", "I1"})}
    for name in await nation_kept.keep(servers, portal.SMALL):
        await drop(servers.database_url.rpartition("/")[0], f"nation_{nation_kept.key_of(portal.SMALL)}_{name}")
    assert found.keys() == {*rows, "P4", "P5", "P6", "P7"}
    assert all(row.value > 0 for row in found.values())
    assert found["P7"].value < 60
    assert asked.keys() == {"Q1", "Q8", "I1"}
    assert all(row.value > 0 for row in asked.values())
