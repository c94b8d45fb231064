"""One operating-system process of the platform: how it is described and how it is started."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.trouble import run_tool

ROOT = Path(__file__).parents[2]
_OURS = ("DATABASE_URL", "DATABASE_ROLE", "DATABASE_LOGINS", "PGPASSWORD")


@dataclass(frozen=True)
class Process:
    """A program to run: `ready` tells (it may block for a second) whether it answers yet; None means at once."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    stop_signal: int = signal.SIGTERM
    death_signal: int = signal.SIGKILL  # what it gets when its starter vanishes
    user: tuple[int, int] | None = None  # user id and group id to run as
    shown: bool = True  # its lines go to the terminal too, not only to its log

    def launch(self, data: Path) -> list[str]:
        """Return the command that starts it bound to this process's life and marked in `data`."""
        user, group = self.user or ("-", "-")
        launcher = [sys.executable, "-m", "deploy.local.launch", str(os.getpid()), str(int(self.death_signal))]
        return [*launcher, str(self.mark(data)), str(user), str(group), *self.argv]

    def mark(self, data: Path) -> Path:
        """The file that names its process id while it runs."""
        return data / "pids" / self.name

    def finish(self, data: Path) -> None:
        """Run it to its end on this thread; `CannotStart` if it fails."""
        try:
            run_tool(self.name, self.launch(data), data, self.environment())
        finally:
            self.mark(data).unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        """Return the full environment it gets; our packages are importable wherever it runs.

        How we reach a database that was given to us is not handed on: who needs it is told in `env`.
        """
        paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        common = {name: value for name, value in os.environ.items() if name not in _OURS}
        return {**common, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(paths), **self.env}
