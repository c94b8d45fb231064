"""How a command becomes facts: load, fold, decide, append at the expected version; again when somebody was faster."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import repeat
from typing import Any, Generic, Literal, TypeVar, overload
from uuid import UUID, uuid5

from chassis.facts.decider import Command, Context, Decider, Rejected
from chassis.facts.envelope import Metadata
from chassis.store.store import Answer, Append, Store
from contracts.event import Event

C = TypeVar("C", bound=Command)
S = TypeVar("S")
E = TypeVar("E", bound=Event)
K = TypeVar("K")

_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Accepted:
    """A command was accepted and its facts are durable.

    `position` is that of its last event: ask a query for "at least" it. `version` is the stream's, as in the ETag.
    """

    position: int
    version: int
    command_id: UUID


@dataclass(frozen=True, slots=True)
class Step(Generic[C, S, E, K]):
    """One of several commands that are accepted together or not at all; `known` as in `Executor.execute`."""

    decider: Decider[C, S, E, K]
    key: UUID
    command: C
    known: K

    @property
    def stream(self) -> str:
        """Name of the stream that the command is decided against."""
        return self.decider.stream(self.key)


class CommandIdReused(Exception):
    """The command id was used before, for something else."""


Versions = frozenset[int] | Literal["*"]
"""Versions by number; `*` for any that there is at all."""


@dataclass(frozen=True, slots=True)
class Precondition:
    """At which versions the caller wants something changed (`match`), and at which not; None where that is open.

    Version 0 is that of what does not exist.
    """

    match: Versions | None = None
    none_match: Versions | None = None

    def holds(self, version: int) -> bool:
        """Tell whether something at this version may be changed."""
        wanted = self.match is None or _among(self.match, version)
        return wanted and not (self.none_match is not None and _among(self.none_match, version))


def _among(versions: Versions, version: int) -> bool:
    return version > 0 if versions == "*" else version in versions


class WrongVersion(Exception):
    """The stream is not at a version at which the caller wants it changed."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the stream is at version {version}")
        self.version = version


class Contended(Exception):
    """Others kept changing the stream; the command may be sent again with the same id."""


class Executor:
    """Executes commands against one service's store. Folded states are cached; a stale one is harmless."""

    def __init__(self, store: Store, *, cached_streams: int = 10_000) -> None:
        self.store = store
        self._states: OrderedDict[str, tuple[int, Any]] = OrderedDict()
        self._cached_streams = cached_streams

    @overload
    async def execute(
        self,
        decider: Decider[C, S, E, None],
        key: UUID,
        command: C,
        context: Context,
        *,
        expected: Precondition | None = None,
    ) -> Accepted: ...

    @overload
    async def execute(
        self,
        decider: Decider[C, S, E, K],
        key: UUID,
        command: C,
        context: Context,
        *,
        known: K,
        expected: Precondition | None = None,
    ) -> Accepted: ...

    @overload
    async def execute(
        self,
        decider: Decider[C, S, E, K],
        key: UUID,
        command: C,
        context: Context,
        *,
        looked_up: Callable[[S], Awaitable[K]],
        expected: Precondition | None = None,
    ) -> Accepted: ...

    async def execute(
        self,
        decider: Decider[C, S, E, Any],
        key: UUID,
        command: C,
        context: Context,
        *,
        known: Any = None,
        looked_up: Callable[[S], Awaitable[Any]] | None = None,
        expected: Precondition | None = None,
    ) -> Accepted:
        """Decide `command` against the stream of `key` and make the outcome durable.

        `known` is what the service looked up for the decision: no part of what was asked, it does not count when a
        repeated command is compared with the first. Where it depends on the state, `looked_up` finds it for each state
        that is decided on. `expected` says at which version the caller wants it (If-Match).
        Raises Rejected, WrongVersion, CommandIdReused, Contended, or what asyncpg raises when the database is away; in
        each case nothing was stored.
        """
        stream = decider.stream(key)
        fingerprint = _fingerprint(stream, command, context)
        version, state = self._states.get(stream, (0, decider.initial))
        certain = False  # what is known here, or that nothing is, may accept a command; only what was just read refuses
        for _ in range(_ATTEMPTS):
            if certain:
                version, state = await self._catch_up(decider, stream, version, state)
            try:
                if expected is not None and not expected.holds(version):
                    raise WrongVersion(version)
                known = known if looked_up is None else await looked_up(state)
                events = decider.decide(command, state, known, context)
            except (Rejected, WrongVersion):
                if certain and (answer := await self._answered(context, fingerprint)) is not None:
                    return _first_answer(answer, fingerprint, context)
                if certain:
                    raise
                certain = True
                continue
            if events or certain:
                answer = await self.store.append(self._append(stream, version, events, context, fingerprint))
                if answer is not None:
                    if not answer.repeated:
                        self._remember(stream, answer.version, decider.fold(events, state, repeat(context.actor)))
                    return _first_answer(answer, fingerprint, context)
            certain = True
        raise Contended(stream)

    async def execute_together(
        self, steps: Sequence[Step[Any, Any, Any, Any]], context: Context, *, expected: Precondition | None = None
    ) -> Accepted:
        """Decide each command against a stream of its own and make all outcomes durable in one transaction, or none.

        The first step's stream is the one that is answered about and that `expected` is meant for. Raises as `execute`.
        """
        first = steps[0]
        fingerprint = _fingerprint(first.stream, first.command, context)
        contexts = [context, *(_following(context, step.stream) for step in steps[1:])]
        for _ in range(_ATTEMPTS):
            states = await asyncio.gather(*(self.state(step.decider, step.key) for step in steps))
            try:
                if expected is not None and not expected.holds(states[0][0]):
                    raise WrongVersion(states[0][0])
                decided = [
                    step.decider.decide(step.command, state, step.known, each)
                    for step, (_, state), each in zip(steps, states, contexts, strict=True)
                ]
            except (Rejected, WrongVersion):
                if (answer := await self._answered(context, fingerprint)) is not None:
                    return _first_answer(answer, fingerprint, context)
                raise
            answers = await self.store.append_all(
                [
                    self._append(step.stream, version, events, each, fingerprint)
                    for step, (version, _), events, each in zip(steps, states, decided, contexts, strict=True)
                    if events or step is first
                ]
            )
            if answers is not None:
                return _first_answer(answers[0], fingerprint, context)
        raise Contended(first.stream)

    async def execute_watching(
        self,
        decider: Decider[C, S, E, K],
        key: UUID,
        command: C,
        context: Context,
        *,
        watched: Sequence[UUID],
        known: Callable[[Sequence[S]], K],
        expected: Precondition | None = None,
    ) -> Accepted:
        """Decide a command also by what others of its kind are: `known` is told the states of those that are `watched`.

        Where one of them has changed by the time of the commit nothing is stored, and it is decided anew. Raises as
        `execute`.
        """
        streams = [decider.stream(each) for each in (key, *watched)]
        fingerprint = _fingerprint(streams[0], command, context)
        contexts = [context, *(_following(context, stream) for stream in streams[1:])]
        for _ in range(_ATTEMPTS):
            read = await asyncio.gather(*(self.state(decider, each) for each in (key, *watched)))
            try:
                if expected is not None and not expected.holds(read[0][0]):
                    raise WrongVersion(read[0][0])
                events = decider.decide(command, read[0][1], known([state for _, state in read[1:]]), context)
            except (Rejected, WrongVersion):
                if (answer := await self._answered(context, fingerprint)) is not None:
                    return _first_answer(answer, fingerprint, context)
                raise
            answers = await self.store.append_all(
                [
                    self._append(stream, version, events if stream == streams[0] else (), each, fingerprint)
                    for stream, (version, _), each in zip(streams, read, contexts, strict=True)
                ]
            )
            if answers is not None:
                return _first_answer(answers[0], fingerprint, context)
        raise Contended(streams[0])

    async def repeats(self, context: Context) -> bool:
        """Whether a command under this id was accepted before: whoever sends it again gets its first answer."""
        return await self.store.answer(context.command_id) is not None

    async def _answered(self, context: Context, fingerprint: bytes) -> Answer | None:
        """First answer to a command, also to the very same one under the id that it had in an earlier version."""
        answer = await self.store.answer(context.command_id)
        if answer is None and context.formerly is not None:
            former = await self.store.answer(context.formerly)
            answer = former if former is not None and former.fingerprint == fingerprint else None
        return answer

    def _append(
        self, stream: str, version: int, events: Sequence[Event], context: Context, fingerprint: bytes
    ) -> Append:
        metadata = Metadata.of(context).model_dump_json(exclude_none=True)
        return Append(stream, version, events, context.command_id, fingerprint, metadata)

    async def state(self, decider: Decider[C, S, E, K], key: UUID) -> tuple[int, S]:
        """Version and present state of one stream; version 0 when nothing happened there."""
        stream = decider.stream(key)
        version, state = self._states.get(stream, (0, decider.initial))
        return await self._catch_up(decider, stream, version, state)

    async def known(self, decider: Decider[C, S, E, K], key: UUID) -> S:
        """State as this process knows it, read only when it knows none: for what never changes once it is there."""
        stream = decider.stream(key)
        if stream in self._states:
            state: S = self._states[stream][1]
            return state
        return (await self._catch_up(decider, stream, 0, decider.initial))[1]

    async def _catch_up(self, decider: Decider[C, S, E, K], stream: str, version: int, state: S) -> tuple[int, S]:
        actors: Iterable[UUID | None] = repeat(None)
        if decider.signed is None:
            events = await self.store.load(stream, version)
        else:
            events, actors = await self.store.signed(stream, version)
        if events:
            version, state = version + len(events), decider.fold(events, state, actors)
            self._remember(stream, version, state)
        return version, state

    def _remember(self, stream: str, version: int, state: object) -> None:
        self._states[stream] = (version, state)
        self._states.move_to_end(stream)
        if len(self._states) > self._cached_streams:
            self._states.popitem(last=False)


def _following(context: Context, stream: str) -> Context:
    """Context of a further command that is part of the same request."""
    return replace(
        context,
        command_id=uuid5(context.command_id, stream),
        correlation_id=context.correlation_id or context.command_id,
        causation_id=context.command_id,
    )


def _fingerprint(stream: str, command: Command, context: Context) -> bytes:
    """Digest of what was asked, by whom, of which stream."""
    asked = f"{stream}\n{type(command).__name__}\n{context.actor}\n{command.model_dump_json()}"
    return sha256(asked.encode()).digest()


def _first_answer(answer: Answer, fingerprint: bytes, context: Context) -> Accepted:
    """A command taken back from a topic has no fingerprint: what was asked is not published, only its id tells it."""
    if answer.fingerprint and answer.fingerprint != fingerprint:
        raise CommandIdReused(str(context.command_id))
    return Accepted(answer.position, answer.version, context.command_id)
