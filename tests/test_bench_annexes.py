"""The rows of annexes still fit what they put together of campaigns."""

import shutil
from collections.abc import Iterator

import pytest

from bench import annexes
from bench.figures import Scale
from bench.ground import DATA
from deploy.local.embedded import Embedded

pytestmark = pytest.mark.server


@pytest.fixture
def no_folder_left() -> Iterator[None]:
    """A bench after the tests begins in a folder of its own."""
    there = DATA.exists()
    DATA.mkdir(exist_ok=True)
    yield
    if not there:
        shutil.rmtree(DATA)


@pytest.mark.usefixtures("no_folder_left")
async def test_the_rows_of_annexes_are_measured_on_a_few_units(
    servers: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annexes, "UNITS", 12)
    monkeypatch.setattr(annexes, "SENDING", 4)
    found = {row.id: row async for row in annexes.measured(servers, Scale(rounds=2, seconds=0.2), set())}
    assert found.keys() == {"V1", "V2", "V3"}
    assert all(row.value > 0 for row in found.values())
    assert "12 units, 5 years" in found["V1"].what
