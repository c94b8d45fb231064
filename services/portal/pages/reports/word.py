"""A report filled in Word: what it changes goes into the form, to be looked at and saved; the rest is said."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from chassis.facts.problem import Problem
from services.portal.shell.forms import Form
from services.portal.shell.visit import Visit
from services.portal.shell.words import say

FIELD = "word-file"


@dataclass(frozen=True, slots=True)
class Taken:
    """The form with what a file changes; sections that it leaves as they stand for a reason; text that none takes."""

    form: Form
    wrong: dict[str, str] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    left: list[dict[str, Any]] = field(default_factory=list)
    apart: list[str] = field(default_factory=list)


async def read(asked: Visit, key: UUID, form: Form) -> Taken:
    """Read the chosen Word file, by the trial of the service that would take it in; nothing is stored."""
    if (content := form.files.get(FIELD)) is None:
        return Taken(form, {FIELD: say(asked.language, "reports.no_word")})
    try:
        path = f"/reports/{key}/word-trials"
        trial = await asked.tell("campaigns", path, content, key=form.key, media_type="application/octet-stream")
    except Problem as problem:
        if problem.status not in {409, 413, 422}:
            raise
        return Taken(form, {FIELD: asked.sentence(problem)})
    changed = [each for each in trial["sections"] if each["became"] == "changed"]
    return Taken(
        Form({**form, **{f"s-{each['section']}": each["said"] for each in changed}}),
        changed=[f"{each['section']}. {each['title']}" for each in changed],
        left=[each for each in trial["sections"] if each["became"] in {"twice", "too_long", "unreadable"}],
        apart=[each["text"] for each in trial["apart"]],
    )
