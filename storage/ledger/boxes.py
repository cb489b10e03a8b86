"""A search lies in Kafka in a box whose key only the home holds: what a purge destroys, Kafka cannot show any more.

Each box has a key of its own, in the ledger's book. Who fills an empty ClickHouse from Kafka opens them; the
transaction that certifies a purge lets go of the keys, and nobody reads those boxes again (docs/decisions/0020).
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.ledger.book import ANYTHING, Book
from storage.rows import BOX, OPENS, Incoming, Plain, district, header

_NONCE = bytes(12)  # a key closes one box, so that no nonce is used twice with it


def closed(book: Book, home: str, event_id: str, line: bytes, opens: str = "") -> tuple[bytes, list[tuple[str, bytes]]]:
    """A decision of the district `home` in a new box: content and headers of its record. Its key is kept before it
    returns. `opens`: what it gives a number to; without its key nobody could tell how many numbers were given."""
    key = secrets.token_bytes(32)
    book.keep_key(home, event_id, key)
    headers = [(BOX, event_id.encode()), (OPENS, opens.encode())]
    return AESGCM(key).encrypt(_NONCE, line, event_id.encode()), headers


def opened(book: Book, record: Incoming) -> Incoming:
    """A record of ours with what is in its box; without content where the key was destroyed.

    One that no key of this home fits stays closed, and is no decision; where the key is missing the book notes it.
    """
    name = header(record, BOX, b"").decode("utf-8", "replace")
    if not name:
        return record
    key = book.key_of(district(record), name)
    if key is None:
        book.keep_lost(district(record), name, header(record, OPENS, ANYTHING).decode("utf-8", "replace"))
        return record
    try:
        value = AESGCM(key).decrypt(_NONCE, record.value or b"", name.encode()) if key else b""
    except InvalidTag:
        return record
    return Plain(record.topic, record.partition, record.offset, record.timestamp, record.key, value, record.headers)
