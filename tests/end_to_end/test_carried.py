"""Small data folders of every release, carried on by this code as it is."""

import asyncio
import shutil
from pathlib import Path

import pytest

from deploy.local.platform import run
from deploy.local.run_info import RunInfo
from tests.carried import questions, snapshot

pytestmark = pytest.mark.server

SNAPSHOTS = sorted(snapshot.FOLDER.glob("*.tar.xz"))


def test_there_is_one_of_each_release() -> None:
    listed = Path("docs/releases.md").read_text(encoding="utf-8")
    assert SNAPSHOTS
    for each in SNAPSHOTS:
        assert f"`{each.name.partition('.')[0]}`" in listed
    assert listed.count("| `") == len(SNAPSHOTS)


@pytest.mark.parametrize("release", SNAPSHOTS, ids=lambda path: path.name.partition(".")[0])
async def test_every_query_answers_and_every_read_model_is_what_its_events_say(release: Path) -> None:
    data = Path(".thidua-test-carried")
    shutil.rmtree(data, ignore_errors=True)
    await snapshot.restore(release, data)
    found: list[str] = []

    async def until(info: RunInfo) -> int:
        found.extend(await questions.wrong(info))
        return 0

    async with asyncio.timeout(300):
        assert await run(data, until=until, quiet=True) == 0
    assert found == []
