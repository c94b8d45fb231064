"""Figures and days as people type them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from contracts.values import Direction
from services.portal.shell.figures import (
    NotADay,
    NotAFigure,
    read_day,
    read_figure,
    show_day,
    show_figure,
    show_moment,
    show_near,
    show_phone,
)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("94,2 %", "94.2"),
        ("94.2", "94.2"),
        ("1.234", "1234"),
        ("1,234", "1.234"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1\u00a0234,5", "1234.5"),
        ("\u200b95,16\u202f%", "95.16"),
        ("-3", "-3"),
        ("\u22123,5", "-3.5"),
        ("９５,5", "95.5"),
    ],
)
def test_figures_are_read_as_they_are_typed_in_viet_nam(typed: str, value: str) -> None:
    assert read_figure(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["", "12/11/2024", "2024-11-12", "abc", "1.2.3", "1,2,3", "1e5", "NaN", "9" * 60, "=1+1", "١٢"]
)
def test_what_is_no_figure_is_not_guessed(typed: str) -> None:
    with pytest.raises(NotAFigure):
        read_figure(typed)


@pytest.mark.requirement("E12")
@pytest.mark.parametrize(
    ("value", "direction", "bounds", "shown"),
    [
        ("45.520183", "at_least", ["45.1"], "45,52"),
        ("45.099999", "at_least", ["45.1"], "45,099999"),
        ("2.5899", "below", ["2.59"], "2,5899"),
        ("2.5904", "below", ["2.59"], "2,5904"),
        ("2.500400", "below", ["2.59", "2.5"], "2,5004"),
        ("95.149999", "about", ["95.1", None], "95,14"),
        ("45.1", "above", ["45.1"], "45,1"),
        ("0.000300", "above", ["0"], "0,0003"),
        ("1E+2", "at_least", ["100"], "100"),
        (None, "at_least", ["1"], ""),
    ],
)
def test_a_figure_beside_its_goal_has_two_decimals_or_as_many_as_it_takes(
    value: str | None, direction: str, bounds: list[str | None], shown: str
) -> None:
    assert show_near(value, direction, *bounds) == shown


@given(some.decimals(0, 200, places=6), some.decimals(0, 200, places=2), some.sampled_from(list(Direction)))
def test_what_is_shown_stands_on_the_side_of_the_goal_on_which_the_figure_does(
    value: Decimal, goal: Decimal, direction: Direction
) -> None:
    shown = read_figure(show_near(value, direction, goal))
    assert direction.holds(shown, goal) == direction.holds(value, goal)
    assert 0 <= value - shown < Decimal("0.01")


@given(some.decimals(-(10**9), 10**9, places=6))
def test_a_figure_that_is_shown_is_read_as_itself(value: Decimal) -> None:
    assert read_figure(show_figure(value)) == value


@pytest.mark.parametrize(
    ("typed", "day"), [("20/11/2024", (2024, 11, 20)), ("2024-11-20", (2024, 11, 20)), (" 1/2/2025 ", (2025, 2, 1))]
)
def test_days(typed: str, day: tuple[int, int, int]) -> None:
    assert read_day(typed) == date(*day)
    assert read_day(show_day(date(*day))) == date(*day)


@pytest.mark.parametrize("typed", ["", "31/02/2024", "11/20/2024", "20/11/24", "hôm nay"])
def test_what_is_no_day(typed: str) -> None:
    with pytest.raises(NotADay):
        read_day(typed)


def test_a_moment_is_shown_as_a_clock_in_viet_nam_shows_it() -> None:
    assert show_moment("2026-11-28T19:52:00Z") == "29/11/2026 02:52"


@pytest.mark.parametrize(
    ("kept", "shown"),
    [("84912345678", "0912 345 678"), ("+84912345678", "0912 345 678"), ("8491234", "8491234"), (None, "")],
)
def test_a_mobile_number_is_shown_as_it_is_dialled(kept: str | None, shown: str) -> None:
    assert show_phone(kept) == shown
