"""A page's request: who asks, in which session and language, and how the page answers, also when something is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID, uuid4

from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.facts.clock import business_date
from chassis.facts.problem import Problem, not_found
from chassis.web.asked import Asked
from contracts.registry import Role
from services.portal.shell import render
from services.portal.shell.figures import NotAFigure
from services.portal.shell.forms import Form, form_name, read_form
from services.portal.shell.menu import menu
from services.portal.shell.rights import Rights
from services.portal.shell.services import Services
from services.portal.shell.sessions import Session, Sessions
from services.portal.shell.settings import PortalSettings
from services.portal.shell.sign_in import SignIn
from services.portal.shell.stale import typed_here
from services.portal.shell.terms import cited
from services.portal.shell.words import LANGUAGES, say

_OF_ONE_VIEW = frozenset({"as", "after", "seen", "done"})
"""What stands in an address and says nothing of which list it is."""


@dataclass(slots=True)
class Shell:
    """What the portal's process stands on besides the platform."""

    settings: PortalSettings
    sessions: Sessions
    sign_in: SignIn
    services: Services
    counted: dict[tuple[tuple[Role, UUID], ...], tuple[float, Mapping[str, int]]] = field(default_factory=dict)
    """How much waits for who holds these roles, and when it was counted (`pages`)."""
    catalogue: tuple[float, date, Sequence[Mapping[str, Any]]] | None = None
    """The awards of a day, and when they were asked for (`units.catalogue`)."""


class Visit(Asked):
    """A request to a page; declare a parameter `asked: Visit` in an endpoint of a `page_router`."""

    signed_in: Session
    rights = Rights()
    """What this person may open."""
    waits: Mapping[str, int] = {}
    """How much of each kind of work waits for this person."""
    behind = False
    """Whether something older than what this browser has seen is shown."""
    restored = False
    """Whether what was typed before is shown."""
    since = 0
    """From when on what changes is news to whoever gets this page."""
    told_last = ""
    """Service and position of this request's last command."""

    @property
    def shell(self) -> Shell:
        """What the portal stands on."""
        shell: Shell = self.state.shell
        return shell

    @property
    def language(self) -> str:
        """The language chosen in this browser."""
        chosen = self.cookies.get("language", "vi")
        return chosen if chosen in LANGUAGES else "vi"

    @property
    def today(self) -> date:
        """The business date in Viet Nam."""
        return business_date(self.platform.clock())

    @property
    def here(self) -> str:
        """Path and query of this page."""
        return self.url.path + (f"?{self.url.query}" if self.url.query else "")

    @property
    def file(self) -> str:
        """Where the tables of this page are to be had as an Excel file, from the list's beginning on."""
        query = [(name, value) for name, value in self.query_params.multi_items() if name not in _OF_ONE_VIEW]
        return f"{self.url.path}?{urlencode([*query, ('as', 'xlsx')])}"

    async def form(self) -> Form:  # type: ignore[override]  # ours knows its key
        """The form that was sent, read once; a field that came several times has its last value."""
        if not hasattr(self, "_typed"):
            self._typed = read_form(await self.body(), self.headers.get("content-type", ""))
        return self._typed

    async def ask(self, service: str, path: str, **query: object) -> Any:
        """The answer of a service to this person, up to the position that this browser has seen (`?seen=`).

        Where the service is not there yet, the older state is shown, and `behind` says so.
        """
        token, seen = await self._token(), self.query_params.get("seen", "").partition("/")
        if seen[0] == service and seen[2].isascii() and seen[2].isdecimal() and not self.behind:
            try:
                return await self.shell.services.ask(token, service, path, **query, at_least=seen[2])
            except Problem as problem:
                if problem.code not in {"not-there-yet", "position-unknown"}:
                    raise
                self.behind = True
        return await self.shell.services.ask(token, service, path, **query)

    async def pages(self, service: str, path: str, **query: object) -> list[dict[str, Any]]:
        """All items of a service's list."""
        items: list[dict[str, Any]] = []
        after: object = None
        while True:
            page = await self.ask(service, path, limit=500, after=after, **query)
            items += page["items"]
            if (after := page["next"]) is None:
                return items

    async def take_along(self, service: str, path: str, sha256: str) -> Response:
        """A file that a service keeps under its hash, for this person to take along; raises Problem 404 for no hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):  # noqa: PLR2004 - a SHA-256 in hex
            raise not_found()
        return await self.take_file(service, f"{path}/{sha256}")

    async def result(self, service: str, job: UUID) -> Response:
        """What came of a service's job as a file, for this person to take along."""
        return await self.take_file(service, f"/jobs/{job}/result")

    async def take_file(self, service: str, path: str) -> Response:
        """A file that a service keeps or makes, for this person to take along."""
        file = await self.shell.services.file(await self._token(), service, path)
        named = {"Content-Disposition": file.disposition}
        return Response(file.content, 200, {**render.HEADERS, **named}, file.media_type)

    async def tell(
        self,
        service: str,
        path: str,
        body: object = None,
        *,
        key: UUID,
        method: str = "POST",
        version: int | None = None,
        media_type: str = "text/csv",
    ) -> dict[str, Any]:
        """A command of this person to a service; a body of bytes is a file of this media type."""
        token = await self._token()
        told = await self.shell.services.tell(
            token, service, path, body, key=key, method=method, version=version, media_type=media_type
        )
        if "position" in told:
            self.told_last = f"{service}/{told['position']}"
        return told

    async def _token(self) -> str:
        self.signed_in = await self.shell.sign_in.fresh(self.signed_in)
        return str(self.signed_in.tokens["access"])

    def show(self, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
        """A page with the frame around it."""
        return render.html(
            self.language,
            template,
            code,
            **{
                "person": getattr(self, "person", None),
                "csrf": self.signed_in.csrf if hasattr(self, "signed_in") else "",
                "key": uuid4(),
                "here": self.here,
                "path": self.url.path,
                "file": self.file,
                "today": self.today,
                "opens": self.rights.open,
                "acting": list(dict.fromkeys(role.value for role, _ in self.rights.held)),
                "menu": menu(self.url.path, self.rights, self.waits),
                "errors": [],
                "behind": self.behind,
                "restored": self.restored,
                "since": self.since,
                **values,
            },
        )

    def go(self, path: str, **query: object) -> RedirectResponse:
        """Send the browser on, after a command; the next page waits for what was done."""
        query = {**query, "seen": self.told_last or None}
        given = urlencode({name: str(value) for name, value in query.items() if value is not None}, safe="/")
        return RedirectResponse(f"{path}?{given}" if given else path, 303, dict(render.HEADERS))

    def trouble(self, problem: Problem, back: str = "") -> HTMLResponse | RedirectResponse:
        """The page that says what is wrong and what to do next; `back` leads to the form whose content is kept."""
        if problem.status == 401:  # noqa: PLR2004 - not signed in
            goal = self.here if self.method == "GET" else self.url.path
            where = "/sign-in" if problem.code == "sign-in-first" else "/session-ended"
            return RedirectResponse(f"{where}?next={quote(goal)}", 303, dict(render.HEADERS))
        return self.show(
            "trouble.html",
            problem.status,
            sentence=problem.vi if self.language == "vi" else problem.en,
            translated=problem.en if self.language == "vi" else problem.vi,
            problem=problem,
            back=back,
        )

    async def form_name(self) -> str:
        """Under which name the draft of this page's form is kept; what keeps drafts by itself says of which page."""
        of = (await self.form()).get("of", "") if self.method != "GET" else ""
        return form_name(of or self.url.path)

    async def keep_draft(self, person: UUID, key: str = "") -> None:
        """Keep what was typed into this form; late, after the form with this key was sent, it is left out."""
        typed = (await self.form()).typed
        await self.shell.sessions.keep_draft(person, await self.form_name(), typed, key)

    def sentence(self, problem: Problem) -> str:
        """What is wrong and what to do next, in this browser's language, with the rule's source."""
        said = problem.vi if self.language == "vi" else problem.en
        return f"{said} ({cited(self.language, problem.source)})" if problem.source else said

    def beside(self, error: NotAFigure | Problem) -> str:
        """The sentence beside the figure that was refused; raises a Problem that is not about what was typed."""
        if isinstance(error, NotAFigure):
            return say(self.language, "figure.malformed")
        if error.status not in {409, 422}:
            raise error
        return next(iter(self.fields_with_errors(error).values()), self.sentence(error))

    def fields_with_errors(self, problem: Problem) -> dict[str, str]:
        """The service's sentences by the field they name."""
        errors: Any = problem.extra.get("errors", [])
        return {each["field"]: each[self.language] for each in errors}

    async def draft(self, of: str = "") -> Form:
        """What this person had typed into the form of this page, or `of` another one, before; the page says so."""
        kept = await self.shell.sessions.draft(self.person, form_name(of) if of else await self.form_name())
        found = typed_here(Form(kept or {}))
        self.restored = bool(found.keys() - {"was"})
        return found
