"""What a request's header lines say: each once where once is all that makes sense, and conditions by RFC 9110."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4, uuid5

from chassis.facts.problem import Problem
from chassis.store.execute import Precondition, Versions

Lines = Sequence[tuple[bytes, bytes]]
"""A request's header lines in their order; names are in small letters."""

_ONCE: Final = (b"authorization", b"idempotency-key")
_TAG: Final = re.compile(rb'[ \t]*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?:,|\Z)|[ \t]*(?:,|\Z)')
_OURS: Final = re.compile(rb"[1-9][0-9]{0,9}")


def heads(lines: Lines) -> dict[bytes, bytes]:
    """Values by name; lines of one list are joined. Raises Problem 400 where two lines contradict each other."""
    head = dict(lines)
    if len(head) == len(lines):
        return head
    joined: dict[bytes, bytes] = {}
    for name, value in lines:
        if name in joined and name in _ONCE:
            raise Problem(
                400,
                "header-repeated",
                f"Tiêu đề {name.decode('latin-1')} được gửi nhiều lần; hãy chỉ gửi một lần.",
                f"The header {name.decode('latin-1')} was sent more than once; send it once.",
            )
        joined[name] = joined[name] + b", " + value if name in joined else value
    return joined


def command_id(person: UUID, key: UUID) -> UUID:
    """The id of a person's command under a key: no other person's, and none of those that reactions give theirs.

    Reactions make theirs from an event's id and a policy's name (`uuid5(event, "policy/thing")`).
    """
    return uuid5(person, f"key/{key}")


def idempotency_key(key: bytes | None) -> UUID:
    """The key of a command: that of the header Idempotency-Key, or a new one."""
    if key is None:
        return uuid4()
    try:
        return UUID(key.decode("ascii").strip('"'))  # the IETF draft puts quotes around it
    except ValueError:
        raise Problem(
            400,
            "idempotency-key-malformed",
            "Khóa Idempotency-Key phải là một mã UUID; hãy gửi lại với khóa đúng dạng.",
            "The Idempotency-Key must be a UUID; send it again with one.",
        ) from None


def precondition(head: dict[bytes, bytes]) -> Precondition | None:
    """What the headers If-Match and If-None-Match demand; None when neither is there.

    Source: RFC 9110 §8.8.3, §13.1.1, §13.1.2. A weak tag never matches in If-Match, and does in If-None-Match.
    """
    match, none_match = head.get(b"if-match"), head.get(b"if-none-match")
    if match is None and none_match is None:
        return None
    return Precondition(
        None if match is None else _versions("If-Match", match, weak=False),
        None if none_match is None else _versions("If-None-Match", none_match, weak=True),
    )


def _versions(header: str, tags: bytes, *, weak: bool) -> Versions:
    """The versions that a list of entity tags names; tags that are none of ours name nothing."""
    if tags.strip(b" \t") == b"*":
        return "*"
    found: set[int] = set()
    place, any_ = 0, False
    while place < len(tags):
        tag = _TAG.match(tags, place)
        if tag is None:
            break
        place = tag.end()
        if tag[2] is not None:
            any_ = True
            if _OURS.fullmatch(tag[2]) and (weak or not tag[1]):
                found.add(int(tag[2]))
    if place < len(tags) or not any_:
        raise Problem(
            400,
            f"{header.lower()}-malformed",
            f'Tiêu đề {header} phải có dạng "7" hoặc *; hãy gửi lại đúng ETag đã nhận.',
            f'The header {header} must look like "7" or *; send the ETag as it was received.',
        )
    return frozenset(found)
