"""`thidua partner`: systems outside the platform that may read its public topics, each under a name of its own."""

import os
import re
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Final

import typer

from chassis.stream import rights
from chassis.stream.connection import let_in
from chassis.stream.principals import MECHANISM_KEPT, forget, keep, make_known
from chassis.stream.security import CA, MECHANISM, PASSWORD, PROTOCOL, USER, Login
from chassis.stream.topics import ADMIN, AUDITOR, EVERYBODY
from cli.connect import DATA, cell, go, kafka, out, run_info, stop

partner = typer.Typer(
    no_args_is_help=True,
    help="Hệ thống bên ngoài được đọc chủ đề công khai. / Outside systems that may read the public topics.",
)

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{1,40}")
_TAKEN: Final = {*EVERYBODY, ADMIN, AUDITOR, "broker", "thidua"}

Name = Annotated[str, typer.Argument(help="Chữ thường, số, gạch nối. / Small letters, digits, hyphens.")]
Data = Annotated[Path, typer.Option(help="Thư mục dữ liệu. / Data folder.")]
To = Annotated[Path | None, typer.Option(help="Ghi tệp đăng nhập vào đâu. / Where its credentials are written.")]


@partner.command("add")
def add(name: Name, to: To = None, data: Data = DATA) -> None:
    """Thêm một hệ thống bên ngoài: tên, mật khẩu mới, quyền đọc. / Add one: a name, a new password, what it may read.

    Where it is known already it gets another password. Brokers that know names by certificates are told the rights.
    """
    _sound(name)
    admin, file = kafka(ADMIN, data), to or _file(name, data)
    by_password = admin.protocol.startswith("SASL")
    own = {MECHANISM: MECHANISM_KEPT, USER: name, PASSWORD: secrets.token_urlsafe(24)}
    shared = {key: value for key, value in admin.settings.items() if key in {PROTOCOL, CA}}
    login = Login(_partners_address(data), shared | own)

    async def work() -> None:
        if by_password:
            await make_known(admin, [login])
        await rights.allow(admin, rights.of_partner(name))

    _go(admin, work)
    if by_password:
        keep(file, login)
        if not os.environ.get("KAFKA_BOOTSTRAP"):  # the local platform says where its files lie
            info = run_info(data)
            info.model_copy(update={"credentials": {**info.credentials, name: file.resolve()}}).write()
        out.print(cell(f"Hãy giao kín tệp này cho {name} / hand this file over to {name}, sealed: {file}"))
    for right in sorted(rights.of_partner(name)):
        out.print(cell(right))
    out.print(cell(f"Tên nhóm bắt đầu bằng / names of its consumer groups begin with: {rights.partner_groups(name)}"))


@partner.command("remove")
def remove(name: Name, data: Data = DATA) -> None:
    """Bỏ một hệ thống bên ngoài: mật khẩu và quyền. / Remove one: its password and all its rights."""
    _sound(name)
    admin = kafka(ADMIN, data)

    async def work() -> None:
        await rights.take_back(admin, [each for each in await rights.listed(admin) if each.principal == name])
        if admin.protocol.startswith("SASL"):
            await forget(admin, name)

    _file(name, data).unlink(missing_ok=True)  # first: a start of the local broker lets in whom a file names
    _go(admin, work)
    out.print(cell(f"Đã bỏ {name}. / {name} was removed."))


def _sound(name: str) -> None:
    if not _NAME.fullmatch(name) or name in _TAKEN:
        raise stop(
            f"{name} không dùng làm tên được; hãy chọn tên khác gồm chữ thường, số, gạch nối.",
            f"{name} cannot be a name; choose another one of small letters, digits and hyphens.",
        )


def _file(name: str, data: Path) -> Path:
    return data / "credentials" / f"{name}.properties"


def _partners_address(data: Path) -> str:
    given = os.environ.get("KAFKA_PARTNER") or os.environ.get("KAFKA_BOOTSTRAP")
    return given or run_info(data).kafka.partner


def _go(admin: Login, work: Callable[[], Awaitable[None]]) -> None:
    async def let_in_first() -> None:
        await let_in(admin)
        await work()

    try:
        go(let_in_first())
    except rights.Unlocked:
        raise stop(
            "Kafka này không hỏi ai là ai, nên không giới hạn được hệ thống nào; hãy bật authorizer trước.",
            "This Kafka asks nobody's name, so it can limit no system; give it an authorizer first.",
        ) from None
