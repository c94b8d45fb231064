"""What was typed into a form, which files came with it, and the key under which it is sent."""

from collections.abc import Mapping
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import PurePath
from types import MappingProxyType
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID, uuid4, uuid5

from chassis.facts.problem import Problem

_MOST_FIELDS: Final = 12_000
"""Fields of one form: a pasted grid of 200 rows and 50 columns, and some."""

_LARGEST: Final = 1_048_576
"""Bytes of one form without files."""

_LONGEST_ENDING: Final = 12

LARGEST_FILE: Final = 4 * 1_048_576
"""Bytes of one file: some 40,000 units."""

TOLD_TOO_LARGE: Final = 8 * LARGEST_FILE
"""Up to here, a file that is too large is told so in a page."""


class Form(dict[str, str]):
    """What was typed; `key` is made when the form is shown, so that sending it twice changes nothing twice."""

    files: Mapping[str, bytes] = MappingProxyType({})
    """Files that were chosen, by their fields."""
    endings: Mapping[str, str] = MappingProxyType({})
    """How the names of these files end, such as `.pdf`; the names themselves may name a person and are forgotten."""

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


def read_form(body: bytes, media_type: str = "") -> Form:
    """The form in a body; raises Problem 413 for one that is too large or has too many fields."""
    if media_type.startswith("multipart/form-data"):
        return _with_files(body, media_type)
    if len(body) > _LARGEST:
        raise _too_large()
    try:
        typed = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise _too_large() from None
    return Form((name, _lines(value)) for name, value in typed)


def _lines(text: str) -> str:
    """A text with the ends of its lines as services keep them, not as browsers send them. Source: RFC 2046."""
    return text.replace("\r\n", "\n")


def _with_files(body: bytes, media_type: str) -> Form:
    """As a browser sends a form with files. Source: RFC 7578."""
    if len(body) > LARGEST_FILE + _LARGEST:
        raise _file_too_large()
    about, form, files, endings = Message(), Form(), dict[str, bytes](), dict[str, str]()
    about["Content-Type"] = media_type
    edge = b"\r\n--" + (about.get_boundary() or "").encode()
    for part in (b"\r\n" + body).split(edge, _MOST_FIELDS)[1:]:
        head, _, content = part.partition(b"\r\n\r\n")
        said = BytesHeaderParser().parsebytes(head.lstrip())
        name = said.get_param("name", header="content-disposition")
        if not isinstance(name, str) or part.startswith(b"--"):
            continue
        if (called := said.get_filename()) is None:
            form[name] = _lines(content.decode("utf-8", "replace"))
        elif len(content) > LARGEST_FILE:
            raise _file_too_large()
        elif content:
            files[name], endings[name] = content, PurePath(called).suffix.lower()[:_LONGEST_ENDING]
    form.files, form.endings = files, endings
    return form


def _file_too_large() -> Problem:
    return Problem(
        413,
        "file-too-large",
        f"Tệp quá lớn (tối đa {LARGEST_FILE // 1_048_576} MB); hãy chia nhỏ hoặc giảm dung lượng rồi gửi lại.",
        f"The file is too large (at most {LARGEST_FILE // 1_048_576} MB); split it or make it smaller.",
    )


def _too_large() -> Problem:
    return Problem(
        413,
        "form-too-large",
        "Biểu mẫu quá lớn hoặc có quá nhiều ô; hãy chia nhỏ bảng rồi gửi lại.",
        "The form is too large or has too many fields; send the table in smaller parts.",
    )
