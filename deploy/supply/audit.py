"""`python -m deploy.supply.audit`: asks an advisory source about every package of the lock files.

Exit code 0: the source answered for each, and knows nothing. 1: it knows something, which is shown. 2: it did not
answer for all, so nobody knows. Source of the protocol: OSV, `POST /v1/querybatch`.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import httpx
from pydantic import BaseModel, Field, ValidationError

from deploy.supply.parts import Part, parts

SOURCE: Final = "https://api.osv.dev"
SECONDS: Final = 20.0
_AT_ONCE: Final = 500


class _Known(BaseModel):
    id: str


class _Result(BaseModel):
    vulns: list[_Known] = Field(default_factory=list)
    next_page_token: str | None = None


class _Results(BaseModel):
    results: list[_Result]


class Unanswered(Exception):
    """The source gave no whole answer."""


def known(source: str, asked: Sequence[Part]) -> list[tuple[Part, list[str]]]:
    """The vulnerabilities that a source knows of these packages, by package; raises Unanswered."""
    found = []
    with httpx.Client(base_url=source, timeout=SECONDS) as client:
        for start in range(0, len(asked), _AT_ONCE):
            some = asked[start : start + _AT_ONCE]
            for part, result in zip(some, _batch(client, some), strict=True):
                if result.vulns:
                    found.append((part, [each.id for each in result.vulns]))
    return found


def _batch(client: httpx.Client, some: Sequence[Part]) -> list[_Result]:
    queries = [{"package": {"purl": str(part.url)}} for part in some]
    try:
        answer = client.post("/v1/querybatch", json={"queries": queries}).raise_for_status()
        results = _Results.model_validate_json(answer.content).results
    except (httpx.HTTPError, ValidationError) as error:
        raise Unanswered(f"{type(error).__name__}: {str(error).splitlines()[0]}") from error
    if len(results) != len(some):
        raise Unanswered(f"{len(results)} / {len(some)}")
    return results


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and say what is known; gives the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--source", default=SOURCE, metavar="URL", help="an advisory source that speaks OSV's protocol")
    parser.add_argument("--root", type=Path, default=Path())
    options = parser.parse_args(arguments)
    asked = parts(options.root)
    try:
        found = known(options.source, asked)
    except Unanswered as why:
        sys.stderr.write(
            f"Nguồn cảnh báo {options.source} không trả lời đủ ({why}); chưa biết gói nào có lỗ hổng, hãy chạy lại khi "
            f"có mạng hoặc chọn nguồn khác bằng --source.\n{options.source} gave no whole answer ({why}): nothing is "
            "known about the packages; run it again with a network, or name another source with --source.\n"
        )
        return 2
    for part, ids in found:
        where = "sản phẩm / product" if part.product else "công cụ / tools"
        sys.stdout.write(f"{part.name} {part.version} ({where}): {', '.join(ids)}\n")
    sys.stdout.write(
        f"{len(asked)} gói đã hỏi, {len(found)} gói có cảnh báo; hãy nâng phiên bản rồi chạy `make lock`.\n"
        if found
        else f"{len(asked)} gói đã hỏi, không gói nào có cảnh báo. / {len(asked)} packages asked, nothing known.\n"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
