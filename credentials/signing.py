"""Data Integrity proofs with `eddsa-rdfc-2022`: what is signed, and how keys are written. Pure."""

import hashlib
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.linked_data import Document, canonical, demand_signable

SUITE = "eddsa-rdfc-2022"
ED25519 = b"\xed\x01"  # what multicodec writes before such a key
SIGNS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # base58, Bitcoin's order


def sign(document: Document, key: Ed25519PrivateKey, method: str, at: datetime) -> Document:
    """The document with its proof. `method` is the key's full address. Raises Unsignable."""
    demand_signable(document)
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": moment(at),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    value = "z" + base58(key.sign(_digest(document, options)))
    return {**document, "proof": [{**options, "proofValue": value}]}


def verifies(document: Document, key: Ed25519PublicKey) -> bool:
    """Is this the document that was signed with this key?"""
    body = {name: value for name, value in document.items() if name != "proof"}
    options = dict(document["proof"][0])
    value = options.pop("proofValue")
    try:
        key.verify(unbase58(value[1:]), _digest(body, options))
    except InvalidSignature:
        return False
    return True


def _digest(document: Document, options: Document) -> bytes:
    conditions = {"@context": document["@context"], **options}
    return (
        hashlib.sha256(canonical(conditions)).digest()
        + hashlib.sha256(canonical(document)).digest()
    )


def multikey(key: Ed25519PublicKey) -> str:
    """A public key as DID documents write it."""
    return "z" + base58(ED25519 + key.public_bytes(Encoding.Raw, PublicFormat.Raw))


def moment(at: datetime) -> str:
    """A moment as credentials write it: in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base58(raw: bytes) -> str:
    number, text = int.from_bytes(raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = SIGNS[digit] + text
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return SIGNS[0] * zeros + text


def unbase58(text: str) -> bytes:
    number = 0
    for sign_ in text:
        number = number * 58 + SIGNS.index(sign_)
    zeros = len(text) - len(text.lstrip(SIGNS[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8)
