"""A form that was filled in while somebody else changed the same thing: whose value holds, field by field."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

from chassis.facts.problem import Problem
from services.portal.shell.forms import Form

T = TypeVar("T")
TRIES: Final = 5
_PAUSE: Final = 0.1
"""Seconds after which what somebody was faster with can be read."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a form's fields: `mine` are to be sent; of `theirs` both were changed, each has what stands."""

    mine: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)


async def on_the_latest(work: Callable[[], Awaitable[T]]) -> T:
    """What `work` gives, which reads and sends on what it read; done anew where somebody was faster (412)."""
    for tried in range(TRIES):
        if tried:
            await asyncio.sleep(_PAUSE)
        try:
            return await work()
        except Problem as problem:
            if problem.code != "wrong-version":
                raise
            refused = problem
    raise refused


def remember(shown: Mapping[str, str]) -> str:
    """What a form carries along (field `was`), so that it can be told later what was changed in it, and by whom."""
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def typed_here(form: Form) -> Form:
    """A form that comes back later: without the fields that were left as they were shown, which others may change."""
    was = _was(form)
    return Form({name: value for name, value in form.items() if was.get(name) != value})


def settle(form: Form, now: Mapping[str, str], same: Callable[[str, str], bool] = str.__eq__) -> Settled:
    """Compare what was typed with what the form showed and with what stands `now`, by field.

    A field that nobody else changed is sent as it was typed; one that only others changed stays as it stands. Where
    both did, differently, neither goes unseen: the person chooses (`take-<field>`: `theirs`; else sent once more).
    """
    was, settled = _was(form), Settled()
    for name, stands in now.items():
        before, typed = was.get(name, stands), form.get(name, stands).strip()
        if same(typed, stands) or same(typed, before) or form.get(f"take-{name}") == "theirs":
            continue
        (settled.mine if same(before, stands) else settled.theirs)[name] = typed if same(before, stands) else stands
    return settled


def outdated(form: Form, now: Mapping[str, str]) -> set[str]:
    """Fields that no longer stand as the form showed them."""
    was = _was(form)
    return {name for name, stands in now.items() if was.get(name, stands) != stands}


def _was(form: Form) -> Mapping[str, str]:
    """What the form showed; nothing for one that was made by hand."""
    try:
        was = json.loads(form.get("was", ""))
    except (ValueError, RecursionError):
        return {}
    return {str(name): str(value) for name, value in was.items()} if isinstance(was, dict) else {}
