"""`thidua ledger`: check stores, topics and signed heads; show the heads; give the ledger a new key."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.progress import Progress
from rich.table import Table

from chassis.store.book import Book, Unsafe, public_keys, rotate
from chassis.store.heads import Head, Unsigned, key_text, verify
from chassis.stream.told_heads import told
from cli import differences
from cli.anchors import Checked, checked, newest
from cli.connect import cell, err, go, ledger_folder, out, reaching, settings, stop
from contracts import SERVICES

ledger = typer.Typer(no_args_is_help=True, help="Kiểm tra sổ cái sự kiện. / Check the ledger of events.")


@ledger.command("check")
def check(
    *, as_json: Annotated[bool, typer.Option("--json", help="Cho chương trình khác đọc. / For other programs.")] = False
) -> None:
    """Tính lại chuỗi băm và cây, so kho, chủ đề và mốc. / Compute all anew; compare stores, topics and signed heads."""
    try:
        found = go(_all())
    except PermissionError as error:
        raise stop(
            f"Không đọc được {error.filename}; hãy chạy bằng tài khoản của tiến trình chuyển tiếp.",
            f"{error.filename} cannot be read; run this as the account of the relays.",
        ) from None
    wrong = any(each.wrong for each in found)
    if as_json:
        typer.echo(json.dumps({each.service: each.as_json() for each in found}))
        raise typer.Exit(int(wrong or any(topic.counts for each in found for topic in each.topics)))
    _tell(found)
    differ = differences.tell({each.service: each.topics for each in found})
    if wrong:
        raise stop(
            "Sổ cái đã bị sửa; hãy giữ nguyên máy chủ và báo người phụ trách an toàn (docs/operations.md).",
            "The ledger was tampered with; leave the servers alone and call the security officer (docs/operations.md).",
        )
    raise typer.Exit(int(differ))


async def _all() -> list[Checked]:
    found, heads = list[Checked](), None
    for name in SERVICES:
        async with reaching(name, settings(name)) as platform:
            heads = await told(platform.settings.kafka_bootstrap) if heads is None else heads
            with _counting(name) as progress:
                found.append(await checked(name, platform, heads.get(name, []), progress))
    return found


@contextmanager
def _counting(name: str) -> Iterator[Callable[[int], None]]:
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done: bar.update(task, completed=done, description=f"{name}: {done}")


def _tell(found: list[Checked]) -> None:
    table = Table("service", "events", "chain", "commands", "heads", "signed up to", "last head")
    for each in found:
        bad, command = each.broken_at, each.verified.command
        table.add_row(
            cell(each.service),
            cell(each.head),
            cell("ok") if bad is None else cell(f"broken at position {bad}", style="red"),
            cell("ok") if command is None else cell(f"broken at number {command.first}", style="red"),
            cell(len(each.anchors.heads)),
            cell(each.anchored),
            cell(newest(each.anchors.heads)),
        )
    out.print(table)
    for each in found:
        for vi, en in each.notes:
            err.print(cell(f"{each.service}: {vi}.\n{each.service}: {en}.", style="yellow"))
        for vi, en in each.wrong:
            err.print(cell(f"{each.service}: {vi}.\n{each.service}: {en}.", style="red"))


@ledger.command("heads")
def heads(name: Annotated[str, typer.Argument(help=", ".join(SERVICES))]) -> None:
    """Mốc đã ký của một dịch vụ, từ tệp. / The signed heads of a service, as its file holds them."""
    folder = _folder()
    table = Table("number", "time", "events", "root", "commands", "root", "key")
    keys = public_keys(folder)
    for _, line in Book(folder, name).lines():
        try:
            head, key = verify(line, keys)
        except Unsigned as error:
            table.add_row("-", cell(f"{error.why} {error.key}", style="red"))
            continue
        what = (head.number, head.time.isoformat(), head.events.size, head.events.root, head.commands.size,
                head.commands.root, key)  # fmt: skip
        table.add_row(*map(cell, what))
    out.print(table)


@ledger.command("rotate-key")
def rotate_key() -> None:
    """Thay khóa sổ cái; khóa cũ ký giới thiệu khóa mới. / Give the ledger a new key, which the old one announces."""

    def announcing(book: Book, new: Ed25519PublicKey) -> Callable[[Head], Head]:
        last = book.last()
        said = {"key": key_text(new)}
        if last is None:
            return lambda blank: blank.model_copy(update=said)
        kept = last[0].model_dump(include={"log", "chain"}) | _bare(last[0]) | said
        return lambda blank: blank.model_copy(update=kept)

    try:
        key, books = rotate(_folder(), announcing)
    except Unsafe as error:
        raise stop(*str(error).split(" / ", 1)) from None
    except OSError as error:
        raise stop(
            f"Không đọc hoặc ghi được thư mục sổ cái ({error.strerror}); hãy dùng tài khoản của relay.",
            f"The ledger's folder cannot be read or written ({error.strerror}); run this as the account of the relays.",
        ) from None
    out.print(cell(f"Khóa mới / new key: {key} ({', '.join(books)})"))


def _bare(head: Head) -> dict[str, object]:
    """What a head says of its trees, said again: nothing is marked anew."""
    return {
        which: tree.model_copy(update={"after": tree.size, "marks": ""})
        for which, tree in (("events", head.events), ("commands", head.commands))
    }


def _folder() -> Path:
    found = ledger_folder()
    if not found.is_dir():
        raise stop(
            f"Không có thư mục sổ cái {found}; hãy đặt THIDUA_LEDGER.",
            f"There is no folder {found} of the ledger; set THIDUA_LEDGER.",
        )
    return found
