"""How clients log in to Kafka: what a file may say, what each library gets of it, and that nobody goes round it."""

import ast
import os
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faststream.security import SASLScram512

from chassis.facts.settings import Settings
from chassis.stream import security
from chassis.stream.security import Login, for_aiokafka, for_faststream, for_librdkafka, of, one_of, read
from tests.certificates import Authority

SCRAM = """
# as the platform's own
bootstrap.servers = 127.0.0.1:9094
security.protocol=SASL_PLAINTEXT
sasl.mechanisms=SCRAM-SHA-512
sasl.username=registry
sasl.password=a=b #c
"""


def a_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "some.properties"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def refused(path: Path) -> str:
    with pytest.raises(SystemExit) as ended:
        read(path)
    said = str(ended.value)
    assert "Tệp đăng nhập Kafka" in said
    assert "The Kafka credentials" in said
    return said


def test_a_name_and_a_password_reach_each_library(tmp_path: Path) -> None:
    login = read(a_file(tmp_path, SCRAM))
    assert for_aiokafka(login) == {
        "bootstrap_servers": "127.0.0.1:9094",
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "registry",
        "sasl_plain_password": "a=b #c",
    }
    theirs = for_librdkafka(login)
    assert (theirs["sasl.mechanism"], theirs["sasl.password"]) == ("SCRAM-SHA-512", "a=b #c")
    own = for_faststream(login)["security"]
    assert isinstance(own, SASLScram512)
    assert (own.username, own.password, own.use_ssl) == ("registry", "a=b #c", False)
    assert read(a_file(tmp_path, security.written(login))) == login
    assert "a=b" not in repr(login)


def test_an_address_alone_is_an_open_broker() -> None:
    assert for_aiokafka("b:1") == {"bootstrap_servers": "b:1", "security_protocol": "PLAINTEXT"}
    assert for_faststream("b:1") == {"bootstrap_servers": "b:1"}


def test_authorities_certificates_and_host_names_reach_each_library(tmp_path: Path) -> None:
    ours = Authority(tmp_path)
    certificate, key = ours.certificate("registry")
    login = read(
        a_file(
            tmp_path,
            f"security.protocol=SSL\nssl.ca.location={ours.file}\n"
            f"ssl.certificate.location={certificate}\nssl.key.location={key}\n",
        )
    )
    context = for_aiokafka(login)["ssl_context"]
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    assert len(context.get_ca_certs()) == 1, "no other authority counts"
    assert for_faststream(login)["security"].use_ssl
    assert login.encrypted
    anywhere = read(
        a_file(
            tmp_path,
            f"security.protocol=SSL\nssl.ca.location={ours.file}\nssl.endpoint.identification.algorithm=none\n",
        )
    )
    context = for_aiokafka(anywhere)["ssl_context"]
    assert (context.check_hostname, context.verify_mode) == (False, ssl.CERT_REQUIRED)
    assert not anywhere.encrypted, "whoever has any certificate of that authority may be the broker"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("security.protocol=SASL_SLL", "SASL_SSL"),
        ("security.protocol=SASL_SSL\nsasl.mechanism=GSSAPI\nsasl.username=a\nsasl.password=b", "SCRAM-SHA-512"),
        ("security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\nsasl.username=a", "lacks sasl.password"),
        ("security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\nsasl.username=a\nsasl.password=b", "PLAIN is for"),
        ("security.protocl=SSL", "security.protocl"),
        ("enable.ssl.certificate.verification=false", "enable.ssl.certificate.verification"),
        ("sasl.username=a\nsasl.username=b", "line 2"),
        ("geheim", "line 1"),
        ("security.protocol=SSL\nssl.ca.location=/nowhere", "ssl.ca.location: there is no such file"),
        ("security.protocol=SSL\nssl.ca.location={text}", "certificate or key is bad"),
        ("security.protocol=SSL\nssl.certificate.location={text}", "lacks ssl.key.location"),
        ("security.protocol=SSL\nssl.endpoint.identification.algorithm=http", "https, none"),
    ],
    ids=lambda text: text.splitlines()[-1],
)
def test_nonsense_in_a_file_is_said_and_no_value_with_it(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "text").write_text("no certificate")
    told = refused(a_file(tmp_path, text.replace("{text}", str(tmp_path / "text"))))
    assert said in told
    assert "geheim" not in told


def test_a_file_that_is_missing_or_not_text_is_said(tmp_path: Path) -> None:
    assert "missing" in refused(tmp_path / "none.properties")
    file = a_file(tmp_path, "")
    file.write_bytes(b"\xff\xfe")
    assert "cannot be read" in refused(file)


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o660, 0o644], ids=oct)
def test_a_file_that_others_may_read_is_refused_and_so_is_a_key(tmp_path: Path, mode: int) -> None:
    assert f"others may read it (0{mode:o})" in refused(a_file(tmp_path, SCRAM, mode))
    ours = Authority(tmp_path)
    certificate, key = ours.certificate("registry")
    key.chmod(mode)
    text = f"security.protocol=SSL\nssl.certificate.location={certificate}\nssl.key.location={key}\n"
    assert "others may read it" in refused(a_file(tmp_path, text))


def test_the_group_may_read_what_another_account_lays_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a mounted secret of a cluster lies there."""
    file = a_file(tmp_path, SCRAM, 0o440)
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    assert read(file).settings["sasl.username"] == "registry"
    file.chmod(0o444)
    assert "others may read it" in refused(file)


def test_a_folder_holds_a_file_for_each_principal(tmp_path: Path) -> None:
    assert one_of(tmp_path, "admin") == tmp_path / "admin.properties"
    assert one_of(a_file(tmp_path, SCRAM), "admin") == tmp_path / "some.properties"


def test_the_environment_s_address_counts_before_the_file_s(tmp_path: Path) -> None:
    file = a_file(tmp_path, SCRAM)
    assert of(Settings(thidua_env="test", kafka_credentials=file)).bootstrap == "127.0.0.1:9094"
    given = Settings(thidua_env="test", kafka_credentials=file, kafka_bootstrap="b:1")
    assert of(given).bootstrap == "b:1"


CLIENTS = {
    "AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient", "KafkaBroker", "KafkaRouter",
    "AdminClient", "Consumer", "Producer", "SerializingProducer", "DeserializingConsumer", "AIOProducer", "AIOConsumer",
    "Reader",
}  # fmt: skip
WAYS = {"for_aiokafka", "for_faststream", "for_librdkafka"}
SOURCE = [path for part in ("chassis", "cli", "services", "deploy", "bench") for path in Path(part).rglob("*.py")]


def round_it(source: str) -> Iterator[str]:
    """Clients that are made otherwise than by `security`, and addresses said to a client by hand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _name(node.func) in CLIENTS:
            parts = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg is None)]
            made = {_name(call.func) for part in parts for call in ast.walk(part) if isinstance(call, ast.Call)}
            if not made & WAYS:
                yield f"{_name(node.func)} in line {node.lineno}"
        if isinstance(node, ast.keyword) and node.arg in {"bootstrap_servers", "security_protocol"}:
            yield f"{node.arg} in line {node.value.lineno}"
        if isinstance(node, ast.Constant) and node.value in {"bootstrap.servers", "bootstrap_servers"}:
            yield f"{node.value} in line {node.lineno}"


def _name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_no_client_is_made_round_it() -> None:
    found = {str(path): list(round_it(path.read_text(encoding="utf-8"))) for path in SOURCE}
    assert {path: its for path, its in found.items() if its and path != "chassis/stream/security.py"} == {}


@pytest.mark.parametrize(
    "source",
    [
        "Reader('t', bootstrap_servers=bootstrap)",
        "aiokafka.AIOKafkaProducer(**options)",
        "KafkaBroker(bootstrap)",
        "admin.AdminClient({'bootstrap.servers': bootstrap})",
        "confluent_kafka.Consumer(settings)",
        "options['bootstrap_servers'] = x",
    ],
)
def test_a_client_that_is_made_round_it_would_be_found(source: str) -> None:
    assert list(round_it(source))


def test_nobody_takes_the_address_without_the_name() -> None:
    """In the product, a broker's address is read from the settings in one place alone."""
    takes = [
        str(path) for path in SOURCE if path.parts[0] in {"chassis", "services"}
        if ".kafka_bootstrap" in path.read_text(encoding="utf-8")
    ]  # fmt: skip
    assert takes == ["chassis/stream/security.py"]


def production(**others: Any) -> Settings:
    return Settings(thidua_env="production", thidua_issuer="https://sso.example", **others)


def test_production_refuses_what_is_not_protected(tmp_path: Path) -> None:
    anyone = a_file(tmp_path, "security.protocol=SSL\nssl.endpoint.identification.algorithm=none\n")
    for settings in (production(), production(kafka_credentials=anyone)):
        with pytest.raises(SystemExit, match="not protected"):
            of(settings)
    with pytest.raises(SystemExit, match="not protected"):
        of(production(kafka_credentials=a_file(tmp_path, SCRAM)))
    protected = a_file(tmp_path, SCRAM.replace("SASL_PLAINTEXT", "SASL_SSL"))
    assert of(production(kafka_credentials=protected)).encrypted
    assert isinstance(of(Settings(thidua_env="local")), Login)
