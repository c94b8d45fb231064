"""What the portal is told by its environment about the provider, the services and itself."""

from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal, Self

from cryptography.fernet import Fernet
from pydantic import Field, model_validator

from chassis.facts.settings import Environment


class PortalSettings(Environment):
    """The portal's own settings.

    `portal_url` is its address as browsers know it, `services` gives each service's API by name (JSON).
    `portal_client_id` and `portal_client_secret` are its own at the OIDC provider; a public client has no secret. The
    key in `portal_key` seals tokens and drafts in the database and lies outside of it; where none is given, one is
    made once in THIDUA_DATA on a local platform, or, in a test without that folder, for the life of the process.
    """

    portal_url: str = "http://127.0.0.1:8080"
    portal_client_id: str = "thidua-portal"
    portal_client_secret: str | None = None
    portal_key: Path | None = None
    portal_services: dict[str, str] = Field(default_factory=dict)
    portal_scopes: str = "openid"
    thidua_issuer: str = ""
    thidua_data: Path | None = None
    thidua_env: Literal["local", "test", "production"] = "production"

    @model_validator(mode="after")
    def _behind_tls(self) -> Self:
        if self.thidua_env == "production" and not self.portal_url.startswith("https://"):
            raise ValueError("PORTAL_URL must begin with https:// in production")
        return self

    @property
    def secure(self) -> bool:
        """Whether browsers come over TLS, so that cookies may be bound to the host."""
        return self.portal_url.startswith("https://")

    def seal(self) -> Fernet:
        """What encrypts tokens and drafts; raises SystemExit with a sentence when there is no key."""
        file = self.portal_key
        if file is None and self.thidua_data is None and self.thidua_env == "test":
            return Fernet(Fernet.generate_key())
        if file is None and self.thidua_data is not None and self.thidua_env != "production":
            file = self.thidua_data / "portal" / "key"
            if not file.exists():
                _make_key(file)
        try:
            if file is None:
                raise FileNotFoundError
            return Fernet(file.read_bytes().strip())
        except (OSError, ValueError):
            raise SystemExit(
                "Chưa có khóa của cổng; hãy đặt PORTAL_KEY là một tệp chứa khóa Fernet (32 byte, base64).\n"
                "The portal has no key; let PORTAL_KEY name a file with a Fernet key (32 bytes, base64)."
            ) from None


def _make_key(file: Path) -> None:
    """Make a key that is there as a whole or not at all, and once, whoever else makes one at the same time."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent) as made:  # nobody else may read it
        made.write(Fernet.generate_key())
        made.flush()
        with suppress(FileExistsError):
            file.hardlink_to(made.name)
