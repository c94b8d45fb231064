"""What a process is told by its environment; nothing else in the code reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SESSIONS: Final[Mapping[str, int]] = {"api": 6, "worker": 5, "relay": 2, "prepare": 2, "tool": 4}
"""Database sessions of one process at most, by its part; a worker and a relay have one more that listens for news.

Four services with three processes and the portal with two, each running once, and one tool beside them: 76 sessions at
their peak, where a stock PostgreSQL takes 97. More replicas need more: 6, 6 and 3 for each API, worker and relay.
"""


class Settings(BaseSettings):
    """Settings of one service process; each field is an environment variable of the same name in capitals.

    `database_url` names this service's own database; `database_role` is the role that the process takes on after
    logging in (it may append events, not change them). `database_pool` is the most sessions that the process may hold,
    if not as many as SESSIONS says for its part. `thidua_issuer` is the base URL of the OIDC issuer whose tokens are
    trusted, for the audience `thidua_audience`. `port` 0 lets the system choose.
    What is convenient and unsafe is asked for with `thidua_env`: unset means production.
    """

    model_config = SettingsConfigDict(extra="ignore")

    database_url: str = "postgresql://127.0.0.1:5432/thidua_registry"
    database_role: str | None = None
    database_pool: int | None = Field(default=None, ge=2)
    kafka_bootstrap: str = "127.0.0.1:9092"
    kafka_partitions: int = Field(default=12, ge=1)
    kafka_replication: int = Field(default=1, ge=1)
    host: str = "127.0.0.1"
    port: int = Field(default=0, ge=0, le=65535)
    thidua_issuer: str = ""
    thidua_audience: str = "thidua"
    thidua_env: Literal["local", "test", "production"] = "production"
    thidua_data: Path | None = None
    thidua_instance: str = "1"
    thidua_clock: Path | None = Field(
        default=None, description="File that holds the seconds by which simulated time is ahead; never in production."
    )
    max_body_bytes: int = Field(default=1_048_576, ge=1024)

    def sessions(self, part: str) -> int:
        """The most database sessions of a process that runs this part of a service."""
        return self.database_pool or SESSIONS[part]
