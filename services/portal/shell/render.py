"""Pages as HTML: templates, macros, and the forms in which figures, days and deadlines are shown."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from services.portal.shell import static
from services.portal.shell.figures import show_day, show_figure, show_moment, show_near, show_phone
from services.portal.shell.terms import Meaning, cited, meanings
from services.portal.shell.words import say, words

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
}
"""What a page tells a browser not to do; nosniff and no-store are the door's."""

_SENTENCE: Final = re.compile(r"""\bt\((?P<quote>["'])(?P<name>[\w.]+)(?P=quote)\)""")


class Templates(Environment):
    """Templates in one language: its sentences without fields are put in when a template is compiled."""

    def __init__(self, language: str, **options: Any) -> None:
        super().__init__(**options)
        self._language = language

    def preprocess(self, source: str, name: str | None = None, filename: str | None = None) -> str:
        """As Jinja's."""
        return _SENTENCE.sub(self._literal, super().preprocess(source, name, filename))

    def _literal(self, found: re.Match[str]) -> str:
        text = words(self._language)[found["name"]]
        return found[0] if "{" in text else repr(text)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As Jinja's; most of what pages show are a service's answers, whose keys come first."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@cache
def environment(language: str) -> Environment:
    """Templates of the shell and of all pages, in one language."""
    home = Path(str(files("services.portal")))
    env = Templates(
        language,
        loader=FileSystemLoader([home / "shell", home / "pages"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # else each page looks for changes in the files of its templates
    )
    env.filters |= {
        "figure": show_figure,
        "near": show_near,
        "day": show_day,
        "moment": show_moment,
        "phone": show_phone,
        "zip": zip,
    }
    env.globals |= {
        "t": lambda name, /, **fields: say(language, name, **fields),
        "language": language,
        "asset": static.address,
        "cited": lambda source: cited(language, source),
        "meaning": lambda name, today: meaning(language, name, today),
        "deadline": lambda until, today, strict=False: deadline(language, until, today, strict=strict),
    }
    return env


def deadline(language: str, until: date | str | None, today: date, *, strict: bool = False) -> tuple[str, str]:
    """How a deadline stands, as a pill's kind and words; `strict`: the day itself is too late ("trước ngày")."""
    if until is None:
        return "none", say(language, "deadline.none")
    last = date.fromisoformat(until) if isinstance(until, str) else until
    left = (last - today).days - int(strict)
    if left < 0:
        return "bad", say(language, "deadline.over", days=-left)
    if left == 0:
        return "warn", say(language, "deadline.today")
    return ("warn" if left <= 5 else "info"), say(language, "deadline.left", days=left)  # noqa: PLR2004


def meaning(language: str, name: str, today: date) -> Meaning | None:
    """What a term is called and means today; None for one that has no meaning on this day."""
    term = meanings(today).get(name)
    return None if term is None else term.vi if language == "vi" else term.en


def html(language: str, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
    """A whole page."""
    text = environment(language).get_template(template).render(**values)
    return HTMLResponse(text, code, HEADERS)
