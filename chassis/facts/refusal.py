"""Refusals as data: what a rule says when it says no, beside the rule, in both languages, once for each code."""

from dataclasses import dataclass
from string import Formatter
from typing import Final

from chassis.facts.decider import Rejected

REFUSALS: Final[dict[str, "Refusal"]] = {}
"""Every refusal of the modules that are loaded, by its code."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A rule's no: a stable code, sentences that tell a person what to do next, the rule's source.

    Fields in braces are filled in when it is raised, as in `raise LATE(day="20/11/2024")`; the English sentence may
    take `name_en` where the Vietnamese one takes `name`. Raises ValueError for a code that was said before, or for
    sentences that differ in their fields.
    """

    code: str
    vi: str
    en: str
    source: str = ""

    def __post_init__(self) -> None:
        if self.code in REFUSALS:
            raise ValueError(f"{self.code} is said twice")
        if self.fields(self.vi) != {name.removesuffix("_en") for name in self.fields(self.en)}:
            raise ValueError(f"{self.code} has different fields in its two languages")
        REFUSALS[self.code] = self

    @staticmethod
    def fields(text: str) -> set[str]:
        """Names of the fields in a sentence."""
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    def __call__(self, *, source: str = "", **fields: object) -> Rejected:
        """The refusal as raised; `source` where the rule is one of several. Raises KeyError for a field not given."""
        return Rejected(self.code, self.vi.format(**fields), self.en.format(**fields), source or self.source)
