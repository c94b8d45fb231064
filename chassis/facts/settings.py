"""What a process is told by its environment; nothing else in the code reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

SESSIONS: Final[Mapping[str, int]] = {"api": 6, "worker": 5, "relay": 2, "prepare": 2, "tool": 4}
"""Database sessions of one process at most, by its part; a worker, a relay and the portal's API have one more that
listens for news.

All services, each process running once, and one tool beside them fit into the 97 sessions of a stock PostgreSQL. More
replicas need more: 6 (the portal's 7), 6 and 3 for each API, worker and relay.
"""


class Environment(BaseSettings):
    """Settings of which each field is an environment variable of the same name in capitals; an empty one is unset."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    @classmethod
    def read(cls, **known: Any) -> Self:
        """What the environment says beside what is known; raises SystemExit naming each variable that says nonsense.

        What it says stays unsaid: it may be a password.
        """
        try:
            return cls(**known)
        except ValidationError as error:
            wrong = ", ".join(f"{str(each['loc'][0]).upper()} ({each['msg']})" for each in error.errors())
        except SettingsError as error:
            wrong = str(error)
        raise SystemExit(
            f"Biến môi trường không hợp lệ: {wrong}; hãy sửa hoặc bỏ rồi chạy lại.\n"
            f"The environment is not valid: {wrong}; mend or unset it and start again."
        )


class Settings(Environment):
    """Settings of one service process.

    `database_url` names this service's own database, with the login of this process; `prepare` takes the owner's.
    `database_role` is the role that holds the read models, for `prepare`, if it does not bear the database's name; any
    other process would act as it after logging in, which production refuses. `database_logins` is the folder with a
    file for each login, for `prepare` and for tools. `database_pool` is the most sessions that the process may hold,
    if not as many as SESSIONS says for its part. `kafka_credentials` is a file in librdkafka's form that says as whom
    the process comes to Kafka. `thidua_issuer` is the base URL of the OIDC issuer whose tokens are
    trusted, for the audience `thidua_audience`. `port` 0 lets the system choose.
    What is convenient and unsafe is asked for with `thidua_env`: unset means production.
    """

    database_url: str = "postgresql://127.0.0.1:5432/thidua_registry"
    database_role: str | None = None
    database_logins: Path | None = None
    database_pool: int | None = Field(default=None, ge=2)
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_credentials: Path | None = None
    kafka_partitions: int = Field(default=12, ge=1)
    kafka_replication: int = Field(default=1, ge=1)
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    thidua_issuer: str = ""
    thidua_audience: str = "thidua"
    thidua_token_seconds: int = Field(
        default=86_400, ge=60, le=86_400, description="For how long from its issue a token may be good at most."
    )
    thidua_env: Literal["local", "test", "production"] = "production"
    thidua_data: Path | None = None
    thidua_instance: str = "1"
    thidua_clock: Path | None = Field(
        default=None, description="File that holds the seconds by which simulated time is ahead; never in production."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    thidua_files: Path | None = Field(
        default=None, description="Folder of files that people send, unless it is `files` in THIDUA_DATA."
    )
    thidua_ledger: Path | None = Field(
        default=None, description="Folder of the ledger's key and heads, unless it is `ledger` in THIDUA_DATA."
    )
    thidua_ledger_seconds: float = Field(default=60, gt=0, description="A head is made so often, if there is news;")
    thidua_ledger_events: int = Field(default=1000, ge=1, description="or when there are so many new events.")

    @property
    def files(self) -> Path | None:
        """The folder of files, None where nothing says which it is."""
        return self.thidua_files or (self.thidua_data / "files" if self.thidua_data else None)

    @property
    def ledger(self) -> Path | None:
        """The ledger's folder, None where nothing says which it is."""
        return self.thidua_ledger or (self.thidua_data / "ledger" if self.thidua_data else None)

    def sessions(self, part: str) -> int:
        """The most database sessions of a process that runs this part of a service."""
        return self.database_pool or SESSIONS[part]
