"""Trees as RFC 6962 builds them, what a seal keeps, and proofs that one file and one key suffice to check."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import cast

import msgspec
import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cli.ledger import command
from storage.client import Store
from storage.ledger.book import OpenRecord
from storage.ledger.chain import Entry, faults, signed
from storage.ledger.keys import Signer, public_pem, signer
from storage.ledger.leaves import Place, leaf, record_secret
from storage.ledger.ledger import Ledger
from storage.ledger.merkle import leaf_hash, path, root, root_from
from storage.ledger.places import check_fits, pack_checks, pack_places, unpack_places
from storage.ledger.proof import Proof, proof, why_not
from storage.ledger.salts import WHOLE, Salts
from storage.ledger.sealing import read_anchor
from storage.ledger.verifying import Asked, Verifier
from tests.support.ledger_cases import nobody_knows

# The test vectors that the Certificate Transparency project publishes with its implementation of RFC 6962.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]


def test_roots_are_those_of_the_published_vectors() -> None:
    assert root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [root(LEAVES[: n + 1]).hex() for n in range(len(LEAVES))] == ROOTS


@given(st.integers(1, 70).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_path_leads_to_the_root_and_no_other_leaf_does(shape: tuple[int, int]) -> None:
    size, index = shape
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    way = path(leaves, index)
    assert root_from(leaves[index], index, size, way) == root(leaves)
    assert root_from(leaf_hash(b"another"), index, size, way) != root(leaves)
    with pytest.raises(ValueError, match="too long"):
        root_from(leaves[index], index, size, [*way, bytes(32)])


@given(st.sets(st.tuples(st.integers(0, 1 << 62), st.integers(0, 2_000))))
def test_places_come_back_as_they_were_packed(found: set[tuple[int, int]]) -> None:
    places = [Place(*one) for one in sorted(found)]
    assert unpack_places(pack_places(places)) == places


@pytest.mark.parametrize("record_class", ["auth_events", "raw"])
def test_a_check_fits_the_leaf_that_was_sealed(record_class: str) -> None:
    checks = pack_checks(record_class, LEAVES)
    assert all(check_fits(record_class, checks, n, one) for n, one in enumerate(LEAVES))
    flipped = [bytes([one[0] ^ 0x80]) + one[1:] for one in LEAVES]
    assert not any(check_fits(record_class, checks, n, one) for n, one in enumerate(flipped))


def test_a_seal_keeps_at_most_two_bytes_of_an_event() -> None:
    """Ten thousand events of four categories in records of a hundred, the raw record beside each."""
    places = [Place(version, line) for version in range(5_000, 5_100) for line in range(100)]
    classes = {name: [one for n, one in enumerate(places) if n * 7 % 4 == k] for k, name in enumerate("abcd")}
    kept = sum(len(pack_places(own)) + len(pack_checks(name, [leaf_hash(b"%d" % n) for n in range(len(own))]))
               for name, own in {**classes, "raw": places}.items())  # fmt: skip
    assert kept / len(places) <= 2


def test_what_is_kept_of_a_record_or_a_row_gives_the_same_salts_as_the_hour() -> None:
    whole = Salts({(WHOLE, WHOLE): bytes(32)})
    record = Salts({(7, WHOLE): record_secret(bytes(32), 7)})
    row = Salts({(7, 3): whole.of(Place(7, 3)) or b""})
    assert whole.of(Place(7, 3)) == record.of(Place(7, 3)) == row.of(Place(7, 3))
    assert whole.of(Place(7, 900)) == record.of(Place(7, 900)) is not None
    assert record.of(Place(8, 3)) is row.of(Place(7, 4)) is None
    assert len({whole.of(Place(version, line)) for version in range(20) for line in range(20)}) == 400


@pytest.fixture
def key() -> Signer:
    return Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@pytest.fixture
def made(key: Signer) -> Proof:
    return sealed(key, [b'{"row":%d}' % n for n in range(5)])


@pytest.fixture
def whole(key: Signer) -> Proof:
    event = b'{"event_id":"e%d"}'
    raw = sealed(key, [event % n + b"\nraw" for n in range(5)])
    return msgspec.structs.replace(sealed(key, [event % n for n in range(5)]), raw=raw)


def sealed(key: Signer, rows: list[bytes]) -> Proof:
    salts = [bytes([n]) * 16 for n in range(5)]
    leaves = [leaf(salt, row) for salt, row in zip(salts, rows, strict=True)]
    body = {"hour": "2026-03-04T14", "record_class": "auth_events", "rows": 5, "root": root(leaves).hex(), "first": 1,
            "last": 1, "partition": 0, "marks": ""}  # fmt: skip
    entry = signed(key, None, "maple", "seal", body, "2026-03-04T15:00:00.000Z")
    return proof(entry, Place(1, 2), [Place(1, n) for n in range(5)], leaves, salts[2], rows[2])


def test_a_proof_holds_with_the_key_that_signed_it_and_no_other(key: Signer, made: Proof) -> None:
    assert why_not(made, key.public) is None
    assert why_not(made, Ed25519PrivateKey.generate().public_key()) == "it was signed with another key"


def changes(value: object) -> Iterator[object]:
    """Values like this one, each a little different."""
    if isinstance(value, str):
        yield value[:-1] + ("0" if value[-1:] != "0" else "1")
        yield value + "0"
        if set(value.lower()) <= set("0123456789abcdef") and value.upper() != value:
            yield from (value.upper(), f"{value[:2]} {value[2:]}")
    elif isinstance(value, int):
        yield value + 1
    elif isinstance(value, list):
        yield value[1:]
        yield [*value, "00" * 32]
        yield from ([*value[:n], other, *value[n + 1 :]] for n, one in enumerate(value) for other in changes(one))
    elif isinstance(value, dict):
        yield from ({**value, name: other} for name, one in value.items() for other in changes(one))


@pytest.mark.parametrize("kind", ["made", "whole"])
def test_a_proof_with_any_field_changed_does_not_hold(key: Signer, kind: str, request: pytest.FixtureRequest) -> None:
    one = request.getfixturevalue(kind)
    assert why_not(one, key.public) is None
    changed = list(changes(json.loads(msgspec.json.encode(one))))
    assert len(changed) > 30
    for one in changed:
        assert why_not(msgspec.json.decode(json.dumps(one), type=Proof), key.public) is not None, one


def test_check_needs_a_file_and_a_key_and_nothing_else(
    key: Signer, made: Proof, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HALLMONITOR_HOME", str(tmp_path / "none"))
    file, pem = tmp_path / "proof.json", tmp_path / "key.pem"
    file.write_bytes(msgspec.json.encode(made))
    pem.write_text(public_pem(key.public))
    asked = ["check", str(file), "--key", str(pem)]
    assert CliRunner().invoke(command, asked).exit_code == 0
    file.write_bytes(msgspec.json.encode(msgspec.structs.replace(made, row='{"row":3}')))
    answer = CliRunner().invoke(command, asked)
    assert (answer.exit_code, answer.output) == (1, "does not hold: the row does not give the leaf\n")
    assert not (tmp_path / "none").exists()


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    assert signer(tmp_path).key_id == signer(tmp_path).key_id
    assert os.stat(tmp_path / "ledger" / "signing_key.pem").st_mode & 0o077 == 0


# The anchor


def chain(key: Signer, *times: str) -> list[Entry]:
    """Entries of a chain, sealed at these instants."""
    made: list[Entry] = []
    for at in times:
        made.append(signed(key, made[-1] if made else None, "maple", "seal", {}, at))
    return made


def said(key: Signer, entries: list[Entry], anchored: int) -> list[str]:
    """What is wrong with a chain, of which the anchor has the line of one entry."""
    return [one.says for one in faults(entries, key.public, {anchored: entries[anchored - 1].hash})]


def test_an_anchor_that_was_cut_ends_before_the_ledger() -> None:
    key = Signer(Ed25519PrivateKey.generate())
    found = said(key, chain(key, "10:00", "11:00", "12:00"), anchored=1)
    assert found == ["the anchor ends at entry 1; the ledger goes on to 3"]


def test_an_anchor_without_the_line_of_the_last_sealing_is_whole_for_its_writer_may_have_died() -> None:
    key = Signer(Ed25519PrivateKey.generate())
    assert said(key, chain(key, "10:00", "11:00", "11:00"), anchored=1) == []


def test_a_sealing_while_the_ledger_is_verified_accuses_nobody(tmp_path: Path) -> None:
    """A large store takes hours, and the sink seals each hour that is over."""
    with closing(Ledger(tmp_path)) as ledger:
        sealer = ledger.sealer

        def seal_hour(hour: int) -> None:
            record = OpenRecord("maple", "raw", hour, f"2026-03-04T{hour}", 0, (0,), b"leaf" * 8)
            ledger.book.add([record], {})
            sealer.seal("maple", f"2026-03-04T{hour}:30:00.000Z")

        seal_hour(10)
        anchor = partial(read_anchor, sealer.anchor, "maple")
        verifier = Verifier(cast(Store, None), ledger.book, sealer.signer.public, anchor, nobody_knows)
        seal_hour(11)
        seal_hour(12)
        assert verifier.quick(Asked("maple")).faults == []
