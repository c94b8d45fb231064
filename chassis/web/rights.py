"""Who may ask a route for what, and in which unit: declared with the route, checked before its body is looked at.

A route without a declaration does not import; a handler that would run unchecked fails. What may not be seen is not
there (404), before anything else is said; what may be seen but not done is refused with who may (403).
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from chassis.facts.decider import Command, Decider
from chassis.facts.offers import Offer
from chassis.facts.problem import not_found
from chassis.facts.projection import Projection
from chassis.web.asked import Asked
from contracts.registry import Role

S = TypeVar("S")
F = TypeVar("F", bound=Callable[..., Coroutine[Any, Any, Any]])

EVERY_ROLE: Final = frozenset(Role)
_ID: Final = TypeAdapter(UUID)


@dataclass(frozen=True, slots=True)
class AtRoot:
    """The role counts in the organisation's root."""


@dataclass(frozen=True, slots=True)
class Anywhere:
    """The role counts in any unit."""


@dataclass(frozen=True, slots=True)
class InQuery:
    """The role counts in the unit that this parameter names, or above it; where it names none, in the root."""

    name: str = "unit_id"


@dataclass(frozen=True, slots=True)
class InBody:
    """The role counts in the unit that this field of the body names, or above it; an unknown one counts as the root."""

    name: str = "unit_id"


@dataclass(frozen=True, slots=True)
class There:
    """The role counts in the unit of a thing that another service keeps: pages ask it, and it says who may."""


@dataclass(frozen=True, slots=True)
class Way:
    """The route of a step, and who may take it."""

    name: str
    path: str
    may: frozenset[Role]


async def _nothing(_: Asked, __: object) -> Any:
    return None


@dataclass(frozen=True, slots=True)
class Resource(Generic[S]):
    """Things with addresses of their own, one stream each, that lie in a unit: the role counts there, or above it.

    `unit` gives the unit of a state, None where there is no such thing. To who holds none of the roles `seen_by` there,
    it does not exist. `offers` are the steps that one of them takes, each with a route of its own; `known` looks up
    what the rules want to know besides the state.
    """

    path: str
    decider: Decider[Any, S, Any, Any]
    unit: Callable[[S], UUID | None]
    seen_by: frozenset[Role]
    offers: Sequence[Offer[Any, S, Any]]
    known: Callable[[Asked, S], Coroutine[Any, Any, Any]] = _nothing
    ways: dict[type[Command], Way] = field(default_factory=dict, compare=False)
    """Filled in as the routes are declared."""

    @property
    def one(self) -> str:
        """Path of one of them."""
        return f"{self.path}/{{id}}"

    def __truediv__(self, step: str) -> str:
        """Path of a step that one of them takes."""
        return f"{self.one}/{step}"


Where = AtRoot | Anywhere | InQuery | InBody | There | Resource[Any]

AT_ROOT: Final = AtRoot()
ANYWHERE: Final = Anywhere()
THERE: Final = There()


@dataclass(frozen=True, slots=True)
class Grant:
    """Whoever holds one of these roles there may; a query waits for what it `reads`."""

    may: frozenset[Role]
    where: Where
    reads: tuple[Projection, ...] | None
    """None for a command."""
    step: type[Command] | None = None
    """The command, where it is a step of one thing."""

    def way(self, name: str, path: str) -> None:
        """Note the route of a step; raises TypeError for one that the thing does not offer, or that nobody checks."""
        if isinstance(self.where, There):
            raise TypeError(f"{path} must say itself where the role counts")
        if isinstance(self.where, Resource) and self.reads is None:
            if self.step not in {offer.command for offer in self.where.offers}:
                raise TypeError(f"{path} must name its step, and the step stand among the offers of {self.where.path}")
            self.where.ways[self.step] = Way(name, path, self.may)

    async def before(self, asked: Asked) -> None:
        """Check what the address tells; raises Problem 403 or 404. An address that is malformed is refused later."""
        match self.where:
            case AtRoot():
                await asked.require(self.may, await asked.root())
            case Anywhere():
                await asked.require_anywhere(self.may)
            case InQuery(name=name):
                given = asked.query_params.get(name)
                unit = await asked.root() if given is None else _id(given)
                if unit is None:
                    return
                await asked.require(self.may, unit)
            case InBody():
                return
            case There():
                pass
            case Resource() as resource:
                key = _id(asked.path_params["id"])
                if key is None:
                    return
                unit = resource.unit(await asked.platform.executor.known(resource.decider, key))
                if unit is None:
                    raise not_found()
                await asked.require(resource.seen_by, unit, hidden=True)
                await asked.require(self.may, unit)
        asked.granted = True

    async def within(self, asked: Asked, given: dict[str, Any]) -> None:
        """Check what the body tells, and wait for what is read; raises RuntimeError where nothing was checked."""
        if isinstance(self.where, InBody):
            name = self.where.name
            [unit] = [getattr(each, name) for each in given.values() if hasattr(each, name)]
            known = await asked.platform.organisation.unit(unit) is not None
            await asked.require(self.may, unit if known else await asked.root())
            asked.granted = True
        if not asked.granted:
            raise RuntimeError(f"{asked.url.path}: nobody has looked whether this person may")
        for each in self.reads or ():
            await asked.at_least(each)


def _id(given: object) -> UUID | None:
    try:
        return _ID.validate_python(given)
    except ValidationError:
        return None


def declared(grant: Grant) -> Callable[[F], F]:
    """Declare what is asked of whoever calls an endpoint; its parameter `asked` is checked before it runs."""

    def declare(endpoint: F) -> F:
        @wraps(endpoint)
        async def checked(**given: Any) -> Any:
            await grant.within(given["asked"], given)
            return await endpoint(**given)

        checked.grant = grant  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]

    return declare


def asks(*, may: frozenset[Role], where: Where, reads: tuple[Projection, ...]) -> Callable[[F], F]:
    """Declare a query: who may, in which unit, and which read models answer (`at_least` waits for those)."""
    return declared(Grant(may, where, reads))


def tells(*, may: frozenset[Role], where: Where, step: type[Command] | None = None) -> Callable[[F], F]:
    """Declare a command: who may, and in which unit; the step that it is, where it is one of a Resource."""
    return declared(Grant(may, where, None, step))
