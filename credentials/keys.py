"""Signing keys: the public half is a row, the private half a file that only workers read."""

import os
from datetime import datetime
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db import transaction

from credentials.models import SigningKey
from credentials.signing import multikey
from trail.models import Event


class NoKey(Exception):
    """Nothing can be signed here: no key, or its file is not on this machine."""


@transaction.atomic
def make_key(*, at: datetime, for_trying: bool = False) -> SigningKey:
    """A new key, which signs from now on. Earlier ones go on verifying."""
    name = _free_name(at.year)
    private = Ed25519PrivateKey.generate()
    content = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption())
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Exclusively: an existing key is never written over.
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123
        file.write(content)
    key = SigningKey.objects.create(
        name=name, public=multikey(private.public_key()), for_trying=for_trying, made_at=at
    )
    Event.objects.record("make_key", about=key, by=None, at=at)
    return key


@transaction.atomic
def retire_key(key: SigningKey, *, at: datetime) -> None:
    """It signs nothing any more, and stays published."""
    SigningKey.objects.filter(pk=key.pk, retired_at=None).update(retired_at=at)
    Event.objects.record("retire_key", about=key, by=None, at=at)


def signer(at: datetime) -> tuple[SigningKey, Ed25519PrivateKey]:
    """The key that signs now. A demo makes its own, marked as such. Raises NoKey."""
    key = SigningKey.objects.current()
    if key is None:
        if not settings.KEYS_FOR_TRYING:
            raise NoKey("no signing key: run manage.py make_signing_key")
        key = make_key(at=at, for_trying=True)
    return key, _private(key)


def _private(key: SigningKey) -> Ed25519PrivateKey:
    try:
        content = _path(key.name).read_bytes()
    except OSError as error:
        raise NoKey(f"the file of {key.name} is not here") from error
    private = load_pem_private_key(content, _passphrase())
    if not isinstance(private, Ed25519PrivateKey) or multikey(private.public_key()) != key.public:
        raise NoKey(f"the file of {key.name} holds another key")
    return private


def _free_name(year: int) -> str:
    """A file may be left from an attempt whose row was never written: its name is used up."""
    taken = set(SigningKey.objects.values_list("name", flat=True))
    names = (f"ed25519-{year}-{number}" for number in count(1))
    return next(name for name in names if name not in taken and not _path(name).exists())


def _path(name: str) -> Path:
    return Path(settings.KEYS_DIR) / f"{name}.pem"


def _passphrase() -> bytes | None:
    return settings.KEYS_PASSPHRASE.encode() or None


def _encryption() -> KeySerializationEncryption:
    passphrase = _passphrase()
    return BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
