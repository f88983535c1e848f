"""Whose signature a paper carries: a PKCS#12 file, a key in hardware (PKCS#11), or one for trying.

Import this from tasks and commands only: pyHanko takes a second to load. How a body gets a key that
programs trust by themselves, and what they say without one: docs/adr/0029-signed-papers.md.
"""

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    KeySerializationEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from django.conf import settings
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner

from certificates.papers import PaperSigner

if TYPE_CHECKING:
    from collections.abc import Iterator

SIGNS_DOCUMENTS = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
YEARS = 10  # that a key of our own making may sign
FOR_TRYING = "paper-for-trying.p12"
OWN = "paper.p12"


class NoPaperKey(Exception):
    """Papers cannot be signed here: no key is set, or it cannot be read."""


@dataclass(frozen=True, slots=True)
class Hand:
    """What signs, and the row that publishes its certificate."""

    signer: Signer
    row: PaperSigner


@contextmanager
def hand(at: datetime) -> "Iterator[Hand]":
    """The key that signs now, open as long as it is needed. Raises NoPaperKey."""
    place = settings.PAPER_KEY
    if place.startswith("pkcs11:"):
        with _session(place) as session:
            yield _hand(_in_hardware(session, place), at=at)
        return
    path, for_trying = _file(place, at)
    yield _hand(_from_file(path), at=at, for_trying=for_trying)


def make_paper_key(path: Path, *, body: str, at: datetime, for_trying: bool = False) -> None:
    """A root of our own and a key under it, in a new PKCS#12 file. An existing one stays.

    pdfsig and Adobe ask for "protects e-mail" beside "signs documents".
    """
    label = f"{body}, for trying only" if for_trying else body
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root_name, name = _name(body, f"{label} – root"), _name(body, f"{label} – certificates")
    root = (
        _certificate(root_name, root_name, root_key, at)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    uses = [ExtendedKeyUsageOID.EMAIL_PROTECTION, SIGNS_DOCUMENTS]
    authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    leaf = (
        _certificate(name, root_name, key, at)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(authority, critical=False)
        .sign(root_key, hashes.SHA256())
    )
    content = pkcs12.serialize_key_and_certificates(b"paper", key, leaf, [root], _encryption())
    _write_once(path, content)


def _hand(signer: Signer, *, at: datetime, for_trying: bool = False) -> Hand:
    leaf: Any = signer.signing_cert
    others = [one for one in signer.cert_registry if one.dump() != leaf.dump()]
    chain = b"".join(pem.armor("CERTIFICATE", one.dump()) for one in [leaf, *others])
    row, _new = PaperSigner.objects.get_or_create(
        fingerprint=leaf.sha256.hex(),
        defaults={
            "name": str(leaf.subject.native.get("common_name", leaf.subject.human_friendly)),
            "chain": chain.decode(),
            "valid_until": leaf.not_valid_after,
            "for_trying": for_trying,
            "first_used_at": at,
        },
    )
    if leaf.not_valid_after < at:
        raise NoPaperKey(f"the certificate of {row.name} ran out on {row.valid_until:%Y-%m-%d}")
    return Hand(signer, row)


# --- Files ----------------------------------------------------------------------------------------
def _file(place: str, at: datetime) -> tuple[Path, bool]:
    """The one that is set, else the one that `make_paper_key` made, else one for trying."""
    if place:
        return Path(place), False
    folder = Path(settings.KEYS_DIR)
    if (own := folder / OWN).exists():
        return own, False
    if not settings.KEYS_FOR_TRYING:
        raise NoPaperKey("no key for papers: set PAPER_KEY, or run manage.py make_paper_key")
    path = folder / FOR_TRYING
    if not path.exists():
        with suppress(FileExistsError):  # another worker was first
            make_paper_key(path, body="IMC Portal", at=at, for_trying=True)
    return path, True


def _from_file(path: Path) -> Signer:
    """What is wrong with a file pyHanko logs, and returns nothing."""
    signer: Signer | None = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        str(path), passphrase=_passphrase()
    )
    if signer is None:
        raise NoPaperKey(f"{path.name} is not here, or does not open with PAPER_KEY_PASSPHRASE")
    return signer


def _write_once(path: Path, content: bytes) -> None:
    """Whole or not at all; never over another key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(dir=path.parent, prefix=".paper") as file:  # 0600 from the start
        file.write(content)
        file.flush()
        os.link(file.name, path)


# --- Hardware -------------------------------------------------------------------------------------
@contextmanager
def _session(place: str) -> "Iterator[Any]":
    """pkcs11:/path/to/module.so?token=LABEL&key=LABEL, its PIN in PAPER_KEY_PASSPHRASE."""
    criteria = TokenCriteria(label=_asked(place, "token"))
    try:
        session = open_pkcs11_session(
            urlsplit(place).path, token_criteria=criteria, user_pin=settings.PAPER_KEY_PASSPHRASE
        )
    except Exception as error:
        raise NoPaperKey(f"the hardware with the key does not open: {error!r}") from error
    with session:
        yield session


def _in_hardware(session: Any, place: str) -> Signer:
    signer = PKCS11Signer(session, cert_label=_asked(place, "key"), other_certs_to_pull=None)
    try:
        found = signer.signing_cert
    except Exception as error:
        raise NoPaperKey(f"the hardware does not hold the key: {error!r}") from error
    if found is None:
        raise NoPaperKey("the hardware holds no certificate of that name")
    # Every token signs a digest with an elliptic curve; few make the digest as well.
    signer.use_raw_mechanism = found.public_key.algorithm == "ec"
    return signer


def _asked(place: str, name: str) -> str:
    values = parse_qs(urlsplit(place).query).get(name)
    if not values:
        raise NoPaperKey(f"PAPER_KEY lacks its {name}=")
    return values[0]


# --- Certificates ---------------------------------------------------------------------------------
def _certificate(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, at: datetime
) -> x509.CertificateBuilder:
    public = key.public_key()
    began = at.astimezone(UTC) - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=round(365.25 * YEARS)))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(body: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, body[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
        ]
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    uses = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement"
        " key_cert_sign crl_sign encipher_only decipher_only"
    )
    return x509.KeyUsage(**{**dict.fromkeys(uses.split(), False), **granted})


def _passphrase() -> bytes | None:
    return settings.PAPER_KEY_PASSPHRASE.encode() or None


def _encryption() -> KeySerializationEncryption:
    passphrase = _passphrase()
    return BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
