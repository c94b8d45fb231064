"""The ratings in a table of units: each by its code, its short form or its name. Source: A7."""

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.facts.folding import folded
from services.portal.shell.unit_tables import Column, Unreadable
from services.portal.shell.words import say


def ratings(choices: Sequence[Mapping[str, Any]], language: str) -> Column[str]:
    """The column of ratings of which these are the ones of the year."""
    called = {folded(each[name]): each["code"] for each in choices for name in ("code", "short", "vi", "en")}
    names = ", ".join(f"{each['short']} ({each[language]})" for each in choices)

    def read(code: str, typed: str) -> str:
        if (rating := called.get(folded(typed))) is None:
            raise Unreadable(say(language, "ratings.no_such", code=code, names=names))
        return str(rating)

    return Column(
        ("xếp loại", "mức xếp loại", "mức", "kết quả xếp loại", "rating"), read, say(language, "ratings.no_head")
    )
