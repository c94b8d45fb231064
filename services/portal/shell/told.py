"""What a page's read model tells those who show pages: that a thing has changed, and whom it may concern."""

from typing import Final, NamedTuple
from uuid import UUID

from pydantic import TypeAdapter

from contracts.registry import Role


class Told(NamedTuple):
    """A thing below a page (`registrations`), the roles it concerns in its unit and above, and who changed it."""

    page: str
    thing: UUID
    unit: UUID
    roles: tuple[Role, ...]
    by: UUID | None

    def __str__(self) -> str:
        """As it is sent."""
        return _JSON.dump_json(self).decode()

    @classmethod
    def of(cls, text: str) -> "Told":
        """What was sent; raises pydantic.ValidationError."""
        return _JSON.validate_json(text)


_JSON: Final = TypeAdapter(Told)
