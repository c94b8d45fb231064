"""What a provider says, made fit to be kept: in a fact, in a log line, on a page."""

import re
from typing import Final
from unicodedata import normalize

LONGEST: Final = 200
"""Letters of a provider's words that are kept."""

_ADDRESS: Final = re.compile(r"[^\s<>]*@[^\s<>]*")
_REPLACEMENT: Final = "\ufffd"


def said(words: bytes | str) -> str:
    """At most 200 letters in NFC on one line; what cannot be read, printed or stored stands as a question mark.

    That is: bytes that are no UTF-8, NUL and other control and formatting characters, lone surrogates. Of an address,
    which mail servers like to repeat and no fact may hold, only the @ stays.
    """
    text = words[: 4 * LONGEST]
    text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    shown = "".join(" " if letter.isspace() else _shown(letter) for letter in normalize("NFC", text))
    return _ADDRESS.sub("@", " ".join(shown.split()))[:LONGEST].rstrip()


def _shown(letter: str) -> str:
    return letter if letter.isprintable() and letter != _REPLACEMENT else "?"
