"""What the ledger check says, in Vietnamese and English: sentences without a full stop."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from chassis.facts.clock import VIETNAM
from chassis.store.anchored import Anchors, Trouble
from chassis.store.heads import Head
from chassis.store.verification import Finding, Kind, Verified
from chassis.stream.copies import Claim
from chassis.stream.held import event_in
from chassis.stream.sides import altered, side

Sentence = tuple[str, str]

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
NONE: Final = (
    "có khóa sổ cái ở đây nhưng không còn mốc nào: mốc đã bị gỡ, hoặc tiến trình chuyển tiếp chưa hề chạy",
    "the ledger's key is here and no head: they were removed, or the relay has never run",
)
NOT_ANCHORED: Final = (
    "chưa có mốc nào; ai sở hữu cơ sở dữ liệu có thể viết lại cả chuỗi mà không ai thấy; hãy đặt THIDUA_LEDGER",
    "there are no heads: the database's owner can rewrite the whole chain unseen; set THIDUA_LEDGER",
)


UNANNOUNCED: Final = (
    "kho nói rằng nó đã được khôi phục ở đó, nhưng không ai công bố bằng khóa sổ cái",
    "the store says that it was restored there, but nobody announced that with the ledger's key",
)


def of_store(found: Verified) -> list[Sentence]:
    """The first place of each tree that does not fit."""
    sentences: list[Sentence] = []
    if found.event is not None:
        sentences.append(_finding(_EVENT, found.event))
    if found.command is not None:
        vi, en = _finding(_COMMAND, found.command)
        row = found.command.row
        its = f" (id {row[1]})" if row is not None else ""
        sentences.append((vi + its, en + its))
    return sentences


def of_topic(found: Finding) -> list[Sentence]:
    """The first place of a topic's tree that does not fit, for who has no store."""
    vi, en = _finding(_EVENT, found)
    return [(re.sub(r"\bkho\b", "chủ đề", vi), re.sub(r"\bstore\b", "topic", en))]


def _finding(words: Mapping[Kind, Sentence], found: Finding) -> Sentence:
    vi, en = (text.format(first=found.first, range=span(found.first, found.last)) for text in words[found.kind])
    if found.head is None:
        return vi, en
    at, number = moment(found.head.time), found.head.number
    return f"{vi}; mốc số {number} lúc {at} không khớp", f"{en}; head number {number} of {at} does not fit"


def of_heads(anchors: Anchors) -> list[Sentence]:
    """What is wrong with heads."""
    sentences: list[Sentence] = []
    for trouble in dict.fromkeys(anchors.troubles):
        vi, en = (text.format(where=trouble.where) for text in _TROUBLE[trouble.kind])
        count = anchors.troubles.count(trouble)
        times = f" (× {count})" if count > 1 else ""
        sentences.append((vi + times, en + times))
    return sentences


def same_in_topic(topic: str) -> Sentence:
    """The topic holds what the store holds, and that is not what was signed for."""
    return (
        f"{topic} giữ ở đó đúng như kho bây giờ: nó được ghi lại từ kho sau khi kho bị sửa, hoặc cũng bị sửa",
        f"{topic} holds there what the store holds now: it was filled from it afterwards, or changed as well",
    )


def compared(claim: Claim, row: Sequence[Any] | None, mark: bytes | None) -> Sentence:
    """Which of store and topic was changed at a position, and in what."""
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


def restores(anchors: Anchors) -> Iterator[Sentence]:
    """Announced restores by which positions are gone."""
    for head in anchors.restores:
        restored = head.restored
        assert restored is not None  # noqa: S101 - that is what they are
        gone = span(restored.first or 0, restored.last or 0)
        at = moment(head.time)
        vi = f"khôi phục đã công bố ngày {at}: sổ {head.log} nối tiếp sau vị trí {head.events.size}"
        en = f"restore announced on {at}: log {head.log} carries on after position {head.events.size}"
        yield (
            f"{vi}; các vị trí {gone} của sổ {restored.log} đã mất",
            f"{en}; positions {gone} of {restored.log} are gone",
        )


def newest(heads: Sequence[Head]) -> str:
    """When the last head was made."""
    return moment(heads[-1].time) if heads else "-"


def moment(moment: datetime) -> str:
    """A moment as people in Viet Nam write it."""
    return moment.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M:%S")


def span(first: int, last: int) -> str:
    """From one place to another."""
    return str(first) if first >= last else f"{first}-{last}"
