"""The cast of a local platform, as its sign-in page lists it: made-up people, one for each role."""

import json
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, TypeAdapter

FILE = "cast.json"


class Member(BaseModel):
    """One of the cast: a made-up person with a role in a unit, in words for people too."""

    id: UUID
    name: str
    role: str
    role_name: str
    unit: str
    unit_name: str


_CAST = TypeAdapter(list[Member])


def read_cast(data: Path) -> list[Member]:
    """The cast of a platform; nobody as long as it has none."""
    try:
        return _CAST.validate_json((data / FILE).read_bytes())
    except (OSError, ValueError):
        return []


def write_cast(data: Path, cast: list[Member]) -> None:
    """Let the sign-in page list these people."""
    (data / FILE).write_text(json.dumps([member.model_dump(mode="json") for member in cast], ensure_ascii=False))
