"""What every command endpoint has in common: its id, the version that the caller has seen, and the answer."""

import re
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from chassis.execute import Accepted
from chassis.problems import Problem

_ETAG: Final = re.compile(r'"(\d{1,10})"')


async def _command_id(
    idempotency_key: Annotated[
        str | None,
        Header(description="UUID made by the caller: the same command sent again with it changes nothing."),
    ] = None,
) -> UUID:
    if idempotency_key is None:
        return uuid4()
    try:
        return UUID(idempotency_key.strip('"'))  # the IETF draft puts quotes around it
    except ValueError:
        raise Problem(
            400,
            "idempotency-key-malformed",
            "Khóa Idempotency-Key phải là một mã UUID; hãy gửi lại với khóa đúng dạng.",
            "The Idempotency-Key must be a UUID; send it again with one.",
        ) from None


async def _expected(
    if_match: Annotated[
        str | None, Header(description='ETag of the version that was seen, such as "7"; * for any.')
    ] = None,
) -> int | None:
    if if_match is None or if_match == "*":
        return None
    if (match := _ETAG.fullmatch(if_match)) is None:
        raise Problem(
            400,
            "if-match-malformed",
            'Tiêu đề If-Match phải có dạng "7"; hãy gửi lại đúng ETag đã nhận.',
            'The If-Match header must look like "7"; send the ETag as it was received.',
        )
    return int(match[1])


CommandId = Annotated[UUID, Depends(_command_id)]
"""The command's id: header Idempotency-Key, or a new one."""

Expected = Annotated[int | None, Depends(_expected)]
"""The stream's version that the caller has seen (header If-Match); None when any will do."""


class AcceptedBody(BaseModel):
    """A command was accepted: ask queries for `at_least` this position; send `version` back as If-Match."""

    id: UUID
    position: int
    version: int
    command_id: UUID


def accepted(response: Response, outcome: Accepted, id: UUID) -> AcceptedBody:  # noqa: A002 - the answer's field name
    """The answer 201 to an accepted command on the thing with this id, with its ETag and its Idempotency-Key."""
    response.status_code = 201
    response.headers["ETag"] = f'"{outcome.version}"'
    response.headers["Idempotency-Key"] = str(outcome.command_id)
    return AcceptedBody(id=id, position=outcome.position, version=outcome.version, command_id=outcome.command_id)
