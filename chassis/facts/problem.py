"""Refusals and failures as a person is told them: one stable code, one Vietnamese and one English sentence each."""

from collections.abc import Mapping
from typing import Any, Final

from chassis.facts.decider import Rejected

AGAIN: Final = {"Retry-After": "1"}


class Problem(Exception):
    """An answer that is no success: `vi` and `en` tell a person what to do next, `code` tells a program what it is.

    `source` names the rule; `headers` go with the answer; `extra` members stand beside the standard ones.
    """

    def __init__(
        self,
        status: int,
        code: str,
        vi: str,
        en: str,
        source: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.status, self.code, self.vi, self.en, self.source = status, code, vi, en, source
        self.headers, self.extra = headers, extra

    def body(self) -> dict[str, Any]:
        """The problem as RFC 9457 has it: `title` is English, `detail` is Vietnamese."""
        return {
            "type": f"urn:thidua:problem:{self.code}",
            "title": self.en,
            "detail": self.vi,
            "status": self.status,
            **({"source": self.source} if self.source else {}),
            **self.extra,
        }


def rejected(error: Rejected) -> Problem:
    """A rule has said no."""
    return Problem(409, error.code, error.vi, error.en, error.source)


def key_reused() -> Problem:
    """One key for two requests."""
    return Problem(
        422,
        "idempotency-key-reused",
        "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác; hãy gửi lại với khóa mới.",
        "This Idempotency-Key was used for another request; send it again with a new key.",
    )


def not_found() -> Problem:
    """There is no such thing, or the person may not know of it: one answer, which tells neither."""
    return Problem(
        404,
        "not-found",
        "Không tìm thấy nội dung này; hãy kiểm tra lại đường dẫn.",
        "There is nothing of this kind here; check the path.",
    )
