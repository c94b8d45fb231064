"""The processes of the platform, in one table."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from chassis.store.database import database_name, with_database
from chassis.store.logins import file_of
from chassis.stream.security import one_of
from chassis.stream.topics import ADMIN
from contracts import SERVICES as EMITTING
from deploy.local import credentials
from deploy.local.cast import read_cast
from deploy.local.logins import FOLDER, issue
from deploy.local.ports import Ports
from deploy.local.process import Process
from deploy.local.run_info import ServiceInfo, SmtpInfo, UrlInfo, with_password
from services import ALL

HOST = "127.0.0.1"
SERVICES: Mapping[str, Sequence[str]] = {
    name: ("api", "relay", "worker") if name in EMITTING else ("api", "worker") for name in ALL
}
"""The processes of each service; only one that emits facts has a relay."""

HELPERS: Mapping[str, Mapping[str, str]] = {  # module: option → name of the port
    "mail_sink": {"--smtp-port": "smtp", "--page-port": "mail"},
    "zalo_simulator": {"--port": "zalo"},
    "issuer": {"--port": "issuer"},
}
PAGES = {"mail_sink": "mail", "zalo_simulator": "zalo", "issuer": "issuer"}
COPIES: Mapping[str, str] = {"mail": "/forget", "zalo": "/_sim/forget"}
"""Who keeps copies of what was sent, and where they are told to forget some."""
PROBE_SECONDS = 1.0


@dataclass(frozen=True)
class Wiring:
    """Who runs, and at which addresses; `database_url` is the server's, with its password.

    `credentials` is where principals' ways into Kafka lie, or the one file for all of them; none for an open broker.
    """

    data: Path
    services: Sequence[str]
    ports: Mapping[str, int]
    kafka_bootstrap: str
    database_url: str
    credentials: Path | None = None

    def helpers(self) -> list[Process]:
        """Return the helper servers: mail sink, Zalo simulator, token issuer."""
        return [
            Process(
                name,
                _python(f"deploy.local.{name}", *_options(options, self.ports), "--data", str(self.data)),
                ready=_answers(self.url(PAGES[name])),
            )
            for name, options in HELPERS.items()
        ]

    def preparations(self) -> list[Process]:
        """Return one short process per service: its database, role, logins, migrations and topics."""
        issue(self.data, {service: self.database(service) for service in self.services}, SERVICES)
        return [self._process(service, "prepare") for service in self.services]

    def members(self) -> list[Process]:
        """Return the services' processes."""
        return [self._process(service, role) for service in self.services for role in SERVICES[service]]

    def url(self, port: str) -> str:
        """Return the base URL of the server on the port of this name."""
        return f"http://{HOST}:{self.ports[port]}"

    def database(self, service: str) -> str:
        """Return the URL of a service's own database."""
        return with_database(self.database_url, database_name(self.database_url, service))

    def login(self, service: str, role: str) -> Path:
        """Return the file that holds the URL of a process's own login."""
        return file_of(self.data / FOLDER, service, role)

    def describe(self, pids: Mapping[str, int]) -> dict[str, object]:
        """Return what run.json says of the services and helpers while processes of these names and ids run."""
        return {
            "services": {
                service: ServiceInfo(
                    url=self.url(service),
                    processes={role: pids[n] for role in SERVICES[service] if (n := f"{service}-{role}") in pids},
                    metrics={role: f"{self.url(_port(service, role))}/metrics" for role in SERVICES[service]},
                )
                for service in self.services
            },
            "smtp": SmtpInfo(host=HOST, port=self.ports["smtp"], page=self.url("mail")),
            "zalo": UrlInfo(url=self.url("zalo")),
            "issuer": UrlInfo(url=self.url("issuer")),
            "databases": {service: with_password(self.database(service), None) for service in self.services},
            "logins": {
                service: {role: self.login(service, role) for role in SERVICES[service]} for service in self.services
            },
            "cast": read_cast(self.data),
            "credentials": credentials.there(self.credentials) if self.credentials is not None else {},
        }

    def building(self) -> dict[str, int]:
        """Return how many events each read model has folded that its service's API still waits for."""
        found: dict[str, int] = {}
        for service in self.services:
            _, body = _asked(f"{self.url(service)}/readyz") or (0, b"")
            with suppress(ValueError):
                found |= {f"{service} {p}": each["events"] for p, each in json.loads(body).get("building", {}).items()}
        return found

    def _process(self, service: str, role: str) -> Process:
        own = (
            {"DATABASE_URL": self.database(service), "DATABASE_LOGINS": str(self.data / FOLDER)}
            if role == "prepare"
            else {"DATABASE_URL": self.login(service, role).read_text(encoding="utf-8")}
        )
        env = {
            **own,
            "HOST": HOST,
            "KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            "PORT": str(self.ports[_port(service, role)]) if role != "prepare" else "0",
            "SMTP_HOST": HOST,
            "SMTP_PORT": str(self.ports["smtp"]),
            "THIDUA_DATA": str(self.data),
            "THIDUA_ISSUER": self.url("issuer"),
            "PORTAL_URL": self.url("portal"),
            "PORTAL_SERVICES": json.dumps({name: self.url(name) for name in self.services}),
            "ZALO_URL": self.url("zalo"),
            "COPIES_URLS": json.dumps([f"{self.url(name)}{path}" for name, path in COPIES.items()]),
        }
        if self.credentials is not None:
            env["KAFKA_CREDENTIALS"] = str(one_of(self.credentials, ADMIN if role == "prepare" else service))
        ready = _answers(f"{self.url(service)}/healthz") if role == "api" else None
        return Process(f"{service}-{role}", _python(f"services.{service}", role), env, ready)


def take_ports(ports: Ports, services: Sequence[str]) -> dict[str, int]:
    """Choose a port for each server of ours."""
    names = [name for options in HELPERS.values() for name in options.values()]
    names += [_port(service, role) for service in services for role in SERVICES[service]]
    return {name: ports.take(name) for name in names}


def _port(service: str, role: str) -> str:
    """Name of the port on which a process answers; the API's is the service's."""
    return service if role == "api" else f"{service}-{role}"


def _options(options: Mapping[str, str], ports: Mapping[str, int]) -> list[str]:
    return [part for option, name in options.items() for part in (option, str(ports[name]))]


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _answers(url: str) -> Callable[[], bool]:
    def answers() -> bool:
        answer = _asked(url)
        return answer is not None and answer[0] < HTTPStatus.INTERNAL_SERVER_ERROR

    return answers


def _asked(url: str) -> tuple[int, bytes] | None:
    """Return status and body of a server's answer, None when there is none."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or HOST, parts.port, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", parts.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
