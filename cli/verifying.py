"""A verifier of the ledger as commands need it: with the anchor, and with names from the broker."""

from functools import partial

import click
from kafka.errors import KafkaError

from model.clock import now
from model.settings import Settings
from storage.client import Store
from storage.ledger import stamps
from storage.ledger.chain import Entry, Fault
from storage.ledger.ledger import Ledger
from storage.ledger.naming import names_from_kafka
from storage.ledger.sealing import read_anchor
from storage.ledger.verify import HourReport
from storage.ledger.verifying import Asked, Outcome, Verifier
from storage.ledger.waiting import strangers_waiting

INSTALLATION = ""  # the district under which stands what belongs to none


def verifier(settings: Settings, store: Store, ledger: Ledger, district: str) -> Verifier:
    """What compares a district's rows with the ledger."""
    anchor = partial(read_anchor, ledger.sealer.anchor, district)
    names = partial(names_from_kafka, settings)
    stamped = partial(stamp_faults, settings, district)
    waiting = partial(_waiting, settings, ledger, district)
    return Verifier(store, ledger.book, ledger.sealer.signer.public, anchor, names, stamped, waiting)


def verified(settings: Settings, store: Store, ledger: Ledger, asked: Asked, quick: bool) -> Outcome:
    """What the comparison of a district finds, and that of the decisions that belong to no district (users, say)."""
    own, all_ = (verifier(settings, store, ledger, name) for name in (asked.district, INSTALLATION))
    everywhere = asked._replace(district=INSTALLATION)
    if quick:
        found, beside = own.quick(asked), all_.quick(everywhere)
    else:
        found = own.full(asked, partial(_seal, ledger, asked.district))
        known = {INSTALLATION, *ledger.book.districts()}
        beside = all_.decisions(everywhere, partial(_seal, ledger, INSTALLATION), known)
    return Outcome([*found.faults, *beside.faults], [*found.hours, *beside.hours])


def _seal(ledger: Ledger, name: str) -> None:
    ledger.seal([name], now())


def _waiting(settings: Settings, ledger: Ledger, district: str) -> list[HourReport]:
    """What strangers sent and nobody read yet; where the broker does not answer, that this was not looked at."""
    at_ms = round(now().timestamp() * 1000)
    try:
        return strangers_waiting(settings, ledger.book, district, at_ms)
    except (KafkaError, TimeoutError) as error:
        click.echo(f"Kafka does not answer ({error!r}): records that nobody read yet are not looked at", err=True)
        return []


def stamp_faults(settings: Settings, district: str, entries: list[Entry]) -> list[Fault]:
    """What the kept time stamps contradict in a chain. Raises `NotStamped` where there is nothing to check them by."""
    return stamps.faults(checked_stamps(settings, district, entries))


def checked_stamps(settings: Settings, district: str, entries: list[Entry]) -> list[stamps.Stamp]:
    """What each kept time stamp says. Raises `NotStamped` where there is nothing to check them by."""
    kept, trusted = stamps.kept(stamps.folder_of(settings), district), stamps.trusted_certificates(settings)
    if kept and not trusted:
        raise stamps.NotStamped("there are time stamps, and LEDGER_TSA_CERTIFICATES names nothing to check them by")
    return stamps.check(entries, kept, trusted)
