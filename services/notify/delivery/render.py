"""Writes messages: templates and words become an email's subject and bodies, or the data of a Zalo template.

A template of an email is its subject, an empty line and its paragraphs; text and HTML are made from the same ones.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from unicodedata import category, normalize

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape
from jinja2.meta import find_undeclared_variables
from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.notify.domain.rules import RULES

FOLDER: Final = Path(__file__).parents[1] / "templates"
_WORDS: Final = TypeAdapter(dict[str, str])
_EMPTY_LINES: Final = re.compile(r"\n\s*\n")
_LOCALES: Final = ("vi", "en")
_env = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    auto_reload=False,
)


@dataclass(frozen=True, slots=True)
class Letter:
    """What an email says: subject, plain text and HTML, Vietnamese first and English below."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class _Language:
    subject: str
    paragraphs: tuple[str, ...]


class ZaloTemplate(BaseModel):
    """A template as registered at Zalo: its id there, and its parameters with their longest values in letters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    template_id: str
    params: dict[str, int]


def one_line(value: str) -> str:
    """The value in NFC on one line, without control and formatting characters."""
    value = normalize("NFC", value)
    if not value.isprintable():
        kept = (" " if character.isspace() else character for character in value)
        value = "".join(c for c in kept if category(c) not in {"Cc", "Cf", "Cs"})
    return " ".join(value.split())


def shortened(value: str, longest: int) -> str:
    """The value with at most so many letters (code points in NFC); a cut shows as an ellipsis."""
    return value if len(value) <= longest else f"{value[: longest - 1].rstrip()}…"


def letter(template: str, recipient_name: str, words: Mapping[str, str]) -> Letter:
    """An email; raises jinja2.UndefinedError when the template wants a word that is not there."""
    clean = {name: one_line(word) for name, word in {**words, "recipient_name": recipient_name}.items()}
    vi, en = (_language(template, locale, clean) for locale in _LOCALES)
    text = "\n\n".join((*vi.paragraphs, "--", *en.paragraphs, ""))
    return Letter(vi.subject, text, _template("letter.html").render(vi=vi, en=en))


def zalo_data(template: str, recipient_name: str, words: Mapping[str, str]) -> dict[str, str]:
    """Values of a Zalo template's parameters, each cut to what Zalo takes; empty ones are left out."""
    given = {**words, "recipient_name": recipient_name}
    params = zalo_template(template).params.items()
    return {name: shortened(value, longest) for name, longest in params if (value := one_line(given[name]))}


@cache
def zalo_template(template: str) -> ZaloTemplate:
    """The Zalo side of a template."""
    return ZaloTemplate.model_validate(_yaml(f"{template}/zalo.vi.yaml"))


@cache
def sample(template: str) -> Mapping[str, str]:
    """Made-up words for a template; raises ValueError when they are not exactly those that it wants."""
    given = _WORDS.validate_python(_yaml(f"{template}/sample.yaml"))
    wanted = set(zalo_template(template).params)
    for locale in _LOCALES:
        text = (FOLDER / f"{template}/email.{locale}.txt").read_text("utf-8")
        wanted |= find_undeclared_variables(_env.parse(text))
    if given.keys() != wanted:
        raise ValueError(f"{template}/sample.yaml: {', '.join(sorted(given.keys() ^ wanted))}")
    return given


def compile_all() -> None:
    """Read and compile every template now, so that a broken one stops the start and none is read while sending."""
    for rule in RULES.values():
        sample(rule.template)
        for locale in _LOCALES:
            _template(f"{rule.template}/email.{locale}.txt")
    _template("letter.html")


def _yaml(name: str) -> object:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


@cache
def _template(name: str) -> Template:
    template = _env.get_template(name)
    template.globals = dict(template.globals)  # Jinja's chain of maps costs more than all the rest of a rendering
    return template


def _language(template: str, locale: str, words: Mapping[str, str]) -> _Language:
    subject, *paragraphs = _EMPTY_LINES.split(_template(f"{template}/email.{locale}.txt").render(words).strip())
    return _Language(subject, tuple(paragraphs))
