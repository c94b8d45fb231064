"""The HTTP side of a service: one factory for its API, and what its routers use."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache, partial
from importlib import import_module
from math import inf
from typing import Any, TypedDict

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from chassis.facts.clock import system_clock
from chassis.facts.problem import Problem
from chassis.facts.settings import Settings
from chassis.service.platform import issuer_protected, running
from chassis.service.service import Service
from chassis.service.upgrade import under_way
from chassis.web.about import ABOUT, PARAMETERS
from chassis.web.actions import Action, actions
from chassis.web.asked import AcceptedBody, Answer, Asked
from chassis.web.door import Door
from chassis.web.problems import HANDLERS, ProblemBody, being_built, problem_of, respond
from chassis.web.queries import Page, Paged, Position
from chassis.web.rights import ANYWHERE, AT_ROOT, EVERY_ROLE, THERE, InBody, InQuery, Resource, asks, tells
from chassis.web.routes import asked_router, command, takes_up_to
from chassis.web.serve import health, metrics, serve
from chassis.web.tokens import Tokens

__all__ = [
    "ANYWHERE",
    "AT_ROOT",
    "EVERY_ROLE",
    "THERE",
    "AcceptedBody",
    "Action",
    "Answer",
    "Asked",
    "InBody",
    "InQuery",
    "Page",
    "Paged",
    "Position",
    "Resource",
    "State",
    "actions",
    "asked_router",
    "asks",
    "build_api",
    "command",
    "create_api",
    "routers",
    "serve",
    "takes_up_to",
    "tells",
]


_READY_SECONDS = 3.0
_JOBS = "chassis.web.jobs"


class State(TypedDict):
    """What a service's lifespan yields; endpoints find it on `request.state`. A service adds its own by a subclass.

    `ready` raises while the service cannot work, for example because its database is away; else it says how it is.
    """

    tokens: Tokens
    ready: Callable[[], Awaitable[str]]


Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[State]]
"""Opens what a service's endpoints stand on, yields it as its State, and closes it."""


def routers(service: Service) -> list[APIRouter]:
    """The endpoints of a service; those of long work, where it knows any."""
    return [import_module(name).router for name in (*service.apis, *([_JOBS] if service.jobs else []))]


def build_api(service: Service, settings: Settings) -> FastAPI:
    """The service's HTTP API; ends the process with a sentence when production's tokens would come unprotected."""
    strict = settings.thidua_env == "production"
    if strict:
        issuer_protected(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[Any]:
        async with running(service.name, settings, "api", read_models=service.read_models, patience=inf) as platform:
            tokens = Tokens(
                settings.thidua_issuer,
                settings.thidua_audience,
                system_clock,
                https_only=strict,
                longest=settings.thidua_token_seconds,
            )

            async def ready() -> str:
                if building := await under_way(platform.pool, service.read_models):
                    raise being_built(building=building)
                held_up = len(await platform.organisation.held_up())
                return f"ready; rights held up: {held_up}, see `thidua parked list`" if held_up else "ready"

            async with contextlib.AsyncExitStack() as stack:
                state: dict[str, Any] = {"platform": platform, "tokens": tokens, "ready": ready}
                for module in map(import_module, service.apis):
                    if (more := getattr(module, "state", None)) is not None:
                        state |= await stack.enter_async_context(more(platform, tokens))
                yield state

    modules = [import_module(name) for name in service.apis]
    largest = max(settings.max_body_bytes, *(getattr(module, "max_body_bytes", 0) for module in modules))
    return create_api(
        f"Thi Đua: {service.name}", routers=routers(service), lifespan=lifespan, settings=settings, max_body=largest
    )


def create_api(
    title: str,
    *,
    routers: Sequence[APIRouter],
    lifespan: Lifespan,
    settings: Settings,
    max_body: int | None = None,
) -> FastAPI:
    """An API of these routers, with `/healthz`, `/readyz` and `/metrics` beside them.

    A body may have `max_body` bytes, or as many as the settings say.
    """
    api = FastAPI(
        title=title,
        openapi_url=None,  # whoever asks for it would have it written anew
        docs_url=None,  # its pages load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        exception_handlers=HANDLERS,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # ours know no query values
    )
    about = cache(lambda: orjson.dumps(api.openapi()))

    async def described(_: Request) -> Response:
        return Response(about(), media_type="application/json")

    ways = (("/healthz", health), ("/readyz", Readiness()), ("/metrics", metrics), ("/api/v1/openapi.json", described))
    for path, endpoint in ways:
        api.add_api_route(path, endpoint, include_in_schema=False)
    for router in routers:
        api.router.routes.extend(router.routes)  # `include_router` matches each request twice, a tenth of its time
    larger = {route.path: size for route in _routes(api) if (size := getattr(route.endpoint, "max_body_bytes", 0))}
    api.add_middleware(Door, max_body=max_body or settings.max_body_bytes, larger=larger)
    api.add_exception_handler(HTTPException, partial(_refused, api))
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign]
    return api


def _routes(api: FastAPI) -> list[Route]:
    return [route for route in api.router.routes if isinstance(route, Route)]


async def _refused(api: FastAPI, request: Request, error: Exception) -> Response:
    """Answer for a method that an address does not take with all those that it does: routes know their own only."""
    problem = problem_of(error)
    if problem.status == 405:  # noqa: PLR2004 - method not allowed
        path = request.scope["path"]
        methods = {method for route in _routes(api) if route.path_regex.match(path) for method in route.methods or ()}
        problem.headers = {"Allow": ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))}
    return respond(problem)


class Readiness:
    """Whether the process can work: looked at once for all who ask meanwhile, so that nobody keeps it at looking."""

    def __init__(self) -> None:
        self._looking: asyncio.Task[Problem | str] | None = None

    async def __call__(self, request: Request) -> Response:
        if self._looking is None:
            self._looking = asyncio.create_task(self._look(request.state.ready))
            self._looking.add_done_callback(self._looked)
        said = await asyncio.shield(self._looking)
        return Response(said, media_type="text/plain") if isinstance(said, str) else respond(said)

    def _looked(self, _: object) -> None:
        self._looking = None

    async def _look(self, ready: Callable[[], Awaitable[str]]) -> Problem | str:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                return await ready()
        except Exception as error:  # noqa: BLE001 - whatever it is, this process is not ready
            return problem_of(error)


def _openapi(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        schema = get_openapi(title=api.title, version=api.version, description=ABOUT, routes=api.routes)
        problem = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {}).update(problem.pop("$defs"), ProblemBody=problem)
        components["parameters"] = PARAMETERS
        components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
        schema["security"] = [{"bearer": []}]
        api.openapi_schema = schema
    return api.openapi_schema
