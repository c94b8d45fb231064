"""`thidua restore`: what a restored database takes back from the topics, and what is lost, is said and done."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Annotated

import asyncpg
import typer
from rich.progress import Progress
from rich.table import Table

from chassis.facts.settings import Settings
from chassis.service.service import Service
from chassis.store import restore as store
from chassis.store.announce import Before, announce, before, lacking
from chassis.store.book import KEY, Book, Unsafe
from chassis.store.database import CONNECT_SECONDS
from chassis.store.interventions import By, note
from chassis.store.restore import Further, Plan
from chassis.stream import security
from chassis.stream.copies import topics_of
from chassis.stream.held import look
from cli.connect import cell, err, go, is_away, out, service, settings, stop
from cli.hand import said
from services import ALL

_SHOWN = 50
_APPLIED = "select max(position) from chassis.positions where topic = any($1::text[]) and log_id = any($2::text[])"
_WHY = {
    "gap": (
        "Chủ đề thiếu vị trí ngay sau đó.",
        "The topic lacks the position that comes next.",
    ),
    "two": (
        "Chủ đề có hai sự kiện khác nhau ở vị trí ngay sau đó.",
        "The topic holds two different events at the position that comes next.",
    ),
    "version": (
        "Sự kiện ngay sau đó không nối tiếp luồng của nó.",
        "The event that comes next does not follow its stream.",
    ),
    "hash": (
        "Sự kiện ngay sau đó không khớp chuỗi băm.",
        "The event that comes next does not fit the chain of hashes.",
    ),
    "unproven": (
        "Sự kiện ngay sau đó không ghi tên sổ và không có mã băm nào xác nhận.",
        "The event that comes next names no log, and no hash behind it proves it.",
    ),
    "differs": (
        "Kho và chủ đề khác nhau từ vị trí ngay sau đó: kho đã ghi tiếp sau khi khôi phục.",
        "Store and topic differ from the position that comes next: the store went on after it was restored.",
    ),
}

_NOT_ANNOUNCED = (
    (
        "Không có khóa sổ cái ở đây: khôi phục không được công bố, và những gì mất sẽ bị báo là đuôi bị cắt; hãy chạy"
        " trên máy của tiến trình chuyển tiếp, với THIDUA_LEDGER của nó."
    ),
    (
        "The ledger's key is not here: the restore will not be announced, and what is lost will be called a cut tail;"
        " run this where the relay runs, with its THIDUA_LEDGER."
    ),
)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is to be done, in the store and beside it."""

    plan: Plan
    further: Sequence[Further]
    known: Before | None
    """What was signed so far; None where the ledger's key is not at hand."""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to be done: not even to say that something is gone."""
        silent = self.known is None or not lacking(self.known, self.plan)
        return self.plan.nothing and silent and not any(each.needed for each in self.further)


def restore(
    name: Annotated[str, typer.Argument(help=", ".join(ALL))],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ xem, không đổi gì. / Look, change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Không hỏi lại. / Do not ask.")] = False,
    topic_lost: Annotated[
        bool,
        typer.Option("--topic-lost", help="Chủ đề cũng đã mất hoặc thiếu. / The topics were lost, too, or lack some."),
    ] = False,
    by: Annotated[str | None, typer.Option("--by", callback=said, help="Ai quyết định. / Who decides.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", callback=said, help="Vì sao. / Why.")] = None,
) -> None:
    """Sau khi khôi phục cơ sở dữ liệu: lấy lại từ chủ đề. / After a database was restored: take back from its topic."""
    its, found_service = settings(name, owner=True), service(name)
    if not found_service.emits:
        out.print(cell(f"{name} không ghi sự kiện: không có gì phải lấy lại. / {name} keeps no events: nothing to do."))
        return
    found = go(_look(found_service, its, topic_lost=topic_lost))
    _say(found)
    if found.known is None:
        err.print(cell("\n".join(_NOT_ANNOUNCED), style="yellow"))
    elif lacking(found.known, found.plan):
        out.print(cell(" / ".join(_announced(found.known, found.plan))))
    if found.nothing:
        out.print(cell("Không có gì phải làm. / There is nothing to be done.", style="green"))
        return
    if dry_run:
        out.print(cell("Chưa đổi gì; bỏ --dry-run để làm. / Nothing was changed; leave --dry-run out to do it."))
        return
    if by is None or reason is None:
        raise stop(
            "Hãy cho biết ai quyết định và vì sao: --by AI --reason VÌ-SAO.",
            "Say who decides, and why: --by WHO --reason WHY.",
        )
    if not yes:
        typer.confirm("Làm như trên? / Do so?", abort=True)
    go(_do(name, its, found, By(by, reason)))
    out.print(cell(_done(name, found.plan), style="green"))


def _done(name: str, plan: Plan) -> str:
    return (
        f"Xong: {name} ở vị trí {plan.end}; hãy khởi động dịch vụ rồi chạy `thidua ledger check`. /"
        f" Done: {name} is at position {plan.end}; start the service, then run `thidua ledger check`."
    )


def _announced(known: Before, plan: Plan) -> tuple[str, str]:
    vi = f"Mốc đã ký ghi {known.events} sự kiện và {known.signed_commands} bản ghi lệnh; kho sẽ có {plan.end} sự kiện"
    en = f"Heads say {known.events} events and {known.signed_commands} records of commands; the store will have"
    return (
        f"{vi}, bản sao lưu có {known.commands} bản ghi lệnh: khôi phục này được công bố bằng khóa sổ cái.",
        f"{en} {plan.end}, the backup had {known.commands}: this restore is announced with the ledger's key.",
    )


@asynccontextmanager
async def _as_owner(name: str, its: Settings) -> AsyncIterator[asyncpg.Connection]:
    """A session that may write what the application role may not; what is not as it must be is said."""
    connection = await asyncpg.connect(
        its.database_url,
        timeout=CONNECT_SECONDS,
        command_timeout=600,
        server_settings={"search_path": "public"},  # in any other schema somebody else may make things
    )
    try:
        yield connection
    except Unsafe as error:
        raise stop(*str(error).split(" / ", 1)) from None
    except store.Leads as leads:
        raise stop(
            f"Tiến trình chuyển tiếp còn chạy ({leads}); hãy dừng dịch vụ {name} rồi làm lại sau 10 giây.",
            f"A relay still leads ({leads}); stop the service {name}, then try again after 10 seconds.",
        ) from None
    except store.Moved:
        raise stop(
            f"Kho vừa được ghi thêm; hãy dừng dịch vụ {name} rồi chạy lại `thidua restore {name} --dry-run`.",
            f"The store was written to meanwhile; stop the service {name} and run `thidua restore {name} --dry-run`.",
        ) from None
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        raise stop(
            f"Cơ sở dữ liệu cũ hơn phiên bản này; hãy chạy `python -m services.{name} prepare` rồi làm lại.",
            f"The database is of an older version; run `python -m services.{name} prepare`, then try again.",
        ) from None
    except asyncpg.InsufficientPrivilegeError:
        raise stop(
            "Tài khoản này không được ghi vào kho; hãy đặt DATABASE_URL của chủ cơ sở dữ liệu, như khi chạy prepare.",
            "This account may not write into the store; set DATABASE_URL of the database's owner, as for prepare.",
        ) from None
    finally:
        await connection.close()


async def _look(found: Service, its: Settings, *, topic_lost: bool) -> _Found:
    async with _as_owner(found.name, its) as connection:
        async with connection.transaction():
            await store.nobody_leads(connection)
        applied = await _applied_by_others(found.name, connection)
        with _counting("Đọc chủ đề / reading the topic") as progress:
            plan = await look(
                connection, found.name, security.of(its), topic_lost=topic_lost, applied=applied, progress=progress
            )
        further = [await each(connection, security.of(its), topic_lost) for each in found.recovers]
        book = _book(found.name, its)
        known = None if book is None else await before(connection, book)
    return _Found(plan, further, known)


def _book(name: str, its: Settings) -> Book | None:
    """The service's book, where this account has the ledger's key."""
    folder = its.ledger
    return Book(folder, name) if folder is not None and os.access(folder / KEY, os.R_OK) else None


async def _do(name: str, its: Settings, found: _Found, by: By) -> None:
    async with _as_owner(name, its) as connection, connection.transaction():
        with _counting("Ghi lại / taking back") as progress:
            await store.restore(connection, name, found.plan, progress)
            for each in found.further:
                await each.apply(connection)
        outcome = f"position {found.plan.end}, {len(found.plan.lost)} lost"
        await note(connection, "restore of the store", name, by, outcome)
        book = _book(name, its)
        if book is not None and found.known is not None:
            with _counting("Công bố / announcing") as progress:
                await announce(connection, book, found.known, found.plan, progress)


@contextmanager
def _counting(what: str) -> Iterator[Callable[[int], None]]:
    with Progress(console=err) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done: bar.update(task, completed=done, description=f"{what}: {done}")


async def _applied_by_others(name: str, connection: asyncpg.Connection) -> int:
    """Highest position of the store's newest log that another service has applied; who cannot be asked is named."""
    logs = await store.known_logs(connection)
    newest = logs[-1] if logs else None
    named = [str(newest.id)] if newest else []
    if newest is None or newest.carries_on is None:
        named.append("")  # as older versions left it
    highest = 0
    for other in (each for each in ALL if each != name):
        try:
            session = await asyncpg.connect(settings(other).database_url, timeout=CONNECT_SECONDS, command_timeout=60)
        except Exception as error:
            if not is_away(error):
                raise
            err.print(cell(f"Không hỏi được {other} đã nhận đến đâu. / {other} cannot be asked how far it has come."))
            continue
        try:
            found = await session.fetchval(_APPLIED, list(topics_of(name)), named)
        except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
            continue  # a database that was never prepared has applied nothing
        finally:
            await session.close()
        highest = max(highest, found or 0)
    return highest


def _say(found: _Found) -> None:
    plan = found.plan
    table = Table("", "")
    known = plan.logs[-1] if plan.logs else None
    rows: list[tuple[str, object]] = [
        ("sổ / log", known.id if known else "-"),
        ("kho đến vị trí / store at position", plan.head),
        ("kho và chủ đề giống nhau đến / store and topic agree up to", plan.common),
        ("lấy lại từ chủ đề / taken back from the topic", _range(plan.common + 1, plan.end) if plan.taken else "-"),
        ("mất / lost", ", ".join(_range(each.first, each.last) for each in plan.lost[:_SHOWN]) or "-"),
        ("sổ mới bắt đầu sau / a new log begins after", plan.end if plan.begins else "-"),
        ("chuyển tiếp lại từ sau / the relay sends on after", plan.checkpoint),
    ]
    for what, value in rows:
        table.add_row(cell(what), cell(value))
    out.print(table)
    for vi, en in [*_sentences(plan), *(each for one in found.further for each in one.told)]:
        out.print(cell(f"{vi} / {en}"))
    if events := [each.event for each in plan.lost if each.event is not None]:
        lost = Table("position", "event", "type", "time", "stream")
        for event in events[:_SHOWN]:
            lost.add_row(*map(cell, (event.position, event.id, event.type, event.recorded_at, event.stream)))
        out.print(lost)
        if len(events) > _SHOWN:
            out.print(
                cell(f"và {len(events) - _SHOWN} sự kiện nữa: bảng chassis.lost. / and more: table chassis.lost.")
            )


def _range(first: int, last: int | None) -> str:
    if last is None:
        return f"{first}- (không rõ đến đâu / nobody knows how far)"
    return str(first) if first == last else f"{first}-{last}"


def _sentences(plan: Plan) -> Iterator[tuple[str, str]]:
    """What a person is to know beside the figures."""
    if plan.why:
        yield _WHY[plan.why]
    for log in plan.adopted:
        yield (
            f"Chủ đề có sổ {log.id} nối tiếp sau vị trí {log.after}; kho nhận sổ đó.",
            f"The topic holds the log {log.id}, which carries on after position {log.after}; the store takes it up.",
        )
    if plan.unproven:
        yield (
            f"{plan.unproven} sự kiện không có mã băm để đối chiếu: do phiên bản cũ ghi.",
            f"{plan.unproven} events have no hash to hold them against: an older version wrote them.",
        )
    if plan.foreign or plan.unreadable:
        yield (
            f"{plan.foreign} bản ghi của sổ khác và {plan.unreadable} bản ghi không đọc được: bỏ qua.",
            f"{plan.foreign} records of other logs and {plan.unreadable} unreadable ones are passed over.",
        )
    if plan.begins:
        yield (
            "Những gì mất phải được ghi lại; hãy xem các dịch vụ khác đã làm gì theo chúng (bảng chassis.retracted).",
            "What is lost must be recorded again; see what other services did in answer to it (chassis.retracted).",
        )
