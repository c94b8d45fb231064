"""Commands of operations teams for reactions: what was missed, and what is done about each event."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Annotated, cast
from uuid import UUID

import typer
from rich.table import Column, Table

from chassis.service.platform import Platform
from chassis.stream.intake import Reaction
from chassis.stream.missed import SOURCES, Behind, Decided, Decision, NotMissed, Source, Undone, decide, missed
from chassis.stream.retracted import retracted
from cli.connect import cell, go, out, reaching, service, settings, stop
from cli.hand import By, Reason
from cli.operate import ServiceName

reactions = typer.Typer(
    no_args_is_help=True,
    help="Việc mà phản ứng đã lỡ, hoặc đã trả lời mà nay không còn. / What reactions missed, or answered in vain.",
)

_ABOUT = ("consumer", "topic/partition", "position", "type", "stream", "time")

EventId = Annotated[UUID, typer.Argument(help="Mã sự kiện, như `missed` liệt kê. / As `missed` lists it.")]


@reactions.command("missed")
def list_missed(name: ServiceName) -> None:
    """Sự kiện nào đã mất khỏi chủ đề trước khi phản ứng nhận. / Which events topics lost before reactions saw them."""
    table = Table(Column("event id", min_width=36), *(Column(title, overflow="fold") for title in _ABOUT))

    async def work() -> None:
        async with reaching(name, settings(name)) as platform, aclosing(_each(name, platform)) as pairs:
            async for reaction, source in pairs:
                for e in await missed(platform.pool, reaction, source):
                    where, at = f"{source.topic}/{e.partition}", f"{e.recorded_at:%Y-%m-%d %H:%M:%S %Z}"
                    row = (e.event_id, reaction.place, where, e.position, e.event_type, e.stream, at)
                    table.add_row(*map(cell, row))

    go(work())
    if not table.row_count:
        out.print("Không lỡ sự kiện nào; các bộ nhận tự đi tiếp. / Nothing was missed; the consumers go on.")
        return
    out.print(table)
    words = f"{name} BỘ-NHẬN MÃ --by AI --reason VÌ-SAO", f"{name} CONSUMER ID --by WHO --reason WHY"
    out.print(cell(f"Với từng sự kiện, hãy trả lời: `thidua reactions run {words[0]}`, hoặc bỏ qua: `skip`."))
    out.print(cell(f"Answer each event: `thidua reactions run {words[1]}`, or leave it: `skip`."))


@reactions.command("retracted")
def list_retracted(name: ServiceName) -> None:
    """Phản ứng đã trả lời việc mà kho nguồn nay không còn. / What was answered and then lost with its store."""
    table = Table(*(Column(title, overflow="fold") for title in ("event id", *_ABOUT[:-1])))

    async def work() -> None:
        async with reaching(name, settings(name)) as platform:
            known = {each.effect.place: cast("Reaction", each.effect) for each in service(name).reactions(platform)}
            for e in await retracted(platform.pool, known, platform.kafka):
                positions = str(e.first) if e.first == e.last else f"{e.first}-{e.last}"
                where = f"{e.topic}/{e.partition}"
                table.add_row(*map(cell, (e.event_id, e.consumer, where, positions, e.event_type, e.stream)))

    go(work())
    if not table.row_count:
        out.print("Không có việc nào như thế. / There is none.")
        return
    out.print(table)
    out.print("Xem từng việc ở dịch vụ này và hủy hoặc ghi lại ở dịch vụ nguồn.")
    out.print("Look at each in this service, and undo it or have the fact recorded again in the source.")


@reactions.command("run")
def run(name: ServiceName, consumer: str, event: EventId, by: By, reason: Reason) -> None:
    """Trả lời một sự kiện đã lỡ, như lẽ ra đã trả lời. / Answer a missed event as it would have been answered."""
    _decide(name, consumer, event, "run", by, reason)


@reactions.command("skip")
def skip(name: ServiceName, consumer: str, event: EventId, by: By, reason: Reason) -> None:
    """Bỏ qua một sự kiện đã lỡ. / Leave a missed event unanswered."""
    _decide(name, consumer, event, "skip", by, reason)


def _decide(name: str, consumer: str, event: UUID, decision: Decision, by: str, reason: str) -> None:  # noqa: PLR0917
    try:
        decided = go(_decided(name, consumer, event, decision, by, reason))
    except Behind as behind:
        raise stop(
            f"Sự kiện này phải chờ ({behind}); hãy xử lý việc trước nó (`thidua reactions missed {name}`, "
            f"`thidua parked list {name}`) rồi làm lại.",
            f"This event has to wait ({behind}); deal with what comes first (`thidua reactions missed {name}`, "
            f"`thidua parked list {name}`), then try again.",
        ) from None
    except Undone as undone:
        raise stop(
            f"{consumer} chưa trả lời được ({undone}), chưa ghi quyết định nào; hãy sửa lỗi rồi làm lại, hoặc bỏ qua.",
            f"{consumer} could not answer it ({undone}), nothing was decided; mend it and try again, or skip it.",
        ) from None
    except NotMissed:
        raise stop(
            f"{name} không có phản ứng {consumer} đã lỡ sự kiện {event}; xem `thidua reactions missed {name}`.",
            f"{name} has no reaction {consumer} that missed event {event}; see `thidua reactions missed {name}`.",
        ) from None
    about = f"{decided.outcome} ({decided.by}: {decided.reason})"
    out.print(
        cell(f"Đã quyết định từ trước / decided before: {about}" if decided.again else f"Đã ghi / noted: {about}")
    )
    if decided.goes_on:
        out.print(
            "Không còn gì phải quyết định ở đây, bộ nhận tự đi tiếp. / All is decided here, the consumer goes on."
        )


async def _decided(  # noqa: PLR0917
    name: str, consumer: str, event: UUID, decision: Decision, by: str, reason: str
) -> Decided:
    async with reaching(name, settings(name)) as platform, aclosing(_each(name, platform)) as pairs:
        async for reaction, source in pairs:
            if reaction.place == consumer:
                with suppress(NotMissed):  # of another topic, perhaps
                    return await decide(platform.pool, reaction, source, event, decision, by, reason)
    raise NotMissed(str(event))


async def _each(name: str, platform: Platform) -> AsyncGenerator[tuple[Reaction, Source]]:
    """A service's reactions with each source of theirs, reached while it is looked at."""
    for subscription in service(name).reactions(platform):
        for topic in subscription.topics:
            origin = SOURCES[topic]
            async with reaching(origin, settings(origin)) as reached:
                bootstrap = platform.kafka
                yield cast("Reaction", subscription.effect), Source(origin, reached.pool, bootstrap)
