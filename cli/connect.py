"""How a tool finds the platform: by the environment, else by what the local platform wrote into its data folder."""

import logging
import os
import re
import sys
from collections.abc import Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

import asyncpg
import typer
import uvloop
from aiokafka.errors import KafkaError
from rich.console import Console
from rich.style import Style
from rich.text import Text

from chassis.facts.kinds import visible
from chassis.facts.settings import Settings
from chassis.service.platform import Platform, fit_for_production, running
from chassis.service.service import Service
from chassis.store.database import database_name, is_outage, with_database
from chassis.store.logins import file_of
from chassis.stream import security
from chassis.stream.connection import Refused, not_let_in
from chassis.stream.intake import Effect
from chassis.stream.security import Login
from chassis.stream.topics import AUDITOR
from chassis.telemetry.collector import settle
from services import ALL

if TYPE_CHECKING:
    from deploy.local.run_info import RunInfo

DATA = Path(os.environ.get("THIDUA_HOME", ".thidua"))

_HOST = re.compile(r"(\[[^\]]+\]|[^:]+)(:\d+)?")
_NOT_LET_IN = (
    KafkaError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)

T = TypeVar("T")


class Plain(Console):
    """A console on which no text is more than text: nothing in it is markup, nothing in it moves the terminal."""

    def render_str(self, text: str, *, style: str | Style = "", justify: Any = None, **_: object) -> Text:
        """Whatever is printed or stands in a table and is no Text yet; what is to have a colour is a `cell`."""
        return Text(visible(text), style, justify=justify)


out = Plain(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200)
"""A pipe has no width: nothing is cut to that of a terminal."""
err = Plain(stderr=True)
logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what a person is to know, a sentence says


def stop(vi: str, en: str) -> typer.Exit:
    """Say in one sentence what is wrong and what to do, and end with 1."""
    err.print(cell(f"{vi}\n{en}", style="red"))
    return typer.Exit(1)


def cell(value: object, style: str = "") -> Text:
    """What stands in a table or a sentence as it is: nothing in it is markup, nothing in it moves the terminal."""
    return Text(visible(str(value)), style)


@contextmanager
def local_tools() -> Iterator[None]:
    """Import within the block what needs the extra `local`; ends the program when its packages are not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise stop(
            f"Chưa có gói {error.name} để chạy nền tảng trên máy này; hãy cài thidua kèm phần `local` (`make setup`), "
            "hoặc đặt DATABASE_URL và KAFKA_BOOTSTRAP cho công cụ vận hành.",
            f"The package {error.name} for the platform on this machine is missing; install thidua with its extra "
            "`local` (`make setup`), or set DATABASE_URL and KAFKA_BOOTSTRAP for the operators' tools.",
        ) from None


def run_info(data: Path = DATA) -> "RunInfo":
    """What the local platform says about itself; ends the program when it does not run."""
    with local_tools():
        from deploy.local.run_info import RunInfo  # noqa: PLC0415 - operators' tools do without
    info = RunInfo.read(data)
    if info is None:
        raise stop(
            "Nền tảng chưa chạy ở đây; hãy gõ `make run` ở một cửa sổ khác rồi làm lại.",
            "The platform is not running here; type `make run` in another window and try again.",
        )
    return info


def known(name: str) -> str:
    """The name of a service; ends the program when there is none of that name."""
    if name not in ALL:
        raise stop(
            f"Không có dịch vụ {name}; hãy chọn: {', '.join(ALL)}.",
            f"There is no service {name}; choose one of: {', '.join(ALL)}.",
        )
    return name


def service(name: str) -> Service:
    """A service's composition root."""
    found: Service = import_module(f"services.{known(name)}.app").SERVICE
    return found


def effects(found: Service, platform: Platform) -> dict[str, tuple[Effect, tuple[str, ...]]]:
    """A service's consumers by their place, with the topics they read (none: the own store)."""
    own: dict[str, tuple[Effect, tuple[str, ...]]] = {each.place: (each, ()) for each in found.projections}
    return own | {s.effect.place: (s.effect, s.topics) for s in found.subscriptions(platform)}


def effect(found: Service, platform: Platform, name: str) -> tuple[Effect | None, tuple[str, ...]]:
    """The consumer of this name or place, with its topics; None when there is none."""
    known = effects(found, platform).values()
    return next((each for each in known if name in {each[0].name, each[0].place}), (None, ()))


def reaching(name: str, own: Settings) -> AbstractAsyncContextManager[Platform]:
    """A service's database, store and read models, for the time of a block."""
    return running(name, own, read_models=service(name).read_models)


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    if not _HOST.fullmatch(parts.netloc.rpartition("@")[2]):
        raise stop(
            "DATABASE_URL không phải địa chỉ PostgreSQL; hãy đặt dạng postgresql://người:mật-khẩu@máy:cổng/tên.",
            "DATABASE_URL is no address of a PostgreSQL; set it like postgresql://user:password@host:port/name.",
        )
    return parts


def settings(name: str, data: Path = DATA, *, owner: bool = False) -> Settings:
    """Settings with which a tool reaches one service's database and Kafka, there as an auditor.

    It logs in to the database as the service's worker, if DATABASE_LOGINS or the local platform has a file of that
    login. With DATABASE_URL alone it logs in as that says, and acts as the role that holds the read models. What
    mends what no service may touch logs in as the `owner` of the database.
    """
    known(name)
    given, logins = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_LOGINS")
    role = None
    if logins and not owner:
        url = _login(file_of(Path(logins), name, "worker"))
    elif given:
        parts = _server(given)
        url = with_database(urlunsplit(parts), role := database_name(given, name))
    elif not owner and (own := run_info(data).logins.get(name)):
        url = _login(own["worker"])
    else:
        url = run_info(data).database(name)
    folder = {} if given and "THIDUA_LEDGER" not in os.environ else {"thidua_ledger": ledger_folder(data)}
    its = Settings.read(database_url=url, database_role=role, **folder, **_kafka(AUDITOR, data))
    fit_for_production(its)
    return its


def kafka(principal: str, data: Path = DATA) -> Login:
    """The brokers as this principal comes to them."""
    return security.of(Settings.read(**_kafka(principal, data)))


def _kafka(principal: str, data: Path) -> dict[str, Any]:
    its: dict[str, Any] = {}
    if credentials := os.environ.get("KAFKA_CREDENTIALS"):
        its["kafka_credentials"] = security.one_of(Path(credentials), principal)
    if not os.environ.get("KAFKA_BOOTSTRAP"):
        info = run_info(data)
        its = {"kafka_credentials": info.credentials.get(principal)} | its | {"kafka_bootstrap": info.kafka.bootstrap}
        if "THIDUA_ENV" not in os.environ:  # what a run.json tells of is a local platform
            its["thidua_env"] = "local"
    return its


def _login(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise stop(
            f"Không đọc được tài khoản cơ sở dữ liệu trong {file}; hãy kiểm tra quyền đọc tệp hoặc DATABASE_LOGINS.",
            f"The database login in {file} cannot be read; see who may read the file, or set DATABASE_LOGINS.",
        ) from None


def ledger_folder(data: Path = DATA) -> Path:
    """Where the ledger's key and heads lie."""
    return Path(os.environ.get("THIDUA_LEDGER") or data / "ledger")


def go(work: Coroutine[Any, Any, T]) -> T:
    """Run a tool's work; ends the program with a sentence when a server is away."""
    settle()
    try:
        return uvloop.run(work)
    except Exception as error:
        if not is_away(error):
            raise
        raise unreachable(error) from None


def is_away(error: Exception) -> bool:
    """Tell whether a server is away, full, hangs or does not let us in."""
    return is_outage(error) or isinstance(error, _NOT_LET_IN)


def unreachable(error: Exception) -> typer.Exit:
    """Say which server is away, full or hangs, and what to do about it."""
    if isinstance(error, Refused):
        return stop(*not_let_in(str(error)).split("\n"))
    if isinstance(error, TimeoutError):
        return stop(
            "Máy chủ PostgreSQL hoặc Kafka không trả lời; hãy xem máy chủ nào đang bị treo rồi làm lại.",
            "PostgreSQL or Kafka does not answer; see which of them hangs, then try again.",
        )
    if isinstance(error, asyncpg.TooManyConnectionsError):
        return stop(
            "Máy chủ PostgreSQL không nhận thêm kết nối; hãy tăng max_connections hoặc bớt chương trình dùng nó.",
            "PostgreSQL takes no more connections; raise max_connections or end other programs that use it.",
        )
    server, name = "Kafka" if isinstance(error, KafkaError) else "PostgreSQL", type(error).__name__
    return stop(
        f"Không kết nối được máy chủ {server} ({name}); hãy kiểm tra nền tảng, địa chỉ và mật khẩu.",
        f"{server} cannot be reached ({name}); see that it is running, check address and password.",
    )
