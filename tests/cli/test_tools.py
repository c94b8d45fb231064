"""The tools as a person types them: what they print, how they end, and a sentence instead of a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

PACK = Path("services/campaigns/packs/4225-2024.yaml")


def thidua(*words: str, home: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    settings = {"COLUMNS": "200", **({"THIDUA_HOME": str(home)} if home else {}), **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=settings)


def test_a_sound_pack_is_found_sound() -> None:
    done = thidua("pack", "check", str(PACK))
    assert (done.returncode, done.stdout.strip()) == (0, "4225-2024: 9 goals, 8 linked campaigns: ok")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PACK.read_bytes().replace(b"kind: drive", b"kind: drive\ncolour: red"), "colour, line 9: Hãy bỏ trường"),
        (b"code: [", "Tệp không phải YAML hợp lệ"),
        (b"\xff\xfe", "Tệp không phải văn bản UTF-8"),
    ],
    ids=["unknown field", "not YAML", "not UTF-8"],
)
def test_a_bad_pack_is_refused_with_each_fault_and_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "pack.yaml"
    file.write_bytes(content)
    done = thidua("pack", "check", str(file))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "check"),
        ("projections", "list"),
        ("projections", "rebuild", "portal", "progress"),
        ("projections", "check", "portal", "progress"),
        ("parked", "list"),
        ("parked", "replay", "portal", "progress"),
        ("parked", "discard", "portal", "1"),
        ("units", "import", str(PACK)),
    ],
    ids=" ".join,
)
def test_without_a_platform_every_tool_says_what_to_do(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = thidua(*words, home=tmp_path)
    assert done.returncode == 1
    assert "make run" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_away_is_named_in_a_sentence() -> None:
    away = "postgresql://postgres@127.0.0.1:1/thidua"
    done = thidua("parked", "list", DATABASE_URL=away, KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert done.returncode == 1
    assert "Không kết nối được máy chủ" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"null", b"\xff"], ids=repr)
def test_a_run_json_that_tells_nothing_counts_as_no_platform(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.json").write_bytes(content)
    done = thidua("ledger", "check", home=tmp_path)
    assert (done.returncode, "make run" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("words", [("parked", "list", "nix"), ("projections", "check", "nix", "x")], ids=" ".join)
def test_a_service_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = thidua(*words, home=tmp_path)
    assert (done.returncode, "registry, campaigns" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("url", ["foo", "postgresql://a:b@127.0.0.1:abc/x"])
def test_an_address_that_is_none_is_said_in_a_sentence(tmp_path: Path, url: str) -> None:
    done = thidua("ledger", "check", home=tmp_path, DATABASE_URL=url, KAFKA_BOOTSTRAP="127.0.0.1:9")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "DATABASE_URL is no address" in done.stderr
