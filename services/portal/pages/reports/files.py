"""Files of a report: those that go along with it, and the paper by which it came."""

from hashlib import sha256
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response

from chassis.facts.problem import Problem
from chassis.web.api import EVERY_ROLE, THERE, asks
from services.portal.shell.figures import NotADay, read_day
from services.portal.shell.forms import Form
from services.portal.shell.pages import leads_to, page_router
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

router = page_router()
SENDS: Final = ("attach", "detach", "paper")
"""Steps of the page about a file."""


@router.get("/reports/{id}/files/{sha256}")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /reports/{id}/files/{sha256}")
async def download(asked: Visit, id: UUID, sha256: str) -> Response:  # noqa: A002 - the path's name
    """A file that goes along with a report, or the paper on which it came."""
    return await asked.take_along("campaigns", f"/reports/{id}/files", sha256)


@router.get("/reports/{id}/word")
@asks(may=EVERY_ROLE, where=THERE, reads=())
@leads_to("GET campaigns /reports/{id}/word")
async def take_word(asked: Visit, id: UUID, template: bool = False) -> Response:  # noqa: A002, FBT001, FBT002 - of the address
    """The report as a Word file; the empty form, where the `template` is asked for."""
    return await asked.take_file("campaigns", f"/reports/{id}/word" + ("?template=true" if template else ""))


async def send(asked: Visit, key: UUID, form: Form, step: str) -> dict[str, str]:
    """Attach or detach a file, or enter the paper that came; gives sentences by field, of the whole under no name."""
    version = int((await asked.ask("campaigns", f"/reports/{key}"))["version"])
    if step == "detach":
        digest = form.get("sha256", "")
        return await _tell(asked, f"/reports/{key}/files-detached", {"sha256": digest}, "", version)
    field = f"{step}-file"
    if (content := form.files.get(field)) is None:
        return {field: say(asked.language, "results.no_file")}
    about = {"name": f"tep{form.endings[field]}"}
    if step == "paper":
        try:
            about["received_on"] = read_day(form.get("paper-received_on", "")).isoformat()
        except NotADay:
            return {"paper-received_on": say(asked.language, "day.malformed")}
        about["capacity"] = form.get("paper-capacity", "direct")
        return await _tell(asked, f"/reports/{key}/paper-submission?{urlencode(about)}", content, field, version)
    about["title"] = form.get("attach-title", "").strip()
    return await _tell(asked, f"/reports/{key}/files?{urlencode(about)}", content, field, version)


async def _tell(asked: Visit, path: str, body: object, field: str, version: int) -> dict[str, str]:
    form = await asked.form()
    said = sha256(body).hexdigest() if isinstance(body, bytes) else body
    key, kind = form.key_of(f"{path} {said}"), "application/octet-stream"
    try:
        await asked.tell("campaigns", path, body, key=key, version=version, media_type=kind)
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        step = field.partition("-")[0]
        named = {f"{step}-{name}": text for name, text in asked.fields_with_errors(problem).items()}
        return named or {field if problem.code.startswith("file-") else "": asked.sentence(problem)}
    return {}
