"""Text as it is searched and sorted: without marks, with them, and in the order of the Vietnamese alphabet.

All three are made of letters, digits and single spaces alone, so that nothing typed has a meaning for a database.
"""

from itertools import dropwhile, groupby
from typing import Final
from unicodedata import category, normalize

LONGEST: Final = 200
"""Characters of what may be searched for."""

NEAR: Final = 0.6
"""How much of the three-letter groups of what is sought a text must share to be near to it, between 0 and 1."""

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACES: Final = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
_TONES: Final = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
"""Huyền, hỏi, ngã, sắc, nặng; ngang is 0."""


def folded(text: str) -> str:
    """Lower case without marks, đ as d, everything that is no letter or digit as one space: `HĐ - BTĐKT` is `hd btdkt`.

    What a scanner reads with a wrong mark, `cò vũ` for `cổ vũ`, folds alike. Source: M-4.
    """
    plain = "".join(each for each in normalize("NFKD", _lower(text)) if not _is_mark(each))
    return _spaced(plain.translate({ord("đ"): "d"}))


def marked(text: str) -> str:
    """Lower case with marks, in NFC, everything that is no letter or digit as one space."""
    return normalize("NFC", _spaced(normalize("NFD", _lower(text))))


def order_key(text: str) -> str:
    """A key whose plain order by code points (collation C) is that of Vietnamese: ă after a, đ after d, tones last.

    Tones (ngang, huyền, hỏi, ngã, sắc, nặng) decide only between texts that are else the same. Letters of other
    alphabets stand behind.
    """
    letters, tones = [], []
    for letter in marked(text):
        parts = normalize("NFD", letter)
        tone = next((_TONES[each] for each in parts if each in _TONES), "0")
        base = normalize("NFC", "".join(each for each in parts if each not in _TONES))
        letters.append(_PLACES.get(base) or _PLACES.get(parts[0]) or base)
        tones.append(tone)
    return f"{''.join(letters)}\t{''.join(tones).rstrip('0')}"


def _lower(text: str) -> str:
    return normalize("NFKC", normalize("NFKC", text).lower())


def _is_mark(character: str) -> bool:
    return category(character).startswith("M")


def _spaced(text: str) -> str:
    """Runs of letters and digits with their marks; marks that stand on nothing are none."""
    runs = groupby(text, lambda each: each.isalnum() or _is_mark(each))
    return " ".join(filter(None, ["".join(dropwhile(_is_mark, run)) for known, run in runs if known]))
