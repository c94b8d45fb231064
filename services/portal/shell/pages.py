"""What a page is, and the routes of pages: signed in, allowed, from our own form, and always answered as a page."""

import asyncio
import hmac
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from chassis.facts.problem import Problem, not_found
from chassis.service.service import Learns
from chassis.web.door import Door
from chassis.web.problems import problem_of
from chassis.web.rights import Grant
from services.portal.shell import export
from services.portal.shell.menu import COUNTS, ENTRIES, Count, Entry
from services.portal.shell.rights import GRANTS, Rights
from services.portal.shell.sign_in import ended
from services.portal.shell.visit import Visit

F = TypeVar("F", bound=Callable[..., Any])

_KEPT: Final = frozenset({401, 429, 500, 502, 503, 504})
"""Answers after which a form is to be sent once more."""

_COUNT_SECONDS: Final = 2.0
_COUNTED: Final = 10_000

EVERYBODY: Final = "everybody"
SIGNED_IN: Final = "signed in"


@dataclass(frozen=True)
class Page:
    """One folder under pages/: its routes, its places in the menu, what it learns, and what it counts for all menus."""

    router: APIRouter
    menu: Sequence[Entry] = ()
    learns: Sequence[Learns] = field(default=())
    counts: Sequence[Count] = ()

    def __post_init__(self) -> None:
        ENTRIES.extend(entry for entry in self.menu if entry not in ENTRIES)
        COUNTS.extend(count for count in self.counts if count not in COUNTS)


def session_cookie(request: Request) -> str:
    """Name of the session's cookie: bound to the host wherever browsers come over TLS."""
    return "__Host-session" if request.state.shell.settings.secure else "session"


class _PageRoute(APIRoute):
    """Knows session and rights before anything else of a request is looked at."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.grant: Grant | None = getattr(endpoint, "grant", None)
        self.opens_for = getattr(endpoint, "opens_for", "")
        self.leads_to: tuple[str, ...] = getattr(endpoint, "leads_to", ())
        if not self.opens_for and (self.grant is None or (self.grant.reads is None) == ("GET" in options["methods"])):
            raise TypeError(f"{path} must say who may: @asks(...) to show, @tells(...) to change, @opens_for(...)")
        if self.grant is not None and not self.leads_to:
            raise TypeError(f"{path} must say to which routes of services it leads: @leads_to(...)")
        GRANTS.update({(method, path): self.grant for method in options["methods"]})
        super().__init__(path, endpoint, **options | {"include_in_schema": False, "response_model": None})

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, grant, opens_for = super().get_route_handler(), self.grant, self.opens_for

        async def shown(request: Request) -> Response:
            visit = Visit(request.scope, request.receive)
            try:
                await _enter(visit, must=opens_for != EVERYBODY)
                if not hasattr(visit, "person"):
                    return await handle(visit)
                visit.key = visit.command_id = UUID(int=0)  # a page gives no command of its own
                visit.expected = None
                with Door.share(visit, visit.person):
                    await _look_around(visit)
                    if visit.method != "GET":
                        await _from_our_form(visit)
                    if grant is not None:
                        await grant.before(visit)
                    answer = await handle(visit)
                    if export.wanted(visit) and answer.status_code == 200:  # noqa: PLR2004 - a page
                        return await export.exported(visit, answer, session_cookie(visit))
                    return await _done(visit, answer)
            except RequestValidationError:
                return visit.trouble(not_found())
            except Exception as error:  # noqa: BLE001 - whatever it is, a person reads a page
                return await _told(visit, problem_of(error))

        return shown


async def _done(visit: Visit, answer: Response) -> Response:
    """The answer; a form that was taken, after which the browser is sent on, is no draft any more."""
    if visit.method != "GET" and answer.status_code == 303:  # noqa: PLR2004 - see other
        await visit.shell.sessions.drop_draft(
            visit.person, await visit.form_name(), (await visit.form()).get("key", "")
        )
    return answer


async def _told(visit: Visit, problem: Problem) -> Response:
    """The page that says what is wrong; what was typed is kept where it was not looked at, so that it comes back."""
    kept = visit.method != "GET" and hasattr(visit, "person") and problem.status in _KEPT
    if kept:
        with suppress(Exception):  # the portal's own database may be what is away
            await visit.keep_draft(visit.person)
    again = kept or problem.code == "file-too-large"
    return visit.trouble(problem, back=visit.url.path if again else "")


class NowhereRoute(_PageRoute):
    """What a browser finds where there is no page; programs and forms are told as everywhere."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As Starlette's, for a browser's GET outside of the API."""
        if scope["type"] == "http" and (scope["method"] != "GET" or scope["path"].startswith("/api/")):
            return Match.NONE, {}
        return super().matches(scope)


async def _enter(visit: Visit, *, must: bool) -> None:
    """Find the session; raises Problem 401 where there must be one, and keeps what was being sent for a day."""
    visit.since = visit.state.news.now()
    secret = visit.cookies.get(session_cookie(visit))
    session = await visit.shell.sessions.find(secret) if secret else None
    if session is not None:
        try:
            holds = await visit.shell.sign_in.holds(session)
        except Problem:
            if must:
                raise
            return
        if holds:
            visit.signed_in, visit.person = session, session.person
            return
    if not must:
        return
    if secret is None:
        raise Problem(401, "sign-in-first", "Hãy đăng nhập để tiếp tục.", "Sign in to continue.")
    ended_one = await visit.shell.sessions.ended(secret)
    if ended_one is not None and visit.method != "GET":
        visit.signed_in = ended_one
        await _from_our_form(visit)
        await visit.keep_draft(ended_one.person)
    raise ended()


async def _look_around(visit: Visit) -> None:
    """Find out what this person may open, and what waits there."""
    visit.rights = Rights(
        *await asyncio.gather(visit.platform.access.held(visit.person), visit.platform.organisation.top())
    )
    visit.waits = await _counted(visit)


async def _counted(visit: Visit) -> Mapping[str, int]:
    """How much waits, for the menu: remembered for 2 s for all who hold the same, as roles are.

    For who has just done something it is counted anew.
    """
    key, now, counted = tuple(sorted(visit.rights.held)), time.monotonic(), visit.shell.counted
    known = counted.get(key)
    if known is not None and now - known[0] < _COUNT_SECONDS and "seen" not in visit.query_params:
        return known[1]
    found: dict[str, int] = {}
    for count in COUNTS:
        found |= await count(visit.pool, visit.rights.held)
    if len(counted) >= _COUNTED:
        counted.clear()
    counted[key] = (now, found)
    return found


async def _from_our_form(visit: Visit) -> None:
    """Refuse what another site makes a browser send. Source: OWASP CSRF Prevention Cheat Sheet."""
    origin = visit.headers.get("origin")
    form = await visit.form()
    ours = urlsplit(visit.shell.settings.portal_url)
    if origin is not None and origin != f"{ours.scheme}://{ours.netloc}":
        raise _foreign()
    if not hmac.compare_digest(form.get("csrf", "").encode(), visit.signed_in.csrf.encode()):
        raise _foreign()


def _foreign() -> Problem:
    return Problem(
        403,
        "form-not-ours",
        "Biểu mẫu này không còn hợp lệ với phiên làm việc hiện tại; hãy mở lại trang rồi gửi lại.",
        "This form does not belong to the present session; open the page again and send it again.",
    )


def opens_for(whom: str) -> Callable[[F], F]:
    """Let a page be opened by EVERYBODY, or by whoever is SIGNED_IN without holding a role."""

    def mark(endpoint: F) -> F:
        endpoint.opens_for = whom  # type: ignore[attr-defined]
        return endpoint

    return mark


def leads_to(*routes: str) -> Callable[[F], F]:
    """Name the services' routes, such as `POST awards /nominations`, whose rights a page repeats: who may those."""

    def mark(endpoint: F) -> F:
        endpoint.leads_to = routes  # type: ignore[attr-defined]
        return endpoint

    return mark


def page_router() -> APIRouter:
    """A router for pages."""
    return APIRouter(route_class=_PageRoute)
