"""The published language: committed schemas, lenient reading, strict producing, no personal data."""

import json
from datetime import date
from decimal import Decimal
from uuid import uuid4

import jsonschema
import pytest
from pydantic import ValidationError

from contracts import CATALOGUE
from contracts.event import Event
from contracts.registry import TargetRegistered
from contracts.schema import FOLDER, rendered, schemas
from contracts.values import Direction, Goal, Period

A_TARGET = TargetRegistered(
    registration_id=uuid4(),
    campaign_id=uuid4(),
    unit_id=uuid4(),
    indicator="health_insurance_coverage",
    year=2025,
    value=Decimal("95.20"),
)


def test_committed_schemas_are_those_of_the_contracts() -> None:
    """After a change of a contract run `make schemas` and look at the difference."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert committed == {name: rendered(schema) for name, schema in schemas().items()}


def test_an_event_fits_its_schema_and_comes_back_as_it_was() -> None:
    text = A_TARGET.model_dump_json()
    jsonschema.validate(json.loads(text), schemas()["registry.TargetRegistered.v1.json"])
    assert TargetRegistered.model_validate_json(text) == A_TARGET
    assert '"95.20"' in text


def test_a_reader_ignores_fields_that_it_does_not_know() -> None:
    newer = json.loads(A_TARGET.model_dump_json()) | {"added_later": 1}
    assert TargetRegistered.model_validate(newer) == A_TARGET
    assert all(schema.get("additionalProperties", True) for schema in schemas().values())


def test_a_producer_may_not_name_a_field_that_is_not_there() -> None:
    with pytest.raises(TypeError, match="added_later"):
        TargetRegistered(**(A_TARGET.model_dump() | {"added_later": 1}))


def test_events_are_frozen() -> None:
    with pytest.raises(ValidationError):
        A_TARGET.year = 2026  # type: ignore[misc]


@pytest.mark.parametrize("event", CATALOGUE.values(), ids=lambda event: event.__name__)
def test_no_event_has_a_field_for_personal_data(event: type[Event]) -> None:
    private = {"full_name", "phone", "email", "birth_date", "address", "zalo_id", "first_name", "last_name"}
    assert not private & event.model_fields.keys()
    assert event.__doc__


def test_type_names_are_unique_and_carry_service_and_version() -> None:
    assert TargetRegistered.type_name() == "thidua.registry.TargetRegistered.v1"
    assert len(CATALOGUE) == len({event.__name__ for event in CATALOGUE.values()})


@pytest.mark.parametrize(
    ("direction", "below", "at", "above"),
    [
        (Direction.AT_LEAST, False, True, True),
        (Direction.ABOUT, False, True, True),
        (Direction.ABOVE, False, False, True),
        (Direction.AT_MOST, True, True, False),
        (Direction.BELOW, True, False, False),
    ],
)
def test_each_direction_holds_on_its_own_side(direction: Direction, *, below: bool, at: bool, above: bool) -> None:
    bound = Decimal("2.59")
    values = (bound - Decimal("0.01"), bound, bound + Decimal("0.01"))
    assert [direction.holds(value, bound) for value in values] == [below, at, above]


def test_a_lower_value_beats_a_goal_that_is_to_stay_below() -> None:
    goal = Goal(
        indicator="late_payment_rate",
        name="Tỷ lệ chậm đóng",
        year=2024,
        direction=Direction.BELOW,
        value=Decimal("2.59"),
    )
    assert goal.allows(Decimal("2.5"))
    assert not goal.allows(Decimal("2.59"))
    assert goal.direction.margin(Decimal("2.4"), Decimal("2.5")) == Decimal("0.1")


def test_a_period_may_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="before it starts"):
        Period(start=date(2025, 1, 1), end=date(2024, 12, 31))
