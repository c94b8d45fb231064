"""Kinds of values, one rule for each: used at every door (commands, files) and again where the value is used.

A kind stands in an annotation, `name: Annotated[str, Line(255, name=True)]`, or is called by itself, `is_email(text)`.
What is read is kept in one form: text in Unicode NFC, figures without exponent, phones in ASCII digits. The JSON Schema
of a kind is exact: what it allows is taken, what it does not is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final
from unicodedata import is_normalized, normalize

from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_SPACES: Final = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_LABELS: Final = "\U000e0000-\U000e0fff"
_HIDDEN: Final = (
    r"\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    rf"\u3164\ue000-\uf8ff\ufeff\uffa0\ufff0-\uffff{_LABELS}"
)
"""Characters that nobody sees, that turn what stands around them, or that stand for one that was lost (U+FFFD)."""

_FORMULA: Final = "=+@＝＋－＠-"
_NOT_IN_LINES: Final = re.compile(rf"[\u0000-\u001f{_HIDDEN}\ud800-\udfff]")
_NOT_IN_TEXTS: Final = re.compile(rf"[\u0000-\u0008\u000b\u000c\u000e-\u001f{_HIDDEN}\ud800-\udfff]")
_ACTS: Final = re.compile(rf"\r|{_NOT_IN_TEXTS.pattern}")  # a lone carriage return writes over what stands there
_SPACE: Final = re.compile(f"[{_SPACES}]")


def nfc(text: str) -> str:
    """The text in Unicode NFC, in which all text is kept; no-break and other wide spaces are plain ones."""
    if text.isascii():
        return text
    return _SPACE.sub(" ", text if is_normalized("NFC", text) else normalize("NFC", text))


def hidden(text: str, *, lines: bool = False) -> tuple[int, str] | None:
    """Place (from 1) and code point of the first character that no text may hold, such as (3, "U+FFFD").

    With `lines`, tabs and line ends are allowed.
    """
    found = (_NOT_IN_TEXTS if lines else _NOT_IN_LINES).search(text)
    return found and (found.start() + 1, f"U+{ord(found[0]):04X}")


def visible(text: str) -> str:
    """The text with each such character as its code point, for lists and terminals: nothing in it acts by itself."""
    return _ACTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def formula(text: str) -> str | None:
    """The character at the beginning of a text for which a spreadsheet would take it for a formula."""
    return text[0] if text.startswith(tuple(_FORMULA)) else None


@dataclass(frozen=True, slots=True)
class _Text:
    """Text of `shortest` to `longest` characters (code points, as sent and as kept in NFC), no spaces at its ends."""

    longest: int
    shortest: int = 1

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        limits = {"minLength": self.shortest} if self.shortest else {}
        return {**handler(schema), **limits, "maxLength": self.longest, "pattern": self._pattern()}

    def read(self, value: str) -> str:
        """The text as it is kept; raises PydanticCustomError, a ValueError, saying what is wrong with it."""
        text = nfc(self._lines(value)).strip(" ")
        self._check(text)
        if len(text) < self.shortest:
            raise PydanticCustomError("string_too_short", "too short", {"min_length": self.shortest})
        if max(len(text), len(value)) > self.longest:  # as the document says it, which knows nothing of trimming
            raise PydanticCustomError("string_too_long", "too long", {"max_length": self.longest})
        return text

    def _lines(self, value: str) -> str:
        return value

    def _check(self, text: str) -> None:
        raise NotImplementedError

    def _pattern(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Line(_Text):
    """Text on one line; a `name` is none that a spreadsheet would take for a formula."""

    name: bool = False

    def _check(self, text: str) -> None:
        _refuse_hidden(hidden(text))
        if self.name and (character := formula(text)):
            raise PydanticCustomError("formula_like", "a formula", {"character": character})

    def _pattern(self) -> str:
        first = rf"[^\u0000-\u001f{_SPACES}{_HIDDEN}{_FORMULA if self.name else ''}]"
        rest = rf"[{_SPACES}]*{first}[^\u0000-\u001f{_HIDDEN}]*"
        return f"^{rest}$" if self.shortest else rf"^({rest}|[{_SPACES}]*)$"


@dataclass(frozen=True, slots=True)
class Paragraphs(_Text):
    """Text that may have several lines; each ends with U+000A."""

    def _lines(self, value: str) -> str:
        return value.replace("\r\n", "\n").replace("\r", "\n")

    def _check(self, text: str) -> None:
        _refuse_hidden(hidden(text, lines=True))

    def _pattern(self) -> str:
        any_ = rf"[^\u0000-\u0008\u000b\u000c\u000e-\u001f{_HIDDEN}]*"
        return rf"^{any_}[^\u0000-\u001f{_SPACES}{_HIDDEN}]{any_}$" if self.shortest else f"^{any_}$"


def _refuse_hidden(found: tuple[int, str] | None) -> None:
    if found:
        place, character = found
        raise PydanticCustomError("hidden_character", "a hidden character", {"place": place, "character": character})


_FIGURE: Final = r"^[+-]?[0-9]{1,15}(\.[0-9]{1,20})?$"
_figure: Final = re.compile(_FIGURE, re.ASCII)
PLACES: Final = 6
"""Decimal places that a figure has at most."""

_BILLION: Final = 9
_EXACT: Final = 28
"""Digits before the point up to which an exponent is written out: no rule allows more, and some fill the memory."""


def plain(value: Decimal) -> Decimal:
    """The same figure without exponent or negative zero, as far as it can be one; others are left as they are."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > 0 and (not value or value.adjusted() < _EXACT):
        value = Decimal(int(value))
    return value or value.copy_abs()


def is_figure(value: Decimal) -> bool:
    """Tell whether a number can be a figure: finite, below a billion either way, with at most 6 decimal places.

    Each place counts that is written, a nought at the end too: what databases keep is what was written.
    """
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -PLACES and value.adjusted() < _BILLION


def shown(value: Decimal) -> str:
    """A figure as a person reads it, in Vietnamese notation and without needless noughts: 95,16."""
    return shown_en(value).replace(".", ",")


def shown_en(value: Decimal) -> str:
    """A figure as a person reads it, in English notation and without needless noughts: 95.16."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_figure(value: object) -> Decimal:
    if isinstance(value, str) and _figure.fullmatch(value):
        return plain(Decimal(value))
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and (number := Decimal(value)).is_finite():
        return plain(number)
    raise PydanticCustomError("decimal_malformed", "no figure")


Figure = Annotated[
    Decimal,
    BeforeValidator(_read_figure),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": _FIGURE}]}),
]
"""A number as written, never by way of a float; a rule then says which are allowed (see `is_figure`)."""


def _read_whole(value: object) -> object:
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < _EXACT and value == int(value):
        return int(value)
    if isinstance(value, bool | str | float | Decimal):
        raise PydanticCustomError("int_type", "no whole number")
    return value


Year = Annotated[int, Field(ge=1990, le=2100), BeforeValidator(_read_whole)]
"""A calendar year, as a number."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def day(text: str) -> date | None:
    """The day that a text such as 2024-11-10 names; None for any other text."""
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _read_day(value: object) -> date:
    found = day(value) if isinstance(value, str) else value
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    raise PydanticCustomError("date_malformed", "no day")


Day = Annotated[date, BeforeValidator(_read_day)]
"""A calendar day, as text of the form 2024-11-10 and nothing else."""


def _read_truth(value: object) -> object:
    if not isinstance(value, bool):
        raise PydanticCustomError("bool_type", "neither true nor false")
    return value


Truth = Annotated[bool, BeforeValidator(_read_truth)]
"""True or false, as such."""

_MOBILE: Final = r"^[ .\-]*(\+?[ .\-]*8[ .\-]*4|0)[ .\-]*[35789]([ .\-]*[0-9]){8}[ .\-]*$"
_mobile: Final = re.compile(_MOBILE, re.ASCII)
_LONGEST_PHONE: Final = 30


def mobile(text: str) -> str | None:
    """The Vietnamese mobile number in a text as 84 and nine ASCII digits; None when there is none.

    It may be written with 0, 84 or +84 and with spaces, points and hyphens. Digits of other scripts are refused.
    """
    if len(text) > _LONGEST_PHONE or not _mobile.fullmatch(text):
        return None
    return f"84{re.sub('[^0-9]', '', text)[-9:]}"


_LABEL: Final = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL: Final = rf"^(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$"
_email: Final = re.compile(_EMAIL, re.ASCII)
_LONGEST_EMAIL: Final = 254


def is_email(text: str) -> bool:
    """Tell whether mail can go to this address: a plain one, in which nothing can hide from a header or a command.

    Sources: RFC 5321 §4.1.2, §4.5.3.1 (64 characters before the @, 254 in all), RFC 1123 §2.1 (labels, top domain).
    """
    return len(text) <= _LONGEST_EMAIL and _email.fullmatch(text) is not None


def _kind(name: str, read: Callable[[str], str | None]) -> AfterValidator:
    def validate(value: str) -> str:
        if (found := read(value)) is None:
            raise PydanticCustomError(name, "not of this kind")
        return found

    return AfterValidator(validate)


Mobile = Annotated[
    str,
    _kind("mobile_malformed", mobile),
    WithJsonSchema({"type": "string", "pattern": _MOBILE, "maxLength": _LONGEST_PHONE}),
]
"""A Vietnamese mobile number, kept as `mobile` gives it."""

Email = Annotated[
    str,
    _kind("email_malformed", lambda text: text if is_email(text) else None),
    WithJsonSchema({"type": "string", "pattern": _EMAIL, "maxLength": _LONGEST_EMAIL}),
]
"""An email address to which notify would send."""
