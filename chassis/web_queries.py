"""What query endpoints have in common: waiting for a position, and pages by key."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel, TypeAdapter

from chassis.problems import AGAIN, Problem

T = TypeVar("T")

_LARGEST: Final = 2**63 - 1
_TICK = 0.01


class Checkpoint:
    """How far a read model has come; asked once per tick, however many requests wait for it.

    `read` gives the position up to which the model is built.
    """

    def __init__(self, read: Callable[[], Awaitable[int]]) -> None:
        self._read = read
        self._reached = 0
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._poll: asyncio.Task[None] | None = None

    async def wait_for(self, position: int, seconds: float = 5.0) -> None:
        """Return once the model reflects `position`; raises Problem 503 `not-there-yet` when that takes too long."""
        if position <= self._reached:
            return
        reached = asyncio.get_running_loop().create_future()
        self._waiting.append((position, reached))
        if self._poll is None:
            self._poll = asyncio.create_task(self._look())
        try:
            done, _ = await asyncio.wait([reached], timeout=seconds)
            if not done:
                raise Problem(
                    503,
                    "not-there-yet",
                    "Thay đổi vừa rồi chưa kịp hiển thị; hãy tải lại sau giây lát.",
                    "The change has not arrived here yet; load it again shortly.",
                    headers=AGAIN,
                )
            reached.result()
        finally:
            reached.cancel()

    async def _look(self) -> None:
        try:
            while self._waiting:
                self._reached = await self._read()
                for position, reached in self._waiting:
                    if position <= self._reached and not reached.done():
                        reached.set_result(None)
                self._waiting = [each for each in self._waiting if not each[1].done()]
                await asyncio.sleep(_TICK)
        except Exception as error:  # noqa: BLE001 - whatever the driver raised belongs to those who wait
            for _, reached in self._waiting:
                if not reached.done():
                    reached.set_exception(error)
            self._waiting = []
        finally:
            self._poll = None


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
