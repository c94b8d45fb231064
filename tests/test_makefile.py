"""What a person types after `make`: yes and no as they are meant."""

import os
import subprocess

import pytest


def last_step(keep: str) -> str:
    """The last thing `make demo` would do, however the make that runs these tests was called."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")} | {"KEEP": keep}
    told = subprocess.run(["make", "-n", "demo"], env=environment, capture_output=True, text=True, check=True)
    return told.stdout.splitlines()[-1].strip()


@pytest.mark.parametrize("no", ["0", "no", "False", "off", "", " "])
def test_no_leaves_nothing_running(no: str) -> None:
    assert last_step(no).endswith("thidua demo")


@pytest.mark.parametrize("yes", ["1", "yes"])
def test_yes_leaves_it_running(yes: str) -> None:
    assert last_step(yes).endswith("thidua demo --keep")
