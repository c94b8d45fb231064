"""How clients log in to Kafka: one file of settings in librdkafka's form, made into what each client library takes.

Every client of ours is made from here. `PLAINTEXT` without a name is for a broker of one's own; production refuses it.
"""

import os
import ssl
import stat
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chassis.facts.settings import Settings

PROTOCOL, MECHANISM, USER, PASSWORD = "security.protocol", "sasl.mechanism", "sasl.username", "sasl.password"
CA, CERTIFICATE, KEY, KEY_PASSWORD = (
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
    "ssl.key.password",
)
HOST_NAME, SERVERS = "ssl.endpoint.identification.algorithm", "bootstrap.servers"

PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")

_ALIASES: Final = {"sasl.mechanisms": MECHANISM}  # librdkafka takes both
_KEYS: Final = {PROTOCOL, MECHANISM, USER, PASSWORD, CA, CERTIFICATE, KEY, KEY_PASSWORD, HOST_NAME, SERVERS}


@dataclass(frozen=True, slots=True)
class Login:
    """Brokers, and what a client shows and demands there: settings in librdkafka's form."""

    bootstrap: str
    settings: Mapping[str, str] = field(default_factory=dict, repr=False, hash=False)

    @property
    def protocol(self) -> str:
        """How the connection is protected."""
        return self.settings.get(PROTOCOL, "PLAINTEXT")

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read or change what is said, the broker's name included."""
        return self.protocol.endswith("SSL") and self.settings.get(HOST_NAME, "https") != "none"


Brokers = str | Login
"""Where a client finds Kafka: a login, or the address of a broker that asks nobody's name."""


def of(settings: Settings) -> Login:
    """The brokers of a process, as whom its settings say; ends it with a sentence when that cannot be or is not safe.

    An address that the environment names counts before the one in the file.
    """
    path = settings.kafka_credentials
    found = Login(settings.kafka_bootstrap) if path is None else read(path)
    if found.bootstrap == "" or "kafka_bootstrap" in settings.model_fields_set:
        found = Login(settings.kafka_bootstrap, found.settings)
    if settings.thidua_env == "production" and not found.encrypted:
        raise SystemExit(
            f"Kết nối Kafka không được bảo vệ ({found.protocol}); khi vận hành thật, hãy đặt KAFKA_CREDENTIALS là tệp "
            f"có {PROTOCOL}=SASL_SSL hoặc SSL và để nguyên việc kiểm tra tên máy chủ.\n"
            f"The connection to Kafka is not protected ({found.protocol}); in production set KAFKA_CREDENTIALS to a "
            f"file with {PROTOCOL}=SASL_SSL or SSL, and let the host's name be checked."
        )
    return found


def one_of(credentials: Path, name: str) -> Path:
    """The file of this principal where a folder of such files is named, else the file itself."""
    return credentials / f"{name}.properties" if credentials.is_dir() else credentials


def read(path: Path) -> Login:
    """What a file says; ends the process with a sentence when it says nonsense or others may read it."""
    _only_ours(path)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "không đọc được", f"it cannot be read ({type(error).__name__})") from None
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line[0] in "#!":
            continue
        name, said, value = (part.strip() for part in line.partition("="))
        key = _ALIASES.get(name, name)
        if not said or key not in _KEYS or key in found:
            what = name if said and key not in _KEYS else f"dòng / line {number}"
            raise _unusable(path, f"có mục lạ hoặc lặp ({what})", f"it has something unknown or twice ({what})")
        found[key] = value
    return Login(found.pop(SERVERS, ""), _checked(path, found))


def for_aiokafka(brokers: Brokers) -> dict[str, Any]:
    """The arguments that say where a client of aiokafka connects and as whom."""
    login = _login(brokers)
    its = login.settings
    found: dict[str, Any] = {"bootstrap_servers": login.bootstrap, "security_protocol": login.protocol}
    if login.protocol.endswith("SSL"):
        found["ssl_context"] = _context(its)
    if login.protocol.startswith("SASL"):
        found |= {"sasl_mechanism": its[MECHANISM], "sasl_plain_username": its[USER]}
        found["sasl_plain_password"] = its[PASSWORD]
    return found


def for_faststream(brokers: Brokers) -> dict[str, Any]:
    """As `for_aiokafka`, for FastStream's broker."""
    from faststream import security as theirs  # noqa: PLC0415 - an API has no use for it

    login = _login(brokers)
    context = _context(login.settings) if login.protocol.endswith("SSL") else None
    found: dict[str, Any] = {"bootstrap_servers": login.bootstrap}
    if login.protocol.startswith("SASL"):
        its, ways = login.settings, (theirs.SASLScram512, theirs.SASLScram256, theirs.SASLPlaintext)
        way = dict(zip(MECHANISMS, ways, strict=True))[its[MECHANISM]]
        found["security"] = way(its[USER], its[PASSWORD], ssl_context=context)
    elif context is not None:
        found["security"] = theirs.BaseSecurity(ssl_context=context)
    return found


def for_librdkafka(brokers: Brokers) -> dict[str, Any]:
    """As `for_aiokafka`, for librdkafka's clients, which are quiet and stay so: what is wrong, their answers say."""
    login = _login(brokers)
    return {SERVERS: login.bootstrap, **login.settings, "log_level": 0, "log.connection.close": False}


def written(login: Login) -> str:
    """A login as the text of a file."""
    return "".join(f"{name}={value}\n" for name, value in {SERVERS: login.bootstrap, **login.settings}.items())


def _login(brokers: Brokers) -> Login:
    return Login(brokers) if isinstance(brokers, str) else brokers


def _checked(path: Path, found: dict[str, str]) -> dict[str, str]:
    found[PROTOCOL] = protocol = found.get(PROTOCOL, "PLAINTEXT").upper()
    sasl, tls = protocol.startswith("SASL"), protocol.endswith("SSL")
    _one_of(path, PROTOCOL, protocol, PROTOCOLS)
    _one_of(path, HOST_NAME, found.get(HOST_NAME, "https"), ("https", "none"))
    needed = [(sasl, name) for name in (MECHANISM, USER, PASSWORD)]
    needed += [(one in found, other) for one, other in ((KEY, CERTIFICATE), (CERTIFICATE, KEY))]
    if lacking := [name for wanted, name in needed if wanted and not found.get(name)]:
        raise _unusable(path, f"thiếu {', '.join(lacking)}", f"it lacks {', '.join(lacking)}")
    if sasl:
        _one_of(path, MECHANISM, found[MECHANISM], MECHANISMS)
        if not tls and found[MECHANISM] == "PLAIN":
            raise _unusable(path, "PLAIN chỉ dùng qua TLS", "PLAIN is for TLS alone, else all can read it")
    for name in (CA, CERTIFICATE, KEY):
        if name in found and not Path(found[name]).is_file():
            raise _unusable(path, f"{name}: không có tệp đó", f"{name}: there is no such file")
    if KEY in found:
        _only_ours(Path(found[KEY]))
    if tls:
        _loads(path, found)
    return found


def _one_of(path: Path, name: str, value: str, known: Collection[str]) -> None:
    if value not in known:
        raise _unusable(path, f"{name} phải là {', '.join(known)}", f"{name} must be one of {', '.join(known)}")


def _loads(path: Path, found: Mapping[str, str]) -> None:
    try:
        _context(found)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        why = getattr(error, "reason", None) or type(error).__name__
        raise _unusable(path, f"chứng thư hoặc khóa hỏng ({why})", f"certificate or key is bad ({why})") from None


def _context(found: Mapping[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=found.get(CA))
    context.check_hostname = found.get(HOST_NAME, "https") != "none"
    if CERTIFICATE in found:  # without a password a sealed key would ask the terminal
        context.load_cert_chain(found[CERTIFICATE], found[KEY], found.get(KEY_PASSWORD, ""))
    return context


def _only_ours(path: Path) -> None:
    """Refuse a secret that others may read; what another account lays down for us, its group may."""
    try:
        entry = path.stat()
    except OSError:
        raise _unusable(path, "không có hoặc không vào được", "it is missing or out of reach") from None
    open_to = 0o077 if entry.st_uid == os.geteuid() else 0o027
    if not stat.S_ISREG(entry.st_mode) or entry.st_mode & open_to:
        mode = f"{stat.S_IMODE(entry.st_mode):04o}"
        raise _unusable(path, f"người khác đọc được ({mode}), hãy chmod 600", f"others may read it ({mode}), chmod 600")


def _unusable(path: Path, vi: str, en: str) -> SystemExit:
    return SystemExit(
        f"Tệp đăng nhập Kafka {path} không dùng được: {vi}; hãy sửa rồi chạy lại.\n"
        f"The Kafka credentials {path} cannot be used: {en}; mend the file and start again."
    )
