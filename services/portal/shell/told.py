"""What a page's read model tells those who show pages: that a thing has changed, and whom it may concern."""

from uuid import UUID

from pydantic import BaseModel

from contracts.registry import Role


class Told(BaseModel):
    """A thing below a page (`registrations`), the roles it concerns in its unit and above, and who changed it."""

    page: str
    thing: UUID
    unit: UUID
    roles: tuple[Role, ...]
    by: UUID | None
