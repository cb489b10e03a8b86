"""The key that signs the ledger: Ed25519, in the home and apart from the store."""

from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from model.mark import made_once

FOLDER, PRIVATE = "ledger", "signing_key.pem"


class NotAKey(ValueError):
    """A file that holds no Ed25519 key; the message names it."""


class Signer:
    """The private key of an installation. `key_id` is the beginning of its public key's SHA-256."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key()
        self.key_id = key_id(self.public)

    def sign(self, text: bytes) -> str:
        """The signature as hex."""
        return self._key.sign(text).hex()


def signer(home: Path) -> Signer:
    """The installation's key, made at the first call; raises `NotAKey`."""
    path = home / FOLDER / PRIVATE
    fresh = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = load_pem_private_key(made_once(path, fresh), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise NotAKey(f"{path} holds no Ed25519 key")
    return Signer(key)


def own_public(home: Path) -> Ed25519PublicKey | None:
    """The public key of an installation that has one; makes none. Raises `NotAKey`."""
    return signer(home).public if (home / FOLDER / PRIVATE).exists() else None


def public_pem(public: Ed25519PublicKey) -> str:
    """A public key as PEM."""
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public(path: Path) -> Ed25519PublicKey:
    """A public key from a PEM file; raises `NotAKey`, OSError."""
    try:
        key = load_pem_public_key(path.read_bytes())
    except ValueError as error:
        raise NotAKey(f"{path} holds no public key in PEM: {error}") from error
    if not isinstance(key, Ed25519PublicKey):
        raise NotAKey(f"{path} holds a key of another kind than Ed25519")
    return key


def key_id(public: Ed25519PublicKey) -> str:
    """How a signature names its key."""
    return sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def signed_by(public: Ed25519PublicKey, text: bytes, signature: str) -> bool:
    """Whether `signature` (hex) is this key's over `text`."""
    try:
        public.verify(bytes.fromhex(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True
