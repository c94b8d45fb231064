"""The found words in a text, marked as HTML, also where their own marks differ from what was typed."""

from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

from markupsafe import Markup

from chassis.facts.folding import folded


def with_marks(text: str, words: Sequence[str]) -> Markup:
    """The text with each of these folded words in `<mark>`, all else escaped.

    Where a word of the text begins with it, no other place is marked.
    """
    text = normalize("NFC", text)
    plain, places = _folded(text)
    found = [False] * len(text)
    for word in words:
        starts = [start for start in range(len(plain)) if plain.startswith(word, start)]
        first = [start for start in starts if start == 0 or plain[start - 1] == " "]
        for start in first or (starts if len(word) > 1 else []):
            for place in places[start : start + len(word)]:
                found[place] = True
    parts, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or found[end] != found[start]:
            part = Markup.escape(text[start:end])
            parts.append(Markup("<mark>{}</mark>").format(part) if found[start] else part)
            start = end
    return Markup("").join(parts)


@lru_cache(4096)
def _letter(character: str) -> str:
    return folded(character) or " "


def _folded(text: str) -> tuple[str, list[int]]:
    """The text folded letter by letter, signs as spaces, and from which character each letter came."""
    letters = [(each, place) for place, character in enumerate(text) for each in _letter(character)]
    return "".join(each for each, _ in letters), [place for _, place in letters]
