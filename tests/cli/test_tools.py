"""The tools as a person types them: what they print, how they end, and a sentence instead of a traceback."""

import asyncio
import socket
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from chassis.organisation.organisation import ORGANISATION
from chassis.store import migrate
from chassis.store.database import database_name, with_database
from deploy.local.embedded import Embedded

PACK = Path("services/campaigns/packs/4225-2024.yaml")


def thidua(*words: str, home: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", *words]
    settings = {"COLUMNS": "200", "THIDUA_ENV": "test", **({"THIDUA_HOME": str(home)} if home else {}), **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=settings)


def test_a_sound_pack_is_found_sound() -> None:
    done = thidua("pack", "check", str(PACK))
    assert (done.returncode, done.stdout.strip()) == (0, "4225-2024: 9 goals, 8 linked campaigns: ok")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PACK.read_bytes().replace(b"kind: drive", b"kind: drive\ncolour: red"), "colour, line 11: Hãy bỏ trường"),
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
        ("restore", "registry", "--dry-run"),
        ("projections", "list"),
        ("projections", "rebuild", "portal", "progress", "--by", "An", "--reason", "why"),
        ("projections", "check", "portal", "progress"),
        ("parked", "list"),
        ("parked", "replay", "portal", "progress", "--by", "An", "--reason", "why"),
        ("parked", "discard", "portal", "1", "--by", "An", "--reason", "why"),
        ("parked", "restore", "portal", "1", "--by", "An", "--reason", "why"),
        ("parked", "discarded"),
        ("interventions",),
        ("projections", "prune", "portal", "--by", "An", "--reason", "why"),
        ("reactions", "missed", "campaigns"),
        ("reactions", "run", "campaigns", "any", str(UUID(int=1)), "--by", "An", "--reason", "why"),
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


@pytest.mark.parametrize(
    "words",
    [("ledger", "check"), ("parked", "list"), ("projections", "check", "portal", "progress"), ("restore", "registry")],
    ids=" ".join,
)
def test_a_server_that_hangs_is_given_up_with_a_sentence(words: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        hangs = f"postgresql://postgres:x@127.0.0.1:{port}/thidua"
        done = thidua(*words, DATABASE_URL=hangs, KAFKA_BOOTSTRAP=f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert "không trả lời" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_dropped_by_hand_is_dropped_by_somebody_for_a_reason_and_comes_back(servers: Embedded) -> None:
    server = f"{servers.database_url.rsplit('/', 1)[0]}/test_{uuid4().hex[:8]}"
    url = with_database(server, role := database_name(server, "campaigns"))
    migrate.prepare("campaigns", url, role)
    person = uuid4()
    parked = [(1, "x", "ValueError"), (2, "thidua.registry.RoleRevoked.v1", "waits behind a parked record")]

    async def work() -> None:
        connection = await asyncpg.connect(url)
        await connection.executemany(
            "insert into chassis.parked (consumer, topic, partition, at_offset, stream, event_id, event_type, error)"
            " values ($5, 'thidua.registry.events', 0, $1, $2, $1::bigint::text, $3, $4)",
            [(offset, f"person-{person}", kind, error, ORGANISATION.place) for offset, kind, error in parked],
        )
        await connection.close()

    def tool(*words: str) -> tuple[int, str]:
        done = thidua(*words, DATABASE_URL=server, KAFKA_BOOTSTRAP="127.0.0.1:1", COLUMNS="300", THIDUA_ENV="test")
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    asyncio.run(work())
    why = ("--by", "An", "--reason", "none of registry's")
    try:
        assert "held up" in tool("parked", "list", "campaigns")[1]
        for left_out in ((), ("--by", "An"), ("--reason", "why"), ("--by", " ", "--reason", "why"), (*why[:3], "")):
            assert tool("parked", "discard", "campaigns", "1", *left_out)[0] == 2
        code, said = tool("parked", "discard", "campaigns", "2", *why)
        assert (code, "--even-rights" in said) == (1, True)
        assert tool("parked", "discard", "campaigns", "1", *why)[0] == 0
        assert tool("parked", "discard", "campaigns", "2", *why, "--even-rights")[0] == 0
        listed = tool("parked", "discarded", "campaigns")[1]
        assert listed.count("none of registry's") == 2
        assert "RoleRevoked" in listed
        assert "held up" not in tool("parked", "list", "campaigns")[1]
        code, said = tool("parked", "restore", "campaigns", "2", *why)
        assert (code, "projections rebuild campaigns" in said) == (0, True)
        assert tool("parked", "restore", "campaigns", "2", *why)[0] == 1
        assert "held up" in tool("parked", "list", "campaigns")[1]
        done_by_hand = tool("interventions", "campaigns")[1]
        assert (done_by_hand.count("discard"), done_by_hand.count("restore")) == (2, 1)
    finally:
        asyncio.run(dropped(server, role))


def test_what_stands_in_a_parked_record_is_shown_and_does_nothing(servers: Embedded) -> None:
    name = f"test_{uuid4().hex[:8]}"
    server = f"{servers.database_url.rsplit('/', 1)[0]}/{name}"
    url = with_database(server, role := database_name(server, "registry"))
    migrate.prepare("registry", url, role)
    evil = ("stream-[/x]", "[red]x[/red]\x1b]0;owned\x07", "\x1b[2J\u202e", "[link=file:///etc/passwd]e[/link]")

    async def work() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(
            "insert into chassis.parked (consumer, topic, partition, at_offset, stream, event_id, event_type, error)"
            " values ($4, 't', 0, 7, $1, $2, $3, $4)",
            *evil,
        )
        await connection.close()

    asyncio.run(work())
    try:
        done = thidua("parked", "list", "registry", DATABASE_URL=server, KAFKA_BOOTSTRAP="127.0.0.1:1")
    finally:
        asyncio.run(dropped(server, role))
    assert done.returncode == 0, done.stderr
    assert "stream-[/x]" in done.stdout
    assert "\\u001b[2J\\u202e" in done.stdout
    assert "[link=file" in done.stdout
    assert "\x1b" not in done.stdout


async def dropped(server: str, name: str) -> None:
    admin = await asyncpg.connect(with_database(server, "postgres"))
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.execute(f'drop role "{name}"')
    await admin.close()


def test_a_pack_that_moves_the_terminal_is_told_of_in_plain_letters(tmp_path: Path) -> None:
    file = tmp_path / "pack.yaml"
    file.write_bytes(PACK.read_bytes() + b'"\\e]0;owned\\a[red]": 1\n')
    done = thidua("pack", "check", str(file))
    assert (done.returncode, "\x1b" in done.stderr, "\\u001b]0;owned" in done.stderr) == (1, False, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"null", b"\xff"], ids=repr)
def test_a_run_json_that_tells_nothing_counts_as_no_platform(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "run.json").write_bytes(content)
    done = thidua("ledger", "check", home=tmp_path)
    assert (done.returncode, "make run" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize(
    "words", [("parked", "list", "nix"), ("projections", "check", "nix", "x"), ("restore", "nix")], ids=" ".join
)
def test_a_service_that_there_is_not_is_named_with_those_that_there_are(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = thidua(*words, home=tmp_path)
    assert (done.returncode, "registry, campaigns" in done.stderr, "Traceback" in done.stderr) == (1, True, False)


@pytest.mark.parametrize("url", ["foo", "postgresql://a:b@127.0.0.1:abc/x"])
def test_an_address_that_is_none_is_said_in_a_sentence(tmp_path: Path, url: str) -> None:
    done = thidua("ledger", "check", home=tmp_path, DATABASE_URL=url, KAFKA_BOOTSTRAP="127.0.0.1:9")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "DATABASE_URL is no address" in done.stderr


def test_a_service_that_keeps_no_events_has_nothing_to_take_back() -> None:
    done = thidua("restore", "portal", DATABASE_URL="postgresql://127.0.0.1:1/thidua", KAFKA_BOOTSTRAP="127.0.0.1:1")
    assert (done.returncode, "không có gì phải lấy lại" in done.stdout) == (0, True)


def test_a_database_of_an_older_version_is_told_what_to_do_first(servers: Embedded) -> None:
    name = f"test_{uuid4().hex[:8]}"
    server = f"{servers.database_url.rsplit('/', 1)[0]}/{name}"

    async def work(statement: str) -> None:
        admin = await asyncpg.connect(with_database(server, "postgres"))
        await admin.execute(statement)
        await admin.close()

    asyncio.run(work(f'create database "{name}_registry"'))
    try:
        done = thidua("restore", "registry", DATABASE_URL=server, KAFKA_BOOTSTRAP=servers.kafka_bootstrap)
    finally:
        asyncio.run(work(f'drop database "{name}_registry" with (force)'))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert "run `python -m services.registry prepare`" in done.stderr
