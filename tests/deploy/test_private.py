"""The data folder is its owner's: no other account of the machine reads it, and PostgreSQL's user passes through."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploy.local import account
from deploy.local.embedded import Embedded
from deploy.local.files import owned
from deploy.local.jars import cache
from deploy.local.trouble import CannotStart

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root hands files over and makes users")


@pytest.fixture(autouse=True)
def given_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KAFKA_BOOTSTRAP", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that another user may reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="thidua-"))
    yield folder
    shutil.rmtree(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def open_to_others(data: Path) -> list[Path]:
    return [path for path in data.rglob("*") if not path.is_symlink() and mode(path) & 0o077]


def assert_closed(data: Path) -> None:
    assert open_to_others(data) == []
    assert mode(data) == (0o710 if ROOT else 0o700)
    if ROOT:
        user = pwd.getpwnam(account.NAME)
        assert data.stat().st_gid == user.pw_gid
        cluster = [data / "postgres", data / "postgres.password", *(data / "postgres").rglob("*")]
        assert {path.lstat().st_uid for path in cluster} == {user.pw_uid}


def reaches(path: Path, name: str) -> bool:
    """Whether this account of the machine comes as far as the path."""
    user = pwd.getpwnam(name)
    looked = subprocess.run(
        ["stat", path], user=user.pw_uid, group=user.pw_gid, extra_groups=[], capture_output=True, check=False
    )
    return looked.returncode == 0


def test_servers_make_nothing_that_others_may_read(data: Path) -> None:
    data.chmod(0o755)
    before = os.umask(0o022)
    try:
        with Embedded(data):
            assert (data / "kafka" / "logs").is_dir()
            assert_closed(data)
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(before)


def test_what_an_earlier_version_left_open_is_closed_and_its_cluster_handed_over(data: Path) -> None:
    with Embedded(data, kafka=False) as platform, psycopg.connect(platform.database_url) as connection:
        connection.execute("CREATE TABLE kept ()")
    (data / "mail").mkdir()
    (data / "mail" / "1.eml").touch()
    strange = data.with_suffix(".strange")
    strange.touch()
    strange.chmod(0o644)
    (data / "link").symlink_to(strange)
    nobody = pwd.getpwnam("nobody")
    for path in (data, *data.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
    for path in (data / "postgres", *(data / "postgres").rglob("*"), data / "postgres.password"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        if ROOT:
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    try:
        with Embedded(data, kafka=False) as platform, psycopg.connect(platform.database_url) as connection:
            assert connection.execute("SELECT FROM kept").fetchall() == []
            assert_closed(data)
        assert mode(strange) == 0o644
    finally:
        strange.unlink()


@as_root
def test_another_account_gets_nowhere_and_postgresql_only_to_its_own(data: Path) -> None:
    with Embedded(data, kafka=False):
        assert not reaches(data / "ports.json", "nobody")
        assert reaches(data / "postgres" / "PG_VERSION", account.NAME)
        assert not reaches(data / "pids" / "postgres", account.NAME)


@as_root
def test_only_what_belonged_to_the_owner_is_handed_over(tmp_path: Path) -> None:
    """A link to somebody else's file, which the owner may have laid there, gives that file to nobody."""
    cluster, others = tmp_path / "cluster", tmp_path / "others"
    (cluster / "base").mkdir(parents=True)
    others.touch()
    for path in (cluster, cluster / "base"):
        os.chown(path, 12_345, 12_345)
    (cluster / "base" / "hard").hardlink_to(others)
    (cluster / "soft").symlink_to(others)
    os.chown(cluster / "soft", 12_345, 12_345, follow_symlinks=False)
    user = pwd.getpwnam("nobody")
    account.give(user, cluster)
    owners = {path.name: path.lstat().st_uid for path in (others, cluster, *cluster.rglob("*"))}
    assert owners == {"others": 0, "hard": 0, "soft": user.pw_uid, "cluster": user.pw_uid, "base": user.pw_uid}


def test_a_folder_of_other_things_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    letter = tmp_path / "letter.odt"
    letter.touch()
    letter.chmod(0o644)
    tmp_path.chmod(0o755)
    with pytest.raises(CannotStart, match="choose a data folder that is new or empty"), owned(tmp_path):
        pytest.fail("it was taken")
    assert (mode(tmp_path), mode(letter)) == (0o755, 0o644)


def test_a_folder_that_postgresqls_user_may_not_enter_is_named(tmp_path: Path) -> None:
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    with pytest.raises(CannotStart, match=f"{account.NAME} may not enter {shut}; put the project"):
        account.let_through(pwd.getpwnam("daemon"), shut / "data")


@as_root
def test_the_user_is_made_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(account, "NAME", name := f"thidua-{uuid4().hex[:8]}")
    monkeypatch.setenv("PATH", "")
    made = account.account(tmp_path)
    try:
        assert made == pwd.getpwnam(name) == account.account(tmp_path)
        assert 0 < made.pw_uid < 1000
        assert made.pw_shell.endswith("nologin")
        assert capsys.readouterr().err.count(f"Made the system user {name}") == 1
    finally:
        subprocess.run(["/usr/sbin/userdel", name], check=True)


@pytest.mark.parametrize(("tool", "said"), [("no-such-tool", "has no no-such-tool to make"), ("false", "false failed")])
def test_a_user_that_cannot_be_made_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str, said: str
) -> None:
    monkeypatch.setattr(account, "NAME", f"thidua-{uuid4().hex[:8]}")
    monkeypatch.setattr(account, "TOOL", tool)
    with pytest.raises(CannotStart, match=said):
        account.account(tmp_path)


def test_nobody_else_puts_anything_where_the_broker_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "thidua").mkdir()
    (tmp_path / "thidua").chmod(0o777)
    assert cache("jars") == tmp_path / "thidua" / "jars"
    assert mode(tmp_path / "thidua") == 0o700


def test_a_helper_started_by_hand_keeps_its_files_to_itself(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "deploy.local.mail_sink", "--smtp-port", "0", "--page-port", "0"]
    with subprocess.Popen([*argv, "--data", str(tmp_path)], stdout=subprocess.PIPE, umask=0) as helper:
        assert helper.stdout
        assert helper.stdout.readline()
        helper.terminate()
    assert mode(tmp_path / "mail") == 0o700
