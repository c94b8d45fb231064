"""A service's store, its topics and the ledger's heads held against each other; what is wrong, and what to do."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from chassis.facts.clock import VIETNAM
from chassis.service.platform import Platform
from chassis.store.anchored import Anchors, Found, Said, Trouble, collate
from chassis.store.book import KEY, Book, public_keys
from chassis.store.heads import Head
from chassis.store.ledger import EVENTS
from chassis.store.restore import known_logs
from chassis.store.verification import Finding, Kind, Verified, verified
from chassis.stream.copies import Claim, Differences
from chassis.stream.held import event_in
from chassis.stream.sides import altered, side
from chassis.stream.topics import events_topic
from cli import differences
from cli.connect import service as loaded

Sentence = tuple[str, str]

_RELAYS: Final = "select relay, position from chassis.relays where relay like 'ledger-%'"
_EVENT: Final[Mapping[Kind, Sentence]] = {
    "edited": ("sự kiện ở vị trí {first} đã bị sửa trong kho", "the event at position {first} was edited in the store"),
    "deleted": ("sự kiện ở vị trí {range} đã bị xóa khỏi kho", "the store lacks position {range}: deleted"),
    "inserted": ("ở vị trí {range} có sự kiện bị chèn vào kho", "an event was inserted into the store at {range}"),
    "moved": ("sự kiện ở vị trí {first} đã bị đổi chỗ trong kho", "events of the store were reordered at {first}"),
    "replaced": (
        "từ vị trí {first} kho có những sự kiện khác với những gì đã ký",
        "from position {first} on the store holds other events than were signed for",
    ),
    "cut": (
        "đuôi của kho bị cắt: các vị trí {range} đã ký nay không còn",
        "the tail of the store was cut: positions {range} were signed for and are gone",
    ),
    "within": (
        "trong các vị trí {range} có sự kiện bị sửa, xóa, chèn hoặc đổi chỗ trong kho",
        "within positions {range} of the store an event was edited, deleted, inserted or moved",
    ),
    "chain": ("chuỗi băm của kho đứt ở vị trí {first}", "the store's chain of hashes breaks at position {first}"),
    "head": (
        "store.head không khớp với sự kiện cuối, trước vị trí {first}",
        "store.head does not fit the last event, before position {first}",
    ),
}
_COMMAND: Final[Mapping[Kind, Sentence]] = {
    "edited": ("bản ghi lệnh thứ {first} đã bị sửa", "the record of command number {first} was edited"),
    "deleted": ("bản ghi lệnh thứ {range} đã bị xóa", "records of commands were deleted: number {range}"),
    "inserted": ("bản ghi lệnh thứ {range} là bị chèn vào", "records of commands were inserted: number {range}"),
    "moved": ("bản ghi lệnh thứ {first} đã bị đổi chỗ", "records of commands were reordered at number {first}"),
    "replaced": (
        "từ bản ghi lệnh thứ {first} mọi bản ghi đều khác với những gì đã ký",
        "from number {first} on all records of commands are others than were signed for",
    ),
    "cut": ("các bản ghi lệnh thứ {range} đã ký nay không còn", "records of commands {range} are gone: a cut tail"),
    "within": (
        "trong các bản ghi lệnh thứ {range} có bản ghi bị sửa, xóa, chèn hoặc đổi chỗ",
        "within numbers {range} a record of a command was edited, deleted, inserted or moved",
    ),
    "chain": ("", ""),
    "head": ("", ""),
}
_TROUBLE: Final[Mapping[Trouble, Sentence]] = {
    "forged": (
        "có mốc giả hoặc không đọc được ({where}): xem ai ghi được vào đó",
        "a head is forged or unreadable ({where}): see who may write there",
    ),
    "unknown-key": (
        "có mốc ký bằng khóa lạ {where}; hãy đặt khóa công khai của sổ cái vào thư mục THIDUA_LEDGER",
        "heads are signed by the unknown key {where}; put the ledger's public key into the folder THIDUA_LEDGER",
    ),
    "retired-key": (
        "khóa {where} đã bàn giao mà vẫn ký: khóa cũ bị lộ",
        "the key {where} signs although it had handed over: the old key is in other hands",
    ),
    "forked": (
        "mốc số {where} không nối tiếp mốc trước: có hai cuốn sổ cùng tên",
        "head number {where} does not follow the one before: there are two books of one name",
    ),
    "removed": ("các mốc số {where} bị gỡ khỏi cả tệp lẫn chủ đề", "heads {where} were removed from file and topic"),
    "removed-from-file": (
        "các mốc số {where} bị gỡ khỏi tệp; chủ đề còn giữ",
        "heads {where} were removed from the file; the topic holds them",
    ),
    "removed-from-topic": (
        "các mốc số {where} bị gỡ khỏi chủ đề; tệp còn giữ",
        "heads {where} were removed from the topic; the file holds them",
    ),
    "inconsistent": (
        "hai mốc cùng cỡ ({where}) có gốc khác nhau: kho đã bị viết lại giữa hai lần ký",
        "two heads of one size ({where}) have different roots: the store was rewritten between them",
    ),
}
_NONE: Final = (
    "có khóa sổ cái ở đây nhưng không còn mốc nào: mốc đã bị gỡ, hoặc tiến trình chuyển tiếp chưa hề chạy",
    "the ledger's key is here and no head: they were removed, or the relay has never run",
)
_NOT_ANCHORED: Final = (
    "chưa có mốc nào; ai sở hữu cơ sở dữ liệu có thể viết lại cả chuỗi mà không ai thấy; hãy đặt THIDUA_LEDGER",
    "there are no heads: the database's owner can rewrite the whole chain unseen; set THIDUA_LEDGER",
)


@dataclass(slots=True)
class Checked:
    """What was found of one service; `wrong` ends the check with 1, `notes` are said and no fault."""

    service: str
    head: int
    anchors: Anchors
    verified: Verified
    topics: Sequence[Differences]
    wrong: list[Sentence] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)

    @property
    def broken_at(self) -> int | None:
        """The first bad position of the store, if there is one."""
        return self.verified.event.first if self.verified.event else None

    @property
    def anchored(self) -> int:
        """Up to which position the newest head goes."""
        return self.anchors.newest.events.size if self.anchors.newest else 0

    def as_json(self) -> dict[str, Any]:
        """For a program."""
        newest = self.anchors.newest
        return {
            "events": self.head,
            "broken_at": self.broken_at,
            "topics": differences.as_json(self.topics),
            "ledger": {
                "heads": len(self.anchors.heads),
                "anchored": self.anchored,
                "newest": newest.time.isoformat() if newest else None,
                "event": _finding(self.verified.event),
                "command": _finding(self.verified.command),
                "wrong": [en for _, en in self.wrong],
                "notes": [en for _, en in self.notes],
            },
        }


def _finding(found: Finding | None) -> dict[str, Any] | None:
    return None if found is None else {"kind": found.kind, "first": found.first, "last": found.last}


async def checked(name: str, platform: Platform, topic: Sequence[bytes], progress: Callable[[int], None]) -> Checked:
    """Hold everything of a service against everything else; raises what the drivers and the disk raise."""
    folder, pool = platform.settings.ledger, platform.pool
    sent = {UUID(relay.removeprefix("ledger-")): position for relay, position in await pool.fetch(_RELAYS)}
    keys = public_keys(folder) if folder else {}
    anchors = collate(name, _file(folder, name), topic, keys, sent)
    events, commands = (Said.of(anchors.heads, which) for which in ("events", "commands"))
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        head = await connection.fetchval("select position from store.head")
        found = await verified(connection, events, commands, progress)
    topics = await differences.compared(loaded(name), platform)
    its = Checked(name, head, anchors, found, topics)
    its.wrong += _said_of(its)
    own = next((each for each in topics if each.topic == events_topic(name)), None)
    its.wrong += await _of_the_topic(pool, its, own, events)
    if not anchors.heads and head:
        mine = folder is not None and (folder / KEY).exists()
        (its.wrong if mine else its.notes).append(_NONE if mine else _NOT_ANCHORED)
    its.notes += _restores(anchors)
    return its


def _file(folder: Path | None, name: str) -> list[bytes] | None:
    """The lines of a book; none where this is the relays' folder and it is gone, None where it lies elsewhere."""
    if folder is None:
        return None
    book = Book(folder, name)
    return [line for _, line in book.lines()] if book.path.exists() or (folder / KEY).exists() else None


def _said_of(its: Checked) -> Iterator[Sentence]:
    """The first place of each tree that does not fit, and what is wrong with heads."""
    for words, found in ((_EVENT, its.verified.event), (_COMMAND, its.verified.command)):
        if found is not None:
            vi, en = (
                text.format(first=found.first, range=_range(found.first, found.last)) for text in words[found.kind]
            )
            if found.row is not None and words is _COMMAND:
                vi, en = (f"{text} (id {found.row[1]})" for text in (vi, en))
            if found.head is not None:
                at, number = _moment(found.head.time), found.head.number
                vi, en = (
                    f"{vi}; mốc số {number} lúc {at} không khớp",
                    f"{en}; head number {number} of {at} does not fit",
                )
            yield vi, en
    for trouble, count in _counted(its.anchors.troubles):
        vi, en = (text.format(where=trouble.where) for text in _TROUBLE[trouble.kind])
        times = f" (× {count})" if count > 1 else ""
        yield vi + times, en + times


def _counted(troubles: Sequence[Found]) -> list[tuple[Found, int]]:
    return [(each, troubles.count(each)) for each in dict.fromkeys(troubles)]


async def _of_the_topic(pool: asyncpg.Pool, its: Checked, topic: Differences | None, events: Said) -> list[Sentence]:
    """Which of store and topic was changed at the first position at which they differ, and in what."""
    found, sentences = its.verified.event, list[Sentence]()
    if topic is None:
        return []
    claims = {each.position: each for each in topic.first.values()}
    if found is not None and found.kind in {"cut", "replaced"}:
        logs = await known_logs(pool)
        if any(each.carries_on is not None and each.after == found.first - 1 for each in logs):
            sentences.append((
                "kho nói rằng nó đã được khôi phục ở đó, nhưng không ai công bố bằng khóa sổ cái",
                "the store says that it was restored there, but nobody announced that with the ledger's key",
            ))  # fmt: skip
    if found is not None and (claim := claims.get(found.first)) is not None:
        sentences.append(_compared(claim, found.row, events.mark(found.first - 1)))
    elif found is not None and found.kind in {"edited", "moved", "inserted", "replaced"}:
        sentences.append((
            f"{topic.topic} giữ ở đó đúng như kho bây giờ: nó được ghi lại từ kho sau khi kho bị sửa, hoặc cũng bị sửa",
            f"{topic.topic} holds there what the store holds now: it was filled from it afterwards, or changed as well",
        ))  # fmt: skip
    elif found is None and (claim := topic.first.get("changed")) is not None:
        row = await pool.fetchrow(EVENTS, claim.position - 1, 1)
        sentences.append(_compared(claim, row, events.mark(claim.position - 1)))
    return sentences


def _compared(claim: Claim, row: Sequence[Any] | None, mark: bytes | None) -> Sentence:
    event, place = event_in(claim), f"{claim.record.topic} {claim.position}"
    its = f" ({event.type} {event.id})" if event is not None else ""
    if event is not None and row is not None and row[0] == claim.position and (names := altered(row, event)):
        its += f": {', '.join(names)}"
    return {
        "store": (
            f"{place} còn giữ sự kiện đúng như đã ký, kho thì không{its}",
            f"{place} still holds the event as it was signed for, the store does not{its}",
        ),
        "topic": (
            f"{place} không giữ sự kiện như đã ký, kho thì giữ: chủ đề bị sửa{its}",
            f"{place} does not hold the event as it was signed for, the store does: the topic was changed{its}",
        ),
        "both": (
            f"cả {place} lẫn kho đều không giữ sự kiện như đã ký{its}",
            f"neither {place} nor the store holds the event as it was signed for{its}",
        ),
        "unknown": (
            f"{place} khác kho{its}; chưa có mốc nào tới đó nên không biết bên nào bị sửa",
            f"{place} differs from the store{its}; no head goes that far, so nobody can tell which was changed",
        ),
    }[side(row, claim, mark)]


def _restores(anchors: Anchors) -> Iterator[Sentence]:
    for head in anchors.restores:
        restored = head.restored
        assert restored is not None  # noqa: S101 - that is what they are
        gone = _range(restored.first or 0, restored.last or 0)
        at = _moment(head.time)
        vi = f"khôi phục đã công bố ngày {at}: sổ {head.log} nối tiếp sau vị trí {head.events.size}"
        en = f"restore announced on {at}: log {head.log} carries on after position {head.events.size}"
        yield (
            f"{vi}; các vị trí {gone} của sổ {restored.log} đã mất",
            f"{en}; positions {gone} of {restored.log} are gone",
        )


def newest(heads: Sequence[Head]) -> str:
    """When the last head was made."""
    return _moment(heads[-1].time) if heads else "-"


def _moment(moment: datetime) -> str:
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S")


def _range(first: int, last: int) -> str:
    return str(first) if first >= last else f"{first}-{last}"
