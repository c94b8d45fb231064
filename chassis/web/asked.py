"""What a known person asks: FastAPI hands an endpoint its `Request` as it is, so ours brings everything along.

Separate dependencies for person, command id and version would cost 40 µs each, a quarter of a whole bare request; and
FastAPI would read and parse the body before it looked at the token.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeVar, overload
from uuid import UUID

import asyncpg
from fastapi import Request, Response
from pydantic import BaseModel

from chassis.facts.clock import business_date
from chassis.facts.decider import Command, Context, Decider
from chassis.facts.problem import Problem
from chassis.facts.projection import Projection
from chassis.organisation.access import require, require_anywhere
from chassis.service.platform import Platform
from chassis.store.execute import Accepted, Precondition, Step
from chassis.telemetry.telemetry import current_traceparent
from chassis.web.json_body import KeyRepeated, read_json
from chassis.web.problems import Unreadable
from contracts.event import Event
from contracts.registry import Role

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)
K = TypeVar("K")
F = TypeVar("F", bound=Callable[..., Any])

_LONGEST = 18


class AcceptedBody(BaseModel):
    """A command was accepted: ask queries for `at_least` this position; send `version` back as If-Match."""

    id: UUID
    position: int
    version: int
    command_id: UUID


class Answer(Response):
    """The answer 201 to an accepted command; as an endpoint's return type it shows as AcceptedBody in OpenAPI."""

    def __init__(self, id: UUID, outcome: Accepted, key: UUID) -> None:  # noqa: A002 - the answer's field name
        body = AcceptedBody(id=id, position=outcome.position, version=outcome.version, command_id=outcome.command_id)
        super().__init__(body.__pydantic_serializer__.to_json(body), 201, media_type="application/json")
        self.raw_headers += (
            (b"etag", b'"%d"' % outcome.version),
            (b"idempotency-key", str(key).encode()),
        )


class Asked(Request):
    """A request of a known person: declare a parameter `asked: Asked` in an endpoint of an `asked_router`."""

    person: UUID
    key: UUID
    """Header Idempotency-Key, or a new one: the same command sent again with it changes nothing."""
    command_id: UUID
    """The command's id, made from the key and the person: nobody else can have it."""
    granted = False
    """Whether it was looked at, and found, that the person may."""
    expected: Precondition | None
    """At which version the caller wants the change (headers If-Match, If-None-Match); None when at any."""

    @property
    def platform(self) -> Platform:
        """What the service stands on."""
        platform: Platform = self.state.platform
        return platform

    @property
    def pool(self) -> asyncpg.Pool:
        """The service's database."""
        return self.platform.pool

    def context(self) -> Context:
        """Context of the command, dated today in Viet Nam."""
        return Context(
            occurred_on=business_date(self.platform.clock()),
            actor=self.person,
            command_id=self.command_id,
            formerly=self.key,
            traceparent=current_traceparent(),
        )

    async def root(self) -> UUID:
        """The organisation's root; raises Problem 503 `units-not-there-yet` when no unit is known here."""
        return await self.platform.organisation.root()

    async def require(self, roles: Collection[Role], unit: UUID, *, hidden: bool = False) -> None:
        """Refuse (403; what is `hidden`: 404) unless the person holds one of the roles in the unit or above it."""
        await require(self.platform.access, self.person, roles, unit, hidden=hidden)

    async def require_anywhere(self, roles: Collection[Role]) -> None:
        """Refuse (403) unless the person holds one of the roles in some unit."""
        await require_anywhere(self.platform.access, self.person, roles)

    @overload
    async def execute(self, decider: Decider[C, S, E, None], key: UUID, command: C) -> Answer: ...

    @overload
    async def execute(self, decider: Decider[C, S, E, K], key: UUID, command: C, known: K) -> Answer: ...

    async def execute(self, decider: Decider[C, S, E, Any], key: UUID, command: C, known: Any = None) -> Answer:
        """Execute a command, with what was looked up for it; answer 201 with its position and the stream's version."""
        executor = self.platform.executor
        outcome = await executor.execute(decider, key, command, self.context(), known=known, expected=self.expected)
        return Answer(key, outcome, self.key)

    async def execute_looking(
        self, decider: Decider[C, S, E, K], key: UUID, command: C, looked_up: Callable[[S], Awaitable[K]]
    ) -> Answer:
        """As `execute`, with what is looked up for each state that the command is decided on."""
        executor, context = self.platform.executor, self.context()
        outcome = await executor.execute(decider, key, command, context, looked_up=looked_up, expected=self.expected)
        return Answer(key, outcome, self.key)

    async def execute_together(self, *steps: Step[Any, Any, Any, Any]) -> Answer:
        """Execute several commands, all or none, and answer 201 for the first one's stream."""
        outcome = await self.platform.executor.execute_together(steps, self.context(), expected=self.expected)
        return Answer(steps[0].key, outcome, self.key)

    async def at_least(self, projection: Projection) -> None:
        """Wait until a read model reflects the position that the query asks for (`?at_least=`)."""
        wanted = self.query_params.get("at_least")
        if wanted is None:
            return
        if not wanted.isascii() or not wanted.isdigit() or len(wanted) > _LONGEST:
            raise Problem(
                400,
                "position-malformed",
                "Tham số at_least phải là một số nguyên không âm; hãy gửi lại vị trí đã nhận.",
                "The parameter at_least must be a whole number; send the position as it was received.",
            )
        await self.platform.at_least(projection, int(wanted))

    async def body(self) -> bytes:
        """The whole body, read once, without the detour over a stream."""
        whole = self.scope.get("body")
        if whole is None:
            whole, more = b"", True
            while more:
                message = await self.receive()
                whole += message.get("body", b"")
                more = message.get("more_body", False)
            self.scope["body"] = whole
        return whole

    async def json(self) -> Any:
        try:
            return read_json(await self.body())
        except KeyRepeated:
            raise Unreadable(
                Problem(
                    400,
                    "json-key-repeated",
                    "Trong nội dung JSON có khóa được nêu hai lần trong cùng một đối tượng; hãy bỏ bớt một.",
                    "In the JSON a key stands twice in one object; remove one of them.",
                )
            ) from None
