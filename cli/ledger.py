"""`thidua ledger`: check stores, topics and signed heads; show the heads; give the ledger a new key."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from rich.progress import Progress
from rich.table import Table

from chassis.store.anchored import Anchors, Said, collate
from chassis.store.book import Book, Unsafe, public_keys, rotate
from chassis.store.heads import Head, Unsigned, key_text, verify
from chassis.store.ledger import EVENT_LEAVES, EVENTS, entry
from chassis.store.tree import consistency_proof, inclusion_proof, split
from chassis.store.verification import misfit
from chassis.stream.audited import leaves_of
from chassis.stream.told_heads import told
from chassis.stream.topics import AUDITOR
from cli import anchors_words, differences
from cli.anchors import Checked, checked, sent
from cli.anchors_words import newest
from cli.connect import cell, err, go, kafka, ledger_folder, out, reaching, settings, stop
from contracts import SERVICES

_PAGE = 5000

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
    changed = {each.service for each in found if each.broken_at is not None}
    differ = differences.tell({each.service: each.topics for each in found}, changed)
    if wrong:
        raise stop(
            "Sổ cái đã bị sửa; hãy giữ nguyên máy chủ và báo người phụ trách an toàn (docs/operations.md).",
            "The ledger was tampered with; leave the servers alone and call the security officer (docs/operations.md).",
        )
    raise typer.Exit(int(differ))


async def _all() -> list[Checked]:
    found, gone = list[Checked](), dict[str, dict[UUID, int]]()
    for name in SERVICES:
        async with reaching(name, settings(name)) as platform:
            gone[name] = await sent(platform.pool)
    heads = await told(kafka(AUDITOR))
    for name in SERVICES:
        async with reaching(name, settings(name)) as platform:
            with _counting(name) as progress:
                found.append(await checked(name, platform, heads.get(name, []), gone[name], progress))
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


@ledger.command("audit")
def audit(
    name: Annotated[str, typer.Argument(help=", ".join(SERVICES))],
    keys: Annotated[Path, typer.Option(help="Thư mục chứa khóa công khai (*.pub). / Folder of public keys (*.pub).")],
) -> None:
    """Từ Kafka và khóa công khai: mốc có thật, khớp chủ đề. / From Kafka and public keys: heads are genuine and fit."""
    trusted = public_keys(keys)
    if not trusted:
        raise stop(f"Không có khóa công khai trong {keys}.", f"There is no public key in {keys}.")
    brokers = kafka(AUDITOR)

    async def work() -> tuple[Anchors, list[bytes | None]]:
        with _counting(name) as progress:
            anchors = collate(name, None, (await told(brokers)).get(name, []), trusted, {})
            return anchors, (await leaves_of(name, brokers, progress))[0]

    anchors, leaves = go(work())
    said = Said.of(anchors.heads, "events")
    wrong = anchors_words.of_heads(anchors)
    if (bad := misfit(leaves, said)) is not None:
        wrong += anchors_words.of_topic(bad)
    if not anchors.heads:
        wrong.append(anchors_words.NOT_ANCHORED)
    for vi, en in anchors_words.restores(anchors):
        err.print(cell(f"{name}: {vi}.\n{name}: {en}.", style="yellow"))
    for vi, en in wrong:
        err.print(cell(f"{name}: {vi}.\n{name}: {en}.", style="red"))
    if wrong:
        raise typer.Exit(1)
    out.print(cell(f"{len(anchors.heads)} mốc khớp {said.most} sự kiện / heads fit {said.most} events"))


@ledger.command("prove")
def prove(
    name: Annotated[str, typer.Argument(help=", ".join(SERVICES))],
    position: Annotated[int, typer.Argument(min=1)],
    since: Annotated[int, typer.Option(min=0, help="Cỡ một cây cũ hơn. / Size of an older tree.")] = 0,
) -> None:
    """Chứng minh một sự kiện nằm trong cây mới nhất (JSON). / Prove that an event is in the newest tree (JSON)."""
    head, line = Book(_folder(), name).last() or (None, b"")
    if head is None or position > head.events.size or since > head.events.size:
        raise stop("Mốc mới nhất chưa tới vị trí đó.", "The newest head does not go that far.")

    async def read() -> tuple[str, list[bytes]]:
        async with reaching(name, settings(name)) as platform:
            [row] = await platform.pool.fetch(EVENTS, position - 1, 1)
            leaves: list[bytes] = []
            while (after := len(leaves)) < head.events.size:
                upto = min(after + _PAGE, head.events.size)
                leaves += split((await platform.pool.fetchrow(EVENT_LEAVES, after, upto))[1])
            return entry(tuple(row)[1:-1]).decode(), leaves

    text, leaves = go(read())
    proof = {
        "entry": text,
        "index": position - 1,
        "size": head.events.size,
        "root": head.events.root,
        "proof": [each.hex() for each in inclusion_proof(position - 1, leaves)],
        **({"since": since, "consistency": [e.hex() for e in consistency_proof(since, leaves)]} if since else {}),
        "head": line.decode(),
    }
    typer.echo(json.dumps(proof, ensure_ascii=False))


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
