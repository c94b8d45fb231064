"""What others wrote: asked about at an advisory source, never green by silence, and listed whole."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from deploy.supply import audit
from deploy.supply.parts import parts
from deploy.supply.sbom import sbom

ROOT: Final = Path(__file__).parents[2]


@contextmanager
def a_source(known: Mapping[str, list[str]], status: int = 200, lost: int = 0) -> Iterator[str]:
    """An advisory source that knows so much, and leaves out so many of its answers."""

    class Source(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            results: list[dict[str, Any]] = [
                {"vulns": [{"id": each, "modified": "2026-01-01T00:00:00Z"} for each in known[purl]]}
                if (purl := query["package"]["purl"]) in known
                else {}
                for query in asked
            ]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps({"results": results[lost:]}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Source) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def asked(source: str) -> tuple[int, str]:
    """Exit code and words of an audit at this source."""
    run = subprocess.run(
        [sys.executable, "-m", "deploy.supply.audit", "--source", source],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip
    return run.returncode, run.stdout + run.stderr


def test_a_source_that_knows_nothing_bad_is_green() -> None:
    with a_source({}) as source:
        code, said = asked(source)
    assert (code, said.split()[0]) == (0, str(len(parts(ROOT))))


def test_what_is_known_is_named_with_where_it_runs() -> None:
    product, tool, jar = (
        next(str(part.url) for part in parts(ROOT) if part.name == name)
        for name in ("asyncpg", "aiosmtpd", "com.fasterxml.jackson.core:jackson-core")
    )
    with a_source({product: ["GHSA-1"], tool: ["GHSA-2", "CVE-3"], jar: ["GHSA-4"]}) as source:
        code, said = asked(source)
    assert code == 1
    lines = {line.split()[0]: line for line in said.splitlines()}
    assert "product" in lines["asyncpg"]
    assert lines["aiosmtpd"].endswith("GHSA-2, CVE-3")
    assert "tools" in lines["com.fasterxml.jackson.core:jackson-core"]


@pytest.mark.parametrize(("status", "lost"), [(503, 0), (200, 1)])
def test_a_source_that_does_not_answer_for_all_is_never_green(status: int, lost: int) -> None:
    with a_source({}, status, lost) as source:
        code, said = asked(source)
    assert (code, "chưa biết gói nào có lỗ hổng" in said) == (2, True)


def test_a_source_that_is_away_is_never_green() -> None:
    with a_source({}) as source:
        pass
    code, said = asked(source)
    assert (code, "hãy chạy lại khi có mạng" in said) == (2, True)


def test_where_answers_are_taken_for_granted_the_missing_one_would_be_green(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_batch", lambda _, some: [audit._Result() for _ in some])
    assert audit.main(["--source", "http://127.0.0.1:1", "--root", str(ROOT)]) == 0


def test_the_bill_is_valid_and_names_each_package_of_the_lock_files() -> None:
    text = sbom(ROOT)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    found = {each["purl"]: each for each in bill["components"]}
    assert set(found) == {str(part.url) for part in parts(ROOT)}
    lines = [line for line in (ROOT / "requirements-dev.lock").read_text().splitlines() if "==" in line]
    assert sum(purl.startswith("pkg:pypi/") for purl in found) == len(lines)
    assert found["pkg:pypi/asyncpg@" + found_version("asyncpg")]["scope"] == "required"
    assert found["pkg:pypi/pytest@" + found_version("pytest")]["scope"] == "excluded"
    assert all(each["hashes"] for each in bill["components"])
    assert json.loads(sbom(ROOT))["serialNumber"] == bill["serialNumber"]


def found_version(name: str) -> str:
    """The version that the lock file names."""
    [line] = [
        line for line in (ROOT / "requirements-dev.lock").read_text().splitlines() if line.startswith(f"{name}==")
    ]
    return line.split("==")[1].split()[0]
