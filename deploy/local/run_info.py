"""What run.json says: the addresses and process ids of a running platform."""

import os
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field

from chassis.store.database import with_database
from chassis.stream.security import Login, read
from deploy.local.cast import Member
from deploy.local.files import write_atomically
from deploy.local.marks import lives

FILE = "run.json"
PASSWORD_FILE = "postgres.password"  # noqa: S105 - a file's name


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SupervisorInfo(_Part):
    """The process that watches over all others; `started` in seconds since 1970."""

    pid: int
    started: float


class KafkaInfo(_Part):
    """`bootstrap` is for our services, `partner` for partners; no `pid` when the broker was given."""

    bootstrap: str
    partner: str
    pid: int | None


class PostgresInfo(_Part):
    """The server; no `pid` when it was given."""

    url_without_password: str
    port: int
    pid: int | None


class ServiceInfo(_Part):
    """A service's API, its processes (api, relay, worker), and where each of them tells Prometheus its figures."""

    url: str
    processes: dict[str, int]
    metrics: dict[str, str]


class SmtpInfo(_Part):
    """The mail sink and the page that shows what it got."""

    host: str
    port: int
    page: str


class UrlInfo(_Part):
    """A helper server."""

    url: str


class RunInfo(_Part):
    """A running platform; `databases` gives each service's database without its password, `cast` whom to sign in as.

    `credentials` says where each principal's way into Kafka lies, by name; none where an open broker was given.
    `logins` gives by service and part the file with the URL of that process's own login to the database.
    """

    data: Path
    supervisor: SupervisorInfo
    kafka: KafkaInfo
    postgres: PostgresInfo
    services: dict[str, ServiceInfo]
    smtp: SmtpInfo
    zalo: UrlInfo
    issuer: UrlInfo
    databases: dict[str, str]
    logins: dict[str, dict[str, Path]] = Field(default_factory=dict)
    cast: list[Member] = Field(default_factory=list)
    credentials: dict[str, Path] = Field(default_factory=dict)

    @classmethod
    def read(cls, data: Path) -> Self | None:
        """Read what runs on this data folder; None when nothing does, or the file tells nothing.

        A killed run leaves the file behind.
        """
        try:
            info = cls.model_validate_json((data / FILE).read_text())
        except (OSError, ValueError):
            return None
        return info if lives(info.supervisor.pid, info.supervisor.started) else None

    def write(self) -> None:
        """Write it into the data folder, whole or not at all."""
        write_atomically(self.data / FILE, self.model_dump_json(indent=2))

    def database_server(self) -> str:
        """Return the superuser's URL of the server, with the password from this folder or DATABASE_URL."""
        given = os.environ.get("DATABASE_URL")
        password = urlsplit(given).password if given else (self.data / PASSWORD_FILE).read_text()
        return with_password(self.postgres.url_without_password, password)

    def database(self, service: str) -> str:
        """Return the superuser's URL of a service's database, with the password."""
        return with_database(self.database_server(), urlsplit(self.databases[service]).path.strip("/"))

    def kafka_as(self, principal: str) -> Login:
        """Return the brokers as this principal comes to them; as nobody where they are open."""
        file = self.credentials.get(principal)
        return Login(self.kafka.bootstrap, read(file).settings if file else {})

    @property
    def addresses(self) -> str:
        """What a person can open, in one line."""
        pages = {**{name: service.url for name, service in self.services.items()}, "mail": self.smtp.page}
        return ", ".join(f"{name} {url}" for name, url in {**pages, "zalo": self.zalo.url}.items())


def with_password(url: str, password: str | None) -> str:
    """Return a database's URL with this password, or without any."""
    parts = urlsplit(url)
    user = parts.username or ""
    secret = f":{password}" if password else ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{user}{secret}@{host}" if user else host))
