"""How a tool finds the platform: by the environment, else by what the local platform wrote into its data folder."""

import json
import os
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit, urlunsplit

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

DATA = Path(os.environ.get("THIDUA_HOME", ".thidua"))
ALL = ("registry", "campaigns", "awards", "notify", "portal")

T = TypeVar("T")

out = Console(stderr=False)
err = Console(stderr=True)


def stop(vi: str, en: str) -> typer.Exit:
    """Say in one sentence what is wrong and what to do, and end with 1."""
    err.print(f"{vi}\n{en}", style="red", markup=False, highlight=False)
    return typer.Exit(1)


def run_info(data: Path = DATA) -> dict[str, Any]:
    """What the local platform says about itself; ends the program when it does not run."""
    path = data / "run.json"
    if not path.exists():
        raise stop(
            "Nền tảng chưa chạy ở đây; hãy gõ `make run` ở một cửa sổ khác rồi làm lại.",
            "The platform is not running here; type `make run` in another window and try again.",
        )
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def service(name: str) -> Service:
    """A service's composition root."""
    if name not in ALL:
        raise stop(
            f"Không có dịch vụ {name}; hãy chọn: {', '.join(ALL)}.",
            f"There is no service {name}; choose one of: {', '.join(ALL)}.",
        )
    found: Service = import_module(f"services.{name}.app").SERVICE
    return found


def effects(found: Service, platform: Platform) -> dict[str, tuple[Effect, tuple[str, ...]]]:
    """A service's consumers by name, with the topics they read (none: the own store)."""
    own: dict[str, tuple[Effect, tuple[str, ...]]] = {each.name: (each, ()) for each in found.projections}
    return own | {s.effect.name: (s.effect, s.topics) for s in found.subscriptions(platform)}


def settings(name: str, data: Path = DATA) -> Settings:
    """Settings with which a tool reaches one service's database and Kafka."""
    given = os.environ.get("DATABASE_URL")
    if given:
        parts = urlsplit(given)
        database = f"{parts.path.removeprefix('/') or 'thidua'}_{name}"
        url = urlunsplit(parts._replace(path=f"/{database}"))
    else:
        parts = urlsplit(run_info(data)["databases"][name])
        database = parts.path.removeprefix("/")
        secret = (data / "postgres.password").read_text(encoding="utf-8").strip()
        user, host = parts.username or "postgres", parts.hostname
        url = urlunsplit(parts._replace(netloc=f"{user}:{quote(secret)}@{host}:{parts.port}"))
    bootstrap = os.environ.get("KAFKA_BOOTSTRAP") or run_info(data)["kafka"]["bootstrap"]
    return Settings(database_url=url, database_role=database, kafka_bootstrap=bootstrap, database_pool=4)


def go(work: Coroutine[Any, Any, T]) -> T:
    """Run a tool's work; ends the program with a sentence when a server is away."""
    settle()
    try:
        return uvloop.run(work)
    except Exception as error:
        if not (is_outage(error) or isinstance(error, KafkaError)):
            raise
        raise stop(
            f"Không kết nối được máy chủ ({type(error).__name__}); hãy kiểm tra nền tảng đang chạy rồi làm lại.",
            f"A server cannot be reached ({type(error).__name__}); see that the platform is running and try again.",
        ) from None


@contextmanager
def spinner(text: str) -> Iterator[None]:
    """Show that something goes on."""
    with err.status(text):
        yield
