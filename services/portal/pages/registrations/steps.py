"""What the forms of a registration's page ask of registry: each part of a form as a command, by its route."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

FINAL: Final = {
    "appraisal": "send_draft_for_appraisal",
    "approve": "approve_registration",
    "submit": "submit_registration",
    "confirm": "confirm_registration",
    "confirm-from-above": "confirm_from_above",
    "return": "return_registration",
    "return-from-above": "return_from_above",
    "reopen": "reopen_registration",
}
"""Steps that are asked about on a page of their own, each with its action."""
RETURNS: Final = ("return", "return-from-above")
OTHERS: Final = ("appraise", "solutions", "movements", "ask", "answer", "qualitative", "progress")
"""Steps that are taken on the page itself."""
ROUTES: Final = (
    "agreements", "objections", "solutions", "movements", "opinions", "opinions/answers", "qualitative", "progress",
)  # fmt: skip
"""Where those lead."""


class Told(NamedTuple):
    """A command: the last part of its route, and its body."""

    route: str
    body: dict[str, Any] | None


def final_body(step: str, form: Mapping[str, str], registration: Mapping[str, Any]) -> dict[str, Any] | None:
    """The body of a step that is asked about; None where it has none."""
    if step in RETURNS:
        cells = [
            {"indicator": each["indicator"], "year": each["year"], "reason": reason}
            for each in registration["targets"]
            if (reason := form.get(f"x-{each['indicator']}-{each['year']}", "").strip())
        ]
        return {"cells": cells, "note": form.get("note", "").strip()}
    if step == "reopen":
        return {"change": form.get("change", "correction"), "reason": form.get("reason", "").strip()}
    return None


def commands(step: str, form: Mapping[str, str], registration: Mapping[str, Any]) -> Iterator[Told]:
    """What one of the forms on the page asks, of what was filled in."""
    match step:
        case "appraise":
            yield from _appraised(form, registration)
        case "solutions":
            for name in dict.fromkeys(goal["indicator"] for goal in registration["terms"]["goals"]):
                text = form.get(f"s-{name}", "").strip()
                if text and text != registration["solutions"].get(name):
                    yield Told("solutions", {"indicator": name, "solution": text})
        case "movements":
            linked = [each["document"]["number"] for each in registration["terms"]["movements"]]
            yield Told("movements", {"numbers": [each for place, each in enumerate(linked) if form.get(f"m-{place}")]})
        case "ask":
            yield Told("opinions", {"body": form.get("body", "")})
        case "answer":
            about = {name: form.get(name, "").strip() for name in ("opinion", "document")}
            yield Told("opinions/answers", {"body": form.get("body", ""), **about})
        case "qualitative":
            yield Told(
                "qualitative",
                {
                    "number": _number(form.get("number", "")) or len(registration["qualitative"]) + 1,
                    **{name: form.get(name, "").strip() for name in ("requirement", "solution")},
                },
            )
        case "progress":
            progress, done = form.get("progress", "").strip(), form.get("done") == "1"
            yield Told("progress", {"number": _number(form.get("number", "")), "progress": progress, "done": done})
        case _:
            return


def _appraised(form: Mapping[str, str], registration: Mapping[str, Any]) -> Iterator[Told]:
    for each in registration["targets"]:
        place = {"indicator": each["indicator"], "year": each["year"]}
        name = f"{each['indicator']}-{each['year']}"
        if reason := form.get(f"no-{name}", "").strip():
            yield Told("objections", {**place, "reason": reason})
        elif form.get(f"ok-{name}"):
            yield Told("agreements", place)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0  # noqa: PLR2004
