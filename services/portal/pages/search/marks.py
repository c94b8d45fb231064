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
    letters = [_letter(character) for character in text]
    plain = "".join(letters)
    places = [place for place, each in enumerate(letters) for _ in each]
    found = [False] * len(text)
    for word in words:
        starts = _starts(word, plain)
        first = [start for start in starts if start == 0 or plain[start - 1] == " "]
        for start in first or (starts if len(word) > 1 else []):
            for place in places[start : start + len(word)]:
                found[place] = True
    if True not in found:
        return Markup.escape(text)
    parts, start = [], 0
    for end in range(1, len(text) + 1):
        if end == len(text) or found[end] != found[start]:
            part = Markup.escape(text[start:end])
            parts.append(Markup("<mark>{}</mark>").format(part) if found[start] else part)
            start = end
    return Markup("").join(parts)


def _starts(word: str, text: str) -> list[int]:
    """Wherever the word is in the text."""
    starts, start = [], text.find(word)
    while start >= 0:
        starts.append(start)
        start = text.find(word, start + 1)
    return starts


@lru_cache(4096)
def _letter(character: str) -> str:
    """A letter folded; a sign as a space."""
    return folded(character) or " "
