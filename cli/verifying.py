"""A verifier of the ledger as commands need it: with the anchor, and with names from the broker."""

from functools import partial

from model.settings import Settings
from storage.client import Store
from storage.ledger.ledger import Ledger
from storage.ledger.naming import names_from_kafka
from storage.ledger.sealing import read_anchor
from storage.ledger.verifying import Verifier


def verifier(settings: Settings, store: Store, ledger: Ledger, district: str) -> Verifier:
    """What compares a district's rows with the ledger."""
    anchored = read_anchor(ledger.sealer.anchor, district)
    names = partial(names_from_kafka, settings)
    return Verifier(store, ledger.book, ledger.sealer.signer.public, anchored, names)
