"""A head: what a service signs about its store at a moment, and how others verify it.

A head is a JWS (RFC 7515, flattened JSON, EdDSA over Ed25519 of RFC 8037) on one line. It names the roots of two
Merkle trees (RFC 9162): over the events in the order of their positions, and over the records of commands in the order
in which they came. Nothing here does I/O.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.store.tree import Frontier

MARK: Final = 4
"""Bytes of each leaf's hash that a head keeps: enough to see at which place a tree that does not fit goes wrong."""

Hex = str


class TreeHead(BaseModel):
    """A tree of so many leaves; `marks` are the first bytes of the hashes of its leaves behind the first `after`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    size: int = Field(ge=0)
    root: Hex
    after: int = Field(ge=0)
    marks: str = ""

    @classmethod
    def of(cls, tree: Frontier, after: int, marks: bytes) -> "TreeHead":
        """The head of a tree as it is now."""
        return cls(size=tree.size, root=tree.root.hex(), after=after, marks=base64.b64encode(marks).decode())

    def marked(self) -> bytes:
        """The marks' bytes; raises ValueError when they are none, or not as many as they should be."""
        found = base64.b64decode(self.marks, validate=True)
        if len(found) != MARK * (self.size - self.after):
            raise ValueError("marks")
        return found


class Restored(BaseModel):
    """A restore, announced: of the log before, positions `first` to `last` are gone, if any are.

    The first `commands` records of commands are as they were; those behind them were made again from events.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    log: UUID | None = None
    first: int | None = None
    last: int | None = None
    commands: int = Field(ge=0)


class Head(BaseModel):
    """What is signed.

    `number` counts the heads of one `book` (a file) from 1, `previous` is the SHA-256 of the line before: none can be
    taken out unseen. `chain` is the store's chain of hashes after the last event. `key` announces, in base64url, the
    key that signs from now on.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: str
    book: UUID
    number: int = Field(ge=1)
    previous: Hex
    time: datetime
    log: UUID | None = None
    chain: Hex
    events: TreeHead
    commands: TreeHead
    restored: Restored | None = None
    key: str | None = None


class Unsigned(ValueError):
    """A line is not a head that a known key has signed; `why` is `form`, `key` or `signature`."""

    def __init__(self, why: str, key: str = "") -> None:
        super().__init__(why)
        self.why, self.key = why, key


def key_id(key: Ed25519PublicKey) -> str:
    """Name of a key: the first 16 hexadecimal digits of the SHA-256 of its 32 bytes."""
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def line_hash(line: bytes) -> Hex:
    """What the next head says of this one."""
    return sha256(line).hexdigest()


def sign(head: Head, key: Ed25519PrivateKey) -> bytes:
    """A head as a line, without its end."""
    protected = _encoded(orjson.dumps({"alg": "EdDSA", "kid": key_id(key.public_key())}))
    payload = _encoded(head.model_dump_json(exclude_none=True).encode())
    signature = _encoded(key.sign(f"{protected}.{payload}".encode()))
    return orjson.dumps({"payload": payload, "protected": protected, "signature": signature})


def verify(line: bytes, keys: Mapping[str, Ed25519PublicKey]) -> tuple[Head, str]:
    """The head on a line and the id of the key that signed it; raises Unsigned."""
    try:
        jws = orjson.loads(line)
        protected, payload, signature = jws["protected"], jws["payload"], jws["signature"]
        header = orjson.loads(_decoded(protected))
        name, signed = str(header["kid"]), f"{protected}.{payload}".encode()
        if header["alg"] != "EdDSA":
            raise Unsigned("form")
        if name not in keys:
            raise Unsigned("key", name)
        keys[name].verify(_decoded(signature), signed)
        head = Head.model_validate_json(_decoded(payload))
        head.events.marked()
        head.commands.marked()
    except InvalidSignature:
        raise Unsigned("signature") from None
    except (Unsigned, ValidationError) as error:
        raise error if isinstance(error, Unsigned) else Unsigned("form") from None
    except (ValueError, LookupError, TypeError, AttributeError):
        raise Unsigned("form") from None
    return head, name


def said(line: bytes) -> Head | None:
    """What a line says, whoever signed it; None for what is no head."""
    try:
        return Head.model_validate_json(_decoded(orjson.loads(line)["payload"]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def announced(head: Head) -> Ed25519PublicKey | None:
    """The key that a head announces; None when it announces none, or nothing that could be one."""
    try:
        return Ed25519PublicKey.from_public_bytes(_decoded(head.key)) if head.key else None
    except ValueError:
        return None


def key_text(key: Ed25519PublicKey) -> str:
    """A public key as a head announces it."""
    return _encoded(key.public_bytes_raw())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
