"""Topics held against the stores that they come from: what is found, as a table and a sentence for each trouble."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from chassis.service.platform import Platform
from chassis.service.service import Service
from chassis.stream.copies import Differences, Kind, compare, compare_newest, topics_of
from chassis.stream.topics import COMPACTED
from cli.connect import cell, err, is_away, out, reaching, service, settings
from contracts import SERVICES

_MAKE_AGAIN = (
    (
        "hãy dừng dịch vụ {service}, xóa chủ đề {topic}, chạy `python -m services.{service} prepare` rồi khởi động lại:"
        " chủ đề được ghi lại từ kho"
    ),
    (
        "stop the service {service}, delete the topic {topic}, run `python -m services.{service} prepare` and start it"
        " again: the topic is filled from the store"
    ),
)
_SAID: Mapping[Kind, tuple[str, str]] = {
    "missing": (f"thiếu sự kiện của kho; {_MAKE_AGAIN[0]}.", f"lacks events of the store; {_MAKE_AGAIN[1]}."),
    "late": (
        f"có sự kiện đến sau chỗ của nó, bộ nhận bỏ qua; {_MAKE_AGAIN[0]}.",
        f"holds events behind their place, which consumers pass over; {_MAKE_AGAIN[1]}.",
    ),
    "internal": (
        f"có sự kiện nội bộ; hãy ngừng cho đối tác đọc, rồi {_MAKE_AGAIN[0]}.",
        f"holds internal events; keep partners from reading it, then {_MAKE_AGAIN[1]}.",
    ),
    "changed": (
        (
            "có nội dung khác kho; hãy giữ nguyên máy chủ, báo người phụ trách an toàn, và chạy"
            " `thidua restore {service} --dry-run` nếu kho vừa được khôi phục."
        ),
        (
            "holds something else than the store; leave the servers as they are, call the security officer, and run"
            " `thidua restore {service} --dry-run` if the store was restored."
        ),
    ),
    "unknown": (
        (
            "có sự kiện mà kho không có: kho đã được khôi phục về trước đó; hãy dừng dịch vụ và chạy"
            " `thidua restore {service} --dry-run`."
        ),
        (
            "holds events that the store does not have: it was restored to an earlier day; stop the service and run"
            " `thidua restore {service} --dry-run`."
        ),
    ),
    "foreign": (
        "có bản ghi của kho khác; hãy xem ai được ghi vào chủ đề này (`thidua parked list`) và thu hồi quyền.",
        "holds records of another store; see who may write to this topic (`thidua parked list`) and take it away.",
    ),
    "unreadable": (
        "có bản ghi không phải của nền tảng; hãy xem ai được ghi vào chủ đề này (`thidua parked list`).",
        "holds records that are none of ours; see who may write to this topic (`thidua parked list`).",
    ),
}


async def compared(found: Service, platform: Platform, topics: Sequence[str] = ()) -> list[Differences]:
    """How a service's topics (or those among these) differ from what it keeps."""
    bootstrap, wanted = platform.kafka, [*topics_of(found.name), *COMPACTED]
    asked = [topic for topic in wanted if not topics or topic in topics]
    events = [topic for topic in asked if topic not in COMPACTED]
    differences = await compare(platform.pool, found.name, events, bootstrap) if events else []
    for topic in (topic for topic in asked if topic in COMPACTED):
        for relay, source in found.sources(platform).items():
            differences.append(await compare_newest(platform.pool, relay, source, topic, bootstrap))
    return differences


async def sources_compared(topics: Sequence[str]) -> tuple[dict[str, list[Differences]], list[str]]:
    """How these topics differ from what the services keep that fill them; and topics whose service is away."""
    found: dict[str, list[Differences]] = {}
    left = set(topics)
    for name in SERVICES:
        its = [topic for topic in topics if topic in topics_of(name) or (topic in COMPACTED and _fills(name))]
        if not its:
            continue
        try:
            async with reaching(name, settings(name)) as platform:
                found[name] = await compared(service(name), platform, its)
        except Exception as error:
            if not is_away(error):
                raise
        else:
            left -= set(its)
    return found, sorted(left)


def _fills(name: str) -> bool:
    """Whether a service fills compacted topics beside its events."""
    return bool(service(name).recovers)


_KEEP: Final = (
    "khác kho, mà kho đã bị sửa: đừng xóa chủ đề này, nó có thể là bản đúng duy nhất.",
    "differs from its store, which was changed: do not delete this topic, it may be the only true copy.",
)


def tell(found: Mapping[str, Iterable[Differences]], changed: Collection[str] = ()) -> bool:
    """Say what differs, with positions, and what to do about each kind; gives whether anything does.

    Topics of services whose stores were `changed` are to be kept.
    """
    table = Table("topic", "compared", "differences")
    sentences: list[tuple[str, str]] = []
    for name, its in found.items():
        for each in its:
            differences = cell("; ".join(each.said()), style="red") if each.counts else cell("none")
            table.add_row(cell(each.topic), cell(each.events), differences)
            said = [_KEEP] if each.counts and name in changed else [_SAID[kind] for kind in _to_do(each.counts)]
            about = {"service": name, "topic": each.topic}
            sentences += [
                (f"{each.topic} {vi.format(**about)}", f"{each.topic} {en.format(**about)}") for vi, en in said
            ]
    out.print(table)
    for vi, en in sentences:
        err.print(cell(f"{vi}\n{en}", style="red"))
    return bool(sentences)


def _to_do(kinds: Collection[Kind]) -> list[Kind]:
    """What is to be told: where anything is otherwise than in the store, nothing is made again that lacks something."""
    return [each for each in kinds if "changed" not in kinds or each not in {"missing", "late"}]


def as_json(differences: Iterable[Differences]) -> list[dict[str, Any]]:
    """The same for a program."""
    return [
        {"topic": each.topic, "events": each.events, "differences": dict(each.counts), "first": each.positions}
        for each in differences
    ]
