"""What a credential means as RDF: its canonical form, and the refusal of what a signature would
silently leave out.

Contexts are shipped and pinned by their digest; nothing is ever fetched. Pure.
"""

import functools
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pyld import jsonld

Document = dict[str, Any]

FOLDER = Path(__file__).resolve().parent / "contexts"
CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
# Address, file, and the digest that verifiers elsewhere hold: one was changed in place once.
CONTEXTS = {
    CREDENTIALS: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    BADGES: (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
}
UNKNOWN = "urn:x-unknown-term:"
# Tab and line ends are the only control characters on which all implementations agree.
AGREED = "\t\n\r"


class Unsignable(ValueError):
    """The document says something that the signature would not cover."""


def canonical(document: Mapping[str, Any]) -> bytes:
    """The document as sorted N-Quads (RDFC-1.0)."""
    quads = jsonld.normalize(
        dict(document),
        {**_options(), "algorithm": "URDNA2015", "format": "application/n-quads"},
    )
    return str(quads).encode()


def demand_signable(document: Mapping[str, Any]) -> None:
    """Raise Unsignable for control characters, terms without a meaning and relative addresses:
    a signature over RDF covers none of them, or covers them differently elsewhere."""
    for text in _texts(document):
        if any((ord(c) < 0x20 and c not in AGREED) or ord(c) == 0x7F for c in text):
            raise Unsignable(f"a control character in {text[:60]!r}")
    open_ended = {**document, "@context": [*document["@context"], {"@vocab": UNKNOWN}]}
    try:
        expanded = jsonld.expand(open_ended, _options())
    except jsonld.JsonLdError as error:
        raise Unsignable(f"not understood: {error}"[:300]) from error
    for key, value in _pairs(expanded):
        if UNKNOWN in key or (isinstance(value, str) and value.startswith(UNKNOWN)):
            raise Unsignable(f"a term without a meaning: {key} {value!r}"[:200])
        if key == "@id" and ":" not in str(value):
            raise Unsignable(f"a relative address: {value!r}")


def _options() -> dict[str, Any]:
    return {"documentLoader": _shelf, "base": None}


def _shelf(address: str, _options: object = None) -> dict[str, Any]:
    """The document loader: our shelf of contexts and nothing else."""
    if address not in CONTEXTS:
        raise jsonld.JsonLdError(f"not a context that we ship: {address}", "jsonld.LoadDocument")
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": address,
        "document": json.loads(_context(address)),
    }


@functools.cache
def _context(address: str) -> bytes:
    name, digest = CONTEXTS[address]
    content = (FOLDER / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise Unsignable(f"{name} is not the context that the world knows")
    return content


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Every key with its value, and every item of a list under the key of that list."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            for item in inner if isinstance(inner, list) else [inner]:
                yield key, item
                yield from _pairs(item)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)
