"""Addresses of the shell itself: signing in and out, the language, what is to be said where there is no page."""

from typing import Final

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from chassis.facts.problem import not_found
from services.portal.shell.pages import EVERYBODY, SIGNED_IN, NowhereRoute, opens_for, page_router, session_cookie
from services.portal.shell.sessions import SIGN_IN_SECONDS
from services.portal.shell.sign_in import CALLBACK, own_path
from services.portal.shell.visit import Visit
from services.portal.shell.words import LANGUAGES

router = page_router()
_YEAR: Final = 365 * 24 * 3600


def _held(asked: Visit) -> str:
    """Name of the cookie of a sign-in under way."""
    return "__Host-signing-in" if asked.shell.settings.secure else "signing-in"


def _cookie(asked: Visit, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, secure=asked.shell.settings.secure, httponly=True, samesite="lax", path="/"
    )


@router.get("/sign-in")
@opens_for(EVERYBODY)
async def sign_in(asked: Visit, next: str = "/") -> Response:  # noqa: A002 - the parameter's name
    """Send the browser to the provider."""
    address, held = await asked.shell.sign_in.begin(next)
    answer = RedirectResponse(address, 303)
    _cookie(asked, answer, _held(asked), held, SIGN_IN_SECONDS)
    return answer


@router.get(CALLBACK)
@opens_for(EVERYBODY)
async def signed_in(asked: Visit, state: str = "", code: str = "", iss: str | None = None) -> Response:
    """Come back from the provider: a new session, and the page that was asked for."""
    held = asked.cookies.get(_held(asked), "")
    session, goal = await asked.shell.sign_in.finish(state=state, code=code, issuer=iss, held=held)
    if old := asked.cookies.get(session_cookie(asked)):
        await asked.shell.sessions.end(old)
    answer = RedirectResponse(goal, 303)
    _cookie(asked, answer, session_cookie(asked), session.secret)
    answer.delete_cookie(_held(asked), path="/", secure=asked.shell.settings.secure)
    return answer


@router.post("/sign-out")
@opens_for(SIGNED_IN)
async def sign_out(asked: Visit) -> Response:
    """End this session, or all of this person's."""
    form = await asked.form()
    if form.get("everywhere"):
        await asked.shell.sessions.end_all(asked.person)
    await asked.shell.sessions.end(asked.signed_in.secret)
    answer = RedirectResponse("/signed-out", 303)
    answer.delete_cookie(session_cookie(asked), path="/")
    return answer


@router.get("/signed-out")
@opens_for(EVERYBODY)
async def signed_out(asked: Visit) -> Response:
    """Say that the session has ended, as wished."""
    return asked.show("plain.html", words="signed_out", goal="/")


@router.get("/session-ended")
@opens_for(EVERYBODY)
async def session_ended(asked: Visit, next: str = "/") -> Response:  # noqa: A002
    """Say that the session has ended by itself, and where to go on."""
    return asked.show("plain.html", 401, words="session_ended", goal=own_path(next))


@router.get("/language")
@opens_for(EVERYBODY)
async def choose_language(asked: Visit, to: str = "vi", next: str = "/") -> Response:  # noqa: A002
    """Remember the language in this browser."""
    answer = RedirectResponse(own_path(next), 303)
    if to in LANGUAGES:
        _cookie(asked, answer, "language", to, _YEAR)
    return answer


@router.post("/drafts")
@opens_for(SIGNED_IN)
async def keep_draft(asked: Visit) -> Response:
    """Keep what is being typed into the form of the page `of`, or drop it (`do=drop`) and show the page anew."""
    form = await asked.form()
    if form.get("do") == "drop":
        return RedirectResponse(own_path(form.get("of", "/")), 303)  # a form that was taken is no draft any more
    await asked.keep_draft(asked.person, form.get("key", ""))
    return Response(status_code=204)


nowhere = APIRouter(route_class=NowhereRoute)


@nowhere.get("/{path:path}")
@opens_for(EVERYBODY)
async def not_there(asked: Visit, path: str) -> Response:
    """There is no such page."""
    del path
    return asked.trouble(not_found())
