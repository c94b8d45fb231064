"""A mail server's answer to one command. Source: RFC 5321 §4.2.

The first digit decides, so any 2xx is a yes. What else the server says, in whatever bytes and however much of it,
changes nothing about that.
"""

import re
from typing import Final

_LONGEST: Final = 1000
_CODE: Final = re.compile(rb"([2-5][0-9]{2})(?![0-9])(-?)")


class Answer:
    """An answer, heard piece by piece; a bounded part of it is kept.

    `code` is that of the last line so far, also of one that breaks off; 0 when nothing came that is SMTP. `whole` tells
    that the answer has come to its end, in its last line or in one that is no SMTP.
    """

    def __init__(self) -> None:
        self.whole = False
        self._code = 0
        self._line = self._text = b""

    @property
    def code(self) -> int:
        """Three digits, or 0."""
        begun = None if self.whole else _CODE.match(self._line)
        return int(begun[1]) if begun else self._code

    @property
    def text(self) -> bytes:
        """The words of all lines."""
        return self._text

    def hear(self, data: bytes) -> bool:
        """Take in what has come, and tell whether that is all; what follows the end is no part of the answer."""
        *ended, begun = data.split(b"\n")
        for part in ended:
            self._add(part)
            self._end_line()
        self._add(begun)
        return self.whole

    def _add(self, part: bytes) -> None:
        self._line = (self._line + part[:_LONGEST])[:_LONGEST]

    def _end_line(self) -> None:
        line, self._line = self._line, b""
        if self.whole:
            return
        found = _CODE.match(line)
        if found:
            self._code = int(found[1])
            self._text = (self._text + b" " + line[found.end() :].strip())[:_LONGEST].strip()
        self.whole = found is None or not found[2]
