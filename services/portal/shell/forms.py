"""What was typed into a form, and the key under which it is sent."""

from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID, uuid4, uuid5

from chassis.facts.problem import Problem

_MOST_FIELDS: Final = 12_000
"""Fields of one form: a pasted grid of 200 rows and 50 columns, and some."""

_LARGEST: Final = 1_048_576
"""Bytes of one form."""


class Form(dict[str, str]):
    """What was typed; `key` is made when the form is shown, so that sending it twice changes nothing twice."""

    @property
    def typed(self) -> dict[str, str]:
        """What a person typed, without what the form itself brought along."""
        return {name: value for name, value in self.items() if name not in {"csrf", "key", "do", "of"}}

    @property
    def key(self) -> UUID:
        """The form's idempotency key; a new one for a form that was made by hand."""
        try:
            return UUID(self.get("key", ""))
        except ValueError:
            return uuid4()

    def key_of(self, part: object) -> UUID:
        """The idempotency key of one of several commands that the form sends."""
        return uuid5(self.key, str(part))


def form_name(path: str) -> str:
    """Under which name a form's draft is kept: by its address, which may hold a person's id."""
    return sha256(path.encode()).hexdigest()[:32]


def read_form(body: bytes) -> Form:
    """The form in a body; raises Problem 413 for one that is too large or has too many fields."""
    if len(body) > _LARGEST:
        raise _too_large()
    try:
        return Form(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise _too_large() from None


def _too_large() -> Problem:
    return Problem(
        413,
        "form-too-large",
        "Biểu mẫu quá lớn hoặc có quá nhiều ô; hãy chia nhỏ bảng rồi gửi lại.",
        "The form is too large or has too many fields; send the table in smaller parts.",
    )
