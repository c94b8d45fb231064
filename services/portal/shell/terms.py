"""Terms of emulation and commendation: dated reference data, each with a sentence in both languages and a source."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Final, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

_STRICT = ConfigDict(frozen=True, extra="forbid")
_STATEMENT: Final = re.compile(r"(S\d{3})-\d+(?: \(\d+\))?")
_ARTICLE: Final = re.compile(r" article (\d+)")
GROUPS: Final = ("emulation", "figures", "dossier", "awards", "organisation")


class Both(BaseModel):
    """A text in both languages."""

    model_config = _STRICT

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Paper(Both):
    """A document that terms rest on; `statements`: what rules call it, followed by the number of a statement in it."""

    issued_on: date | None
    statements: str = ""


class Meaning(BaseModel):
    """The word and what it says, in one language."""

    model_config = _STRICT

    word: str = Field(min_length=1)
    says: str = Field(min_length=1)


class Source(BaseModel):
    """A place in a document: an article of a law, a section of a letter."""

    model_config = _STRICT

    document: str
    article: str = ""
    section: str = ""


class Term(BaseModel):
    """What a word means from one day to another, both included (None: until further notice)."""

    model_config = _STRICT

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")
    group: str = Field(pattern=f"^({'|'.join(GROUPS)})$")
    vi: Meaning
    en: Meaning
    sources: tuple[Source, ...] = Field(min_length=1)
    valid_from: date
    valid_to: date | None
    to_be_confirmed: Both | None = None

    def covers(self, day: date) -> bool:
        """Tell whether the word means this on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Glossary(BaseModel):
    """All terms in the order of the file; of one name there is at most one on a day."""

    model_config = _STRICT

    documents: dict[str, Paper]
    terms: tuple[Term, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_meaning_a_day_from_known_papers(self) -> Self:
        for one, other in combinations(self.terms, 2):
            later = max(one.valid_from, other.valid_from)
            if one.name == other.name and one.covers(later) and other.covers(later):
                raise ValueError(f"{one.name} has two meanings on {later}")
        for term in self.terms:
            if unknown := {source.document for source in term.sources} - self.documents.keys():
                raise ValueError(f"{term.name} rests on unknown papers: {sorted(unknown)}")
            if term.valid_to is not None and term.valid_to < term.valid_from:
                raise ValueError(f"{term.name} ends before it begins")
        return self

    def on(self, day: date) -> dict[str, Term]:
        """The terms of a day by their names."""
        return {term.name: term for term in self.terms if term.covers(day)}

    def before(self, day: date, name: str) -> list[Term]:
        """What a word meant until that day, the latest first."""
        past = [term for term in self.terms if term.name == name and term.valid_to is not None and term.valid_to < day]
        return sorted(past, key=lambda term: term.valid_from, reverse=True)


@cache
def glossary() -> Glossary:
    """The terms as they are kept; raises ValidationError for a file that does not hold together."""
    text = files("services.portal").joinpath("pages/glossary/terms.yaml").read_text(encoding="utf-8")
    return Glossary.model_validate(yaml.safe_load(text))


@lru_cache(maxsize=2)
def meanings(day: date) -> Mapping[str, Term]:
    """The terms of a day by their names; each page asks for many of them."""
    return glossary().on(day)


def cited(language: str, source: str) -> str:
    """A rule's source as people know it: the document, once, where the rule names one of its statements."""
    papers = {paper.statements: paper for paper in glossary().documents.values() if paper.statements}

    def named(found: re.Match[str]) -> str:
        paper = papers.get(found[1])
        return found[0] if paper is None else paper.vi if language == "vi" else paper.en

    article = ", Điều \\1" if language == "vi" else ", article \\1"
    parts = [_ARTICLE.sub(article, _STATEMENT.sub(named, part)) for part in re.split("[,;] ", source)]
    return "; ".join(dict.fromkeys(parts))
