"""What lists have in common: pages by key.

Each list says what its `after` is (an id, a code, a position), so that a client, and OpenAPI, know what it may hold.
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

T = TypeVar("T")

_AFTER: Final = "`next` of the page before."
_LAST: Final = 2**63 - 1

Position = Annotated[int, Query(ge=0, le=_LAST, description=_AFTER)]
"""The `after` of a list in the order of positions."""


class Page(BaseModel, Generic[T]):
    """Part of a list, in the order of its key; `next` goes into `after` to get what follows, null at the end."""

    items: list[T]
    next: str | None


class Paging:
    """How much of a list a query asks for; a dependency: `paging: Paged`."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def page(self, rows: Sequence[T], key: Callable[[T], object]) -> Page[T]:
        """The page made of `rows`, of which the query was to fetch up to `limit` + 1, and `key` of its last row."""
        items = list(rows[: self.limit])
        return Page(items=items, next=str(key(items[-1])) if len(rows) > self.limit else None)


async def _paging(limit: Annotated[int, Query(ge=1, le=500)] = 100) -> Paging:
    return Paging(limit)  # a coroutine: FastAPI sends whatever else it calls through a thread


Paged = Annotated[Paging, Depends(_paging)]
"""The parameter of a list that comes in pages."""
