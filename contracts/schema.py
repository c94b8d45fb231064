"""JSON Schemas of all events, generated from the contracts and committed: `python -m contracts.schema`."""

import json
from pathlib import Path
from typing import Any

from contracts import CATALOGUE
from contracts.people import PersonDetails

FOLDER = Path(__file__).parent / "schemas"


def schemas() -> dict[str, dict[str, Any]]:
    """Schemas by file name, one per event type and version."""
    found = {
        f"{name.removeprefix('thidua.')}.json": event.model_json_schema(mode="serialization")
        | {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:thidua:schema:{name.removeprefix('thidua.')}",
            "x-audience": event.audience.value,
        }
        for name, event in CATALOGUE.items()
    }
    found["people.PersonDetails.v1.json"] = PersonDetails.model_json_schema(mode="serialization") | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:thidua:schema:people.PersonDetails.v1",
        "x-audience": "restricted",
    }
    return found


def rendered(schema: dict[str, Any]) -> str:
    """A schema as it stands in its file."""
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main() -> None:
    """Write every schema, and remove files whose event is gone."""
    FOLDER.mkdir(exist_ok=True)
    wanted = schemas()
    for name, schema in wanted.items():
        (FOLDER / name).write_text(rendered(schema), encoding="utf-8")
    for path in FOLDER.glob("*.json"):
        if path.name not in wanted:
            path.unlink()


if __name__ == "__main__":
    main()
