"""As whom everybody comes to the local broker: one file for each, in a folder that nobody else may enter."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chassis.stream.principals import MECHANISM_KEPT, keep
from chassis.stream.security import MECHANISM, PASSWORD, PROTOCOL, USER, Login, read
from chassis.stream.topics import ADMIN, AUDITOR
from services import ALL

FOLDER: Final = "credentials"
OWN: Final = (*ALL, ADMIN, AUDITOR)
"""Principals of the platform itself; every other one is a partner."""


def logins(data: Path, bootstrap: str, partner: str) -> Mapping[str, Login]:
    """Everybody with his login, partners with theirs; a new password where there was none, files as the broker is."""
    partners = set(there(data / FOLDER)) - set(OWN) if (data / FOLDER).is_dir() else set[str]()
    own = {name: login(data, name, bootstrap) for name in OWN}
    return own | {name: login(data, name, partner) for name in sorted(partners)}


def login(data: Path, name: str, bootstrap: str) -> Login:
    """One principal's login at this address; its file is written, with the password that it has."""
    file = path(data, name)
    try:
        password = read(file).settings[PASSWORD]
    except (SystemExit, KeyError):  # there is none, or it tells nothing
        password = secrets.token_urlsafe(24)
    found = Login(
        bootstrap,
        {PROTOCOL: "SASL_PLAINTEXT", MECHANISM: MECHANISM_KEPT, USER: name, PASSWORD: password},
    )
    keep(file, found)
    return found


def path(data: Path, name: str) -> Path:
    """Where a principal's file lies."""
    return data / FOLDER / f"{name}.properties"


def there(folder: Path) -> Mapping[str, Path]:
    """The files in a folder of credentials, by principal; one file for all stands for each of ours."""
    if folder.is_dir():
        return {file.stem: file for file in sorted(folder.glob("*.properties"))}
    return dict.fromkeys(OWN, folder)


def given() -> Path | None:
    """What KAFKA_CREDENTIALS says beside a broker that is given: a folder of such files, or one file for everybody."""
    found = os.environ.get("KAFKA_CREDENTIALS")
    return Path(found).resolve() if found else None
