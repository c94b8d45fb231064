"""Refusals and failures as a person is told them: one stable code, one Vietnamese and one English sentence each."""

from collections.abc import Mapping
from typing import Final

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


def not_found() -> Problem:
    """There is no such thing, or the person may not know of it: one answer, which tells neither."""
    return Problem(
        404,
        "not-found",
        "Không tìm thấy nội dung này; hãy kiểm tra lại đường dẫn.",
        "There is nothing of this kind here; check the path.",
    )
