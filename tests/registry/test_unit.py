"""Rules of Unit."""

from datetime import date
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as some
from pydantic import ValidationError

from chassis.facts.decider import Context, Rejected
from chassis.testing import Given, given
from contracts.event import Event
from contracts.registry import UnitEvent
from contracts.values import UnitKind
from services.registry.domain.unit import UNIT, EstablishUnit, UnitCommand, unit_id
from services.registry.domain.unit_import import ImportRefused, parse_units
from services.registry.domain.unit_state import Known, Unit
from tests.registry.examples import PROVINCE, ROOT, established

PROVINCIAL = established("P01", UnitKind.PROVINCIAL, ROOT)


def unit(
    *history: Event, parent: UnitKind | None = UnitKind.NATIONAL, root: UUID | None = ROOT
) -> Given[UnitCommand, Unit, UnitEvent, Known]:
    """A unit's stream; its parent is the root unless said otherwise."""
    return given(UNIT, *history).knowing(Known(parent_kind=parent, root_id=root))


def establish(code: str = "P01", kind: UnitKind = UnitKind.PROVINCIAL) -> EstablishUnit:
    return EstablishUnit(
        code=code,
        name=f"Đơn vị {code}",
        kind=kind,
        parent_id=ROOT,
        established_on=date(2024, 11, 10),
    )


def establish_root() -> EstablishUnit:
    return EstablishUnit(
        code="VSS",
        name="Đơn vị VSS",
        kind=UnitKind.NATIONAL,
        established_on=date(2024, 11, 10),
    )


def test_a_unit_is_established_below_a_known_one() -> None:
    unit().when(establish()).then(PROVINCIAL)


def test_the_root_is_established_first() -> None:
    unit(root=None).when(establish_root()).then(established("VSS", UnitKind.NATIONAL, None))


def test_an_organisation_has_one_root() -> None:
    unit(root=PROVINCE).when(establish_root()).rejected("second-root")


def test_the_same_unit_again_changes_nothing_even_if_its_parent_cannot_be_looked_up() -> None:
    unit(PROVINCIAL, parent=None).when(establish()).nothing()


def test_a_code_belongs_to_one_unit() -> None:
    other = establish().model_copy(update={"name": "Đơn vị khác"})
    unit(PROVINCIAL).when(other).rejected("unit-already-established")


def test_an_unknown_parent_is_refused() -> None:
    unit(parent=None).when(establish()).rejected("unit-unknown")


def test_only_the_root_has_no_parent() -> None:
    unit().when(establish().model_copy(update={"parent_id": None})).rejected("parent-missing")


def test_a_province_does_not_stand_below_a_district() -> None:
    unit(parent=UnitKind.DISTRICT).when(establish()).rejected("parent-of-wrong-kind")


ORDER = (UnitKind.NATIONAL, UnitKind.REGIONAL, UnitKind.PROVINCIAL, UnitKind.DISTRICT)
CHAIN = "code,name,kind,parent,established_on\nVSS,Việt Nam,national,,1995-02-16\n"


@pytest.mark.parametrize(("kind", "parent"), list(product(UnitKind, ORDER)))
def test_one_unit_and_a_whole_file_know_the_same_order(kind: UnitKind, parent: UnitKind) -> None:
    """A parent of each kind that can stand somewhere below the root, in a file that is right but for the last line."""
    steps = ORDER[1 : ORDER.index(parent) + 1]
    codes = ["VSS", *(f"U{number}" for number in range(len(steps)))]
    above = [f"U{n},Đơn vị,{step},{codes[n]},2024-11-10\n" for n, step in enumerate(steps)]
    file = f"{CHAIN}{''.join(above)}NEW,Đơn vị,{kind},{codes[-1]},2024-11-10\n"
    try:
        parse_units(file.encode())
    except ImportRefused:
        unit(parent=parent).when(establish("NEW", kind)).rejected("parent-of-wrong-kind")
    else:
        unit(parent=parent).when(establish("NEW", kind)).then(established("NEW", kind, ROOT))


@pytest.mark.parametrize("code", ["", "p01", "P 01", "P01\n", "-P01", "P" * 31])
def test_a_code_is_short_and_plain(code: str) -> None:
    with pytest.raises(ValidationError):
        establish(code)


@pytest.mark.parametrize("name", ["", "   ", "=HYPERLINK(1)", "Hà\x00Nội", "Hà\nNội", "x" * 256])
def test_a_name_is_visible_text(name: str) -> None:
    with pytest.raises(ValidationError):
        EstablishUnit.model_validate({**establish().model_dump(), "name": name})


def test_a_name_is_composed() -> None:
    command = EstablishUnit.model_validate({**establish().model_dump(), "name": " Ha\u0300 No\u0323\u0302i "})
    assert command.name == "Hà Nội"


def test_ids_follow_from_codes() -> None:
    assert unit_id("P01") == unit_id("P01") != unit_id("P02")


COMMANDS = some.builds(
    establish,
    code=some.sampled_from(["P01", "P02"]),
    kind=some.sampled_from(UnitKind),
)


KINDS = some.none() | some.sampled_from(UnitKind)
KNOWN = some.builds(Known, parent_kind=KINDS, root_id=some.sampled_from([None, ROOT]))


@for_all(commands=some.lists(COMMANDS, min_size=1, max_size=6), known=KNOWN)
def test_the_same_command_a_second_time_changes_nothing(commands: list[EstablishUnit], known: Known) -> None:
    history: list[Event] = []
    for command in commands:
        for turn in range(2):
            try:
                events = UNIT.decide(command, UNIT.fold(history), known, Context(occurred_on=date(2024, 11, 20)))
            except Rejected:
                events = []
            assert not (turn and events)
            history += events
