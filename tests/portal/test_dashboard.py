"""What the dashboard shows of a day: dated facts, the map of that day, steps of colour, trend, funnel."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from math import dist
from uuid import UUID, uuid4

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some

from chassis.testing import project_all
from contracts.awards import AwardGranted, NominationDrafted
from contracts.campaigns import (
    CampaignLaunched,
    ResultRecomputed,
    ResultReported,
    ResultVerified,
    TargetAttained,
    TargetMissed,
)
from contracts.event import Event
from contracts.examples import example
from contracts.registry import RegistrationConfirmed, RegistrationOpened, UnitEstablished
from contracts.values import Direction, Goal, Period, Target, UnitKind
from deploy.local.embedded import Embedded
from services.portal.app import SERVICE
from services.portal.pages.dashboard import queries
from services.portal.pages.dashboard.maps import tile_map
from services.portal.pages.dashboard.queries import Fact, Unit
from services.portal.pages.dashboard.rows import COUNTRY, FactRow, What
from services.portal.pages.dashboard.scale import Scale
from services.portal.pages.dashboard.standings import PRIVATE, STATES, Standing, funnel, ranked, standings
from services.portal.pages.dashboard.sums import Part, Whole, whole
from services.portal.pages.dashboard.trend import Month, line, trend
from services.portal.views.progress import GoalRow
from services.portal.views.progress_queries import goals
from tests.served import Served, served

DRIVE, ROOT, NORTH, SOUTH, DISTRICT = (UUID(int=number) for number in range(1, 6))
DAY = date(2024, 11, 20)
UP, DOWN = Direction.AT_LEAST, Direction.BELOW
PLACE = {"campaign_id": DRIVE, "indicator": "cover", "year": 2024}


def unit(number: int, *, seen: bool = False) -> Unit:
    return Unit(UUID(int=number), f"P{number:02d}", f"Tỉnh {number}", "provincial", seen)


def fact(number: int, what: What, since: date, value: float | None = None) -> Fact:
    return Fact(UUID(int=number), what, since, None if value is None else Decimal(str(value)), early=False)


def so(*said: object) -> tuple[object, ...]:
    return said


def standing(number: int, value: float | None = None, *said: What, seen: bool = False) -> Standing:
    figure = None if value is None else Decimal(str(value))
    return Standing(unit(number, seen=seen), frozenset(said), target=Decimal(90), value=figure)


@pytest.mark.parametrize(
    ("day", "tiles"), [("2016-05-01", 63), ("2025-06-30", 63), ("2025-07-01", 34), ("2026-01-01", 34)]
)
def test_each_day_has_its_map_and_each_square_its_units(day: str, tiles: int) -> None:
    found = tile_map(date.fromisoformat(day)).tiles
    assert len(found) == tiles
    assert len({(tile.column, tile.row) for tile in found}) == tiles
    units = [code for tile in found for code in tile.units]
    assert len(units) == len(set(units)) == 63
    by_name = {tile.name: (tile.column, tile.row) for tile in found}
    for one, other in (
        ("Hà Nội", "Hưng Yên"),
        ("Cần Thơ", "Vĩnh Long"),
        ("Huế" if tiles == 34 else "Thừa Thiên Huế", "Đà Nẵng"),
    ):
        assert dist(by_name[one], by_name[other]) < 1.6, (one, other)


def test_a_code_that_survived_under_another_name_is_not_the_same_unit() -> None:
    [lao_cai] = [tile for tile in tile_map(date(2025, 7, 1)).tiles if tile.name == "Lào Cai"]
    assert (lao_cai.code, lao_cai.units) == ("15", ("P10", "P15"))


def test_a_day_shows_what_was_so_then() -> None:
    facts = [
        fact(1, What.TARGET, date(2024, 1, 5), 94),
        fact(1, What.VERIFIED, date(2024, 3, 31), 91),
        fact(2, What.REPORTED, date(2024, 3, 31), 90),
        fact(1, What.VERIFIED, date(2024, 6, 30), 92.5),
        fact(1, What.ATTAINED, date(2024, 6, 30), 0),
    ]
    first, second = standings([unit(1), unit(2)], facts, date(2024, 6, 30))
    assert so(first.target, first.value, first.change, first.attained) == so(94, Decimal("92.5"), Decimal("1.5"), False)
    assert so(second.value, second.attained, second.said) == so(None, None, {What.REPORTED})
    [first] = standings([unit(1)], facts[:2], date(2024, 4, 1))
    assert so(first.value, first.change, first.attained) == so(91, None, None)


@pytest.mark.parametrize(("direction", "order"), [(UP, [3, 1, 4, 2]), (DOWN, [2, 1, 4, 3])])
def test_the_best_come_first_and_equals_share_a_place(direction: Direction, order: list[int]) -> None:
    found = [standing(1, 90), standing(2, 80), standing(3, 95), standing(4, 90), standing(5)]
    places = ranked(found, direction)
    assert [each.unit.unit_id.int for _, each in places] == order
    assert [place for place, _ in places] == [1, 2, 2, 4]


@for_all(
    some.sampled_from(list(Direction)),
    some.decimals(0, 200, places=2),
    some.lists(some.decimals(0, 200, places=2), max_size=20),
)
def test_colour_says_whether_the_goal_is_met(direction: Direction, goal: Decimal, values: list[Decimal]) -> None:
    scale = Scale.around(direction, goal, values)
    for value in values:
        assert (scale.step(value) > 3) == direction.holds(value, goal)
        assert 0 <= scale.place(value) <= 100
    steps = [scale.step(value) for value in sorted(values, key=lambda each: direction.margin(each, goal))]
    assert steps == sorted(steps)
    legend = list(scale.legend())
    assert sorted(step for step, _, _ in legend) == list(range(6))
    assert legend[0][1] is None
    assert legend[-1][2] is None
    for value in values:
        [step] = {
            step
            for step, low, high in legend
            if (low is None or value >= low) and (high is None or value < high)
        }  # fmt: skip
        if value not in scale.bounds:  # on a bound the goal's own sign decides
            assert step == scale.step(value)


@pytest.mark.requirement("S001-7")
def test_units_come_to_the_ratio_of_their_sums_and_never_to_a_mean() -> None:
    assert whole([part(2, 100), part(30, 1000)]) == Whole(Decimal("2.909090"), 2, summed=True)  # no mean: 2.5
    assert whole([part(300, 400), part(900, 1600), Part(Decimal(99))]) == Whole(Decimal(60), 2, summed=True)
    assert whole([part(2_589_999_999, 100_000_000_000)]) == Whole(Decimal("2.589999"), 1, summed=True)  # cut
    assert whole([Part(Decimal(80)), Part(Decimal(95)), Part(Decimal(100))]) == Whole(Decimal(95), 3, summed=False)
    assert whole([]) is None


def part(numerator: int, denominator: int) -> Part:
    top, bottom = Decimal(numerator), Decimal(denominator)
    return Part(100 * top / bottom, top, bottom)


def verified(number: int, since: date, numerator: int, denominator: int) -> Fact:
    known = fact(number, What.VERIFIED, since, 100 * numerator / denominator)
    return replace(known, numerator=Decimal(numerator), denominator=Decimal(denominator))


def test_a_trend_counts_each_unit_once_with_its_latest_result() -> None:
    facts = [
        verified(1, date(2024, 1, 15), 80, 100),
        verified(2, date(2024, 2, 29), 270, 300),
        fact(3, What.VERIFIED, date(2024, 3, 1), 10),  # a bare per cent is in no sum
        verified(1, date(2024, 4, 1), 100, 100),
        fact(1, What.ATTAINED, date(2024, 4, 1), 1),
    ]
    months = trend(facts, date(2024, 4, 10))
    assert [so(month.day.isoformat(), month.value, month.results, month.attained) for month in months] == [
        so("2024-01-31", 80, 1, 0), so("2024-02-29", Decimal("87.5"), 2, 0), so("2024-03-31", Decimal("87.5"), 2, 0),
        so("2024-04-10", Decimal("92.5"), 2, 1),
    ]  # fmt: skip
    bare = [
        fact(number, What.VERIFIED, date(2024, 1, number), figure) for number, figure in ((1, 80), (2, 95), (3, 90))
    ]
    assert [month.value for month in trend(bare, date(2024, 1, 31))] == [90]  # the unit in the middle
    drawn = line(months, Decimal(90))
    heights = [y for _, y, _ in drawn.points]
    assert heights[0] > heights[1] == heights[2] > drawn.goal_y > heights[3]
    assert trend([], DAY) == []
    assert len(trend([fact(1, What.VERIFIED, date(2018, 1, 1), 80)], date(2025, 6, 1))) == 36


def test_a_trend_of_one_day_and_one_figure_can_be_drawn() -> None:
    [month] = trend([fact(1, What.VERIFIED, DAY, 90)], DAY)
    assert so(month.day, month.value) == so(DAY, 90)
    assert len(line([month], Decimal(90)).points) == 1


@for_all(some.lists(some.decimals(0, 200, places=2), min_size=1, max_size=30), some.decimals(0, 200, places=2))
def test_a_drawing_holds_all_of_its_figures(values: list[Decimal], goal: Decimal) -> None:
    months = [Month(DAY + timedelta(days=30 * number), value, 1, 0) for number, value in enumerate(values)]
    drawn = line(months, goal)
    for height in (drawn.goal_y, *(y for _, y, _ in drawn.points)):
        assert drawn.marks[-1][0] <= height <= drawn.marks[0][0]


def test_what_is_not_public_is_counted_over_the_whole_country_alone() -> None:
    found = [standing(1, None, What.CONFIRMED, What.PROPOSED), standing(2, None, What.CONFIRMED, seen=True)]
    assert [stage.number for stage in funnel(found, whole=True)] == [2, 0, 1, 0]
    assert [stage.number for stage in funnel(found, whole=False)] == [2, 0, None, 0]
    assert [stage.number for stage in funnel(found[1:], whole=False)] == [1, 0, 0, 0]
    assert STATES.keys() > PRIVATE


def launched() -> CampaignLaunched:
    goal = Goal(
        indicator="cover",
        name="Bao phủ",
        year=2024,
        direction=UP,
        value=Decimal(94),
        applies_to=(UnitKind.PROVINCIAL, UnitKind.DISTRICT),
    )
    return example(
        CampaignLaunched,
        campaign_id=DRIVE,
        period=Period(start=date(2024, 1, 1), end=date(2024, 12, 31)),
        goals=(goal,),
    )


def test_facts_become_dated_rows_whichever_way_topics_are_mixed() -> None:
    target = Target(indicator="cover", year=2024, value=Decimal(95), direction=UP)
    said: list[Event] = [
        example(RegistrationConfirmed, campaign_id=DRIVE, unit_id=NORTH, targets=(target,)),
        example(ResultVerified, **PLACE, unit_id=NORTH, value=Decimal(96)),
        example(TargetAttained, **PLACE, unit_id=NORTH, early=True),
        example(AwardGranted, campaign_id=DRIVE, unit_id=NORTH),
    ]
    shapes = [project_all(COUNTRY, *order)[FactRow.table.name] for order in permutations(said)]
    assert all(shape == shapes[0] for shape in shapes)
    assert {(key[2], key[4], key[5], row.get("value")) for key, row in shapes[0].items()} == {
        ("", "confirmed", DAY, None), ("cover", "target", DAY, 95), ("cover", "verified", DAY, 96),
        ("cover", "attained", DAY, 1), ("", "honoured", DAY, None),
    }  # fmt: skip


@pytest.fixture(scope="module")
async def portal(
    connections_shared: None, servers: Embedded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """The portal, knowing a country of two provinces and a district, and what became so on which day."""
    async with served(SERVICE, servers, tmp_path_factory.mktemp("issuer")) as service:
        for key, code, kind, parent, since in (
            (ROOT, "VSS", UnitKind.NATIONAL, None, date(1995, 2, 16)),
            (NORTH, "P01", UnitKind.PROVINCIAL, ROOT, date(2024, 1, 1)),
            (SOUTH, "P79", UnitKind.PROVINCIAL, ROOT, date(2024, 8, 1)),
            (DISTRICT, "P01-D001", UnitKind.DISTRICT, NORTH, date(2024, 1, 1)),
        ):
            said = UnitEstablished(
                unit_id=key, code=code, name=f"BHXH {code}", kind=kind, parent_id=parent, established_on=since
            )
            await service.feed(said, on=since)
        await service.feed(launched(), on=date(2024, 1, 2))
        for key in (NORTH, DISTRICT):
            await service.feed(example(RegistrationOpened, campaign_id=DRIVE, unit_id=key), on=date(2024, 1, 3))
        figures = [(date(2024, 3, 31), 91), (date(2024, 6, 30), 93), (date(2024, 9, 30), 95)]
        for on, figure in figures:
            for step in (ResultReported, ResultVerified):
                await service.feed(example(step, **PLACE, unit_id=NORTH, value=Decimal(figure)), on=on)
        await service.feed(example(TargetMissed, **PLACE, unit_id=NORTH), on=date(2024, 6, 30))
        await service.feed(example(TargetAttained, **PLACE, unit_id=NORTH, early=True), on=date(2024, 9, 30))
        await service.feed(example(ResultReported, **PLACE, unit_id=SOUTH, value=Decimal(99)), on=date(2024, 9, 30))
        await service.feed(example(NominationDrafted, campaign_id=DRIVE, unit_id=NORTH), on=date(2024, 10, 1))
        yield service


async def of(portal: Served, day: date, below: UUID = ROOT, held: UUID | None = None) -> dict[str, Standing]:
    """How what lies below a unit stood on a day, by code."""
    pool = portal.platform.pool
    [goal] = await goals(pool, DRIVE)
    kinds = [kind.value for kind in goal.applies_to]
    units = await queries.units(pool, [held] if held else [], below, day=day, campaign=DRIVE, kinds=kinds)
    found = standings(units, await queries.facts(pool, goal, units, day), day)
    return {each.unit.code: each for each in found}


async def test_any_past_day_is_read_as_it_was(portal: Served) -> None:
    assert (await of(portal, date(2024, 3, 30)))["P01"].value is None
    assert (await of(portal, date(2024, 3, 31)))["P01"].value == 91
    july = await of(portal, date(2024, 7, 1))
    assert so(july["P01"].value, july["P01"].attained, july.keys()) == so(93, False, {"P01"})
    october = await of(portal, date(2024, 10, 1))
    assert so(october["P01"].value, october["P01"].attained, october["P01"].early) == so(95, True, True)
    assert october.keys() == {"P01", "P79"}


async def test_a_fact_entered_late_changes_the_days_from_its_own_on(portal: Served) -> None:
    before = await of(portal, date(2024, 5, 31))
    await portal.feed(example(ResultVerified, **PLACE, unit_id=NORTH, value=Decimal("91.5")), on=date(2024, 5, 15))
    assert before["P01"].value == 91
    assert (await of(portal, date(2024, 5, 31)))["P01"].value == Decimal("91.5")
    assert (await of(portal, date(2024, 6, 30)))["P01"].value == 93


async def test_what_is_not_verified_is_no_result_and_what_is_below_is_found(portal: Served) -> None:
    south = (await of(portal, date(2024, 10, 1), held=NORTH))["P79"]
    assert so(south.value, south.unit.seen) == so(None, False)
    below = await of(portal, date(2024, 10, 1), NORTH, held=NORTH)
    assert {(code, each.unit.seen) for code, each in below.items()} == {("P01-D001", True)}
    [goal] = await goals(portal.platform.pool, DRIVE)
    done = await queries.progress(
        portal.platform.pool,
        goal,
        [each.unit for each in (await of(portal, date(2024, 10, 1))).values()],
        date(2024, 10, 1),
    )
    assert so(done["cover"].whole, done["cover"].attained) == so(Whole(Decimal(95), 1, summed=False), 1)
    assert isinstance(goal, GoalRow)
    assert await queries.unit(portal.platform.pool, [], uuid4()) is None


@pytest.mark.requirement("E18")
async def test_the_country_s_figure_is_the_ratio_of_sums(portal: Served) -> None:
    """2/100 and 30/1,000 are 2.91 %, whatever their mean is; a recomputed denominator counts at once."""
    on = date(2024, 11, 1)
    for unit_id, value, numerator, denominator in ((NORTH, 2, 2, 100), (SOUTH, 3, 30, 1000)):
        parts = {"value": Decimal(value), "numerator": Decimal(numerator), "denominator": Decimal(denominator)}
        await portal.feed(example(ResultVerified, **PLACE, unit_id=unit_id, **parts), on=on)
    assert await whole_of(portal, on) == Whole(Decimal("2.909090"), 2, summed=True)
    again = {"value": Decimal(4), "numerator": Decimal(2), "denominator": Decimal(50), "verified": True}
    await portal.feed(example(ResultRecomputed, **PLACE, unit_id=NORTH, **again), on=on + timedelta(days=1))
    assert await whole_of(portal, on + timedelta(days=1)) == Whole(Decimal("3.047619"), 2, summed=True)


async def whole_of(portal: Served, day: date) -> Whole | None:
    """What the country comes to on a day: as its table has it, and as its trend ends."""
    pool = portal.platform.pool
    [goal] = await goals(pool, DRIVE)
    shown = [each.unit for each in (await of(portal, day)).values()]
    found = (await queries.progress(pool, goal, shown, day))["cover"].whole
    assert found is not None
    assert trend(await queries.facts(pool, goal, shown, day), day)[-1].value == found.value
    return found
