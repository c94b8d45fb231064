"""Files over HTTP: the body of an upload is the file itself, `name` in the query its name; a download is an attachment.

The name is looked at and forgotten: it may name a person. A route for an upload says `@takes_up_to(MAX_BYTES)` and has
`openapi_extra=UPLOAD`; it calls `received`, then gives a command that holds the StoredFile.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response

from chassis.facts.files import checked_kind
from chassis.facts.problem import Problem
from chassis.web.asked import Asked
from contracts.values import FileKind, StoredFile

FileName = Annotated[str, Query(min_length=1, max_length=255, description="The file's name; only its end is kept.")]
UPLOAD: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "The file itself: PDF, PNG, JPEG, DOCX or XLSX.",
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
DOWNLOAD: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The file.", "content": {"*/*": {}}}}
_TYPES: Final = {
    FileKind.PDF: "application/pdf",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _as_it_is(_: StoredFile) -> None:
    """Nobody refuses it."""


async def received(
    asked: Asked, thing: UUID, name: str, *, first: Callable[[StoredFile], object] = _as_it_is
) -> StoredFile:
    """Keep the file in a request's body for a thing; raises Rejected for one that is not what its name says.

    What it gives is for the command that says so; `first` may try that command's rules, and raise Rejected, before
    anything is kept. A request that was accepted before is neither tried nor kept again: its first answer stands, and
    bytes that were deleted since stay deleted.
    """
    content = await asked.body()
    file = StoredFile(sha256=sha256(content).hexdigest(), kind=checked_kind(content, name), size=len(content))
    if not await asked.platform.executor.repeats(asked.context()):
        first(file)
        await asked.platform.files.put(thing, content)
    return file


async def sent(asked: Asked, thing: UUID, file: StoredFile, called: str) -> Response:
    """A thing's file as an attachment, called so; raises Problem 410 when its bytes were deleted."""
    if (content := await asked.platform.files.get(thing, file.sha256)) is None:
        raise Problem(
            410,
            "file-bytes-deleted",
            "Nội dung của tệp này đã được xóa, chỉ còn mã băm; hãy đề nghị đơn vị gửi lại nếu cần.",
            "The content of this file was deleted, only its hash is left; ask the unit to send it again if needed.",
        )
    named = f'attachment; filename="{called}-{file.sha256[:8]}.{file.kind}"'
    return Response(content, 200, {"Content-Disposition": named}, _TYPES[file.kind])
