"""Values that broke systems of this kind, and how each is put into a body, as JSON text and not by way of a float."""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

NUMBERS: Final = (
    *("0", "-0.0", "1e2", "0E-20000", "0E+20000", "1e400", "-1", "0.000001", "0.0000001", "999999999.999999"),
    *("1000000000", "94.99999999999999999999", "2." + "0" * 16_384, "9" * 400, "1E+30", "1.794447365719259e+28"),
    *("2024", "2024.0", "1989", "2101", "true", "null"),
)
"""JSON texts of numbers at the edges of what databases, floats and people take."""

TEXTS: Final = (
    *("", " ", "\x00", "a\x00b", "\u0301", "a\u0301\u0323", "Tie\u0302\u0301n", "\ufffd", "Ti\ufffdn"),
    *("a\u2028b", "a\u2029b", "a\u202eb", "\u2067a\u2069", "a\u200bb", "\ufeffa", "a\u00adb", "\u00a0a\u3000"),
    *("a\tb", "a\nb", "a\r\nb", "\x1b[2J", "\x7f", "\ue000", "\ufdd0", "\uffff", "\U000e0041"),
    *("😀", "a\u200db", "مرحبا", "'; drop table x; --", "{{ 7*7 }}", "<script>x</script>", "%s %(a)s {0}", "\\", '"'),
    *("=cmd|' /C calc'!A0", "+1", "-1", "@x", "＝1", "a" * 300, "ắ" * 10_000, "1e400", "0E-20000", "２", "NaN"),
    *("2024-02-30", "2024-11-10", "2099-12-31", "20241110", "00000000-0000-0000-0000-000000000000", "null", "true"),
)
"""Texts that one reader or another could not keep, show, sort or send."""

_HALF: Final = '"\\ud800"'


def spoilt(make: Callable[[int], Mapping[str, Any]]) -> Iterator[str]:
    """JSON texts of the good bodies that `make` makes, numbered from 0, each with one leaf replaced by such a value."""
    number = itertools.count()
    for path in _leaves(make(0)):
        for literal in (*NUMBERS, _HALF, *map(json.dumps, TEXTS)):
            yield _with(make(next(number)), path, literal)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, (*path, number))
    else:
        yield path


def _with(body: Mapping[str, Any], path: tuple[Any, ...], literal: str) -> str:
    copy = inner = json.loads(json.dumps(body))
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "@here@"
    return json.dumps(copy).replace('"@here@"', literal)
