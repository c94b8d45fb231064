"""What notify's worker is told by its environment about the providers."""

from pathlib import Path

from pydantic import Field

from chassis.facts.settings import Environment
from contracts.notify import Channel
from services.notify.domain.patience import PAUSES

ZALO = "https://business.openapi.zalo.me"
ZALO_OAUTH = "https://oauth.zaloapp.com"
RETRY_SECONDS = PAUSES[Channel.ZALO][0]


class ProviderSettings(Environment):
    """Mail server and Zalo.

    `mail_domain` stands in Message-IDs and in the DKIM signature. Without `dkim_key` (PEM, RSA or Ed25519) an Ed25519
    key is made once in THIDUA_DATA; where that is not set either, mail goes out unsigned, for a mail server that signs
    itself. Give an RSA key where receivers know no Ed25519, as many do not yet.
    `zalo_credentials` is a private JSON file with the account's tokens; by default the local simulator's in
    THIDUA_DATA.
    `zalo_template_ids` gives the ids under which Zalo registered our templates, by name. Times are seconds.
    `retry_seconds` is Zalo's first pause; all other pauses of both channels are in proportion to it: with 2, a mail
    waits 1, 5, 15 and 60 minutes, then hourly. It does not move a message's end, 72 hours after its request or earlier.
    `copies_urls` are those who keep copies of what was sent, such as an archive of mail: each gets a POST with
    `{"notifications": [id, ...]}` when a person is erased, and forgets the messages in whose Message-ID or tracking id
    one of them stands.
    """

    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_connections: int = Field(default=16, ge=1, le=100)
    smtp_start_tls: bool | None = None
    smtp_user: str | None = None
    smtp_password: str | None = None
    mail_from: str = "thidua@thidua.example"
    mail_from_name: str = "Thi đua - Khen thưởng"
    mail_domain: str = "thidua.example"
    dkim_selector: str = "thidua"
    dkim_key: Path | None = None
    thidua_data: Path | None = None
    zalo_url: str = ZALO
    zalo_credentials: Path | None = None
    zalo_template_ids: dict[str, str] = Field(default_factory=dict)
    provider_timeout: float = Field(default=15, gt=0, le=25)
    retry_seconds: float = Field(default=RETRY_SECONDS, gt=0)
    in_flight: int = Field(default=64, ge=1)
    copies_urls: tuple[str, ...] = ()

    @property
    def oauth_url(self) -> str:
        """Where tokens are renewed: Zalo has a host of its own for it, the simulator has not."""
        return ZALO_OAUTH if self.zalo_url == ZALO else self.zalo_url
