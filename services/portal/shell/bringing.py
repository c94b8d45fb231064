"""Tables that are brought from a file: tried first, with every row that is wrong, then imported; both as jobs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

_REFUSED: Final = frozenset({403, 404, 409, 412, 422, 429})
_NOT_THERE: Final = 404
IMPORT: Final = frozenset({"import"})


@dataclass(frozen=True, slots=True)
class Bringing:
    """What a service imports: the page, the template, the path of its trials, and the kind of their jobs."""

    page: str
    template: str
    trials: str
    kind: str
    service: str = "registry"

    async def show(self, asked: Visit, job: UUID | None, **shown: Any) -> Response:
        """Where a file is chosen; with a `job`, how far that is, or what came of it."""
        return await self._show(asked, job, None, {}, **shown)

    async def bring(
        self, asked: Visit, query: str = "", steps: Collection[str] = IMPORT, said: Mapping[str, str] | None = None,
        kept: Mapping[str, str] | None = None, **shown: Any,
    ) -> Response:  # fmt: skip
        """Have a file tried, or take a step of one that was tried, such as its import.

        `said` are sentences of what was typed beside the file and could not be read; `kept` of it stands in the
        address that follows, so that another file is tried with the same.
        """
        form = await asked.form()
        trial = _id(form.get("job", ""))
        try:
            if trial is not None and form.get("do") in steps:
                told = await asked.tell(self.service, f"{self.trials}/{trial}/{form['do']}", key=form.key)
            else:
                file, wrong = form.files.get("file") or form.get("file", "").encode(), dict(said or {})
                if not file:
                    wrong["file"] = say(asked.language, "files.no_file")
                if wrong:
                    return await self._show(asked, None, None, wrong, **shown)
                told = await asked.tell(self.service, f"{self.trials}{query}", file, key=form.key)
        except Problem as problem:
            if problem.status not in _REFUSED:
                raise
            return await self._show(asked, None, problem, {}, **shown)
        return asked.go(self.page, job=told["id"], **kept or {})

    async def _show(
        self, asked: Visit, key: UUID | None, refused: Problem | None, wrong: dict[str, str], **shown: Any
    ) -> Response:
        """The page; a job that is not there any more is one that is to be begun anew."""
        job: dict[str, Any] | None = None
        told: Any = None
        if key is not None:
            try:
                job = await asked.ask(self.service, f"/jobs/{key}")
                told = await asked.ask(self.service, f"/jobs/{key}/result") if job["state"] == "done" else None
            except Problem as problem:
                if problem.status != _NOT_THERE:
                    raise
                refused = problem
        errors = list(wrong.items())
        if refused is not None:
            gone = refused.status == _NOT_THERE
            errors = [("", say(asked.language, "files.gone") if gone else asked.sentence(refused))]
            if wrong := asked.fields_with_errors(refused):
                errors = list(wrong.items())
        return asked.show(
            self.template, 422 if wrong else 200, job=job, told=told, errors=errors, said=wrong,
            trial=job is not None and job["kind"] == self.kind, **shown,
        )  # fmt: skip


async def take_out(asked: Visit, path: str, **query: object) -> Response:
    """Have registry write a table into a file, as the form of a page asks; the page of the job follows."""
    form = await asked.form()
    wanted = "csv" if form.get("as") == "csv" else "xlsx"
    given = "".join(f"&{name}={value}" for name, value in query.items() if value)
    told = await asked.tell("registry", f"{path}?as={wanted}{given}", key=form.key)
    return asked.go(f"/exports/{told['id']}", of="registry")


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
