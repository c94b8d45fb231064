"""Contracts have a past: what was released can be read for ever, and is called what it was called."""

import json
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import jsonschema
import pytest

from chassis.facts import envelope
from contracts import CATALOGUE, EVENTS
from contracts.event import Event
from contracts.examples import EXAMPLES, example
from contracts.registry import TargetRegistered
from contracts.schema import schemas

RELEASED = Path("contracts/released")
SAID = {"title", "description", "$id", "examples", "default"}


def released() -> dict[str, Any]:
    """Schemas as some release had them, by file name."""
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RELEASED.glob("*.json"))}


def structure(schema: Any) -> Any:
    """A schema without what people alone read."""
    if isinstance(schema, dict):
        return {key: structure(value) for key, value in schema.items() if key not in SAID or key == "properties"}
    return [structure(each) for each in schema] if isinstance(schema, list) else schema


def broken(old: Any, new: Any, path: str = "") -> list[str]:
    """In which places bytes that fitted the old schema may not fit the new one, or mean something else."""
    if isinstance(old, dict) and isinstance(new, dict):
        if "enum" in old and set(old["enum"]) <= set(new.get("enum", ())):
            old, new = ({key: value for key, value in each.items() if key != "enum"} for each in (old, new))
        found = [f"{path}: now asks for {each}" for each in set(new.get("required", ())) - set(old.get("required", ()))]
        for key in (old.keys() | new.keys()) - {"required"}:
            if key in old and key in new:
                found += broken(old[key], new[key], f"{path}/{key}")
            elif key in old or not (path.endswith(("properties", "$defs")) or key == "$defs"):
                found.append(f"{path}/{key}: {'gone' if key in old else 'new'}")
        return found
    return [] if old == new else [f"{path}: {old} is now {new}"]


@pytest.mark.parametrize("name", sorted(released()))
def test_what_was_released_can_still_be_read(name: str) -> None:
    assert name in schemas(), "a released type must stay; give it a new version and retire this one"
    assert broken(structure(released()[name]), structure(schemas()[name])) == []


def test_the_gate_sees_what_breaks_a_reader_and_lets_pass_what_does_not() -> None:
    old = structure(TargetRegistered.model_json_schema())
    newer = json.loads(json.dumps(old))
    newer["properties"]["note"] = {"type": "string"}
    assert broken(old, newer) == []
    newer["required"].append("note")
    assert broken(old, newer) == [": now asks for note"]
    del newer["properties"]["value"]
    newer["properties"]["year"]["type"] = "string"
    assert len(broken(old, newer)) == 3


def test_there_is_one_example_of_every_event() -> None:
    assert EXAMPLES.keys() == set(EVENTS)


@pytest.mark.parametrize("event", EXAMPLES.values(), ids=lambda event: type(event).__name__)
def test_an_example_fits_its_schema_and_comes_back_as_it_was(event: Event) -> None:
    text = envelope.encode(event)
    jsonschema.validate(json.loads(text), schemas()[f"{event.type_name().removeprefix('thidua.')}.json"])
    assert envelope.decode(event.type_name(), text) == event
    assert event.now() is event


def test_an_example_can_be_changed() -> None:
    assert example(TargetRegistered, value=Decimal(3)).value == 3


class Measured(Event, service="trial", version=2):
    """A made-up fact in its second version."""

    metres: Decimal


class MeasuredV1(Event, service="trial", name="Measured", retired=True):
    """Its first version."""

    feet: Decimal
    places: ClassVar[int] = 4

    def now(self) -> Measured:
        return Measured(metres=round(self.feet * Decimal("0.3048"), self.places))


def test_a_retired_version_is_read_as_what_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (MeasuredV1.type_name(), Measured.type_name()) == ("thidua.trial.Measured.v1", "thidua.trial.Measured.v2")
    monkeypatch.setitem(envelope._READERS, MeasuredV1.type_name(), envelope._reader(MeasuredV1))
    assert envelope.decode("thidua.trial.Measured.v1", '{"feet": "10"}') == Measured(metres=Decimal("3.0480"))


def test_a_retired_version_is_not_produced_any_more() -> None:
    with pytest.raises(TypeError, match="MeasuredV1 is retired"):
        MeasuredV1(feet=Decimal(1))


def test_an_event_says_whose_it_is() -> None:
    class Nobodys(Event):
        """A made-up fact of no service."""

    with pytest.raises(TypeError, match="does not say whose it is"):
        Nobodys.type_name()


def test_no_two_events_have_one_type() -> None:
    assert len(CATALOGUE) == len(EVENTS)


def test_the_package_for_partners_holds_every_package_of_contracts() -> None:
    told = tomllib.loads(Path("contracts/pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    assert set(told) == {".".join(file.parent.parts) for file in Path("contracts").rglob("__init__.py")}
