"""`thidua parked`: records that could not be applied; they are listed, applied again, dropped, and brought back."""

from typing import Annotated

import typer
from rich.table import Table

from chassis.facts.projection import Projection
from chassis.store import interventions
from chassis.stream import dead_letters, unread
from chassis.stream.replay import replay
from cli.connect import cell, effect, effects, go, out, reaching, service, settings, stop
from cli.hand import By, Reason
from cli.operate import ServiceName
from services import ALL

parked = typer.Typer(
    no_args_is_help=True, help="Bản ghi bị giữ lại. / Parked records: list, replay, discard, restore, discarded."
)

_Record = Annotated[int, typer.Argument(min=1, max=2**63 - 1)]
_Guarded = Annotated[
    bool,
    typer.Option(
        "--even-rights",
        help="Bỏ cả bản ghi về quyền hoặc xóa dữ liệu. / Drop it though a right or an erasure hangs on it.",
    ),
]


def _rights(name: str) -> set[str]:
    """Places of a service's read models that say who may do what."""
    return {model.place for model in service(name).read_models if model.rights}


@parked.command("list")
def list_parked(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Bản ghi nào bị giữ lại và vì sao. / Which records are parked, and why."""
    table = Table(
        "service", "id", "consumer", "stream", "type", "topic/partition/offset", "attempts", "error", "rights"
    )
    waiting: list[tuple[str, str, str, int]] = []
    held_up: set[str] = set()

    async def one(each: str) -> None:
        async with reaching(each, settings(each)) as platform:
            closed = await platform.organisation.held_up()
            rights = _rights(each)
            for p in await dead_letters.listed(platform.pool):
                place = f"{p.topic}/{p.partition}/{p.at_offset}"
                said = "held up" if p.consumer in rights and p.stream in closed else ""
                row = (each, p.id, p.consumer, p.stream, p.event_type, place, p.attempts, p.error, said)
                table.add_row(*map(cell, row))
            held_up.update(f"{each}: {stream}" for stream in closed)
            waiting.extend((each, *noted) for noted in await unread.noted(platform.pool))

    for each in (name,) if name else ALL:
        go(one(each))
    out.print(table)
    for stream in sorted(held_up):
        out.print(
            cell(
                f"{stream} không có quyền nào ở dịch vụ này cho đến khi luồng được áp dụng hết. /"
                f" {stream} has no rights in this service until its stream is brought on.",
                style="red",
            )
        )
    for each, consumer, kind, count in waiting:
        out.print(cell(f"{each}: {consumer} leaves {count} × {kind} to a newer version; nothing is to be done here"))


@parked.command("replay")
def replay_parked(name: ServiceName, consumer: str, by: By, reason: Reason) -> None:
    """Áp dụng lại theo đúng thứ tự, sau khi đã sửa lỗi. / Apply parked records in order, after a fix."""

    async def work() -> tuple[int, int]:
        async with reaching(name, settings(name)) as platform:
            found, _ = effect(service(name), platform, consumer)
            if found is None:
                raise stop(
                    f"{name} không có bộ nhận {consumer}; xem `thidua parked list`.",
                    f"{name} has no consumer {consumer}; see `thidua parked list`.",
                )
            applied, left = await replay(platform.store, found, platform.kafka)
            outcome = f"{applied} applied, {left} still parked"
            await interventions.note(platform.pool, "replay", found.place, interventions.By(by, reason), outcome)
            return applied, left

    applied, left = go(work())
    out.print(f"{applied} applied, {left} still parked")


@parked.command("discard")
def discard_parked(
    name: ServiceName, record: _Record, by: By, reason: Reason, *, even_rights: _Guarded = False
) -> None:
    """Bỏ một bản ghi, để các bản ghi sau nó đi tiếp. / Drop one record; those behind it can be replayed then."""

    async def work() -> bool:
        async with reaching(name, settings(name)) as platform:
            decided = interventions.By(by, reason)
            return await dead_letters.discard(platform.pool, record, decided, rights=_rights(name), guarded=even_rights)

    try:
        dropped = go(work())
    except dead_letters.Guarded as guarded:
        raise stop(
            f"Không bỏ bản ghi {record} ({guarded}); hãy sửa lỗi rồi `thidua parked replay`; nếu vẫn phải bỏ, thêm"
            " --even-rights.",
            f"{record} is not dropped ({guarded}); mend the fault and run `thidua parked replay`; if it has to be"
            " dropped all the same, add --even-rights.",
        ) from None
    if not dropped:
        raise stop(
            f"{name} không giữ bản ghi {record}; xem `thidua parked list`.",
            f"{name} has no parked record {record}; see `thidua parked list`.",
        )
    out.print(f"{record} discarded; `thidua parked restore {name} {record}` undoes it")


@parked.command("restore")
def restore_discarded(name: ServiceName, record: _Record, by: By, reason: Reason) -> None:
    """Đưa một bản ghi đã bỏ trở lại hàng chờ. / Bring a dropped record back to where it waited in its stream."""

    async def work() -> tuple[dead_letters.Parked | None, bool]:
        async with reaching(name, settings(name)) as platform:
            back = await dead_letters.restore(platform.pool, record, interventions.By(by, reason))
            found = effects(service(name), platform).get(back.consumer) if back else None
            return back, found is not None and isinstance(found[0], Projection)

    back, read_model = go(work())
    if back is None:
        raise stop(
            f"{name} không có bản ghi {record} đã bỏ; xem `thidua parked discarded {name}`.",
            f"{name} has dropped no record {record}; see `thidua parked discarded {name}`.",
        )
    typed = f"thidua projections rebuild {name}" if read_model else f"thidua parked replay {name}"
    out.print(cell(f"{record} parked again, first of {back.stream}"))
    out.print(cell(f"Tiếp theo / next: `{typed} {back.consumer} --by AI --reason VÌ-SAO`"))


@parked.command("discarded")
def list_discarded(name: Annotated[str | None, typer.Argument()] = None) -> None:
    """Bản ghi nào đã bị bỏ, ai bỏ, vì sao. / Which records were dropped, by whom, and why."""
    table = Table("service", "id", "consumer", "stream", "type", "topic/partition/offset", "by", "reason", "time")

    async def one(each: str) -> None:
        async with reaching(each, settings(each)) as platform:
            for d in await dead_letters.discards(platform.pool):
                place, at = f"{d.topic}/{d.partition}/{d.at_offset}", f"{d.discarded_at:%Y-%m-%d %H:%M:%S %Z}"
                row = (each, d.id, d.consumer, d.stream, d.event_type, place, d.decided_by, d.reason, at)
                table.add_row(*map(cell, row))

    for each in (name,) if name else ALL:
        go(one(each))
    out.print(table)
