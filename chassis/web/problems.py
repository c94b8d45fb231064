"""Problems as RFC 9457 problem details over HTTP, and what every exception amounts to."""

from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, Final

import asyncpg
import orjson
import structlog
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis.facts.decider import Rejected
from chassis.facts.envelope import UnknownEventType
from chassis.facts.input import FieldError, field_errors
from chassis.facts.problem import AGAIN, Problem, key_reused, rejected
from chassis.store.database import TRANSIENT
from chassis.store.execute import CommandIdReused, Contended, WrongVersion
from chassis.telemetry.telemetry import current_trace_id

MEDIA_TYPE: Final = "application/problem+json"

_log = structlog.get_logger()


def respond(problem: Problem) -> Response:
    """The answer as it goes out; `instance` names the trace under which the log knows it."""
    trace = current_trace_id()
    body = problem.body() | ({"instance": f"urn:thidua:trace:{trace}"} if trace else {})
    return Response(orjson.dumps(body, default=str), problem.status, problem.headers, MEDIA_TYPE)


class ProblemBody(BaseModel):
    """RFC 9457 problem details, as OpenAPI shows them: `title` is English, `detail` is Vietnamese."""

    type: str
    title: str
    detail: str
    status: int
    source: str | None = None
    instance: str | None = None
    errors: list[FieldError] | None = None


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": HTTPStatus(status).phrase,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
    }
    for status in (400, 401, 403, 404, 405, 408, 409, 412, 413, 415, 422, 429, 431, 500, 503)
}
"""What any endpoint may answer besides its success, for OpenAPI."""


def unexpected(error: BaseException) -> Problem:
    """What a person is told about a fault of ours: nothing but that it is known under the trace's id."""
    _log.error("unexpected", exc_info=error)
    return Problem(
        500,
        "unexpected",
        "Hệ thống gặp lỗi ngoài dự kiến; hãy thử lại sau ít phút và báo cho bộ phận vận hành mã theo dõi kèm theo.",
        "Something unexpected went wrong; try again in a few minutes and tell operations the trace id.",
    )


def _from_wrong_version(error: WrongVersion) -> Problem:
    return Problem(
        412,
        "wrong-version",
        "Dữ liệu đã được người khác thay đổi; hãy tải lại rồi thực hiện lại thao tác.",
        "Somebody else has changed this meanwhile; load it again and repeat what you did.",
        headers={"ETag": f'"{error.version}"'} if error.version else None,
        version=error.version,
    )


def _from_contended(_: Contended) -> Problem:
    return Problem(
        503,
        "contended",
        "Nhiều người đang cùng thay đổi dữ liệu này; hãy gửi lại với cùng Idempotency-Key.",
        "Many are changing this at once; send it again with the same Idempotency-Key.",
        headers=AGAIN,
    )


def _from_database(error: BaseException) -> Problem:
    if isinstance(error, ValueError):  # asyncpg.InterfaceError also covers arguments that PostgreSQL cannot hold
        return unexpected(error)
    _log.warning("database away", error=type(error).__name__)
    return Problem(
        503,
        "database-away",
        "Cơ sở dữ liệu tạm thời chưa sẵn sàng; hãy gửi lại sau giây lát với cùng Idempotency-Key.",
        "The database is not available for the moment; send it again shortly with the same Idempotency-Key.",
        headers=AGAIN,
    )


def _from_no_table(error: asyncpg.UndefinedTableError) -> Problem:
    _log.warning("read_model_not_there", error=str(error))
    return being_built()


def being_built(**extra: Any) -> Problem:
    """What is told while a read model's version is built for the first time; `extra` says how far it is."""
    return Problem(
        503,
        "being-built",
        "Dữ liệu để tra cứu đang được dựng cho phiên bản mới; hãy thử lại sau ít phút.",
        "The data for queries is being built for a new version; try again in a few minutes.",
        headers=AGAIN,
        **extra,
    )


def _from_unknown_fact(error: UnknownEventType) -> Problem:
    _log.warning("fact_of_a_newer_version", type=str(error))
    return Problem(
        503,
        "newer-version-needed",
        "Dữ liệu này do phiên bản mới hơn của hệ thống ghi; hãy thử lại sau khi hệ thống nâng cấp xong.",
        "A newer version of the system has written this; try again when the upgrade is done.",
        headers=AGAIN,
    )


_HTTP: Final[Mapping[int, tuple[str, str, str]]] = {
    400: (
        "body-unreadable",
        "Không đọc được nội dung gửi lên; hãy gửi JSON hợp lệ, mã hóa UTF-8.",
        "The body cannot be read; send valid JSON in UTF-8.",
    ),
    404: (
        "not-found",
        "Không tìm thấy địa chỉ này; hãy kiểm tra lại đường dẫn.",
        "There is nothing at this address; check the path.",
    ),
    408: (
        "body-too-slow",
        "Nội dung gửi lên quá chậm; hãy kiểm tra đường truyền rồi gửi lại.",
        "The body arrived too slowly; check the connection and send it again.",
    ),
    413: (
        "body-too-large",
        "Nội dung gửi lên quá lớn; hãy chia nhỏ rồi gửi lại.",
        "The body is too large; send it in smaller parts.",
    ),
    405: (
        "method-not-allowed",
        "Địa chỉ này không nhận phương thức đó; hãy dùng một phương thức nêu ở tiêu đề Allow.",
        "This address does not take that method; use one of those in the Allow header.",
    ),
}


class Unreadable(HTTPException):
    """A problem met while a body is read: FastAPI lets no exception of another class pass from there."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.code, problem.headers)
        self.problem = problem


def _from_http(error: HTTPException) -> Problem:
    if isinstance(error, Unreadable):
        return error.problem
    code, vi, en = _HTTP.get(
        error.status_code,
        ("refused", "Yêu cầu không được chấp nhận; hãy kiểm tra lại.", "The request was not accepted; check it."),
    )
    return Problem(error.status_code, code, vi, en, headers=error.headers)


def _from_validation(error: RequestValidationError) -> Problem:
    if isinstance(error.body, bytes):  # FastAPI hands the raw bytes over when their media type is not JSON
        return Problem(
            415,
            "media-type-unsupported",
            "Kiểu nội dung không được hỗ trợ; hãy gửi với Content-Type: application/json.",
            "This media type is not supported; send Content-Type: application/json.",
        )
    faults = error.errors()
    if faults and faults[0]["type"] == "json_invalid":
        return Problem(
            400,
            "json-malformed",
            f"JSON bị lỗi tại ký tự thứ {faults[0]['loc'][-1]}; hãy sửa rồi gửi lại.",
            f"The JSON is malformed at character {faults[0]['loc'][-1]}; mend it and send it again.",
        )
    return Problem(
        422,
        "invalid-input",
        "Dữ liệu gửi lên chưa hợp lệ; hãy sửa các trường nêu trong danh sách lỗi.",
        "The input is not valid; mend the fields listed under errors.",
        errors=[fault.model_dump() for fault in field_errors(faults)],
    )


_TRANSLATIONS: Final[Mapping[type[BaseException], Callable[[Any], Problem]]] = {
    Rejected: rejected,
    WrongVersion: _from_wrong_version,
    CommandIdReused: lambda _: key_reused(),
    Contended: _from_contended,
    UnknownEventType: _from_unknown_fact,
    asyncpg.UndefinedTableError: _from_no_table,
    HTTPException: _from_http,
    RequestValidationError: _from_validation,
    **dict.fromkeys(TRANSIENT, _from_database),
}


def problem_of(error: BaseException) -> Problem:
    """The problem that an exception amounts to; what nobody foresaw is logged and becomes a 500."""
    if isinstance(error, Problem):
        return error
    for kind in type(error).__mro__:
        if (translate := _TRANSLATIONS.get(kind)) is not None:
            return translate(error)
    return unexpected(error)


async def _answer(_: Request, error: Exception) -> Response:
    return respond(problem_of(error))


HANDLERS: Final[dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]]] = {
    Problem: _answer,
    **{kind: _answer for kind in _TRANSLATIONS if issubclass(kind, Exception)},
}
"""Exception handlers of every API, by exception class."""
