"""Reading JSON as it stands: figures exactly, each key once, nothing that is no JSON.

A float would round 94.99999999999999999999 up to the 95 that a goal demands; of a key that stands twice, readers choose
different ones (RFC 8259 §4).
"""

import json
from decimal import Decimal
from typing import Any, Final

import orjson


class KeyRepeated(ValueError):
    """A key stands twice in one object."""


def read_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8; numbers with a point or an exponent are Decimals.

    Raises json.JSONDecodeError, KeyRepeated, ValueError for a whole number of thousands of digits, RecursionError.
    """
    orjson.loads(body)  # strict: no NaN, no half of a surrogate pair, nothing but UTF-8
    return _decoder.decode(body.decode())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise KeyRepeated
    return found


_decoder: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal)
