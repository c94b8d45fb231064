"""Zalo's answer to one message: `{"error": 0, "message": "Success", "data": {"msg_id": "..."}}`.

`error` decides, a whole number or one in a string: 0 has taken the message, whatever else is said or missing. An answer
without such a number leaves open what became of the message: no JSON object (a proxy's page, a body that breaks off or
is too long), `error` missing, null, true, false, a list, a fraction, of more than six digits, or 0 under an HTTP status
that is no success.
"""

import json
import re
from typing import Any, Final, NamedTuple

from services.notify.domain.said import said

_SUCCESS: Final = 2
_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,6}")
_TOO_LARGE: Final = 10**6
_EXACT_DIGITS: Final = 18


class ZaloAnswer(NamedTuple):
    """Zalo's `error` (0: taken), and the id it gave the message; empty when it named none that can be used."""

    error: int
    message_id: str


def read(status: int, body: bytes) -> ZaloAnswer | None:
    """What an answer says; None when it leaves the outcome open. Raises nothing, whatever the bytes are."""
    members = read_object(body)
    error = whole_number(members.get("error"))
    if error is None or (error == 0 and status // 100 != _SUCCESS):
        return None
    data = members.get("data")
    return ZaloAnswer(error, _usable_id(data.get("msg_id")) if isinstance(data, dict) else "")


def read_object(body: bytes) -> dict[str, Any]:
    """The members of a JSON object, read with leniency; none when the bytes are no such thing."""
    text = body.decode("utf-8-sig", "replace").strip("\0 \t\r\n")
    try:
        members = json.loads(text, strict=False, parse_int=_integer)
    except (ValueError, RecursionError):
        return {}
    return members if isinstance(members, dict) else {}


def whole_number(value: object) -> int | None:
    """A code as Zalo gives it, as a number or in a string, of at most six digits; None for anything else."""
    match value:
        case bool():
            return None
        case int() | float() if abs(value) < _TOO_LARGE and value == int(value):
            return int(value)
        case str() if _WHOLE_NUMBER.fullmatch(value.strip()):
            return int(value)
        case _:
            return None


def _integer(digits: str) -> int | str:
    """Python converts no integer of thousands of digits; a long one is an id rather than a number."""
    return int(digits) if len(digits) <= _EXACT_DIGITS else digits


def _usable_id(value: object) -> str:
    return said(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""
