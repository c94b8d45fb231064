"""The version of tomorrow, with which the tests of two versions run, keeps up with the code of today."""

import os
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.newer import newer


def test_the_next_version_of_registry_is_whole(tmp_path: Path) -> None:
    newer(tmp_path)
    lint = "-m ruff check --quiet --select F821 services/registry contracts chassis/organisation"
    for arguments in (("-c", "import services.registry.api.units"), lint.split()):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False,
            capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
