"""What OpenAPI says of every operation at once: headers and a parameter whose values come from earlier answers.

They are components and stand in no operation: what they may hold depends on what was answered before, so a list of
values that are right, which a fuzzer or a generated client could check beforehand, there is not.
"""

from typing import Any, Final

ABOUT: Final = """\
Every command (POST, PUT, DELETE) takes two headers. With `Idempotency-Key`, a UUID made by the caller, the same command
sent again changes nothing and gets its first answer; with another body it is refused (422). A key is its person's own:
the same one of another person is another command. With `If-Match`, the ETag
of the version that was seen (or several, or `*`), it is refused (412) when somebody else was faster; `If-None-Match`
likewise. A query with `If-None-Match` is answered 304 when nothing has changed.

Every accepted command answers with its `position`. A query of the same service takes `?at_least=` this position and
waits until it reflects it; a position that this service has not given is refused (400).

Mọi lệnh (POST, PUT, DELETE) nhận tiêu đề `Idempotency-Key` (gửi lại cùng khóa thì không thay đổi gì thêm; khóa của mỗi
người là riêng) và `If-Match` (chỉ thực hiện khi dữ liệu chưa bị người khác thay đổi). Truy vấn
nhận `?at_least=` là vị trí vừa nhận được.
"""

PARAMETERS: Final[dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "schema": {"type": "string", "format": "uuid"},
        "description": "Made by the caller: the same command sent again with it changes nothing.",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "schema": {"type": "string", "examples": ['"7"', '"7", "8"', "*"]},
        "description": "ETag of the version that was seen, or several (RFC 9110 §13.1.1); 412 when it is another one.",
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "schema": {"type": "string", "examples": ['"7"', "*"]},
        "description": "Versions that the caller holds (RFC 9110 §13.1.2): 304 to a query, 412 to a command.",
    },
    "AtLeast": {
        "name": "at_least",
        "in": "query",
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
        "description": "Wait until the answer reflects this position, which this service has given; 400 otherwise.",
    },
}
