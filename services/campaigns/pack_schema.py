"""The JSON Schema of campaign packs, for editors that help to write one: `python -m services.campaigns.pack_schema`."""

import json
from pathlib import Path
from typing import Final

from services.campaigns.domain.pack import Pack

FILE: Final = Path("services/campaigns/packs/pack.schema.json")


def text() -> str:
    """The whole schema, as it stands in its file."""
    schema = Pack.model_json_schema() | {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:thidua:schema:campaign-pack",
        "title": "Campaign pack",
    }
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
