"""Database logins of the local platform: a file for each, with an address and a password that nobody had to choose."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from chassis.store.logins import file_of, login_of
from deploy.local.files import write_atomically

FOLDER = "credentials"


def issue(data: Path, databases: Mapping[str, str], parts: Mapping[str, Sequence[str]]) -> None:
    """Write the files for the owner's addresses of the services' databases; passwords that are there stay."""
    folder = data / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    for service, url in databases.items():
        for part in parts[service]:
            file = file_of(folder, service, part)
            known = urlsplit(file.read_text(encoding="utf-8")).password if file.exists() else None
            at, role = urlsplit(url), urlsplit(url).path.strip("/")
            login = f"{login_of(role, part)}:{known or secrets.token_urlsafe(24)}"
            write_atomically(file, at._replace(netloc=f"{login}@{at.netloc.rpartition('@')[2]}").geturl())
