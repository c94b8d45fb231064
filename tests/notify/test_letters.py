"""What people read: words, templates, the bytes of a mail, its signature; and that no name can forge a header."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from unicodedata import normalize
from uuid import UUID

import dkim
import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from contracts.event import Event
from services.notify.delivery.render import (
    FOLDER,
    Letter,
    compile_all,
    letter,
    one_line,
    shortened,
    zalo_data,
    zalo_template,
)
from services.notify.domain.rules import RULES, Told
from services.notify.domain.texts import Names, day
from services.notify.email.mail import Envelope, compose, message_id
from services.notify.email.signing import Signer, load_key
from tests.notify.facts import GRANTED, LAUNCHED, NOMINATED, REGISTERED

NAMES = Names(
    "Bảo hiểm xã hội tỉnh Đắk Lắk",
    "Thi đua nước rút hoàn thành nhiệm vụ năm 2024",
    {"health_insurance_coverage": "Tỷ lệ bao phủ bảo hiểm y tế"},
)
EVENTS: tuple[Event, ...] = (LAUNCHED, REGISTERED, NOMINATED, GRANTED)
ID = UUID(int=7)
SIMULATED = Path(__file__).parents[2] / "deploy/local/zalo_templates.yaml"


def words(event: Told) -> Mapping[str, str]:
    return RULES[type(event)].words(event, NAMES)


def envelope(name: str = "Nguyễn Thị Hoàng Anh", **extra: str) -> Envelope:
    at = datetime(2024, 11, 20, 3, tzinfo=UTC)
    sender = "thidua@thidua.example", "Thi đua - Khen thưởng"
    return Envelope(*sender, "an@hue.example", name, "thidua.example", ID, at, extra)


def read(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    path = tmp_path_factory.mktemp("key") / "dkim.pem"
    key = rsa.generate_private_key(65537, 2048)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Signer(load_key(path), "thidua.example", "thidua")


def test_figures_and_dates_are_written_as_vietnamese_people_write_them() -> None:
    assert words(REGISTERED)["target"] == "95,16 %"
    assert words(REGISTERED)["target_en"] == "95.16 %"
    assert day(date(2024, 11, 5)) == "05/11/2024"
    assert day(None) == ""


def test_every_template_compiles() -> None:
    compile_all()


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_makes_a_letter_in_both_languages(event: Told) -> None:
    written = letter(RULES[type(event)].template, "Nguyễn Thị Hoàng Anh", words(event))
    assert "\n" not in written.subject
    assert written.text.index("Kính gửi Nguyễn Thị Hoàng Anh,") < written.text.index("Dear Nguyễn Thị Hoàng Anh,")
    assert NAMES.campaign in written.text
    for paragraph in written.text.split("\n\n"):
        if paragraph not in ("--", ""):
            assert paragraph.replace('"', "&#34;").replace("'", "&#39;") in written.html


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_event_makes_data_as_registered_at_zalo(event: Told) -> None:
    template = RULES[type(event)].template
    registered = {entry["name"]: entry for entry in yaml.safe_load(SIMULATED.read_text("utf-8"))}[template]
    assert zalo_template(template).template_id == registered["id"]
    assert set(zalo_template(template).params) == {param["name"] for param in registered["params"]}
    data = zalo_data(template, "Nguyễn Thị Hoàng Anh", words(event))
    assert set(data) == set(zalo_template(template).params)


def test_zalo_data_is_composed_cut_and_leaves_out_what_is_empty() -> None:
    decomposed = normalize("NFD", "Nguyễn Thị Hoàng Anh Phương Thảo Nguyên")
    campaign = words(LAUNCHED.model_copy(update={"register_before": None}))
    data = zalo_data("campaign_launched", decomposed, campaign)
    assert data["recipient_name"] == "Nguyễn Thị Hoàng Anh Phương T…"
    assert len(data["recipient_name"]) == 30
    assert "register_before" not in data


def test_a_value_that_fits_is_not_cut() -> None:
    assert shortened("bảy chữ", 7) == "bảy chữ"
    assert shortened("tám chữ.", 7) == "tám ch…"


def test_html_shows_markup_as_text() -> None:
    html = letter("award_granted", "<img src=x>", {**words(GRANTED), "unit": "<script>1</script>"}).html
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_a_mail_says_who_what_and_why() -> None:
    written = letter("award_granted", "Nguyễn Thị Hoàng Anh", words(GRANTED))
    mail = read(compose(written, envelope(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")))
    assert mail["Subject"] == "Bảo hiểm xã hội tỉnh Đắk Lắk được tặng Bằng khen của Tổng Giám đốc"
    assert str(mail["To"]) == "Nguyễn Thị Hoàng Anh <an@hue.example>"
    assert str(mail["From"]) == "Thi đua - Khen thưởng <thidua@thidua.example>"
    assert mail["Date"] == "Wed, 20 Nov 2024 10:00:00 +0700"
    assert mail["Message-ID"] == message_id(ID, "thidua.example")
    assert mail["X-Thidua-Notification"] == str(ID)
    assert mail["traceparent"].startswith("00-0af7651916cd43dd8448eb211c80319c-")
    text, html = (part.get_content() for part in mail.iter_parts())
    assert text.splitlines() == written.text.splitlines()
    assert html.splitlines() == written.html.splitlines()


def test_the_same_letter_is_the_same_bytes(signer: Signer) -> None:
    written = letter("award_granted", "An", words(GRANTED))
    assert signer.sign(compose(written, envelope())) == signer.sign(compose(written, envelope()))


@given(st.text(), st.text(), st.text())
def test_no_name_subject_or_header_can_forge_another_header(name: str, subject: str, value: str) -> None:
    asked = envelope(f"{name}\r\nBcc: x@evil.example", extra=value.encode("ascii", "replace").decode())
    content = compose(Letter(f"{subject}\nBcc: x", "text", "<p>"), asked)
    head = content.partition(b"\r\n\r\n")[0]
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    expected = "Date From To Message-ID Subject Auto-Submitted X-Thidua-Notification extra MIME-Version Content-Type"
    assert names == expected.encode().split()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


@given(st.text())
def test_one_line_has_no_control_characters_and_is_composed(value: str) -> None:
    clean = one_line(value)
    assert clean == one_line(clean) == normalize("NFC", clean)
    assert clean.isprintable() or not set("\r\n\t\0") & set(clean)
    assert not set("\r\n\t\0\u202e\u200b") & set(clean)


def test_an_independent_library_finds_the_signature_right(signer: Signer) -> None:
    written = letter("award_granted", "Nguyễn Thị Hoàng Anh", words(GRANTED))
    signed = signer.sign(compose(written, envelope()))
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: signer.record.encode())
    assert not dkim.verify(
        signed.replace(b"an@hue.example", b"ba@hue.example"), dnsfunc=lambda *_, **__: signer.record.encode()
    )


def test_a_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "dkim.pem"
    first = load_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.public_key() == load_key(path).public_key()
    assert [file.name for file in path.parent.iterdir()] == ["dkim.pem"]


class Ed25519:
    """The public key in the shape in which the library asks for it; a wrong signature is raised."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key

    def verify(self, digest: bytes, signature: bytes) -> None:
        self._key.verify(signature, digest)


def test_the_key_that_is_made_signs_with_ed25519(tmp_path: Path) -> None:
    key = load_key(tmp_path / "dkim.pem")
    signed = Signer(key, "thidua.example", "thidua").sign(compose(Letter("s", "t", "h"), envelope()))
    public = key.public_key()
    assert isinstance(public, Ed25519PublicKey)
    verifier = dkim.DKIM(signed)
    fields, names, headers = verifier.verify_headerprep()
    verifier.ktag, verifier.pk, verifier.seqtlsrpt = b"ed25519", Ed25519(public), False
    assert fields[b"a"] == b"ed25519-sha256"
    assert verifier.verify_sig_process(fields, names, headers[0], None)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "ec").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(ValueError, match="RSA"):
        load_key(tmp_path / "ec")


def test_no_template_file_is_left_over() -> None:
    rules = {rule.template for rule in RULES.values()}
    assert {path.name for path in FOLDER.iterdir()} == {*rules, "letter.html"}
    kinds = {"email.vi.txt", "email.en.txt", "zalo.vi.yaml", "sample.yaml"}
    assert {rule: {path.name for path in (FOLDER / rule).iterdir()} for rule in rules} == dict.fromkeys(rules, kinds)
