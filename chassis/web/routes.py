"""Routes for known persons only, each of which declares who may."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, Final, TypeVar, get_type_hints
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from chassis.facts.decider import Command
from chassis.store.execute import Precondition, WrongVersion
from chassis.web.asked import AcceptedBody, Answer, Asked
from chassis.web.door import Door
from chassis.web.headers import command_id, heads, idempotency_key, precondition
from chassis.web.problems import RESPONSES
from chassis.web.rights import Grant, Resource, tells
from chassis.web.tokens import Tokens
from contracts.registry import Role

F = TypeVar("F", bound=Callable[..., Any])

ANSWERS: Final[dict[Any, tuple[type[BaseModel], int]]] = {Answer: (AcceptedBody, 201)}
"""What OpenAPI shows of an endpoint that returns an answer of one of these classes: its body and its status."""


class _AskedRoute(APIRoute):
    """Knows the person before anything else of a request is looked at."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        model = ANSWERS.get(get_type_hints(endpoint).get("return"))
        if model is not None:
            options |= {"response_model": model[0], "status_code": model[1]}
        self.grant: Grant | None = getattr(endpoint, "grant", None)
        if self.grant is None or (self.grant.reads is None) == ("GET" in options["methods"]):
            raise TypeError(f"{path} must say who may, and where: @asks(...) for a query, @tells(...) for a command")
        super().__init__(path, endpoint, **options)
        self.grant.way(self.name, path)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, grant = super().get_route_handler(), self.grant
        if grant is None:
            raise TypeError(self.path)

        async def known(request: Request) -> Response:
            tokens: Tokens = request.state.tokens
            head = heads(request.scope["headers"])
            asked = Asked(request.scope, request.receive)
            asked.person = await tokens.person(head.get(b"authorization", b""))
            asked.key = idempotency_key(head.get(b"idempotency-key"))
            asked.command_id = command_id(asked.person, asked.key)
            asked.expected = precondition(head)
            with Door.share(asked, asked.person):
                await grant.before(asked)
                return _unless_known(asked, await handle(asked))

        return known


def _unless_known(asked: Asked, answer: Response) -> Response:
    """The answer to a query, or 304 when the caller holds what it would say. Source: RFC 9110 §15.4.5."""
    wanted = asked.expected if asked.method == "GET" else None
    tag = answer.headers.get("etag") if wanted is not None else None
    if wanted is None or tag is None or wanted.holds(version := int(tag.strip('"'))):
        return answer
    if not Precondition(wanted.match).holds(version):
        raise WrongVersion(version)
    return Response(status_code=304, headers={"ETag": tag})


def takes_up_to(size: int) -> Callable[[F], F]:
    """Let an endpoint take a body of so many bytes, instead of what the service's settings allow all."""

    def mark(endpoint: F) -> F:
        endpoint.max_body_bytes = size  # type: ignore[attr-defined]
        return endpoint

    return mark


def asked_router(**options: Any) -> APIRouter:
    """A router below /api/v1 for known persons only; options as APIRouter's, such as `tags`."""
    return APIRouter(prefix="/api/v1", route_class=_AskedRoute, responses=RESPONSES, **options)


def command(
    router: APIRouter, resource: Resource[Any], step: str, wanted: type[Command], *, may: frozenset[Role], name: str
) -> None:
    """A route for a step of one thing: its body is the command, its text the command's own."""

    async def with_body(id: UUID, command: Any, asked: Asked) -> Answer:  # noqa: A002 - the path's name
        return await asked.execute_looking(resource.decider, id, command, partial(resource.known, asked))

    async def without_body(id: UUID, asked: Asked) -> Answer:  # noqa: A002
        return await with_body(id, wanted(), asked)

    endpoint: Callable[..., Coroutine[Any, Any, Answer]] = with_body if wanted.model_fields else without_body
    if wanted.model_fields:
        endpoint.__annotations__["command"] = wanted
    endpoint.__doc__, endpoint.__name__ = wanted.__doc__, name
    router.post(resource / step, name=name, status_code=201)(tells(may=may, where=resource, step=wanted)(endpoint))
