"""A relay that encrypts: STARTTLS and TLS from the first byte on, with a certificate that is looked at."""

import ipaddress
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.mail import doctor, sending
from tests.mail.sink import Sink

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC) + timedelta(hours=2)  # later than anything that a test of this run writes


@pytest.fixture
def days() -> int:
    """For how many days the certificate holds."""
    return 365


@pytest.fixture
def certificate(tmp_path: Path, days: int) -> Path:
    """A certificate of 127.0.0.1 that signs itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.example")])
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "relay.pem"
    path.write_bytes(plain + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(params=["starttls", "tls"])
def relay(request: Any, settings: Any, certificate: Path) -> Iterator[Sink]:
    """A relay that encrypts in one of the two ways, at which the settings point."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    sink = (Sink(starttls=context) if request.param == "starttls" else Sink(tls=context)).start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{sink.port}"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = request.param == "starttls", request.param == "tls"
    settings.DEFAULT_FROM_EMAIL = "Knowledge Hub <news@hub.example.org>"
    settings.SITE_URL = "https://hub.example.org"
    yield sink
    sink.stop()


def test_mail_goes_out_encrypted_and_the_doctor_finds_nothing_wrong(
    relay: Sink, owe: Any, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    findings = list(doctor.at_relay())
    assert not [finding.what for finding in findings if finding.mend]
    assert any("Encrypted by TLS" in finding.what for finding in findings)
    for n in range(3):
        owe(f"p{n}@example.org")
    assert sending.drain(now=NOW) == {"accepted": 3}
    assert relay.counts() == {f"p{n}@example.org": 1 for n in range(3)}


@pytest.mark.parametrize("days", [3])
def test_a_certificate_that_ends_soon_is_said(
    relay: Sink, certificate: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    (said,) = [finding for finding in doctor.at_relay() if finding.mend]
    assert said.mend == "Have it renewed now."
    assert not said.is_fault


def test_a_certificate_that_nobody_vouches_for_is_named_and_mail_waits(relay: Sink, owe: Any):
    owe()
    assert any("certificate" in finding.what for finding in doctor.at_relay() if finding.is_fault)
    assert sending.drain(now=NOW) == {}
    assert not relay.letters
