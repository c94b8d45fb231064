"""Sums over units."""

from decimal import Decimal
from uuid import UUID

from services.campaigns.domain.rolling_up import Part, Sum, rolled_up

NATION, A, B, C, D1, D2 = (UUID(int=n) for n in range(1, 7))
PARENTS = {NATION: None, A: NATION, B: NATION, C: NATION, D1: C, D2: C}


def part(numerator: int, denominator: int) -> Part:
    return Part(Decimal(numerator), Decimal(denominator))


def test_numerators_and_denominators_are_added_and_who_is_missing_is_no_nought() -> None:
    whole, parts = rolled_up(PARENTS, {A: part(300, 400), B: part(900, 1600), C: None}, NATION)
    assert (whole.value, whole.reported, whole.asked) == (Decimal(60), 2, 3)
    assert parts[C] == Sum(asked=1)


def test_a_province_is_the_sum_of_its_districts_unless_it_reports_itself() -> None:
    districts = {D1: part(40, 100), D2: part(60, 100)}
    whole, parts = rolled_up(PARENTS, {A: part(100, 200), C: None, **districts}, NATION)
    assert (parts[C].value, parts[C].asked) == (Decimal(50), 2)
    assert (whole.numerator, whole.asked) == (Decimal(200), 3)
    whole, _ = rolled_up(PARENTS, {A: part(100, 200), C: part(110, 200), **districts}, NATION)
    assert (whole.numerator, whole.reported, whole.asked) == (Decimal(210), 2, 2)


def test_nothing_reported_is_no_ratio() -> None:
    whole, _ = rolled_up(PARENTS, {A: None}, NATION)
    assert (whole.value, whole.asked, whole.verdict(None)) == (None, 1, None)
