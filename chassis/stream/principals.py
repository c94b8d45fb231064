"""Names and passwords that the brokers themselves keep (SCRAM), and a login written as a file."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from aiokafka.errors import KafkaError
from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from chassis.stream.security import PASSWORD, USER, Brokers, Login, for_librdkafka, written

MECHANISM_KEPT: Final = "SCRAM-SHA-512"
_SCRAM: Final = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
"""As often as Kafka asks for at least: our passwords are drawn, not thought up."""


async def make_known(admin: Brokers, logins: Iterable[Login], seconds: float = 15) -> None:
    """Let the brokers know these names with these passwords, new or as they were; raises KafkaError."""
    its = [(each.settings[USER], each.settings[PASSWORD].encode()) for each in logins]
    await _alter(admin, [UserScramCredentialUpsertion(name, _SCRAM, password) for name, password in its], seconds)


async def forget(admin: Brokers, name: str, seconds: float = 15) -> None:
    """Let nobody log in under this name any more; raises KafkaError."""
    await _alter(admin, [UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512)], seconds)


async def _alter(admin: Brokers, wanted: list[UserScramCredentialAlteration], seconds: float) -> None:
    with AdminClient(for_librdkafka(admin)) as client:
        try:
            for future in client.alter_user_scram_credentials(wanted, request_timeout=seconds).values():
                await asyncio.wrap_future(future)
        except KafkaException as error:
            raise KafkaError(error.args[0].str()) from error


def keep(path: Path, login: Login) -> None:
    """Write a login for our own account's eyes, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(written(login))
    beside.replace(path)
