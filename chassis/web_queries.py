"""What query endpoints have in common: waiting for a position, and pages by key."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, TypeAdapter

from chassis.problem import Problem

T = TypeVar("T")

_LARGEST: Final = 2**63 - 1


class Page(BaseModel, Generic[T]):
    """Part of a list, in the order of its key; `next` goes into `after` to get what follows, null at the end."""

    items: list[T]
    next: str | None


class Paging:
    """The part of a list that a query asks for; a dependency: `paging: Annotated[Paging, Depends()]`."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        after: Annotated[str | None, Query(max_length=2000, description="`next` of the page before.")] = None,
    ) -> None:
        self.limit, self._after = limit, after

    def key(self, *types: Any) -> tuple[Any, ...] | None:
        """The last key of the page before, of these column types; None for the first page.

        Raises Problem 400 `cursor-malformed` when it is not one that `page` made.
        """
        if self._after is None:
            return None
        try:
            text = urlsafe_b64decode(self._after + "=" * (-len(self._after) % 4))
            key: tuple[Any, ...] = TypeAdapter(tuple[types]).validate_json(text)  # type: ignore[valid-type]
        except ValueError:
            raise _malformed() from None
        if any(isinstance(part, str) and "\0" in part for part in key) or any(
            isinstance(part, int) and abs(part) > _LARGEST for part in key
        ):
            raise _malformed()
        return key

    def page(self, rows: Sequence[T], key: Callable[[T], tuple[object, ...]]) -> Page[T]:
        """The page made of `rows`, of which the query was to fetch up to `limit` + 1, and `key` of its last row."""
        more = len(rows) > self.limit
        items = list(rows[: self.limit])
        after = urlsafe_b64encode(orjson.dumps(key(items[-1]), default=str)).rstrip(b"=").decode() if more else None
        return Page(items=items, next=after)


def _malformed() -> Problem:
    return Problem(
        400,
        "cursor-malformed",
        "Vị trí trang không hợp lệ; hãy tải lại danh sách từ đầu.",
        "The page cursor is not valid; load the list from its beginning.",
    )
