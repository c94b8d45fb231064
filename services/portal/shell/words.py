"""The portal's sentences: every one of them stands in words/vi.yaml and words/en.yaml, under the same name."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

LANGUAGES: Final = ("vi", "en")


@cache
def words(language: str) -> Mapping[str, str]:
    """All sentences of a language by their dotted names; raises TypeError for a sentence that is no text."""
    text = files("services.portal").joinpath(f"words/{language}.yaml").read_text(encoding="utf-8")
    return dict(_flat(yaml.safe_load(text), ""))


def _flat(part: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for key, value in part.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}{key}.")
        elif isinstance(value, str):
            yield f"{name}{key}", value.strip()
        else:
            raise TypeError(f"{name}{key} must be a text")


def say(language: str, name: str, /, **fields: object) -> str:
    """A sentence with its fields filled in; raises KeyError for one that nobody wrote."""
    text = words(language)[name]
    return text.format(**fields) if "{" in text else text
