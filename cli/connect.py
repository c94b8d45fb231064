"""How a tool finds the platform: by the environment, else by what the local platform wrote into its data folder."""

import os
import re
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

import asyncpg
import typer
import uvloop
from aiokafka.errors import KafkaError
from rich.console import Console

from chassis.collector import settle
from chassis.database import is_outage
from chassis.intake import Effect
from chassis.platform import Platform
from chassis.service import Service
from chassis.settings import Settings
from deploy.local.run_info import RunInfo

DATA = Path(os.environ.get("THIDUA_HOME", ".thidua"))
ALL = ("registry", "campaigns", "awards", "notify", "portal")

_HOST = re.compile(r"(\[[^\]]+\]|[^:]+)(:\d+)?")
_NOT_LET_IN = (
    KafkaError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ClientConfigurationError,
)

T = TypeVar("T")

out = Console(stderr=False)
err = Console(stderr=True)


def stop(vi: str, en: str) -> typer.Exit:
    """Say in one sentence what is wrong and what to do, and end with 1."""
    err.print(f"{vi}\n{en}", style="red", markup=False, highlight=False)
    return typer.Exit(1)


def run_info(data: Path = DATA) -> RunInfo:
    """What the local platform says about itself; ends the program when it does not run."""
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
    """A service's consumers by name, with the topics they read (none: the own store)."""
    own: dict[str, tuple[Effect, tuple[str, ...]]] = {each.name: (each, ()) for each in found.projections}
    return own | {s.effect.name: (s.effect, s.topics) for s in found.subscriptions(platform)}


def _server(url: str) -> SplitResult:
    parts = urlsplit(url)
    if not _HOST.fullmatch(parts.netloc.rpartition("@")[2]):
        raise stop(
            "DATABASE_URL không phải địa chỉ PostgreSQL; hãy đặt dạng postgresql://người:mật-khẩu@máy:cổng/tên.",
            "DATABASE_URL is no address of a PostgreSQL; set it like postgresql://user:password@host:port/name.",
        )
    return parts


def settings(name: str, data: Path = DATA) -> Settings:
    """Settings with which a tool reaches one service's database and Kafka."""
    known(name)
    given = os.environ.get("DATABASE_URL")
    if given:
        parts = _server(given)
        database = f"{parts.path.removeprefix('/') or 'thidua'}_{name}"
        url = urlunsplit(parts._replace(path=f"/{database}"))
    else:
        url = run_info(data).database(name)
        database = urlsplit(url).path.removeprefix("/")
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP") or run_info(data).kafka.bootstrap
    return Settings(database_url=url, database_role=database, kafka_bootstrap=bootstrap, database_pool=4)


def go(work: Coroutine[Any, Any, T]) -> T:
    """Run a tool's work; ends the program with a sentence when a server is away."""
    settle()
    try:
        return uvloop.run(work)
    except Exception as error:
        if not (is_outage(error) or isinstance(error, _NOT_LET_IN)):
            raise
        raise stop(
            f"Không kết nối được máy chủ ({type(error).__name__}); hãy kiểm tra nền tảng, địa chỉ và mật khẩu.",
            f"A server cannot be reached ({type(error).__name__}); see that it is running, check address and password.",
        ) from None


@contextmanager
def spinner(text: str) -> Iterator[None]:
    """Show that something goes on."""
    with err.status(text):
        yield
