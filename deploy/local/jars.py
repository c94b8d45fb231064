"""Kafka's jars: fetched once into the user's cache, each checked against the committed lock.

`python -m deploy.local.jars` fetches them; `python -m deploy.local.jars lock` makes the lock anew from kafka/pom.xml
(needs Maven).
"""

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import requests
from jgo.maven import MavenContext
from rich.console import Console
from rich.progress import Progress

from deploy.local.trouble import CannotStart, disk_errors, run_tool

HERE = Path(__file__).parent / "kafka"
LOCK = HERE / "jars.lock"
POM = HERE / "pom.xml"
THREADS = 8
NO_NETWORK = CannotStart(
    "Không tải được Apache Kafka từ kho Maven; hãy kiểm tra kết nối mạng rồi chạy lại.",
    "Apache Kafka could not be fetched from the Maven repository; check the network and run again.",
)


@dataclass(frozen=True)
class Jar:
    """One locked artifact."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        """Its file name, as Maven names it."""
        return f"{self.artifact}-{self.version}.jar"

    def is_in(self, folder: Path) -> bool:
        """Whether the folder holds this very file."""
        path = folder / self.file
        return path.exists() and sha256(path) == self.sha256


def sha256(path: Path) -> str:
    """Return the file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_lock(lock: Path = LOCK) -> list[Jar]:
    """Read `group:artifact:version sha256` lines."""
    return [Jar(*line.replace(":", " ").split()) for line in lock.read_text().splitlines()]


def cache(name: str) -> Path:
    """Return the user's folder for what is fetched or made once and shared by all checkouts.

    The broker executes what lies there, so nobody else gets in.
    """
    ours = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "thidua"
    with disk_errors(ours):
        ours.mkdir(parents=True, exist_ok=True)
        ours.chmod(0o700)
    return ours / name


def jars(folder: Path | None = None, lock: Path = LOCK, stop: Event | None = None) -> list[Path]:
    """Return the paths of all locked jars, fetching what is missing until `stop`; `CannotStart` if that cannot be."""
    folder, wanted, stop = folder or cache("jars"), read_lock(lock), stop or Event()
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(THREADS) as pool:
            present = pool.map(lambda jar: jar.is_in(folder), wanted)
        missing = [jar for jar, there in zip(wanted, present, strict=True) if not there]
        if missing:
            with tempfile.TemporaryDirectory(dir=folder, prefix=".fetch-") as stage:
                _fetch(missing, folder, Path(stage), stop)
    return [folder / jar.file for jar in wanted]


def _fetch(missing: list[Jar], folder: Path, stage: Path, stop: Event) -> None:
    with Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("Apache Kafka", total=len(missing))
        try:
            _by_jgo(missing, folder, stage, stop, lambda: progress.advance(bar))
        except (requests.RequestException, RuntimeError) as error:  # jgo: RuntimeError when no repository has it
            if shutil.which("mvn") is None:
                raise NO_NETWORK from error
            progress.update(bar, completed=0, description="Apache Kafka (Maven)")
            _by_maven(missing, folder, stage)


def _by_jgo(missing: list[Jar], folder: Path, stage: Path, stop: Event, step: Callable[[], None]) -> None:
    maven = MavenContext(repo_cache=stage)

    def fetch(jar: Jar) -> None:
        if not stop.is_set():
            found = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
            _keep(jar, found, folder)
            step()

    with ThreadPoolExecutor(THREADS) as pool:
        try:
            list(pool.map(fetch, missing))
        except BaseException:
            stop.set()
            raise


def _by_maven(missing: list[Jar], folder: Path, stage: Path) -> None:
    try:
        _copy_dependencies(stage)
    except CannotStart as error:
        raise NO_NETWORK from error
    for jar in missing:
        _keep(jar, _in_repository(jar, stage), folder)


def _keep(jar: Jar, found: Path, folder: Path) -> None:
    if (got := sha256(found)) != jar.sha256:
        raise CannotStart(
            f"Tệp {jar.file} tải về không đúng mã băm đã khóa; đừng dùng nó, hãy kiểm tra kho Maven rồi chạy lại.",
            f"{jar.file} arrived with a wrong hash ({got}); do not use it, check the Maven repository and run again.",
        )
    found.replace(folder / jar.file)


def _in_repository(jar: Jar, repository: Path) -> Path:
    return repository.joinpath(*jar.group.split("."), jar.artifact, jar.version, jar.file)


def _copy_dependencies(folder: Path) -> None:
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-Dmdep.useRepositoryLayout=true"]
    run_tool("Maven", ["mvn", "-B", "-q", "-f", str(POM), *goal, f"-DoutputDirectory={folder}"], folder)


def make_lock(lock: Path = LOCK) -> None:
    """Write the lock anew from what Maven resolves for kafka/pom.xml."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _copy_dependencies(folder)
        lines = []
        for path in folder.rglob("*.jar"):
            *group, artifact, version, _ = path.relative_to(folder).parts
            lines.append(f"{'.'.join(group)}:{artifact}:{version} {sha256(path)}\n")
    lock.write_text("".join(sorted(lines)))


if __name__ == "__main__":
    try:
        make_lock() if sys.argv[1:] == ["lock"] else jars()
    except CannotStart as trouble:
        sys.exit(str(trouble))
