"""`make carried FROM=commit`: a data folder made by that commit's own code, carried on by this one."""

import argparse
import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deploy.local.run_info import RunInfo
from tests.carried import questions, snapshot

_PLACE = Path(".thidua-carried")
_SECONDS = 600


def main() -> None:
    """Make the house of the commit, let it do the main job, stop it; go on with its data and ask everything."""
    parser = argparse.ArgumentParser(prog="make carried")
    parser.add_argument("commit")
    parser.add_argument("--snapshot", action="store_true", help="keep its stores and topics for `make test`")
    given = parser.parse_args()
    place = _PLACE / given.commit
    house, data = place / "house", (place / "data").absolute()
    shutil.rmtree(data, ignore_errors=True)
    if not (house / ".venv").exists():
        shutil.rmtree(house, ignore_errors=True)
        told = subprocess.run(["git", "archive", given.commit], check=True, capture_output=True)
        house.mkdir(parents=True)
        subprocess.run(["tar", "--extract"], cwd=house, input=told.stdout, check=True)
        _say(f"Đang cài bản {given.commit} / installing {given.commit}")
        subprocess.run(["make", "--silent", "setup", f"PYTHON={sys.executable}"], cwd=house, check=True)
    _say(f"Bản {given.commit} làm việc chính / {given.commit} does the main job")
    with _demo(house, house / ".venv" / "bin" / "python", data, "--provinces", "4") as info:
        if given.snapshot:
            snapshot.take(info, snapshot.FOLDER / f"{given.commit}.tar.xz")
    _say("Bản này chạy tiếp trên dữ liệu đó / this version goes on with its data")
    with _demo(Path.cwd(), Path(sys.executable), data, "--provinces", "4") as info:
        found = asyncio.run(questions.wrong(info))
    for each in found:
        _say(each)
    if found:
        raise SystemExit(1)
    _say("Mọi truy vấn trả lời, mọi mô hình đọc khớp. / Every query answers, every read model is what its events say.")


@contextlib.contextmanager
def _demo(house: Path, python: Path, data: Path, *options: str) -> Iterator[RunInfo]:
    """The platform of a checkout, after the main job was done on this data folder."""
    report = data / "demo.json"
    report.unlink(missing_ok=True)
    command = [str(python.absolute()), "-m", "cli.main", "demo", "--keep", "--data", str(data), *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("THIDUA_")}
    with subprocess.Popen(command, cwd=house, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + _SECONDS
            while not report.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"the main job of {house} did not come to its end")
                time.sleep(0.2)
            info = RunInfo.read(data)
            if info is None:
                raise SystemExit(f"the platform of {house} does not say where it runs")
            yield info
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    if process.returncode:
        raise SystemExit(f"the main job of {house} ended with {process.returncode}: its ledger is not whole")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a tool's own words


if __name__ == "__main__":
    main()
